import { firstLines } from '../batch/lines.ts'
import { copyBytes, countOf, type Partition } from '../batch/partition.ts'
import { createFramer } from '../sources/framing/framer.ts'
import type { FramingKind } from '../sources/framing/framing.ts'
import type { Receiver, TextInput } from '../sources/record.ts'
import type { Clock } from './clock.ts'
import { FramedInput, type FramedInputOptions } from './framed-input.ts'

/** What a tracker asks of its context. */
export interface ReceiverTrackerOptions extends FramedInputOptions {
  readonly clock: Clock
  readonly interval: () => number
  readonly maxLine: number
  readonly signal: AbortSignal
  /** Elements of a batch, where batches are cut by number and not by time. */
  readonly batchLines: number | undefined
  /** Elements a second that a receiver may hand over; undefined for no limit. */
  readonly maxRate: number | undefined
  readonly isFull: () => boolean
  readonly block: (source: number, partition: Partition) => void
  /** All receivers have ended, or hold the elements of a later batch. */
  readonly onComplete: () => void
  readonly onEnded: () => void
  readonly report: (message: string) => void
  readonly fail: (error: unknown) => void
}

/** Stands between the sources that hand over when they like and the job scheduler: framing, bounds, batches by number. */
export class ReceiverTracker {
  readonly #options: ReceiverTrackerOptions
  readonly #receivers: TrackedReceiver[] = []

  constructor(options: ReceiverTrackerOptions) {
    this.#options = options
  }

  /** Number of receivers. */
  get size(): number {
    return this.#receivers.length
  }

  /** True when every receiver has ended and holds nothing back. */
  get ended(): boolean {
    return this.#receivers.every((receiver) => receiver.exhausted)
  }

  /** True when every receiver has delivered its part of a batch that is cut by number. */
  get complete(): boolean {
    return this.#receivers.length > 0 && this.#receivers.every((receiver) => receiver.complete)
  }

  /** Make the receiver of a source. */
  add(source: number): Receiver {
    const receiver = new TrackedReceiver(source, this.#options)
    this.#receivers.push(receiver)
    return receiver
  }

  /** A batch was cut by number: what receivers held back belongs to the next. */
  nextBatch(): void {
    for (const receiver of this.#receivers) receiver.nextBatch()
  }

  /** There is room again. */
  onRoom(): void {
    for (const receiver of this.#receivers) receiver.wake()
  }

  /** The context stops: unfinished lines are lines. */
  flush(): void {
    for (const receiver of this.#receivers) receiver.flush()
  }
}

class TrackedReceiver implements Receiver {
  readonly #source: number
  readonly #options: ReceiverTrackerOptions
  readonly #inputs = new Set<TextInput>()
  readonly #held: Partition[] = []
  #left: number
  #ended = false
  #waiting: (() => void)[] = []

  constructor(source: number, options: ReceiverTrackerOptions) {
    this.#source = source
    this.#options = options
    this.#left = this.#allowance()
    options.signal.addEventListener('abort', () => this.wake())
  }

  get clock(): Clock {
    return this.#options.clock
  }

  get interval(): number {
    return this.#options.interval()
  }

  get signal(): AbortSignal {
    return this.#options.signal
  }

  get full(): boolean {
    return this.#held.length > 0 || this.#options.isFull()
  }

  get exhausted(): boolean {
    return this.#ended && this.#held.length === 0
  }

  get complete(): boolean {
    return this.#left <= 0 || this.exhausted
  }

  open(name: string, framing: FramingKind = 'lines'): TextInput {
    const framer = createFramer(framing, { maxLine: this.#options.maxLine, name })
    const store = (partition: Partition): void => this.#store(partition)
    const forget = (): void => void this.#inputs.delete(input)
    const input: TextInput = new FramedInput(framer, framing, name, this.#options, store, forget)
    this.#inputs.add(input)
    return input
  }

  store(rows: readonly unknown[]): void {
    this.#store({ kind: 'rows', rows })
  }

  ready(): Promise<void> {
    if (!this.full || this.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  end(): void {
    if (this.#ended) return
    this.flush()
    this.#ended = true
    this.#options.onEnded()
  }

  fail(error: Error): void {
    this.#options.fail(error)
  }

  report(message: string): void {
    this.#options.report(message)
  }

  drop(count: number, reason: string): void {
    this.#options.drop(count, reason)
  }

  /** Let the source go on, where there is room. */
  wake(): void {
    if (this.full && !this.signal.aborted) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  nextBatch(): void {
    this.#left = this.#allowance()
    for (const partition of this.#held.splice(0)) this.#store(partition)
    this.wake()
  }

  flush(): void {
    for (const input of [...this.#inputs]) {
      try {
        input.end()
      } catch (error) {
        this.#options.fail(error)
      }
    }
  }

  /** How many elements one batch may take from this receiver. */
  #allowance(): number {
    const { batchLines, maxRate, interval } = this.#options
    const byRate =
      maxRate === undefined ? Number.POSITIVE_INFINITY : Math.max(1, (maxRate * interval()) / 1000)
    return Math.min(batchLines ?? Number.POSITIVE_INFINITY, Math.floor(byRate))
  }

  #store(partition: Partition): void {
    const count = countOf(partition)
    if (count <= this.#left) {
      this.#left -= count
      this.#options.block(this.#source, partition)
    } else {
      const [now, later] = splitPartition(partition, this.#left)
      if (this.#left > 0) this.#options.block(this.#source, now)
      this.#left = 0
      this.#held.push(later)
    }
    if (this.#left <= 0) this.#options.onComplete()
  }
}

/** Return the first `count` elements of a partition and a copy of the others. */
function splitPartition(partition: Partition, count: number): [Partition, Partition] {
  if (partition.kind === 'text') {
    const first = firstLines(partition.bytes, count)
    const rest = copyBytes(partition.bytes.subarray(first.length))
    return [
      { kind: 'text', bytes: first, count },
      { kind: 'text', bytes: rest, count: partition.count - count },
    ]
  }
  const rows =
    partition.kind === 'rows' ? partition.rows : partition.keys.map((key, i) => [key, partition.values[i]])
  return [
    { kind: 'rows', rows: rows.slice(0, count) },
    { kind: 'rows', rows: rows.slice(count) },
  ]
}
