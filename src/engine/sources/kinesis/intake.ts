import type { Receiver } from '../record.ts'
import type { RawRecord, Shard } from './client.ts'
import { atRecord, atTime, isSequence, LATEST, type Position, SHARD_END, TRIM_HORIZON } from './positions.ts'
import type { Records } from './records.ts'

/** Where a shard stands: behind `after`, and so many elements that were stored. */
interface Standing {
  readonly after: Position
  readonly skip: number
}

/** What is written down, as data of JSON. */
interface Logged {
  readonly shards: Readonly<Record<string, Standing>>
  /** The shard whose elements follow, and how many elements of the stream came before. */
  readonly next?: { readonly shard: string; readonly received: number }
}

/**
 * Hands the records of shards to the receiver, those of one call after those of another. Before elements is written which
 * shard they belong to: how many of them came behind that is known by their number, so that a run that was killed anywhere
 * goes on with the element that follows.
 */
export class Intake {
  readonly #receiver: Receiver
  readonly #records: Records
  readonly #from: Position
  readonly #standings = new Map<string, Standing>()
  #received: number
  #isFirst: boolean
  #turn: Promise<void> = Promise.resolve()

  /** @param from where shards are begun that are there at the start of the first run. */
  constructor(receiver: Receiver, records: Records, from: Position) {
    this.#receiver = receiver
    this.#records = records
    this.#from = from
    const { received = 0, position } = receiver.resumed ?? {}
    this.#received = received
    const logged = position as Logged | undefined
    this.#isFirst = logged === undefined
    for (const [shard, standing] of Object.entries(logged?.shards ?? {})) {
      const isNext = shard === logged?.next?.shard
      const skip = standing.skip + (isNext ? received - (logged?.next?.received ?? received) : 0)
      this.#standings.set(shard, { ...standing, skip })
    }
  }

  /** Where a shard is read on. */
  position(shard: string): Position | undefined {
    return this.#standings.get(shard)?.after
  }

  /** Behind which record all was handed over; undefined where none was. */
  safePosition(shard: string): Position | undefined {
    const { after, skip } = this.#standings.get(shard) ?? { after: '', skip: 0 }
    return skip === 0 && isSequence(after) ? after : undefined
  }

  /** A shard stands elsewhere, as others have read it. */
  move(shard: string, after: Position): void {
    this.#standings.set(shard, { after, skip: 0 })
  }

  /** True where nothing of the shard is left. */
  hasEnded(shard: string): boolean {
    return this.position(shard) === SHARD_END
  }

  /** Give shards that are new a position, and forget those that are gone. */
  know(shards: readonly Shard[]): void {
    const now = this.#receiver.clock.now()
    for (const { id, isClosed } of shards) {
      if (!this.#standings.has(id)) this.move(id, this.#isFirst ? this.#begin(isClosed) : this.#later())
    }
    const ids = new Set(shards.map(({ id }) => id))
    for (const id of this.#standings.keys()) if (!ids.has(id)) this.#standings.delete(id)
    if (!this.#isFirst) return
    this.#isFirst = false
    // What comes next is known by its time, where this run ends before anything comes.
    const pinned = [...this.#standings].map(([id, { after, skip }]) => [
      id,
      { after: after === LATEST ? atTime(now) : after, skip },
    ])
    this.#receiver.at({ shards: Object.fromEntries(pinned) } satisfies Logged)
  }

  /** The shard is being read from here on: another attempt must not begin later. */
  begun(shard: string, time: number): void {
    if (this.position(shard) === LATEST) this.move(shard, atTime(time))
  }

  /** Nothing more comes of the shard. */
  end(shard: string): void {
    this.move(shard, SHARD_END)
  }

  /** Hand over what follows in a shard, when there is room; nothing once `signal` is aborted. */
  give(shard: string, records: readonly RawRecord[], signal: AbortSignal): Promise<void> {
    const given = this.#turn.then(() => this.#give(shard, records, signal))
    this.#turn = given.catch(() => {})
    return given
  }

  async #give(shard: string, records: readonly RawRecord[], signal: AbortSignal): Promise<void> {
    const [first, last] = [records[0]?.SequenceNumber, records.at(-1)?.SequenceNumber]
    if (first === undefined || last === undefined || signal.aborted) return
    await this.#receiver.ready()
    const standing = this.#standings.get(shard)
    if (signal.aborted || this.#receiver.signal.aborted || standing === undefined) return
    const { skip } = standing
    const taken = this.#records.take(records, shard)
    const left = taken.count - skip
    if (left > 0) {
      const after = isSequence(standing.after) ? standing.after : atRecord(first)
      this.#standings.set(shard, { after, skip })
      const shards = Object.fromEntries(this.#standings)
      this.#receiver.at({ shards, next: { shard, received: this.#received } } satisfies Logged)
      taken.store(skip)
      this.#received += left
    }
    this.#standings.set(shard, { after: last, skip: Math.max(0, -left) })
  }

  #begin(isClosed: boolean): Position {
    return this.#from === LATEST && isClosed ? SHARD_END : this.#from
  }

  /** A shard that came later continues others, and is read whole. */
  #later(): Position {
    return this.#from === LATEST ? TRIM_HORIZON : this.#from
  }
}
