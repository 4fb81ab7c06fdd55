import type { Dataflow } from '../codegen/dataflow.ts'
import type { LoweringLimits } from '../codegen/lowering.ts'
import type { OutputPort } from '../outputs/record.ts'
import { build } from '../plan/build.ts'
import type { Plan, PlanNode } from '../plan/plan.ts'
import { createCall, type NodeFunctions, resolveFunctions } from '../plan/resolve.ts'
import { findRecord } from '../registry.ts'
import type { PullInput, SourceRecord } from '../sources/record.ts'
import { type Clock, SystemClock } from './clock.ts'
import { JobGenerator } from './job-generator.ts'
import { JobScheduler } from './job-scheduler.ts'
import { ListenerBus } from './listener.ts'
import { ReceiverTracker } from './receiver-tracker.ts'

/** Longest line where nothing else is said. */
export const DEFAULT_MAX_LINE = 16 << 20

/** How a plan runs. */
export interface RunOptions {
  readonly port: OutputPort
  readonly parallelism: number
  /** Whether functions that cannot be seen to be pure may be called on several threads; not where absent. */
  readonly parallelCalls?: boolean
  readonly clock?: Clock
  readonly maxBatches?: number
  readonly batchLines?: number
  readonly maxLine?: number
  /** Elements a second that a receiver may hand over. */
  readonly maxRate?: number
  /** From where on kernels take the place of operators where they can, or false for nowhere. Results are the same. */
  readonly lowering?: LoweringLimits | false
  /** Whether a stream of batches may set the interval; not where the user has set it. */
  readonly mayAdoptInterval?: boolean
}

/** A plan at work: sources, clock, scheduler and outputs of one run, from `start` to `terminated`. */
export class RunningContext {
  readonly listeners: ListenerBus
  /** Resolves after the last batch, rejects with the first error. */
  readonly terminated: Promise<void>
  /** Elements lost by policy so far. */
  dropped = 0
  /** Records so far that were no UTF-8. */
  malformed = 0
  /** What batches that are done have processed. */
  readonly totals = { rows: 0, batches: 0 }

  readonly #options: RunOptions
  readonly #clock: Clock
  readonly #abort = new AbortController()
  readonly #functions = new Map<number, NodeFunctions>()
  readonly #pulls = new Map<number, PullInput>()
  #plan: Plan
  #startTime = 0
  #flow: Dataflow | undefined
  #scheduler: JobScheduler | undefined
  #tracker: ReceiverTracker | undefined
  #generator: JobGenerator | undefined
  #resolve: () => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #ended = false

  constructor(plan: Plan, options: RunOptions) {
    this.#plan = plan
    this.#options = options
    this.#clock = options.clock ?? new SystemClock()
    this.listeners = new ListenerBus(options.port.report)
    this.listeners.add({
      onBatchCompleted: ({ batchInfo }) => {
        this.totals.rows += batchInfo.numRecords
        this.totals.batches += 1
      },
    })
    this.terminated = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Whoever awaits it sees the rejection; a program that does not must not die of an unhandled one.
    this.terminated.catch(() => {})
  }

  /** Start the sources and the clock. Errors reach `terminated`. */
  start(): void {
    this.#startTime = this.#clock.now()
    void this.#start().catch((error: unknown) => this.fail(error))
  }

