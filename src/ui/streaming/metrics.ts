import { gaugesOf } from '../metrics/gauges.ts'
import type { WebServer } from '../web-server.ts'
import type { Progress } from './progress.ts'
import type { Application } from './rest.ts'

/** Serve the gauges: for Prometheus at `/metrics`, and as Spark's servlet of JSON at `/metrics/json`. */
export function serveMetrics(server: WebServer, application: Application, progress: Progress): void {
  const prometheus = () => ({
    type: 'text/plain',
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    body: prometheusText(application, progress),
  })
  server.get('/metrics', prometheus)
  server.get('/metrics/prometheus', prometheus)
  server.get('/metrics/json', () => ({
    type: 'application/json',
    body: `${JSON.stringify(servlet(application, progress), undefined, 2)}\n`,
  }))
}

/** The text format of Prometheus, version 0.0.4. */
function prometheusText({ id, name }: Application, progress: Progress): string {
  const application = `app_id="${label(id)}",app_name="${label(name)}"`
  const gauges = gaugesOf(progress).map(({ name: gauge, help, value }) => {
    const metric = `StreamingMetrics_streaming_${gauge}`
    return `# HELP ${metric} ${help}\n# TYPE ${metric} gauge\n${metric}{${application}} ${value}\n`
  })
  const receivers = [...progress.sources.values()].filter(({ isReceiver }) => isReceiver)
  const active = receivers.map(
    (source) =>
      `StreamingMetrics_streaming_receiverActive{${application},stream_id="${source.id}",stream_name="${label(source.name)}"} ${source.active ? 1 : 0}\n`,
  )
  const head =
    '# HELP StreamingMetrics_streaming_receiverActive 1 while a receiver runs; no gauge of Spark\n# TYPE StreamingMetrics_streaming_receiverActive gauge\n'
  return `${gauges.join('')}${active.length === 0 ? '' : head}${active.join('')}`
}

function label(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}

/** What Spark's servlet gives: every kind of metric, of which there are gauges here. */
function servlet({ id, name }: Application, progress: Progress): unknown {
  const gauges = gaugesOf(progress).map(({ name: gauge, value }) => [
    `${id}.driver.${name}.StreamingMetrics.streaming.${gauge}`,
    { value },
  ])
  return {
    version: '4.0.0',
    gauges: Object.fromEntries(gauges),
    counters: {},
    histograms: {},
    meters: {},
    timers: {},
  }
}
