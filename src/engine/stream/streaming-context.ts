import type { OutputPort } from '../outputs/record.ts'
import { UsageError } from '../plan/errors.ts'
import { isBuiltIn, parseFunction } from '../plan/function-word.ts'
import type { Plan, PlanNode, PlanValue } from '../plan/plan.ts'
import { functionText, isFunctionReference } from '../plan/plan.ts'
import type { CommandRecord } from '../plan/record.ts'
import { findRecord, type RegisteredRecord } from '../registry.ts'
import type { Clock } from '../scheduler/clock.ts'
import type { StreamingListener } from '../scheduler/listener.ts'
import { RunningContext } from '../scheduler/running-context.ts'
import { DStream } from './dstream.ts'
import type { RDD } from './rdd.ts'
import type { Duration } from './types.ts'

/** How a context runs. */
export interface StreamingContextOptions {
  /** Milliseconds of a batch; `Seconds(1)`. */
  readonly batchDuration: Duration
  /** `local[N]`: N partitions side by side. */
  readonly master?: string
  readonly appName?: string
  /** Stop after so many batches. */
  readonly batches?: number
  /** A batch is so many elements instead of an interval; the clock moves on by one interval per batch. */
  readonly batchLines?: number
  /** Longest line in bytes; 16 MiB where absent. */
  readonly maxLine?: number
  /** Where results and messages go; the process's standard streams where absent. */
  readonly port?: OutputPort
  readonly clock?: Clock
}

/** Spark's states of a context. */
export type StreamingContextState = 'INITIALIZED' | 'ACTIVE' | 'STOPPED'

/**
 * The entry point of a program: makes streams from sources, starts and stops the pipeline
 * (Spark: `org.apache.spark.streaming.StreamingContext`).
 */
export class StreamingContext {
  /** Set by the package's entry: where results go when a program names no port. */
  static defaultPort: OutputPort | undefined

  readonly #options: StreamingContextOptions
  readonly #nodes: PlanNode[] = []
  readonly #listeners: StreamingListener[] = []
  #running: RunningContext | undefined
  #state: StreamingContextState = 'INITIALIZED'

  /** @throws UsageError when the batch duration is no positive number of milliseconds. */
  constructor(options: StreamingContextOptions) {
    const { batchDuration } = options
    if (!Number.isInteger(batchDuration) || batchDuration <= 0) {
      throw new UsageError(`a batch duration is a positive number of milliseconds, got ${batchDuration}`)
    }
    this.#options = options
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
    const { batchDuration, appName = 'dstream' } = this.#options
    return { version: 1, name: appName, interval: batchDuration, nodes: [...this.#nodes] }
  }

  /**
   * Start the pipeline; results come from the next batch on.
   *
   * @throws UsageError when there is no output operation, or the context was stopped.
   */
  start(): void {
    if (this.#state === 'ACTIVE') return
    if (this.#state === 'STOPPED') throw new UsageError('a context that was stopped cannot be started again')
    if (!this.#nodes.some((node) => node.category === 'output')) {
      throw new UsageError(
        'no output operations registered, so nothing to execute',
        'Call print() or foreachRDD().',
      )
    }
    this.#state = 'ACTIVE'
    const port = this.#options.port ?? StreamingContext.defaultPort
    if (port === undefined) throw new UsageError('a context needs a port for its output')
    this.#running = new RunningContext(this.plan(), {
      port,
      ...definedOnly({
        clock: this.#options.clock,
        maxBatches: this.#options.batches,
        batchLines: this.#options.batchLines,
        maxLine: this.#options.maxLine,
      }),
      parallelism: parallelismOf(this.#options.master),
    })
    for (const listener of this.#listeners) this.#running.listeners.add(listener)
    void this.#running.terminated.then(
      () => this.#markStopped(),
      () => this.#markStopped(),
    )
    this.#running.start()
  }

  /** Resolve when the context has stopped; reject with the error of a batch. */
  async awaitTermination(): Promise<void> {
    await this.#running?.terminated
  }

  /** Like `awaitTermination`, but resolve with false when `milliseconds` pass before. */
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
   * Stop the pipeline.
   *
   * @param gracefully process all that was received first.
   */
  async stop(_stopSparkContext = true, gracefully = false): Promise<void> {
    if (this.#running === undefined) this.#state = 'STOPPED'
    else await (gracefully ? this.#running.stopGracefully() : this.#running.stopNow())
  }

  /** For operators: append a stage that reads `inputs`, and return its place in the plan. */
  append(record: RegisteredRecord, inputs: readonly number[], args: readonly unknown[]): number {
    const last = args.at(-1)
    const hasFlags = record.flags.length > 0 && isPlainObject(last)
    return this.#append(record, inputs, hasFlags ? args.slice(0, -1) : args, hasFlags ? last : {})
  }

  #append(
    record: RegisteredRecord,
    inputs: readonly number[],
    args: readonly unknown[],
    flags: Readonly<Record<string, unknown>>,
  ): number {
    if (this.#state !== 'INITIALIZED') {
      throw new UsageError(
        'adding new inputs, transformations or outputs after starting a context is not supported',
      )
    }
    const values: Record<string, PlanValue> = {}
    const allInputs = [...inputs]
    const words: string[] = [record.name]
    for (const [index, argument] of record.arguments.entries()) {
      const value = args[index]
      if (argument.type === 'stream') {
        if (!(value instanceof DStream))
          throw new UsageError(`${record.name} expects a DStream as its ${argument.name}`)
        allInputs.push(value.node)
        continue
      }
      if (value === undefined) {
        if (argument.required)
          throw new UsageError(`${record.name} expects a ${argument.type} as its ${argument.name}`)
        if (argument.default !== undefined && argument.type === 'function')
          values[argument.name] = parseFunction(String(argument.default))
        continue
      }
      values[argument.name] = planValue(argument, value, index, args)
      words.push(wordOf(values[argument.name] as PlanValue))
    }
    for (const flag of record.flags) {
      const value = flags[flag.name] ?? flags[camelCase(flag.name)]
      if (value !== undefined) values[flag.name] = planValue(flag, value, 0, [])
    }
    const id = this.#nodes.length
    this.#nodes.push({
      id,
      category: record.category,
      command: record.name,
      values,
      inputs: allInputs,
      label: words.join(' '),
    })
    return id
  }

  #markStopped(): void {
    this.#state = 'STOPPED'
  }
}

type Entry = CommandRecord['arguments'][number] | CommandRecord['flags'][number]

function planValue(entry: Entry, value: unknown, index: number, args: readonly unknown[]): PlanValue {
  if ('variadic' in entry && entry.variadic === true) return args.slice(index).map(String)
  if (entry.type === 'value') return { type: 'closure', call: value }
  if (entry.type !== 'function') return value as PlanValue
  if (typeof value === 'string' && isBuiltIn(value)) return parseFunction(value)
  if (typeof value === 'string') throw new UsageError(`there is no function '${value}'`)
  return { type: 'closure', call: value }
}

function wordOf(value: PlanValue): string {
  const text = isFunctionReference(value) ? functionText(value) : String(value)
  const line = text.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

function parallelismOf(master: string | undefined): number {
  const match = /^local(?:\[(\d+|\*)\])?$/.exec(master ?? 'local[1]')
  if (match === null) throw new UsageError(`the master is local[N], got ${master}`)
  return Number(match[1] === '*' || match[1] === undefined ? 1 : match[1])
}

/** Return kebab case as camelCase. */
export function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function definedOnly<T extends object>(value: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>
  }
}
