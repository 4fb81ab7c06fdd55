import { countOf, type Partition } from '../batch/partition.ts'
import { keptPartition, passingOver, splitPartition } from '../batch/split-partition.ts'
import { createFramer } from '../sources/framing/framer.ts'
import type { FramingKind } from '../sources/framing/framing.ts'
import type { Receiver, Resumed, SourceSettings, TextInput } from '../sources/record.ts'
import type { Clock } from './clock.ts'
import { FramedInput } from './framed-input.ts'
import type { Earlier, TrackedReceiverOptions } from './receiver-options.ts'
import { ReceiverStatus } from './receiver-status.ts'

/** Elements of a block after which a receiver is full until the block is handed over. */
const LARGEST_BLOCK = 1 << 16

/** What stands between one source and the job scheduler. */
export class TrackedReceiver implements Receiver {
  readonly source: number
  readonly resumed?: Resumed
  readonly #options: TrackedReceiverOptions
  readonly #inputs = new Set<TextInput>()
  /** Partitions beyond the rate, and where the source stands behind them. */
  readonly #held: (Partition | { readonly kind: 'position'; readonly position: unknown })[] = []
  #block: unknown[] = []
  #cancelBlock: () => void = () => {}
  readonly #status: ReceiverStatus
  readonly #storeNew: (partition: Partition) => void
  readonly #hasCheckpoint: boolean
  /** Another run reads on where this one stands. */
  #isContinued = false
  /** Elements that went into the batch that is open. */
  #taken: number
  #ended = false
  #waiting: (() => void)[] = []
  /** What the context waits for before it has ended. */
  readonly #owed: Promise<unknown>[] = []
  /** Those who wait until nothing is held. */
  #holding: (() => void)[] = []

  constructor(source: number, name: string, options: TrackedReceiverOptions, earlier?: Earlier) {
    this.source = source
    if (earlier?.resumed !== undefined) this.resumed = earlier.resumed
    const known = earlier?.isReplayable === true ? (earlier.resumed?.received ?? 0) : 0
    this.#storeNew = passingOver(known, (partition) => this.#store(partition))
    this.#hasCheckpoint = earlier !== undefined
    this.#status = new ReceiverStatus(source, name, options)
    this.#options = options
    this.#taken = earlier?.inBatch ?? 0
    options.signal.addEventListener('abort', () => this.wake())
  }

  get clock(): Clock {
    return this.#options.clock
  }

  get interval(): number {
    return this.#options.interval()
  }

  get maxLine(): number {
    return this.#options.maxLine
  }

  get signal(): AbortSignal {
    return this.#options.signal
  }

  get settings(): SourceSettings {
    return this.#options.settings
  }

  get full(): boolean {
    return this.#held.length > 0 || this.#block.length >= LARGEST_BLOCK || this.#options.isFull()
  }

  get exhausted(): boolean {
    return this.#ended && this.#held.length === 0
  }

  get complete(): boolean {
    return this.#left <= 0 || this.exhausted
  }

  /** True while elements beyond the rate wait for the next batch. */
  get holds(): boolean {
    return this.#held.length > 0
  }

  open(name: string, framing: FramingKind = 'lines', received = 0): TextInput {
    const framer = createFramer(framing, { maxLine: this.#options.maxLine, name })
    const store = passingOver(received, this.#storeNew)
    const forget = (): void => void this.#inputs.delete(input)
    const input: TextInput = new FramedInput(framer, framing, name, this.#options, store, forget)
    this.#inputs.add(input)
    return input
  }

  store(rows: readonly unknown[]): void {
    this.#storeNew({ kind: 'rows', rows })
  }

  add(element: unknown): void {
    const { batchLines, blockInterval, clock } = this.#options
    // A batch of N elements ends with its N-th element, not with a block.
    if (batchLines !== undefined) this.store([element])
    else if (this.#block.push(element) === 1) {
      const end = (Math.floor(clock.now() / blockInterval) + 1) * blockInterval
      this.#cancelBlock = clock.at(end, () => this.closeBlock())
    }
  }

  /** Hand over the block at hand. */
  closeBlock(): void {
    if (this.#block.length === 0) return
    this.#cancelBlock()
    const rows = this.#block
    this.#block = []
    this.store(rows)
    this.wake()
  }

  tell(event: 'started' | 'error' | 'stopped', message?: string, error?: unknown): void {
    this.#status.tell(event, message, error)
  }

  ready(): Promise<void> {
    if (!this.full || this.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  end(): void {
    if (this.#ended) return
    this.flush()
    this.#ended = true
    this.tell('stopped')
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

  at(position: unknown): void {
    this.closeBlock()
    this.#isContinued = this.#hasCheckpoint
    this.#position(position)
  }

  async stored(): Promise<void> {
    this.closeBlock()
    while (this.holds) await new Promise<void>((resolve) => this.#holding.push(resolve))
    await this.#options.stored()
  }

  holdEnd(done: Promise<unknown>): void {
    this.#owed.push(done)
  }

  /** Resolves when the source owes nothing to others. */
  async stopped(): Promise<void> {
    this.tell('stopped')
    await Promise.allSettled(this.#owed)
  }

  /** Let the source go on, where there is room. */
  wake(): void {
    if (this.full && !this.signal.aborted) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  nextBatch(): void {
    this.#taken = 0
    const { batchLines, isFull, rates } = this.#options
    if (this.holds) rates.held(this.source)
    // What is held waits outside of the queue while that is full, and belongs to the batch that is open when it is not.
    if (batchLines !== undefined || !isFull()) this.onRoom()
  }

  /** The queue has room: hand over what the rate allows of what is held, and let the source go on. */
  onRoom(): void {
    for (const held of this.#left > 0 ? this.#held.splice(0) : []) {
      if (held.kind === 'position') this.#position(held.position)
      else this.#store(held)
    }
    if (!this.holds) for (const resolve of this.#holding.splice(0)) resolve()
    this.wake()
  }

  flush(): void {
    this.closeBlock()
    for (const input of this.#isContinued ? [] : [...this.#inputs]) {
      try {
        input.end()
      } catch (error) {
        this.#options.fail(error)
      }
    }
  }

  /** How many elements the batch that is open may still take from this receiver; the limit may sink meanwhile. */
  get #left(): number {
    const { batchLines, rates, interval } = this.#options
    const byRate = Math.max(1, Math.floor((rates.limitOf(this.source) * interval()) / 1000))
    return Math.max(0, Math.min(batchLines ?? Number.POSITIVE_INFINITY, byRate) - this.#taken)
  }

  #position(position: unknown): void {
    if (this.holds) this.#held.push({ kind: 'position', position })
    else this.#options.position(this.source, position)
  }

  #store(partition: Partition): void {
    const count = countOf(partition)
    // Behind what is held, for the order stays.
    const left = this.#held.length > 0 ? 0 : this.#left
    if (count <= left) {
      this.#taken += count
      this.#options.block(this.source, partition)
    } else if (left > 0) {
      const [now, later] = splitPartition(partition, left)
      this.#taken += left
      this.#options.block(this.source, now)
      this.#held.push(later)
    } else this.#held.push(keptPartition(partition))
    if (this.holds) this.#options.rates.held(this.source)
    if (this.#left <= 0) this.#options.onComplete()
  }
}
