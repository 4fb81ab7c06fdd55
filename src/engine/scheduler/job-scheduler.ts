import { countOf, type Partition } from '../batch/partition.ts'
import { keptPartition } from '../batch/split-partition.ts'
import type { Dataflow } from '../codegen/dataflow.ts'
import { BatchEvents, type SubmittedBatch } from './batch-events.ts'
import type { CutWork, JobSchedulerOptions, Work } from './work.ts'

/** Bytes that may wait for the operators before receivers are told to stop reading. */
const QUEUE_BYTES = 8 << 20

/** What an element that is no text counts in the queue: a guess, for only the order of magnitude matters. */
const ROW_BYTES = 64

/**
 * Runs blocks and batches in the order in which they came, one after the other. A block goes through its stages as soon
 * as it arrives; when the batch is cut, only shuffles and outputs remain. While an output waits for its reader, blocks
 * queue up to a bound, and the receivers stop.
 */
export class JobScheduler {
  readonly #options: JobSchedulerOptions
  readonly #events: BatchEvents
  readonly #queue: Work[] = []
  #flow: Dataflow
  #queuedBytes = 0
  #lateCuts = 0
  /** Milliseconds of work on blocks since the last batch was cut. */
  #worked = 0
  #busy = false
  #halted = false
  /** The batch that is open. */
  #time = 0
  #records = new Map<number, number>()

  constructor(flow: Dataflow, options: JobSchedulerOptions) {
    this.#flow = flow
    this.#options = options
    this.#events = new BatchEvents(options)
  }

  /** True while receivers must not read: too much waits, or a whole batch behind the one that is being worked off. */
  get full(): boolean {
    return this.#queuedBytes >= QUEUE_BYTES || this.#lateCuts > 0 || this.#options.log?.full === true
  }

  /** The time of the batch that is open. */
  get time(): number {
    return this.#time
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
    this.#queuedBytes += size
    this.#queue.push({ kind: 'block', source, partition: keptPartition(partition), size })
  }

  /** Behind the last block of a source: where the source stands. */
  position(source: number, position: unknown): void {
    const { log } = this.#options
    if (this.#halted || log === undefined) return
    if (this.#busy || this.#queue.length > 0) this.#queue.push({ kind: 'position', source, position })
    else log.position(source, position)
  }

  /** Resolves when all that was pushed is on the disk, at once where there is no log; never where it is halted before. */
  async stored(): Promise<void> {
    const { log } = this.#options
    if (log === undefined) return
    await this.idle()
    await (this.#halted ? new Promise<never>(() => {}) : log.synced())
  }

  /** What comes from now on belongs to the batch at `time`. */
  begin(time: number): void {
    if (this.#busy || this.#queue.length > 0) this.#queue.push({ kind: 'begin', time })
    else this.#begin(time)
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
      const isLate = this.#busy
      const submitted = clock.now()
      this.#queue.push({ kind: 'cut', time, submitted, asks: !signal.aborted, isLate, done })
      if (!isLate) return void this.#drain()
      this.#lateCuts += 1
      this.#events.queued(time, submitted)
    })
  }

  /** Drop what waits and do no more. */
  halt(): void {
    this.#halted = true
    this.#queuedBytes = 0
    this.#lateCuts = 0
    for (const work of this.#queue.splice(0)) if (work.kind === 'cut' || work.kind === 'barrier') work.done()
  }

  #begin(time: number): void {
    this.#time = time
    this.#flow.begin(time)
  }

  /** Process a block of an earlier run again. */
  async replayBlock(source: number, partition: Partition): Promise<void> {
    this.#process(source, partition)
    await this.#flow.pending()
  }

  /** End a batch of an earlier run again; where `isDone`, its outputs have had it then. */
  async replayCut(time: number, isDone: boolean): Promise<void> {
    if (isDone) {
      this.#records = new Map()
      await this.#options.outputs.during(() => this.#flow.cut(time), true)
    } else {
      await this.#carryThrough(time, this.#options.clock.now())
      await this.#options.log?.completed(time)
    }
  }

  #run(source: number, partition: Partition): void {
    this.#options.log?.block(source, partition)
    this.#process(source, partition)
  }

  #process(source: number, partition: Partition): void {
    this.#records.set(source, (this.#records.get(source) ?? 0) + countOf(partition))
    const began = this.#options.clock.now()
    try {
      this.#options.onBlock?.(partition)
      this.#flow.push(source, partition)
      this.#options.onBlock?.(undefined)
      this.#worked += this.#options.clock.now() - began
    } catch (error) {
      // Its batch will never be cut: listeners hear of it now.
      if (!this.#halted) this.#events.complete(this.#submit(this.#time, this.#options.clock.now()), error)
      this.#options.fail(error)
    }
  }

  async #drain(first?: Promise<unknown>): Promise<void> {
    this.#busy = true
    try {
      if (first !== undefined) await this.#wait(first)
      for (let work = this.#take(); work !== undefined && !this.#halted; work = this.#take()) {
        if (work.kind === 'begin') this.#begin(work.time)
        else if (work.kind === 'barrier') work.done()
        else if (work.kind === 'position') this.#options.log?.position(work.source, work.position)
        else if (work.kind === 'block') await this.#runWaiting(work.source, work.partition)
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

  /** Take the next work out of the queue, and let receivers read where that makes room. */
  #take(): Work | undefined {
    const wasFull = this.full
    const work = this.#queue.shift()
    if (work?.kind === 'block') this.#queuedBytes -= work.size
    if (work?.kind === 'cut' && work.isLate) this.#lateCuts -= 1
    if (wasFull && !this.full) this.#options.onRoom()
    return work
  }

  async #runWaiting(source: number, partition: Partition, isLogged = true): Promise<void> {
    if (isLogged) this.#run(source, partition)
    else this.#process(source, partition)
    await this.#wait(this.#flow.pending())
  }

  /** Wait for an output; that is work too, for the rate of receivers. */
  async #wait(output: Promise<unknown> | undefined): Promise<void> {
    const began = this.#options.clock.now()
    await output
    this.#worked += this.#options.clock.now() - began
  }

  async #runCut({ time, submitted, asks }: CutWork): Promise<void> {
    const { pulls, log } = this.#options
    for (const [source, input] of asks ? pulls : []) {
      // Of a source that can be read anew, the place is enough.
      const { position } = input
      for await (const partition of input.blocks(time)) {
        await this.#runWaiting(source, partition, position === undefined)
        if (this.#halted) return
      }
      if (position !== undefined) log?.position(source, position.call(input))
    }
    if (log !== undefined) {
      await log.cut(time)
      if (this.#halted) return
    }
    await this.#carryThrough(time, submitted)
    if (log !== undefined && !this.#halted) await log.completed(time)
    for (const input of asks && !this.#halted ? pulls.values() : []) await input.completed?.(time)
  }

  /** Carry the batch through shuffles and outputs, and tell listeners. */
  async #carryThrough(time: number, submitted: number): Promise<void> {
    const batch = this.#submit(time, submitted)
    try {
      await this.#options.outputs.during(() => this.#flow.cut(time))
    } catch (error) {
      this.#events.complete(batch, error)
      throw error
    }
    this.#events.complete({ ...batch, handedOn: new Map(this.#flow.handedOn) })
  }

  #submit(time: number, submitted: number): SubmittedBatch {
    const records = this.#records
    this.#records = new Map()
    const worked = this.#worked
    this.#worked = 0
    return this.#events.submit(time, submitted, records, worked)
  }
}
