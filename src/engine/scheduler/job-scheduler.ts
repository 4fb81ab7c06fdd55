import { copyBytes, countOf, type Partition } from '../batch/partition.ts'
import type { Dataflow } from '../codegen/dataflow.ts'
import type { PullInput } from '../sources/record.ts'
import type { Clock } from './clock.ts'
import type { BatchInfo, ListenerBus } from './listener.ts'

/** Bytes that may wait for the operators before receivers are told to stop reading. */
const QUEUE_BYTES = 8 << 20

/** What an element that is no text counts in the queue: a guess, for only the order of magnitude matters. */
const ROW_BYTES = 64

/** What waits to be done: a block that a receiver stored, the begin or the end of a batch, or someone who waits. */
type Work =
  | { readonly kind: 'block'; readonly source: number; readonly partition: Partition; readonly size: number }
  | { readonly kind: 'begin'; readonly time: number }
  | CutWork
  | { readonly kind: 'barrier'; readonly done: () => void }

interface CutWork {
  readonly kind: 'cut'
  readonly time: number
  /** When the batch was cut. */
  readonly submitted: number
  /** Whether sources that are asked belong to it: not to the one that is cut because the context stops. */
  readonly asks: boolean
  readonly done: () => void
}

/** What the scheduler asks of its context. */
export interface JobSchedulerOptions {
  readonly clock: Clock
  readonly listeners: ListenerBus
  /** Sources that are asked at each batch. */
  readonly pulls: ReadonlyMap<number, PullInput>
  /** Aborted when the context stops: sources that are asked give no more. */
  readonly signal: AbortSignal
  readonly fail: (error: unknown) => void
  /** Called when receivers may read again. */
  readonly onRoom: () => void
}

/**
 * Runs blocks and batches in the order in which they came, one after the other. A block goes through its stages as soon
 * as it arrives; when the batch is cut, only shuffles and outputs remain. While an output waits for its reader, blocks
 * queue up to a bound, and the receivers stop.
 */
export class JobScheduler {
  readonly #options: JobSchedulerOptions
  readonly #queue: Work[] = []
  #flow: Dataflow
  #queuedBytes = 0
  #busy = false
  #halted = false
  #records = new Map<number, number>()

  constructor(flow: Dataflow, options: JobSchedulerOptions) {
    this.#flow = flow
    this.#options = options
  }

  /** True while receivers must not read. */
  get full(): boolean {
    return this.#queuedBytes >= QUEUE_BYTES
  }

  /** Use another flow, before anything was pushed. */
  replaceFlow(flow: Dataflow): void {
    this.#flow = flow
  }

  /** Elements that went through their stages since the last batch was cut. */
  get processedSinceCut(): number {
    let total = 0
    for (const count of this.#records.values()) total += count
    return total
  }

  /** Take a block; its bytes are copied when it has to wait. */
  block(source: number, partition: Partition): void {
    if (this.#halted) return
    if (!this.#busy && this.#queue.length === 0) {
      this.#run(source, partition)
      const wait = this.#flow.pending()
      if (wait !== undefined) void this.#drain(wait)
      return
    }
    const isText = partition.kind === 'text'
    const size = isText ? partition.bytes.length : countOf(partition) * ROW_BYTES
    const kept: Partition = isText ? { ...partition, bytes: copyBytes(partition.bytes) } : partition
    this.#queuedBytes += size
    this.#queue.push({ kind: 'block', source, partition: kept, size })
  }

  /** What comes from now on belongs to the batch at `time`. */
  begin(time: number): void {
    if (this.#busy || this.#queue.length > 0) this.#queue.push({ kind: 'begin', time })
    else this.#flow.begin(time)
  }

  /** Resolves when everything that waits now is done. */
  idle(): Promise<void> {
    if (!this.#busy && this.#queue.length === 0) return Promise.resolve()
    return new Promise((done) => this.#queue.push({ kind: 'barrier', done }))
  }

  /** End the batch at `time` once all blocks before are done; resolves when its outputs are. */
  cut(time: number): Promise<void> {
    return new Promise((done) => {
      const { clock, signal } = this.#options
      this.#queue.push({ kind: 'cut', time, submitted: clock.now(), asks: !signal.aborted, done })
      if (!this.#busy) void this.#drain()
    })
  }

  /** Drop what waits and do no more. */
  halt(): void {
    this.#halted = true
    this.#queuedBytes = 0
    for (const work of this.#queue.splice(0)) if (work.kind === 'cut' || work.kind === 'barrier') work.done()
  }

  #run(source: number, partition: Partition): void {
    this.#records.set(source, (this.#records.get(source) ?? 0) + countOf(partition))
    try {
      this.#flow.push(source, partition)
    } catch (error) {
      this.#options.fail(error)
    }
  }

  async #drain(first?: Promise<unknown>): Promise<void> {
    this.#busy = true
    try {
      if (first !== undefined) await first
      for (let work = this.#queue.shift(); work !== undefined && !this.#halted; work = this.#queue.shift()) {
        if (work.kind === 'begin') this.#flow.begin(work.time)
        else if (work.kind === 'barrier') work.done()
        else if (work.kind === 'block') await this.#runWaiting(work.source, work.partition, work.size)
        else {
          await this.#runCut(work)
          work.done()
        }
      }
    } catch (error) {
      this.#options.fail(error)
    } finally {
      this.#busy = false
    }
  }

  async #runWaiting(source: number, partition: Partition, size: number): Promise<void> {
    const wasFull = this.full
    this.#queuedBytes -= size
    this.#run(source, partition)
    const wait = this.#flow.pending()
    if (wait !== undefined) await wait
    if (wasFull && !this.full) this.#options.onRoom()
  }

  async #runCut({ time, submitted, asks }: CutWork): Promise<void> {
    const { clock, listeners, pulls } = this.#options
    for (const [source, input] of asks ? pulls : []) {
      for await (const partition of input.blocks(time)) {
        this.#run(source, partition)
        const wait = this.#flow.pending()
        if (wait !== undefined) await wait
        if (this.#halted) return
      }
    }
    const recordsBySource = this.#records
    this.#records = new Map()
    const started = clock.now()
    const submittedInfo: BatchInfo = {
      batchTime: time,
      numRecords: [...recordsBySource.values()].reduce((sum, count) => sum + count, 0),
      recordsBySource,
      submissionTime: submitted,
    }
    listeners.post('onBatchSubmitted', { batchInfo: submittedInfo })
    const startedInfo = {
      ...submittedInfo,
      processingStartTime: started,
      schedulingDelay: started - submitted,
    }
    listeners.post('onBatchStarted', { batchInfo: startedInfo })
    await this.#flow.cut(time)
    const ended = clock.now()
    listeners.post('onBatchCompleted', {
      batchInfo: {
        ...startedInfo,
        processingEndTime: ended,
        processingDelay: ended - started,
        totalDelay: ended - submitted,
      },
    })
  }
}
