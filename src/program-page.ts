import type { WatchedRun } from './engine/scheduler/extra-listeners.ts'
import type { StreamingListener } from './engine/scheduler/listener.ts'
import type { MetricSinkSettings } from './engine/scheduler/metric-settings.ts'

/** Serve the streaming page of a program's context, until that has stopped; say where it is. */
export async function servePage(
  { plan, options, terminated }: WatchedRun,
  port: number,
): Promise<StreamingListener> {
  const { openStreamingPage } = await import('./ui/streaming/page.ts')
  const { configuration, batchLines, onError, parallelism } = options
  const token = process.env.DSTREAM_UI_TOKEN
  const page = await openStreamingPage({
    port,
    ...(token ? { token } : {}),
    plan,
    master: configuration?.master ?? `local[${parallelism}]`,
    onError,
    retained: configuration?.retainedBatches,
    isTimed: batchLines === undefined,
  })
  const close = (): void => void page.close()
  terminated.then(close, close)
  options.port.report(`streaming page: ${page.url}`)
  return page.listener
}

/** Report the gauges of a program's context, until that has stopped. */
export async function reportGauges(
  { plan, options, terminated }: WatchedRun,
  sinks: readonly MetricSinkSettings[],
): Promise<StreamingListener> {
  const { reportMetrics } = await import('./ui/metrics/report-metrics.ts')
  const { batchLines, port } = options
  const metrics = await reportMetrics({
    plan,
    name: plan.name,
    isTimed: batchLines === undefined,
    sinks,
    report: (line) => port.report(line),
  })
  const close = (): void => void metrics.close()
  terminated.then(close, close)
  return metrics.listener
}
