import { pause } from '../reading/pause.ts'
import type { Receiver } from '../record.ts'
import { openStream, type Shard, type StreamClient } from './client.ts'
import { Intake } from './intake.ts'
import { Leases } from './leases.ts'
import type { KinesisOptions } from './options.ts'
import { type Ended, readShard } from './read-shard.ts'
import { Records } from './records.ts'

/** Milliseconds between two looks at which shards there are. */
const SHARDS_INTERVAL = 10_000

/** Which shards this process reads. */
export interface Assignment {
  /** Look at what others do; return the shards that may be read now. */
  turn(shards: readonly Shard[]): Promise<ReadonlySet<string>>
  /** Milliseconds between two turns. */
  readonly interval: number
  /** The shard has been read to its end. */
  ended(shard: string): Promise<void>
  /** The process stops: others may have its shards. */
  close(): Promise<void>
}

interface Running {
  readonly stop: AbortController
  readonly done: Promise<void>
}

/** Read a stream until the receiver is told to stop, or all that was asked for has come. */
export async function readStream(options: KinesisOptions, receiver: Receiver): Promise<void> {
  const stream = await openStream(options)
  const intake = new Intake(receiver, new Records(receiver, options.fields), options.from)
  const reading = new StreamReading(options, stream, intake, receiver)
  try {
    await reading.run()
  } catch (error) {
    // What is under way when the context stops fails.
    if (!receiver.signal.aborted) throw error
  } finally {
    stream.close()
  }
}

class StreamReading {
  readonly #options: KinesisOptions
  readonly #stream: StreamClient
  readonly #intake: Intake
  readonly #receiver: Receiver
  readonly #running = new Map<string, Running>()
  readonly #done = new Set<string>()
  #error: unknown
  #wake = new AbortController()

  constructor(options: KinesisOptions, stream: StreamClient, intake: Intake, receiver: Receiver) {
    this.#options = options
    this.#stream = stream
    this.#intake = intake
    this.#receiver = receiver
  }

  async run(): Promise<void> {
    const { clock, signal } = this.#receiver
    const { app } = this.#options
    let shards = await this.#look()
    let looked = clock.now()
    const leases =
      app === undefined
        ? undefined
        : await Leases.open(this.#options, app, this.#intake, this.#receiver, (id) => this.#stop(id))
    const assignment: Assignment = leases ?? new AllShards(this.#intake)
    const wake = (): void => this.#wake.abort()
    signal.addEventListener('abort', wake)
    try {
      while (!signal.aborted) {
        const mine = await assignment.turn(shards)
        for (const [id, { stop }] of this.#running) if (!mine.has(id)) stop.abort()
        for (const id of mine) if (!this.#running.has(id) && !this.#done.has(id)) this.#start(id, assignment)
        if (this.#running.size === 0 && this.#isOver(shards)) return this.#receiver.end()
        await pause(assignment.interval, this.#wake.signal)
        const hasChanged = this.#wake.signal.aborted
        this.#wake = new AbortController()
        if (this.#error !== undefined) throw this.#error
        if (signal.aborted || (!hasChanged && clock.now() - looked < SHARDS_INTERVAL)) continue
        shards = await this.#look()
        looked = clock.now()
      }
    } finally {
      signal.removeEventListener('abort', wake)
      for (const { stop } of this.#running.values()) stop.abort()
      await Promise.all([...this.#running.values()].map(({ done }) => done))
      await assignment.close()
    }
  }

  async #look(): Promise<readonly Shard[]> {
    const shards = await this.#stream.shards()
    this.#intake.know(shards)
    return shards
  }

  #start(shard: string, assignment: Assignment): void {
    const { idle, until } = this.#options
    const { clock, signal } = this.#receiver
    const stop = new AbortController()
    const reading = readShard({
      shard,
      stream: this.#stream,
      intake: this.#intake,
      clock,
      signal: AbortSignal.any([stop.signal, signal]),
      idle,
      until,
    })
    const done = reading
      .then(
        (ended) => this.#ended(shard, ended, assignment),
        (error: unknown) => {
          if (!signal.aborted) this.#error ??= error
        },
      )
      .then(() => {
        this.#running.delete(shard)
        this.#wake.abort()
      })
    this.#running.set(shard, { stop, done })
  }

  async #ended(shard: string, ended: Ended, assignment: Assignment): Promise<void> {
    if (ended === 'until') this.#done.add(shard)
    if (ended !== 'end') return
    this.#intake.end(shard)
    await assignment.ended(shard)
  }

  async #stop(shard: string): Promise<void> {
    const running = this.#running.get(shard)
    running?.stop.abort()
    await running?.done
  }

  #isOver(shards: readonly Shard[]): boolean {
    if (this.#options.until === undefined) return false
    return shards.every(
      ({ id, parents }) =>
        this.#done.has(id) || this.#intake.hasEnded(id) || parents.some((parent) => this.#done.has(parent)),
    )
  }
}

/** All shards are read by this process, children after their parents. */
class AllShards implements Assignment {
  readonly interval = SHARDS_INTERVAL
  readonly #intake: Intake

  constructor(intake: Intake) {
    this.#intake = intake
  }

  async turn(shards: readonly Shard[]): Promise<ReadonlySet<string>> {
    const left = new Set(shards.filter(({ id }) => !this.#intake.hasEnded(id)).map(({ id }) => id))
    return new Set(
      shards
        .filter(({ id, parents }) => left.has(id) && !parents.some((parent) => left.has(parent)))
        .map(({ id }) => id),
    )
  }

  async ended(): Promise<void> {}

  async close(): Promise<void> {}
}
