import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { pause } from '../reading/pause.ts'
import { DROPPED, type Receiver } from '../record.ts'
import { nextMove } from './balance.ts'
import type { Shard } from './client.ts'
import type { Intake } from './intake.ts'
import type { Lease } from './lease.ts'
import { LeaseTable } from './lease-table.ts'
import type { AppOptions, KinesisOptions } from './options.ts'
import { atTime, isBehind, isRead, LATEST, type Position, SHARD_END } from './positions.ts'

/** Milliseconds that may be taken to let go, when the process stops. */
const LETTING_GO = 3000

/** How a lease was seen, and when its counter had moved last. */
interface Seen {
  readonly counter: number
  readonly owner: string | undefined
  readonly at: number
}

/**
 * The shards of this process, where several share a stream. Each shows that it lives by counting on the leases that it has;
 * those of one that has stopped counting are taken. Who has too few asks another for one, which is read up to a checkpoint
 * there before it is given. What is in the table as read is safe with the process that read it.
 */
export class Leases {
  readonly interval: number
  readonly #me = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`
  readonly #table: LeaseTable
  readonly #app: AppOptions
  readonly #intake: Intake
  readonly #receiver: Receiver
  readonly #stop: (shard: string) => Promise<void>
  readonly #mine = new Map<string, Lease>()
  readonly #seen = new Map<string, Seen>()
  readonly #known = new Set<string>()
  /** Leases that this process has made, with what it wrote: nobody has read them yet. */
  readonly #added = new Map<string, Position>()
  readonly #closed: AbortController
  /** Aborted where what was received is not processed any more. */
  readonly #dropped = new AbortController()
  #error: unknown
  #checkpoints: Promise<void> = Promise.resolve()

  private constructor(
    table: LeaseTable,
    app: AppOptions,
    intake: Intake,
    receiver: Receiver,
    stop: (shard: string) => Promise<void>,
    closed: AbortController,
  ) {
    this.#closed = closed
    this.#table = table
    this.#app = app
    this.#intake = intake
    this.#receiver = receiver
    this.#stop = stop
    const { signal } = receiver
    signal.addEventListener('abort', () => {
      if (signal.reason === DROPPED) this.#dropped.abort()
    })
    this.interval = Math.max(50, app.leaseDuration / 4)
  }

  /** Open the table of an application. `stop` ends the reading of a shard, and resolves when it has ended. */
  static async open(
    options: KinesisOptions,
    app: AppOptions,
    intake: Intake,
    receiver: Receiver,
    stop: (shard: string) => Promise<void>,
  ): Promise<Leases> {
    const closed = new AbortController()
    const { signal } = receiver
    const stopping = (): void => void pause(LETTING_GO, closed.signal).then(() => closed.abort())
    signal.addEventListener('abort', stopping)
    const table = await LeaseTable.open(options, app, signal, closed.signal)
    const leases = new Leases(table, app, intake, receiver, stop, closed)
    void leases.#keepCheckpoints()
    return leases
  }

