import type { Dataflow } from '../codegen/dataflow.ts'
import { build } from '../plan/build.ts'
import type { ElementErrors } from '../plan/element-errors.ts'
import type { Plan } from '../plan/plan.ts'
import { type NodeFunctions, resolveFunctions } from '../plan/resolve.ts'
import type { Checkpoint } from '../recovery/checkpoint.ts'
import { recordOfNode } from '../registry.ts'
import { DROPPED, type PullContext, type PullInput } from '../sources/record.ts'
import { type Clock, SystemClock } from './clock.ts'
import { loadListeners } from './extra-listeners.ts'
import { failedElements } from './failed-elements.ts'
import { JobGenerator } from './job-generator.ts'
import { JobScheduler } from './job-scheduler.ts'
import { ListenerBus } from './listener.ts'
import { Losses, type Totals, totalsOf } from './losses.ts'
import { openPulls, openReceivers, type SourcesOptions, sourcesOf } from './open-sources.ts'
import { OutputOperations } from './output-operations.ts'
import { limitRates } from './rate-controller.ts'
import { ReceiverTracker } from './receiver-tracker.ts'
import type { Recovery } from './recovery.ts'
import { BLOCK_INTERVAL, checkLogged, DEFAULT_MAX_LINE, type RunOptions } from './run-options.ts'

/** A plan at work: sources, clock, scheduler and outputs of one run, from `start` to `terminated`. */
export class RunningContext {
  readonly listeners: ListenerBus
  /** Resolves after the last batch, rejects with the first error. */
  readonly terminated: Promise<void>
  /** What batches that are done have processed. */
  readonly totals: Totals
  readonly #losses: Losses

  readonly #options: RunOptions
  readonly #clock: Clock
  readonly #abort = new AbortController()
  readonly #functions = new Map<number, NodeFunctions>()
  readonly #pulls = new Map<number, PullInput>()
  readonly #outputs: OutputOperations
  readonly #errors: ElementErrors
  #plan: Plan
  #startTime = 0
  #flow: Dataflow | undefined
  #scheduler: JobScheduler | undefined
  #tracker: ReceiverTracker | undefined
  #generator: JobGenerator | undefined
  #checkpoint: Checkpoint | undefined
  #resolve: () => void = () => {}
  #reject: (error: unknown) => void = () => {}
  #ended = false

