import { editsBetween } from '../plan/edits-between.ts'
import { UsageError } from '../plan/errors.ts'
import {
  CONFIGURATION_KEYS,
  type ConfigurationKey,
  type ConfigurationType,
  STREAMING_PREFIX,
} from './configuration-keys.ts'
import { METRICS_PREFIX, type MetricSinkSettings, readMetricSinks } from './metric-settings.ts'
import { PID_DEFAULTS, type PIDSettings } from './rate-estimator.ts'

/** Keys and values as they are written: `['spark.streaming.blockInterval', '50ms']`. */
export type Settings = Iterable<readonly [key: string, value: string | number | boolean]>

/** What a context reads of its configuration; durations in milliseconds, absent where nothing was set. */
export interface Configuration {
  /** `spark.master`. */
  readonly master?: string
  /** `spark.app.name`. */
  readonly appName?: string
  /** `receiver.maxRate`; absent for no limit. */
  readonly maxRate?: number
  readonly backpressure?: BackpressureSettings
  readonly blockInterval?: number
  readonly receiverRestartDelay?: number
  readonly minRememberDuration?: number
  readonly kinesisRetryWaitTime?: number
  readonly kinesisMaxAttempts?: number
  readonly gracefulStopTimeout?: number
  readonly stopGracefullyOnShutdown?: boolean
  readonly extraListeners?: readonly string[]
  /** `receiver.writeAheadLog.enable`: there has to be a checkpoint. */
  readonly writeAheadLog?: boolean
  /** `checkpoint.directory`. */
  readonly checkpointDirectory?: string
  /** `ui.retainedBatches`: for the streaming page. */
  readonly retainedBatches?: number
  /** `kafka.maxRatePerPartition`, `kafka.minRatePerPartition`: messages a second. */
  readonly kafkaMaxRatePerPartition?: number
  readonly kafkaMinRatePerPartition?: number
  /** `spark.ui.enabled`, `spark.ui.port`: the streaming page, where it is asked for. */
  readonly page?: { readonly port: number }
  /** Below `spark.metrics.conf.`: where the gauges of the pipeline are reported. */
  readonly metricSinks?: readonly MetricSinkSettings[]
  /** What the user is to know: keys that do nothing. One line each. */
  readonly notes: readonly string[]
}

/** The keys below `backpressure`; absent where nothing was set. */
export interface BackpressureSettings {
  readonly enabled?: boolean
  /** Elements a second of each receiver until there is an estimate. */
  readonly initialRate?: number
  readonly pid: PIDSettings
}

/** A key that does not exist, or a value of the wrong type. */
export class ConfigurationError extends UsageError {
  readonly key: string

  constructor(key: string, message: string, hint?: string) {
    super(message, hint)
    this.key = key
  }
}

const KEYS = new Map(CONFIGURATION_KEYS.map((key) => [STREAMING_PREFIX + key.name, key]))

/**
 * Return what a context reads of `settings`; of several values of a key the last one counts.
 *
 * @throws ConfigurationError for an unknown key below `spark.streaming.`, and for a value that is none of its type.
 */
export function readConfiguration(settings: Settings): Configuration {
  const values = new Map<string, string | number | boolean>()
  const metrics = new Map<string, string>()
  const notes = new Set<string>()
  for (const [key, value] of settings) {
    const text = String(value).trim()
    const found = KEYS.get(key)
    if (found !== undefined) {
      values.set(found.name, typedValue(key, found.type, text))
      if (found.effect !== 'works') notes.add(noteOf(key, found))
    } else if (key === 'spark.master' || key === 'spark.app.name') values.set(key, text)
    else if (key === 'spark.ui.enabled') values.set(key, typedValue(key, 'boolean', text))
    else if (key === 'spark.ui.port') values.set(key, typedValue(key, 'integer', text))
    else if (key.startsWith(METRICS_PREFIX)) metrics.set(key.slice(METRICS_PREFIX.length), text)
    else if (key.startsWith('spark.') && !key.startsWith(STREAMING_PREFIX))
      notes.add(`${key} has no effect here: it is no key of Spark Streaming`)
    else throw unknownKey(key)
  }
  const listeners = values.get('extraListeners') as string | undefined
  const maxRate = values.get('receiver.maxRate') as number | undefined
  const configuration = {
    master: values.get('spark.master'),
    appName: values.get('spark.app.name'),
    maxRate: maxRate === undefined || maxRate <= 0 ? undefined : maxRate,
    backpressure: readBackpressure(values),
    blockInterval: values.get('blockInterval'),
    receiverRestartDelay: values.get('receiverRestartDelay'),
    minRememberDuration: values.get('fileStream.minRememberDuration'),
    kinesisRetryWaitTime: values.get('kinesis.retry.waitTime'),
    kinesisMaxAttempts: values.get('kinesis.retry.maxAttempts'),
    gracefulStopTimeout: values.get('gracefulStopTimeout'),
    stopGracefullyOnShutdown: values.get('stopGracefullyOnShutdown'),
    extraListeners: listeners?.split(',').map((word) => word.trim()),
    writeAheadLog: values.get('receiver.writeAheadLog.enable'),
    checkpointDirectory: values.get('checkpoint.directory'),
    retainedBatches: values.get('ui.retainedBatches'),
    kafkaMaxRatePerPartition: values.get('kafka.maxRatePerPartition'),
    kafkaMinRatePerPartition: values.get('kafka.minRatePerPartition'),
    page: pageOf(values),
    metricSinks: metrics.size === 0 ? undefined : readMetricSinks(metrics, (note) => void notes.add(note)),
  }
  const given = Object.entries(configuration).filter(([, value]) => value !== undefined)
  return { ...(Object.fromEntries(given) as Omit<Configuration, 'notes'>), notes: [...notes] }
}

