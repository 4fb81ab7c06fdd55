import { DEFAULT_MASTER, localThreads } from '../masters/local.ts'
import type { Panel } from '../outputs/panels/panel.ts'
import type { OutputPort } from '../outputs/record.ts'
import type { OnError } from '../plan/element-errors.ts'
import { UsageError } from '../plan/errors.ts'
import type { CheckpointOptions } from '../recovery/checkpoint-options.ts'
import type { Clock } from '../scheduler/clock.ts'
import { type Configuration, readConfiguration } from '../scheduler/configuration.ts'
import { SparkConf } from './spark-conf.ts'
import type { Duration } from './types.ts'

/** How a context runs. */
export interface StreamingContextOptions {
  /** Milliseconds of a batch; `Seconds(1)`. */
  readonly batchDuration: Duration
  /**
   * `local[N]` for up to N threads; `local[*]`, as many as there are processors, where absent. A receiver takes none of
   * them: unlike in Spark, `local` and `local[1]` run a stream with any number of receivers.
   */
  readonly master?: string
  readonly appName?: string
  /** Keys of Spark's configuration, `{ 'spark.streaming.blockInterval': '50ms' }`; what the options say counts more. */
  readonly conf?: SparkConf | Readonly<Record<string, string | number | boolean>>
  /** Stop after so many batches. */
  readonly batches?: number
  /** A batch is so many elements instead of an interval; the clock moves on by one interval per batch. */
  readonly batchLines?: number
  /** Longest line in bytes; 16 MiB where absent. */
  readonly maxLine?: number
  /** Elements a second that a receiver may hand over; no limit where absent. */
  readonly maxRate?: number
  /** A directory in which the context writes down what it must not lose; see `checkpoint`. */
  readonly checkpoint?: string | CheckpointOptions
  /** The file in which what the sources deliver is kept, for `dstream replay`; made anew, compressed where it ends in `.gz`. */
  readonly record?: string
  /**
   * What happens when a function fails for an element: `'fail'`, where absent, the batch does; `'skip'`, the element is
   * left out and counted; a path, it is added to that file too, as a line of JSON; or a function, which is told.
   */
  readonly onError?: OnError
  /** Where results and messages go; the process's standard streams where absent. */
  readonly port?: OutputPort
  /** Who tells the time: the machine where absent, a `ManualClock` in tests. */
  readonly clock?: Clock
}

/** What a context may be made of beside its options: a configuration, or what has a master and a name already. */
export type ContextSource = SparkConf | { readonly master: string; readonly appName: string }

/** Options that were checked. */
export interface CheckedOptions {
  readonly options: StreamingContextOptions
  readonly configuration: Configuration
  readonly master: string
  readonly appName: string
  readonly parallelism: number
}

const KNOWN: Readonly<Record<keyof StreamingContextOptions, true>> = {
  batchDuration: true,
  master: true,
  appName: true,
  conf: true,
  batches: true,
  batchLines: true,
  maxLine: true,
  maxRate: true,
  checkpoint: true,
  record: true,
  onError: true,
  port: true,
  clock: true,
}

/**
 * Return the options of a context from the arguments of its constructor, checked.
 *
 * @throws UsageError naming the option, what was expected and what was got.
 */
export function checkOptions(
  first: StreamingContextOptions | ContextSource | string,
  second?: string | Duration,
  third?: Duration,
): CheckedOptions {
  const options = optionsOf(first, second, third)
  for (const name of Object.keys(options)) {
    if (name in KNOWN) continue
    throw new UsageError(`a context has no option ${name}`, `It has ${Object.keys(KNOWN).join(', ')}.`)
  }
  const { batchDuration, conf = {} } = options
  if (batchDuration === undefined)
    throw new UsageError('a context needs a batch duration', 'Say how long a batch is: Seconds(1).')
  if (!Number.isInteger(batchDuration) || batchDuration <= 0)
    throw new UsageError(`a batch duration is a positive number of milliseconds, got ${batchDuration}`)
  for (const name of ['batches', 'batchLines', 'maxLine', 'maxRate'] as const) {
    const value = options[name]
    if (value !== undefined && !(value > 0)) throw new UsageError(`${name} is a number above 0, got ${value}`)
  }
  if (options.record !== undefined && (typeof options.record !== 'string' || options.record === ''))
    throw new UsageError(`record is the path of a file, got ${String(options.record)}`)
  const { onError } = options
  if (
    onError !== undefined &&
    typeof onError !== 'function' &&
    (typeof onError !== 'string' || onError === '')
  )
    throw new UsageError("onError is 'fail', 'skip', a file's path or a function")
  const configuration = readConfiguration(conf instanceof SparkConf ? conf.getAll() : Object.entries(conf))
  const master = options.master ?? configuration.master ?? DEFAULT_MASTER
  const parallelism = localThreads(master)
  if (!parallelism) throw new UsageError(`the master is local[N], got ${master}`)
  return {
    options,
    configuration,
    master,
    appName: options.appName ?? configuration.appName ?? 'dstream',
    parallelism,
  }
}

function optionsOf(
  first: StreamingContextOptions | ContextSource | string,
  second?: string | Duration,
  third?: Duration,
): StreamingContextOptions {
  if (typeof first === 'string' && second === undefined) {
    throw new UsageError(
      `a context is not made out of the checkpoint ${first} alone: functions are never read from the disk`,
      'StreamingContext.getOrCreate(directory, create) goes on with it; dstream resume DIR, where a command line wrote it.',
    )
  }
  if (typeof first === 'string')
    return { master: first, appName: second, batchDuration: third } as StreamingContextOptions
  if (first instanceof SparkConf) return { conf: first, batchDuration: second as Duration }
  if (second === undefined) return first as StreamingContextOptions
  const { master, appName } = first as { readonly master: string; readonly appName: string }
  return { master, appName, batchDuration: second as Duration }
}

/** The engine hands the methods of a port on, without the port; a program's may be an object of a class. */
export function boundPort(port: OutputPort | undefined): OutputPort {
  if (port === undefined) throw new UsageError('a context needs a port for its output')
  return {
    format: port.format,
    write: (chunk) => port.write(chunk),
    show: (batch, format) => port.show(batch, format),
    report: (message) => port.report(message),
    ...(port.panel === undefined ? {} : { panel: (options) => port.panel?.(options) as Promise<Panel> }),
  }
}

/** Return how a context is made recoverable, from its option. */
export function checkpointOf(option: string | CheckpointOptions | undefined): CheckpointOptions | undefined {
  return typeof option === 'string' ? { directory: option } : option
}

/** Return an object without its undefined entries. */
export function definedOnly<T extends object>(value: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>
  }
}
