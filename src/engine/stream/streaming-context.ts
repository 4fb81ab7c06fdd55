import type { OutputPort } from '../outputs/record.ts'
import { reasonOf } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import type { Plan } from '../plan/plan.ts'
import { findRecord, type RegisteredRecord } from '../registry.ts'
import type { Clock } from '../scheduler/clock.ts'
import type { StreamingListener } from '../scheduler/listener.ts'
import { RunningContext } from '../scheduler/running-context.ts'
import { DStream } from './dstream.ts'
import { PlanBuilder } from './plan-builder.ts'
import type { RDD } from './rdd.ts'
import { RememberedBatches } from './remembered.ts'
import { SparkContext } from './spark-context.ts'
import type { Duration } from './types.ts'

export { camelCase } from '../../functions/lookup.ts'

/** How a context runs. */
export interface StreamingContextOptions {
  /** Milliseconds of a batch; `Seconds(1)`. */
  readonly batchDuration: Duration
  /** `local[N]` for up to N threads; `local[*]`, as many as there are processors, where absent. */
  readonly master?: string
  readonly appName?: string
  /** Stop after so many batches. */
  readonly batches?: number
  /** A batch is so many elements instead of an interval; the clock moves on by one interval per batch. */
  readonly batchLines?: number
  /** Longest line in bytes; 16 MiB where absent. */
  readonly maxLine?: number
  /** Elements a second that a receiver may hand over; no limit where absent. */
  readonly maxRate?: number
  /** Where results and messages go; the process's standard streams where absent. */
  readonly port?: OutputPort
  /** Who tells the time: the machine where absent, a `ManualClock` in tests. */
  readonly clock?: Clock
}

/** Spark's states of a context. */
export type StreamingContextState = 'INITIALIZED' | 'ACTIVE' | 'STOPPED'

/**
 * The entry point of a program: makes streams from sources, starts and stops the pipeline
 * (Spark: `org.apache.spark.streaming.StreamingContext`).
 */
export class StreamingContext {
  /** Set by the package's entry: where the results of a context go whose program names no port. */
  static defaultPort: ((context: StreamingContext) => OutputPort) | undefined

  /** Makes RDDs, broadcast variables and accumulators. */
  readonly sparkContext: SparkContext
  /**
   * For DStream: the batches that are remembered.
   *
   * @internal
   */
  readonly remembered = new RememberedBatches()
  readonly #options: StreamingContextOptions
  readonly #parallelism: number
  readonly #builder = new PlanBuilder()
  readonly #listeners: StreamingListener[] = []
  readonly #terminated: Promise<void>
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined
  #isAwaited = false
  #port: OutputPort | undefined
  #running: RunningContext | undefined
  #state: StreamingContextState = 'INITIALIZED'

  /**
   * Make a context from options, or as Spark does from master, name and batch duration.
   *
   * @throws UsageError when the batch duration is no positive number of milliseconds, or the master is not `local[N]`.
   */
  constructor(options: StreamingContextOptions)
  constructor(master: string, appName: string, batchDuration: Duration)
  constructor(first: StreamingContextOptions | string, appName?: string, batchDuration?: Duration) {
    const options =
      typeof first === 'string'
        ? ({ master: first, appName, batchDuration } as StreamingContextOptions)
        : first
    if (!Number.isInteger(options.batchDuration) || options.batchDuration <= 0) {
      throw new UsageError(
        `a batch duration is a positive number of milliseconds, got ${options.batchDuration}`,
      )
    }
    this.#options = options
    this.sparkContext = sparkContextOf(options)
    this.#parallelism = this.sparkContext.defaultParallelism
    this.#terminated = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    // Whoever awaits it sees the rejection; a program that does not must not die of an unhandled one.
    this.#terminated.catch(() => {})
  }

  /** Create a stream of lines of text from a TCP server, connecting again every 2 s when it closes. */
  socketTextStream(hostname: string, port: number): DStream<string> {
    return this.source('socket', [hostname, port])
  }