/** Who names a port wants a page; Spark has one for everybody, at 4040. */
function pageOf(values: ReadonlyMap<string, unknown>): Configuration['page'] {
  const [isEnabled, port] = [values.get('spark.ui.enabled'), values.get('spark.ui.port')]
  if (isEnabled === false || (isEnabled === undefined && port === undefined)) return undefined
  const wanted = (port as number | undefined) ?? 4040
  if (wanted < 0 || wanted > 65_535)
    throw new ConfigurationError('spark.ui.port', `spark.ui.port expects a port, got ${wanted}`)
  return { port: wanted }
}

const RATE_KEYS = ['proportional', 'integral', 'derived', 'minRate'] as const

function readBackpressure(values: ReadonlyMap<string, unknown>): BackpressureSettings | undefined {
  if (![...values.keys()].some((name) => name.startsWith('backpressure.'))) return undefined
  const refuse = (name: string, expected: string): never => {
    const key = `${STREAMING_PREFIX}backpressure.${name}`
    throw new ConfigurationError(key, `${key} expects ${expected}, got ${values.get(`backpressure.${name}`)}`)
  }
  const estimator = values.get('backpressure.rateEstimator') ?? 'pid'
  if (estimator !== 'pid') refuse('rateEstimator', 'pid, the only estimator there is')
  const pid: Record<(typeof RATE_KEYS)[number], number> = { ...PID_DEFAULTS }
  for (const name of RATE_KEYS) {
    const value = values.get(`backpressure.pid.${name}`) as number | undefined
    if (value === undefined) continue
    if (name === 'minRate' && value <= 0) refuse('pid.minRate', 'a number above 0')
    if (value < 0) refuse(`pid.${name}`, 'a number of 0 or more')
    pid[name] = value
  }
  const initialRate = values.get('backpressure.initialRate') as number | undefined
  const enabled = values.get('backpressure.enabled') as boolean | undefined
  return {
    pid,
    ...(enabled === undefined ? {} : { enabled }),
    ...(initialRate === undefined || initialRate <= 0 ? {} : { initialRate }),
  }
}

function noteOf(key: string, { effect, here }: ConfigurationKey): string {
  return `${key} has no effect${effect === 'later' ? ' yet' : ' here'}: ${here}`
}

/** Milliseconds of Spark's units of time. */
const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

const EXPECTED: Readonly<Record<ConfigurationType, string>> = {
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  ms: 'a duration such as 200ms, or milliseconds',
  s: 'a duration such as 60s, or seconds',
  string: 'a text',
}

function typedValue(key: string, type: ConfigurationType, text: string): string | number | boolean {
  const value = parse(type, text)
  if (value !== undefined) return value
  throw new ConfigurationError(key, `${key} expects ${EXPECTED[type]}, got ${text === '' ? 'nothing' : text}`)
}

function parse(type: ConfigurationType, text: string): string | number | boolean | undefined {
  if (text === '') return undefined
  switch (type) {
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined
    case 'integer':
      return /^[+-]?\d+$/.test(text) ? Number(text) : undefined
    case 'number':
      return Number.isFinite(Number(text)) ? Number(text) : undefined
    case 'string':
      return text
    default: {
      const [, amount, unit] = /^(\d+)\s*([a-z]*)$/i.exec(text) ?? []
      const size = UNITS[unit === '' ? type : (unit?.toLowerCase() ?? '')]
      return amount === undefined || size === undefined ? undefined : Math.floor(Number(amount) * size)
    }
  }
}

function unknownKey(key: string): ConfigurationError {
  const wanted = key.toLowerCase()
  const known = [...KEYS.keys(), 'spark.master', 'spark.app.name', 'spark.ui.enabled', 'spark.ui.port']
  const near = known
    .map((name) => ({ name, far: editsBetween(tailOf(wanted), tailOf(name.toLowerCase())) }))
    .sort((a, b) => a.far - b.far)[0]
  const isNear = near !== undefined && near.far <= Math.ceil(0.4 * tailOf(near.name).length)
  return new ConfigurationError(
    key,
    `the configuration knows no key ${key}`,
    isNear ? `Did you mean ${near.name}?` : 'docs/configuration.md lists them; each begins with spark.',
  )
}

/** What all keys share must not make them near. */
function tailOf(key: string): string {
  return key.startsWith(STREAMING_PREFIX) ? key.slice(STREAMING_PREFIX.length) : key
}
