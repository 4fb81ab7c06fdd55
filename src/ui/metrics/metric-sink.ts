import type { Gauge } from './gauges.ts'

/** Takes the gauges of a pipeline to where somebody collects them. */
export interface MetricSink {
  /** Report gauges as they are at `time`, milliseconds since 1970. */
  report(gauges: readonly Gauge[], time: number): void | Promise<void>
  /** Nothing is reported any more. */
  close?(): void | Promise<void>
}

/** Who the metrics are of. */
export interface MetricSource {
  /** The run, in the form of Spark's application ids. */
  readonly id: string
  /** The pipeline. */
  readonly name: string
}

/** The full name of a gauge, as Spark's driver has it. */
export function metricName({ id, name }: MetricSource, gauge: string): string {
  return `${id}.driver.${name}.StreamingMetrics.streaming.${gauge}`
}