  /** Stop the sources, process what was received, and end. */
  async stopGracefully(): Promise<void> {
    this.#abort.abort()
    this.#tracker?.flush()
    // Not awaited: a last batch that fails ends the context, and its cut never comes back.
    if (this.#generator === undefined) this.#end()
    else void this.#generator.finish()
    await this.terminated.catch(() => {})
  }

  /** Stop at once; what was received and not yet processed is lost. */
  async stopNow(): Promise<void> {
    this.#generator?.stop()
    this.#scheduler?.halt()
    this.#end()
    await this.terminated.catch(() => {})
  }

  /** End with an error; the first one counts. */
  fail(error: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#abort.abort()
    this.#generator?.stop()
    this.#scheduler?.halt()
    this.#closePulls()
    this.#reject(error)
  }

  async #start(): Promise<void> {
    for (const node of this.#plan.nodes)
      this.#functions.set(node.id, await resolveFunctions(node, recordOf(node)))
    const { maxLine = DEFAULT_MAX_LINE, batchLines, maxBatches, maxRate, port } = this.#options
    this.#flow = this.#build()
    const ready = this.#flow.ready()
    if (ready !== undefined) await ready
    const scheduler = new JobScheduler(this.#flow, {
      clock: this.#clock,
      listeners: this.listeners,
      pulls: this.#pulls,
      signal: this.#abort.signal,
      fail: (error) => this.fail(error),
      onRoom: () => this.#tracker?.onRoom(),
    })
    const sources = this.#plan.nodes.filter((node) => node.category === 'source')
    const tracker = new ReceiverTracker({
      clock: this.#clock,
      interval: () => this.#plan.interval,
      maxLine,
      signal: this.#abort.signal,
      batchLines,
      maxRate,
      isFull: () => scheduler.full,
      block: (source, partition) => scheduler.block(source, partition),
      onComplete: () => this.#generator?.onComplete(),
      onEnded: () => this.#generator?.onEnded(),
      report: port.report,
      drop: (count, reason) => this.#drop(count, reason),
      malformed: (count, name) => this.#malformed(count, name),
      fail: (error) => this.fail(error),
      batches:
        sources.length === 1 && batchLines === undefined
          ? (event) => this.#generator?.onBatches(event)
          : undefined,
    })
    const generator = new JobGenerator({
      clock: this.#clock,
      interval: this.#plan.interval,
      batchLines,
      maxBatches,
      scheduler,
      tracker,
      flow: () => this.#flow as Dataflow,
      mayAdopt: this.#options.mayAdoptInterval ?? false,
      adopt: (interval) => this.#adopt(interval),
      isExhausted: () => tracker.ended && [...this.#pulls.values()].every((input) => input.finished),
      onFinished: () => void this.#finish(),
      fail: (error) => this.fail(error),
    })
    this.#scheduler = scheduler
    this.#tracker = tracker
    this.#generator = generator
    generator.prepare(this.#startTime)
    const receivers = sources.flatMap((node) => this.#startSource(node, tracker, maxLine))
    if (this.#ended) return
    generator.start()
    this.listeners.post('onStreamingStarted', { time: generator.zeroTime })
    for (const start of receivers) start()
  }

  /** Open a source that is asked; return how to start one that hands over. */
  #startSource(node: PlanNode, tracker: ReceiverTracker, maxLine: number): (() => void)[] {
    const record = recordOf(node) as SourceRecord
    const call = createCall(node, record, this.#functions.get(node.id) as NodeFunctions, {
      lines: [record.elements === 'lines'],
      parallelism: this.#options.parallelism,
      report: this.#options.port.report,
    })
    if (record.pull !== undefined) {
      const input = record.pull(call, {
        clock: this.#clock,
        interval: this.#plan.interval,
        signal: this.#abort.signal,
        startTime: this.#generator?.zeroTime ?? 0,
        maxLine,
        report: this.#options.port.report,
        drop: (count, reason) => this.#drop(count, reason),
      })
      this.#pulls.set(node.id, input)
      return []
    }
    const receiver = tracker.add(node.id)
    return [
      () => {
        this.listeners.post('onReceiverStarted', { source: node.id, label: node.label })
        void record.receive?.(call, receiver)?.catch((error: unknown) => this.fail(error))
      },
    ]
  }

  #build(): Dataflow {
    return build(this.#plan, {
      record: recordOf,
      functions: (node) => this.#functions.get(node.id) as NodeFunctions,
      port: this.#options.port,
      parallelism: this.#options.parallelism,
      parallelCalls: this.#options.parallelCalls ?? false,
      ...(this.#options.lowering === undefined ? {} : { lowering: this.#options.lowering }),
      drop: (count, reason) => this.#drop(count, reason),
      // Not at once: an operator asks in the middle of a block.
      finish: () => setImmediate(() => void this.stopGracefully()),
      zeroTime: () => this.#generator?.zeroTime ?? 0,
    })
  }

  #adopt(interval: number): void {
    this.#plan = { ...this.#plan, interval }
    try {
      this.#flow = this.#build()
      this.#scheduler?.replaceFlow(this.#flow)
    } catch (error) {
      this.fail(error)
    }
  }

  #drop(count: number, reason: string): void {
    this.dropped += count
    this.#options.port.report(`dropped ${count.toLocaleString('en')} elements: ${reason}`)
    this.listeners.post('onElementsDropped', { count, reason })
  }

  #malformed(count: number, name: string): void {
    if (this.malformed === 0)
      this.#options.port.report(`${name}: not all text is UTF-8; wrong bytes are shown as �`)
    this.malformed += count
  }

  async #finish(): Promise<void> {
    if (this.#ended) return
    try {
      await this.#flow?.close()
      this.#end()
    } catch (error) {
      this.fail(error)
    }
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#abort.abort()
    this.#closePulls()
    this.#resolve()
  }

  #closePulls(): void {
    for (const input of this.#pulls.values()) input.close?.()
  }
}

function recordOf(node: PlanNode): ReturnType<typeof findRecord> {
  return findRecord(node.category, node.command)
}