  /** Renew what this process has, let go what it lost, and take what it may have; return what it reads now. */
  async turn(shards: readonly Shard[]): Promise<ReadonlySet<string>> {
    if (this.#error !== undefined) throw this.#error
    await this.#addNew(shards)
    const leases = await this.#table.leases()
    this.#forgetGone(shards, leases)
    const table = new Map(leases.map((lease) => [lease.shard, lease]))
    for (const lease of leases) {
      if (lease.owner === this.#me) await this.#keep(lease)
      else this.#mine.delete(lease.shard)
    }
    const open = leases.filter(({ checkpoint }) => checkpoint !== SHARD_END)
    const isReady = ({ parents }: Lease): boolean =>
      parents.every((parent) => (table.get(parent)?.checkpoint ?? SHARD_END) === SHARD_END)
    await this.#balance(open.filter(isReady))
    return new Set(this.#mine.keys())
  }

  /** The shard has been read to its end: its children may be read when that is safe. */
  async ended(shard: string): Promise<void> {
    if (!(await this.#stored())) return
    const lease = this.#mine.get(shard)
    if (lease === undefined) return
    if (await this.#table.checkpoint(lease, SHARD_END)) await this.#table.release(lease)
    this.#mine.delete(shard)
  }

  /** Let go of everything, as far as it was read; others need not wait until the leases run out. */
  async close(): Promise<void> {
    try {
      if (this.#error === undefined) await this.#letGo()
    } catch {
      // The leases run out by themselves.
    } finally {
      this.#closed.abort()
      this.#table.close()
    }
  }

  async #letGo(): Promise<void> {
    await this.#checkpoints
    // What was received and is dropped, comes again.
    if (this.#receiver.signal.reason !== DROPPED) await this.#checkpointAll()
    for (const lease of this.#mine.values()) await this.#table.release(lease)
  }

  /** Resolves when all that was handed over is safe: true; false where that will not be. */
  #stored(): Promise<boolean> {
    const never = AbortSignal.any([this.#closed.signal, this.#dropped.signal])
    if (never.aborted) return Promise.resolve(false)
    return new Promise((resolve, reject) => {
      never.addEventListener('abort', () => resolve(false))
      this.#receiver.stored().then(() => resolve(true), reject)
    })
  }

  async #addNew(shards: readonly Shard[]): Promise<void> {
    for (const { id, parents } of shards) {
      if (this.#known.has(id)) continue
      const position = this.#intake.position(id) as string
      // Another process may begin it later, and what came meanwhile is its.
      const begin = position === LATEST ? atTime(this.#receiver.clock.now()) : position
      if (await this.#table.add(id, begin, parents)) this.#added.set(id, begin)
      this.#known.add(id)
    }
  }

  #forgetGone(shards: readonly Shard[], leases: readonly Lease[]): void {
    const now = this.#receiver.clock.now()
    const ids = new Set(shards.map(({ id }) => id))
    for (const { shard, counter, owner, checkpoint } of leases) {
      const seen = this.#seen.get(shard)
      if (seen?.counter !== counter || seen.owner !== owner)
        this.#seen.set(shard, { counter, owner, at: now })
      if (!ids.has(shard) && this.#known.has(shard) && checkpoint === SHARD_END) {
        this.#known.delete(shard)
        void this.#table.remove(shard).catch(() => {})
      }
    }
  }

  async #keep(lease: Lease): Promise<void> {
    const { shard, wanted } = lease
    if (wanted !== undefined && wanted !== this.#me) return this.#handOver(lease, wanted)
    if (lease.checkpoint === SHARD_END) return
    if (!this.#mine.has(shard)) this.#begin(lease)
    if (await this.#table.renew(lease)) this.#mine.set(shard, { ...lease, counter: lease.counter + 1 })
    else this.#mine.delete(shard)
  }

  async #handOver(lease: Lease, to: string): Promise<void> {
    await this.#stop(lease.shard)
    if (!(await this.#stored())) return
    await this.#write(lease)
    this.#mine.delete(lease.shard)
    await this.#table.release(lease, to)
  }

  async #balance(open: readonly Lease[]): Promise<void> {
    const now = this.#receiver.clock.now()
    const isLeft = ({ shard, owner }: Lease): boolean =>
      owner !== this.#me && now - (this.#seen.get(shard)?.at ?? now) > this.#app.leaseDuration
    const { take, ask } = nextMove(open, this.#me, isLeft)
    for (const lease of take) {
      if (!(await this.#table.take(lease, this.#me))) continue
      const taken = { ...lease, owner: this.#me, counter: lease.counter + 1, wanted: undefined }
      this.#begin(taken)
      this.#mine.set(lease.shard, taken)
    }
    if (ask !== undefined) await this.#table.ask(ask, this.#me)
  }

  /** Go on where the table says, or the log of this process, whichever is further. */
  #begin({ shard, checkpoint }: Lease): void {
    const own = this.#intake.position(shard)
    const isMade = this.#added.get(shard) === checkpoint
    const isOwn = own !== undefined && (isMade || isRead(own)) && !isBehind(own, checkpoint)
    if (!isOwn && own !== checkpoint) this.#intake.move(shard, checkpoint)
  }

  /** Say in the table where a shard stands, once that is safe. */
  async #write(lease: Lease, position = this.#intake.safePosition(lease.shard)): Promise<void> {
    if (position === undefined || position === lease.checkpoint) return
    if (await this.#table.checkpoint(lease, position)) {
      const now = this.#mine.get(lease.shard)
      if (now !== undefined) this.#mine.set(lease.shard, { ...now, checkpoint: position })
    } else this.#mine.delete(lease.shard)
  }

  async #keepCheckpoints(): Promise<void> {
    const { signal } = this.#receiver
    while (!signal.aborted && !this.#closed.signal.aborted) {
      await pause(this.#app.interval, signal)
      if (signal.aborted) return
      this.#checkpoints = this.#checkpointAll().catch((error: unknown) => {
        if (!signal.aborted) this.#error ??= error
      })
      await this.#checkpoints
    }
  }

  async #checkpointAll(): Promise<void> {
    const positions = new Map<string, Position | undefined>()
    for (const shard of this.#mine.keys()) positions.set(shard, this.#intake.safePosition(shard))
    if (!(await this.#stored())) return
    for (const [shard, position] of positions) {
      const lease = this.#mine.get(shard)
      if (lease !== undefined && position !== undefined) await this.#write(lease, position)
    }
  }
}
