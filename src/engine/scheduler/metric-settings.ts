import { UsageError } from '../plan/errors.ts'

/** Before the keys of metrics; behind it stands who they are for, such as `*` or `driver`. */
export const METRICS_PREFIX = 'spark.metrics.conf.'

/** Where metrics go to. */
export const METRIC_SINKS = ['console', 'csv', 'statsd', 'opentelemetry'] as const
/** One of them. */
export type MetricSinkKind = (typeof METRIC_SINKS)[number]

/** A sink of metrics, as it was asked for. */
export interface MetricSinkSettings {
  readonly kind: MetricSinkKind
  /** Milliseconds between two reports. */
  readonly period: number
  /** Those of the kind, as they were written. */
  readonly options: ReadonlyMap<string, string>
}

/** What each sink takes beside `class`, `period` and `unit`. */
const OPTIONS: Readonly<Record<MetricSinkKind, readonly string[]>> = {
  console: [],
  csv: ['directory'],
  statsd: ['host', 'port', 'prefix'],
  opentelemetry: ['endpoint'],
}

/** Spark's classes that have nothing to do here, and why. */
const IDLE: Readonly<Record<string, string>> = {
  metricsservlet: '--ui serves it at /metrics/json',
  prometheusservlet: '--ui serves it at /metrics',
  jmxsink: 'there is no JVM',
  slf4jsink: 'there is no SLF4J; console writes to standard error',
  graphitesink: 'statsd and opentelemetry reach Graphite through their collectors',
}

const UNITS: Readonly<Record<string, number>> = {
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
}

/**
 * Return the sinks that the keys below `spark.metrics.conf.` ask for: `*.sink.NAME.class`, and what each class takes.
 *
 * @param values by what stands behind the prefix.
 * @param note is told of keys that have no effect.
 * @throws UsageError for a class or an option that is not there, and for a value that is none of its type.
 */
export function readMetricSinks(
  values: ReadonlyMap<string, string>,
  note: (text: string) => void,
): readonly MetricSinkSettings[] {
  const sinks = new Map<string, Map<string, string>>()
  for (const [key, value] of values) {
    const [, who, name, option] = /^([^.]+)\.sink\.([^.]+)\.(.+)$/.exec(key) ?? []
    if (name === undefined || option === undefined || !['*', 'driver'].includes(who ?? '')) {
      note(`${METRICS_PREFIX}${key} has no effect here: sinks of * and of driver are read, and nothing else`)
      continue
    }
    const options = sinks.get(name) ?? new Map<string, string>()
    sinks.set(name, options.set(option, value))
  }
  return [...sinks].flatMap(([name, options]) => sinkOf(name, options, note) ?? [])
}

function sinkOf(
  name: string,
  given: ReadonlyMap<string, string>,
  note: (text: string) => void,
): MetricSinkSettings | undefined {
  const key = (option: string): string => `${METRICS_PREFIX}*.sink.${name}.${option}`
  const { class: className, period = '10', unit = 'seconds', ...others } = Object.fromEntries(given)
  if (className === undefined) throw new UsageError(`${key('class')} is missing`, `It is ${expected()}.`)
  const simple = className.replace(/^.*\./, '').toLowerCase()
  const kind = METRIC_SINKS.find((each) => simple === each || simple === `${each}sink`)
  if (kind === undefined) {
    const why = IDLE[simple]
    if (why === undefined) throw new UsageError(`${key('class')} expects ${expected()}, got ${className}`)
    note(`${key('class')} has no effect here: ${why}`)
    return undefined
  }
  const scale = UNITS[unit.toLowerCase()]
  if (scale === undefined)
    throw new UsageError(`${key('unit')} expects ${Object.keys(UNITS).join(', ')}, got ${unit}`)
  if (!/^[1-9]\d{0,8}$/.test(period))
    throw new UsageError(`${key('period')} expects a whole number above 0, got ${period}`)
  for (const option of Object.keys(others)) {
    if (OPTIONS[kind].includes(option)) continue
    const known = ['period', 'unit', ...OPTIONS[kind]].join(', ')
    throw new UsageError(`${key(option)} is no option of ${kind}`, `It takes ${known}.`)
  }
  return { kind, period: Number(period) * scale, options: new Map(Object.entries(others)) }
}

function expected(): string {
  return `${METRIC_SINKS.join(', ')}, or a class of Spark such as org.apache.spark.metrics.sink.CsvSink`
}
