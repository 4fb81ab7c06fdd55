import type { OutputPort } from '../outputs/record.ts'
import { reasonOf } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import type { Plan } from '../plan/plan.ts'
import { checkHasOutput, checkSlides } from '../plan/slides.ts'
import { headerOf, Recorder } from '../recording/recorder.ts'
import type { CheckpointOptions } from '../recovery/checkpoint-options.ts'
import { findRecord, type RegisteredRecord } from '../registry.ts'
import type { StreamingListener } from '../scheduler/listener.ts'
import { replay } from '../scheduler/replay.ts'
import { RunningContext } from '../scheduler/running-context.ts'
import { activate, activeContext, assertNoOtherActive, deactivate } from './active-context.ts'
import {
  boundPort,
  type CheckedOptions,
  type ContextSource,
  checkOptions,
  checkpointOf,
  definedOnly,
  type StreamingContextOptions,
} from './context-options.ts'
import { DStream } from './dstream.ts'
import { InputStreams } from './input-streams.ts'
import { PlanBuilder } from './plan-builder.ts'
import { RememberedBatches } from './remembered.ts'
import { runOptionsOf } from './run-options-of.ts'
import { onShutdown } from './shutdown.ts'
import { SparkContext } from './spark-context.ts'
import type { Duration } from './types.ts'

export { camelCase } from '../../functions/lookup.ts'

/** Spark's states of a context. */
export type StreamingContextState = 'INITIALIZED' | 'ACTIVE' | 'STOPPED'

/**
 * The entry point of a program: makes streams from sources, starts and stops the pipeline
 * (Spark: `org.apache.spark.streaming.StreamingContext`).
 */
export class StreamingContext extends InputStreams {
  /** Set by the package's entry: where the results of a context go whose program names no port. */
  static defaultPort: ((context: StreamingContext) => OutputPort) | undefined
  /** Set by the package's entry: the file of what is fed in place of sources, where a program runs under `dstream test`. */
  static test: string | undefined

  /** Makes RDDs, broadcast variables and accumulators. */
  readonly sparkContext: SparkContext
  /**
   * For DStream: the batches that are remembered.
   *
   * @internal
   */
  readonly remembered = new RememberedBatches()
  readonly #checked: CheckedOptions
  readonly #builder = new PlanBuilder()
  readonly #listeners: StreamingListener[] = []
  readonly #terminated: Promise<void>
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined
  #isAwaited = false
  #port: OutputPort | undefined
  #checkpoint: CheckpointOptions | undefined
  #running: RunningContext | undefined
  #offShutdown: () => void = () => {}
  #state: StreamingContextState = 'INITIALIZED'

  /** Return the context of this process that is running, or undefined. */
  static getActive(): StreamingContext | undefined {
    return activeContext() as StreamingContext | undefined
  }

  /**
   * Return a context that goes on with what is in the directory of a checkpoint, or begins there. `create` makes it each time:
   * unlike in Spark, functions are never read from the disk, so that a changed program is no obstacle.
   *
   * @param createOnError begin anew where nothing in the directory can be read.
   */
  static getOrCreate(
    directory: string,
    create: () => StreamingContext,
    createOnError = false,
  ): StreamingContext {
    const context = create()
    context.#checkpoint = { ...context.#checkpoint, directory, createOnError }
    return context
  }

  /** Return the context of this process that is running, or else what `create` makes, which is not started. */
  static getActiveOrCreate(create: () => StreamingContext): StreamingContext {
    return StreamingContext.getActive() ?? create()
  }

  /**
   * Make a context from options, or as Spark does: from a configuration and a batch duration; from master, name and
   * batch duration; from something that has `master` and `appName`.
   *
   * @throws UsageError where an option is unknown or of the wrong type, the batch duration is no positive number of
   * milliseconds, the master is not `local[N]`, or the configuration has an unknown key.
   */
  constructor(options: StreamingContextOptions)
  constructor(conf: ContextSource, batchDuration: Duration)
  constructor(master: string, appName: string, batchDuration: Duration)
  constructor(
    first: StreamingContextOptions | ContextSource | string,
    second?: string | Duration,
    third?: Duration,
  ) {
    super()
    this.#checked = checkOptions(first, second, third)
    const { master, appName, options } = this.#checked
    this.#checkpoint = checkpointOf(options.checkpoint ?? this.#checked.configuration.checkpointDirectory)
    this.sparkContext = new SparkContext({ master, appName })
    this.#terminated = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    // Whoever awaits it sees the rejection; a program that does not must not die of an unhandled one.
    this.#terminated.catch(() => {})
  }

