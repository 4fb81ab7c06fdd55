import { readFileSync } from 'node:fs'
import type { OnError } from '../../engine/plan/element-errors.ts'
import { describe } from '../../engine/plan/explain.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { StreamingListener } from '../../engine/scheduler/listener.ts'
import { serveAssets } from '../assets.ts'
import { WebServer, type WebServerOptions } from '../web-server.ts'
import { BATCH_PAGE, STREAMING_PAGE } from './html.ts'
import { serveMetrics } from './metrics.ts'
import { Progress } from './progress.ts'
import { type Application, serveRest } from './rest.ts'
import type { StageView } from './shown.ts'
import { batchPageView, headView, planView, stateView } from './view.ts'

/** Milliseconds between two events at the least. */
const PERIOD = 250

/** What the streaming page shows, and where. */
export interface StreamingPageOptions extends WebServerOptions {
  readonly plan: Plan
  /** As the user wrote it. */
  readonly master: string
  /** What happens when a function fails: kernels depend on it. */
  readonly onError?: OnError | undefined
  /** Batches that are remembered. */
  readonly retained?: number | undefined
  /** Whether batches are cut by the clock. */
  readonly isTimed: boolean
}

/** A page that is served. */
export interface StreamingPage {
  /** Where it is. */
  readonly url: string
  /** What is to be told of the pipeline. */
  readonly listener: StreamingListener
  /** The pipeline has ended: tell all who look, and give the port back. */
  close(): Promise<void>
}

/**
 * Serve the streaming page of a pipeline, its data and its metrics.
 *
 * @throws as `WebServer.listen` does.
 */
export async function openStreamingPage(options: StreamingPageOptions): Promise<StreamingPage> {
  const { plan, master, onError } = options
  const progress = new Progress(options)
  const server = await WebServer.listen(options)
  const startTime = Date.now()
  const application: Application = {
    id: `local-${startTime}`,
    name: plan.name,
    version: version(),
    startTime,
  }
  let hasEnded = false
  let told = 0
  let timer: NodeJS.Timeout | undefined
  const channel = server.events('/streaming/events', () => [
    JSON.stringify({
      head: headView(application, progress, master),
      ...stateView(progress, 0, hasEnded),
    }),
  ])
  const tell = (): void => {
    timer = undefined
    if (channel.readers > 0) channel.publish(JSON.stringify(stateView(progress, told, hasEnded)))
    told = progress.completedBatches
  }
  progress.onChange = () => {
    timer ??= setTimeout(tell, PERIOD).unref()
  }
  let stages: Promise<readonly StageView[]> | undefined
  const html = (body: string) => () => ({ type: 'text/html', body })
  server.get(/\/|\/streaming\/?/, html(STREAMING_PAGE))
  server.get(/\/streaming\/batch\/?/, html(BATCH_PAGE))
  server.get('/streaming/plan.json', async () => {
    stages ??= describe(plan, onError).then(
      ({ ways, calls }) => planView(progress, ways, calls),
      () => planView(progress, new Map(), new Map()),
    )
    return { type: 'application/json', body: JSON.stringify(await stages) }
  })
  server.get('/streaming/batch.json', (url) => {
    const view = batchPageView(Number(url.searchParams.get('id') ?? Number.NaN), plan.name, progress)
    return view && { type: 'application/json', body: JSON.stringify(view) }
  })
  serveRest(server, application, progress)
  serveMetrics(server, application, progress)
  serveAssets(server)
  return {
    url: server.url,
    listener: progress,
    close: async () => {
      clearTimeout(timer)
      hasEnded = true
      tell()
      await server.close()
    },
  }
}

/** The version of dstream, which stands in the package above the bundles and above the sources. */
function version(): string {
  for (const path of ['../../../package.json', '../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
      if (name === 'dstream') return version
    } catch {}
  }
  return ''
}