  /** Create a stream of the lines of new files in a directory. */
  textFileStream(directory: string): DStream<string> {
    return this.source('files', [directory])
  }

  /**
   * Create a stream from a queue of batches that the program fills.
   *
   * @param oneAtATime one entry of the queue per batch, or all that are there.
   * @param defaultRDD the batch where the queue is empty.
   */
  queueStream<T>(
    queue: (readonly T[] | RDD<T>)[],
    oneAtATime = true,
    defaultRDD?: readonly T[] | RDD<T>,
  ): DStream<T> {
    const flags = {
      'one-at-a-time': oneAtATime,
      ...(defaultRDD === undefined ? {} : { default: defaultRDD }),
    }
    return this.source('queue', [queue], flags)
  }

  /** Return a stream whose batches hold the elements of all `streams`. */
  union<T>(streams: readonly DStream<T>[]): DStream<T> {
    const [first, ...others] = streams
    if (first === undefined) throw new UsageError('union expects at least one stream')
    return others.reduce<DStream<T>>((left, right) => left.union(right), first)
  }

  /** Create a stream from any source of the command line by its name. */
  source<T = string>(
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

  /**
   * Keep the batches of every stream for at least `duration`, so that `DStream.slice` finds them. Before the start.
   *
   * @throws UsageError unless it is a positive number of milliseconds, or when the context has been started.
   */
  remember(duration: Duration): void {
    this.remembered.remember(duration)
  }

  /** Return the state of the context. */
  getState(): StreamingContextState {
    return this.#state
  }

  /** Return the pipeline as data. */
  plan(): Plan {
    const { batchDuration, appName = 'dstream' } = this.#options
    return { version: 1, name: appName, interval: batchDuration, nodes: this.#builder.nodes }
  }

  /**
   * Start the pipeline; results come from the next batch on. A second call does nothing but say so.
   *
   * @throws UsageError when there is no output operation, or the context was stopped.
   */
  start(): void {
    if (this.#state === 'ACTIVE') {
      this.#port?.report('the context has already been started')
      return
    }
    if (this.#state === 'STOPPED') throw new UsageError('a context that was stopped cannot be started again')
    if (!this.#builder.nodes.some((node) => node.category === 'output')) {
      throw new UsageError(
        'no output operations registered, so nothing to execute',
        'Call print() or foreachRDD().',
      )
    }
    const given = this.#options.port ?? StreamingContext.defaultPort?.(this)
    if (given === undefined) throw new UsageError('a context needs a port for its output')
    const port = bound(given)
    this.#port = port
    this.#state = 'ACTIVE'
    const { clock, batches: maxBatches, batchLines, maxLine, maxRate } = this.#options
    this.#running = new RunningContext(this.remembered.watch(this.plan(), port.report), {
      port,
      ...definedOnly({ clock, maxBatches, batchLines, maxLine, maxRate }),
      parallelism: this.#parallelism,
    })
    for (const listener of this.#listeners) this.#running.listeners.add(listener)
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

  #stopped(): void {
    this.#state = 'STOPPED'
    this.#settle?.resolve()
  }

  #failed(error: unknown): void {
    this.#state = 'STOPPED'
    // A program that does not wait would end without a word.
    if (!this.#isAwaited) this.#port?.report(`the context has failed: ${reasonOf(error)}`)
    this.#settle?.reject(error)
  }
}

/** The engine hands the methods of a port on, without the port; a program's may be an object of a class. */
function bound(port: OutputPort): OutputPort {
  return {
    format: port.format,
    write: (chunk) => port.write(chunk),
    show: (batch, format) => port.show(batch, format),
    report: (message) => port.report(message),
  }
}

function sparkContextOf({ master, appName }: StreamingContextOptions): SparkContext {
  return new SparkContext(definedOnly({ master, appName }))
}

function definedOnly<T extends object>(value: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>
  }
}