  /** Create a stream from any source of the command line by its name. */
  override source<T = string>(
    name: string,
    args: readonly unknown[] = [],
    flags: Readonly<Record<string, unknown>> = {},
  ): DStream<T> {
    const record = findRecord('source', name)
    return new DStream<T>(this, this.#append(record, [], args, flags))
  }

  /** Tell `listener` what happens from now on. */
  addStreamingListener(listener: StreamingListener): void {
    this.#listeners.push(listener)
    this.#running?.listeners.add(listener)
  }

  /** Tell `listener` nothing more. */
  removeStreamingListener(listener: StreamingListener): void {
    const index = this.#listeners.indexOf(listener)
    if (index >= 0) this.#listeners.splice(index, 1)
    this.#running?.listeners.remove(listener)
  }

  /** Return the state of the context. */
  getState(): StreamingContextState {
    return this.#state
  }

  /** Return the pipeline as data. */
  plan(): Plan {
    const { options, appName } = this.#checked
    return { version: 1, name: appName, interval: options.batchDuration, nodes: this.#builder.nodes }
  }

  /**
   * Keep the batches of every stream for at least `duration`, so that `DStream.slice` finds them. Before the start.
   *
   * @throws UsageError unless it is a positive number of milliseconds, or when it was said before or the context started.
   */
  remember(duration: Duration): void {
    this.remembered.remember(duration)
  }

  /**
   * Write down in `directory` what must not be lost: what sources gave, and what stages keep. A context of the same program
   * that is started with the same directory goes on where this one was killed; null turns it off.
   *
   * @throws UsageError when the context has been started.
   */
  checkpoint(directory: string | null): void {
    if (this.#state !== 'INITIALIZED') throw new UsageError('checkpoint() comes before start()')
    this.#checkpoint = directory === null ? undefined : { directory }
  }

  /**
   * Start the pipeline; results come from the next batch on. A second call does nothing but say so. A context whose
   * pipeline cannot run is stopped.
   *
   * @throws UsageError when there is no output operation, a window is no multiple of its stream's slide, streams of
   * unequal slides meet, the context was stopped, or another one is running.
   */
  start(): void {
    if (this.#state === 'ACTIVE') {
      this.#port?.report('the context has already been started')
      return
    }
    if (this.#state === 'STOPPED') throw new UsageError('a context that was stopped cannot be started again')
    assertNoOtherActive()
    try {
      this.#running = this.#validated()
    } catch (error) {
      this.#failed(error)
      throw error
    }
    const { configuration } = this.#checked
    for (const note of configuration.notes) this.#port?.report(note)
    for (const listener of this.#listeners) this.#running.listeners.add(listener)
    this.#state = 'ACTIVE'
    activate(this)
    if (configuration.stopGracefullyOnShutdown === true)
      this.#offShutdown = onShutdown(() => void this.stop(true, true))
    this.#running.terminated.then(
      () => this.#stopped(),
      (error: unknown) => this.#failed(error),
    )
    this.#running.start()
  }

  /** Resolve when the context has stopped; reject with the error of a batch. */
  awaitTermination(): Promise<void> {
    this.#isAwaited = true
    return this.#terminated
  }

  /** Like `awaitTermination`: resolve with true when the context has stopped, with false after `milliseconds`. */
  async awaitTerminationOrTimeout(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds)
    })
    const ended = this.awaitTermination().then(() => true)
    try {
      return await Promise.race([ended, timeout])
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * Stop the pipeline; resolve when it has stopped. A context that has stopped stays as it is. Inside `foreachRDD` do not
   * wait for a graceful stop, which waits for that very batch.
   *
   * @param _stopSparkContext for Spark's sake: there is no other context to stop.
   * @param gracefully process all that was received first.
   */
  async stop(_stopSparkContext = true, gracefully = false): Promise<void> {
    if (this.#running === undefined) this.#stopped()
    else await (gracefully ? this.#running.stopGracefully() : this.#running.stopNow())
  }

  /**
   * For operators: append a stage that reads `inputs`, and return its place in the plan.
   *
   * @internal
   */
  append(record: RegisteredRecord, inputs: readonly number[], args: readonly unknown[]): number {
    return this.#append(record, inputs, args)
  }

  #append(
    record: RegisteredRecord,
    inputs: readonly number[],
    args: readonly unknown[],
    flags?: Readonly<Record<string, unknown>>,
  ): number {
    if (this.#state !== 'INITIALIZED') {
      throw new UsageError(
        'adding new inputs, transformations or outputs after starting a context is not supported',
      )
    }
    return this.#builder.append(record, inputs, args, flags)
  }

  #validated(): RunningContext {
    const plan = this.plan()
    checkHasOutput(plan)
    checkSlides(plan)
    const { options, configuration, parallelism } = this.#checked
    this.#port = boundPort(options.port ?? StreamingContext.defaultPort?.(this))
    const { test } = StreamingContext
    const replayed = test === undefined ? undefined : replay(plan, test, options)
    const log = options.record === undefined ? undefined : new Recorder(options.record, headerOf(plan))
    const running = new RunningContext(this.remembered.watch(replayed?.plan ?? plan, this.#port.report), {
      port: this.#port,
      ...runOptionsOf(options),
      ...definedOnly({ clock: replayed?.clock, log, checkpoint: this.#checkpoint }),
      configuration,
      parallelism,
    })
    if (log !== undefined) log.onError = (error) => running.fail(error)
    replayed?.drive(running)
    return running
  }

  #stopped(): void {
    this.#ended()
    this.#settle?.resolve()
  }

  #failed(error: unknown): void {
    this.#ended()
    // A program that does not wait would end without a word.
    if (!this.#isAwaited) this.#port?.report(`the context has failed: ${reasonOf(error)}`)
    this.#settle?.reject(error)
  }

  #ended(): void {
    this.#state = 'STOPPED'
    this.#offShutdown()
    deactivate(this)
  }
}
