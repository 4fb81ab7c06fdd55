import { reasonOf } from '../../engine/plan/describe.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { StreamingListener } from '../../engine/scheduler/listener.ts'
import type { MetricSinkSettings } from '../../engine/scheduler/metric-settings.ts'
import { Progress } from '../streaming/progress.ts'
import { CSVSink } from './csv.ts'
import { gaugesOf } from './gauges.ts'
import { type MetricSink, type MetricSource, metricName } from './metric-sink.ts'
import { StatsDSink } from './statsd.ts'

/** Milliseconds that a sink has for its last report: a pipeline that is done does not wait for a dead collector. */
const LAST = 2000

/** What is reported, and to whom. */
export interface MetricsOptions {
  readonly plan: Plan
  /** Stands in the names of the gauges. */
  readonly name: string
  readonly isTimed: boolean
  readonly sinks: readonly MetricSinkSettings[]
  /** Takes a line for standard error. */
  readonly report: (line: string) => void
}

/** Metrics that are being reported. */
export interface ReportedMetrics {
  /** What is to be told of the pipeline. */
  readonly listener: StreamingListener
  /** Report for the last time. */
  close(): Promise<void>
}

/**
 * Report the gauges of a pipeline to sinks, each at its period and once at the end. A sink that fails is tried again at
 * its next period, and said once: no pipeline stops for its metrics.
 *
 * @throws UsageError where a sink cannot be made as it was asked for.
 */
export async function reportMetrics({
  plan,
  name,
  isTimed,
  sinks,
  report,
}: MetricsOptions): Promise<ReportedMetrics> {
  const progress = new Progress({ plan, retained: 1, isTimed })
  const source: MetricSource = { id: `local-${Date.now()}`, name }
  const reporters = await Promise.all(
    sinks.map(async (settings) => {
      const sink = await open(settings, source, report)
      return new Reporter(settings, sink, progress, report)
    }),
  )
  return {
    listener: progress,
    close: async () => {
      await Promise.all(reporters.map((reporter) => reporter.close()))
    },
  }
}

async function open(
  { kind, options }: MetricSinkSettings,
  source: MetricSource,
  report: (line: string) => void,
): Promise<MetricSink> {
  switch (kind) {
    case 'csv':
      return new CSVSink(options, source)
    case 'statsd':
      return new StatsDSink(options, source)
    case 'opentelemetry':
      return (await import('./open-telemetry.ts')).openTelemetrySink(options, source)
    default:
      return {
        report: (gauges, time) => {
          const lines = gauges.map(({ name, value }) => `${metricName(source, name)} = ${value}`)
          report(`metrics at ${new Date(time).toISOString()}\n  ${lines.join('\n  ')}`)
        },
      }
  }
}

class Reporter {
  readonly #kind: string
  readonly #sink: MetricSink
  readonly #progress: Progress
  readonly #report: (line: string) => void
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  #failures = 0

  constructor(
    { kind, period }: MetricSinkSettings,
    sink: MetricSink,
    progress: Progress,
    report: (line: string) => void,
  ) {
    this.#kind = kind
    this.#sink = sink
    this.#progress = progress
    this.#report = report
    this.#timer = setInterval(() => this.#begin(), period).unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    const last = async (): Promise<void> => {
      await this.#running
      await this.#once()
      await this.#sink.close?.()
    }
    await Promise.race([last().catch(() => {}), new Promise((resolve) => setTimeout(resolve, LAST).unref())])
    if (this.#failures > 1) this.#report(`metrics: ${this.#kind}: ${this.#failures} reports were lost`)
  }

  /** A sink that is slower than its period is not asked twice at a time. */
  #begin(): void {
    this.#running ??= this.#once().finally(() => {
      this.#running = undefined
    })
  }

  async #once(): Promise<void> {
    try {
      await this.#sink.report(gaugesOf(this.#progress), Date.now())
    } catch (error) {
      this.#failures += 1
      if (this.#failures > 1) return
      this.#report(`metrics: ${this.#kind}: ${reasonOf(error)}; the pipeline goes on, and it is tried again`)
    }
  }
}