  constructor(plan: Plan, options: RunOptions) {
    this.#plan = plan
    this.#options = options
    this.#clock = options.clock ?? new SystemClock()
    this.listeners = new ListenerBus(options.port.report)
    this.#outputs = new OutputOperations(this.#clock, this.listeners, options.replay?.shown)
    this.#losses = new Losses(this.listeners, options.port.report)
    this.totals = totalsOf(this.listeners)
    this.terminated = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    }).finally(() => options.log?.close())
    // Whoever awaits it sees the rejection; a program that does not must not die of an unhandled one.
    this.terminated.catch(() => {})
    this.#errors = failedElements(this, options, this.#losses.drop, () => this.#scheduler?.time ?? 0)
  }

  /** Elements lost by policy so far. */
  get dropped(): number {
    return this.#losses.dropped
  }

  /** Records so far that were no UTF-8. */
  get malformed(): number {
    return this.#losses.malformed
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
    const { gracefulStopTimeout: limit } = this.#options.configuration ?? {}
    const cancel = limit === undefined ? () => {} : this.#limit(limit)
    await this.terminated.catch(() => {})
    cancel()
  }

  /** Stop at once after `limit` milliseconds; return what calls that off. */
  #limit(limit: number): () => void {
    return this.#clock.at(this.#clock.now() + limit, () => {
      this.#options.port.report(`not done ${limit} ms after being told to stop: what is left is dropped`)
      void this.stopNow()
    })
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
    this.#generator?.stop()
    this.#scheduler?.halt()
    const reject = (): void => this.#reject(error)
    void this.#release().then(reject, reject)
  }

  async #start(): Promise<void> {
    for (const node of this.#plan.nodes)
      this.#functions.set(node.id, await resolveFunctions(node, recordOfNode(node)))
    const { maxLine = DEFAULT_MAX_LINE, batchLines, maxBatches, port, replay, configuration } = this.#options
    const watched = { plan: this.#plan, options: this.#options, terminated: this.terminated }
    for (const listener of await loadListeners(watched)) this.listeners.add(listener)
    const sources = sourcesOf(this.#plan)
    const recovery = await this.#openCheckpoint()
    const checkpoint = recovery?.checkpoint
    this.#flow = this.#build()
    await this.#flow.ready()
    const scheduler = new JobScheduler(this.#flow, {
      clock: this.#clock,
      listeners: this.listeners,
      outputs: this.#outputs,
      sources: sources.filter(({ command }) => command !== 'table').map(({ id }) => id),
      pulls: this.#pulls,
      log: checkpoint,
      signal: this.#abort.signal,
      fail: (error) => this.fail(error),
      onBlock: (block) => this.#errors.enter(block),
      onRoom: () => this.#tracker?.onRoom(),
    })
    const rates = limitRates(this.listeners, this.#options, this.#plan.interval, () => this.#generator?.mode)
    const tracker = new ReceiverTracker({
      clock: this.#clock,
      interval: () => this.#plan.interval,
      maxLine,
      signal: this.#abort.signal,
      batchLines,
      rates,
      blockInterval: configuration?.blockInterval ?? BLOCK_INTERVAL,
      settings: configuration ?? {},
      tell: (event, receiverInfo) => this.listeners.post(event, { receiverInfo }),
      isFull: () => scheduler.full,
      block: (source, partition) => scheduler.block(source, partition),
      position: (source, position) => scheduler.position(source, position),
      stored: () => scheduler.stored(),
      onComplete: () => this.#generator?.onComplete(),
      onEnded: () => this.#generator?.onEnded(),
      report: port.report,
      drop: this.#losses.drop,
      malformed: this.#losses.addMalformed,
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
      goesOn: () => checkpoint !== undefined && !tracker.ended,
      onDrained: () => this.#options.log?.drained(),
      onFinished: () => void this.#finish(),
      fail: (error) => this.fail(error),
    })
    this.#scheduler = scheduler
    this.#tracker = tracker
    this.#generator = generator
    generator.prepare(this.#startTime, checkpoint?.previous?.header)
    const parts = { scheduler, generator, flow: () => this.#flow as Dataflow, signal: this.#abort.signal }
    if (replay !== undefined) return replay.drive({ ...parts, close: () => this.#finish() })
    const functions: SourcesOptions['functions'] = ({ id }) => this.#functions.get(id) as NodeFunctions
    const options = { ...this.#options, plan: this.#plan, functions, errors: this.#errors }
    for (const [id, input] of openPulls(options, this.#pullContext(maxLine), rates))
      this.#pulls.set(id, input)
    await recovery?.run({
      flow: () => this.#flow as Dataflow,
      rebuild: () => this.#rebuild(),
      scheduler,
      generator,
      pulls: this.#pulls,
      forget: () => this.#errors.forget(),
    })
    const earlier: Parameters<typeof openReceivers>[2] = (node, isReplayable) =>
      recovery?.earlier(node, isReplayable)
    const receivers = openReceivers(options, tracker, earlier, (error) => this.fail(error))
    if (this.#ended) return
    generator.start()
    this.listeners.post('onStreamingStarted', { time: generator.zeroTime })
    for (const start of receivers) start()
  }

  /** Loaded only where it is asked for. */
  async #openCheckpoint(): Promise<Recovery | undefined> {
    const { checkpoint: options, port, batchLines, mayAdoptInterval: mayAdopt = false } = this.#options
    checkLogged(this.#options)
    if (options === undefined) return undefined
    const { Recovery } = await import('./recovery.ts')
    const recovery = await Recovery.open(options, {
      plan: this.#plan,
      byNumber: batchLines !== undefined,
      mayAdopt,
      clock: this.#clock,
      report: port.report,
      fail: (error) => this.fail(error),
      onRoom: () => this.#tracker?.onRoom(),
    })
    this.#checkpoint = recovery.checkpoint
    this.#plan = recovery.plan
    this.#outputs.hold(recovery.checkpoint.run)
    return recovery
  }

  #pullContext(maxLine: number): PullContext {
    return {
      clock: this.#clock,
      interval: this.#plan.interval,
      signal: this.#abort.signal,
      startTime: this.#generator?.zeroTime ?? 0,
      maxLine,
      settings: this.#options.configuration ?? {},
      report: this.#options.port.report,
      drop: this.#losses.drop,
    }
  }

  #build(): Dataflow {
    return build(this.#plan, {
      ...this.#options,
      record: (node) => this.#outputs.observed(node, recordOfNode(node)),
      functions: (node) => this.#functions.get(node.id) as NodeFunctions,
      drop: this.#losses.drop,
      errors: this.#errors,
      // Not at once: an operator asks in the middle of a block.
      finish: this.#options.replay?.finish ?? (() => setImmediate(() => void this.stopGracefully())),
      zeroTime: () => this.#generator?.zeroTime ?? 0,
    })
  }

  #adopt(interval: number): void {
    this.#plan = { ...this.#plan, interval }
    try {
      this.#rebuild()
    } catch (error) {
      this.fail(error)
    }
  }

  #rebuild(): void {
    this.#flow = this.#build()
    this.#scheduler?.replaceFlow(this.#flow)
  }

  async #finish(): Promise<void> {
    if (this.#ended) return
    try {
      const isWhole = this.#scheduler?.processedSinceCut === 0
      this.#scheduler?.halt()
      await this.#flow?.close()
      this.#end(isWhole ? this.#generator?.lastTime : undefined)
    } catch (error) {
      this.fail(error)
    }
  }

  /** End well; `lastTime` is that of the last batch where no element came behind it. */
  #end(lastTime?: number): void {
    if (this.#ended) return
    this.#ended = true
    void this.#release(lastTime).then(this.#resolve, this.#reject)
  }

  async #release(lastTime?: number): Promise<void> {
    this.#abort.abort(DROPPED)
    for (const input of this.#pulls.values()) input.close?.()
    await this.#tracker?.stopped()
    await this.#checkpoint?.close(lastTime)
  }
}
