import { randomBytes } from 'node:crypto'
import { UsageError } from '../engine/plan/errors.ts'
import type { Plan } from '../engine/plan/plan.ts'
import type { RunningContext } from '../engine/scheduler/running-context.ts'
import { reasonOf } from '../engine/sources/reading/errors.ts'
import type { ContextOptions } from './context-options.ts'
import { writeError } from './standard-output.ts'

/**
 * Serve the streaming page of a run where it is asked for, and say where it is; return what ends it. Nothing of it is
 * loaded before.
 *
 * @throws UsageError where the page cannot be served.
 */
export async function servePage(
  running: RunningContext,
  plan: Plan,
  { ui, master, onError, batchLines, configuration }: ContextOptions,
): Promise<() => Promise<void>> {
  if (ui === undefined) return async () => {}
  const { openStreamingPage } = await import('../ui/streaming/page.ts')
  const isOpen = ui.host === undefined || /^(localhost|::1|127(\.\d+){3})$/.test(ui.host)
  const given = process.env.DSTREAM_UI_TOKEN || undefined
  const token = given ?? (isOpen ? undefined : randomBytes(24).toString('base64url'))
  const page = await openStreamingPage({
    ...ui,
    ...(token === undefined ? {} : { token }),
    plan,
    master,
    onError,
    retained: configuration.retainedBatches,
    isTimed: batchLines === undefined,
  }).catch((error: unknown) => {
    throw new UsageError(`--ui: the page cannot be served at port ${ui.port}: ${reasonOf(error)}`)
  })
  running.listeners.add(page.listener)
  // A token that the user has set, the user knows.
  writeError(`streaming page: ${page.url}${token === given ? '' : `?token=${token}`}\n`)
  return () => page.close()
}

/**
 * Report the gauges of a run where its configuration names sinks; return what ends that.
 *
 * @throws UsageError where a sink cannot be made.
 */
export async function openMetrics(
  running: RunningContext,
  plan: Plan,
  { name = 'dstream', batchLines, configuration: { metricSinks: sinks = [] } }: ContextOptions,
  report: (line: string) => void,
): Promise<() => Promise<void>> {
  if (sinks.length === 0) return async () => {}
  const { reportMetrics } = await import('../ui/metrics/report-metrics.ts')
  const metrics = await reportMetrics({ plan, name, isTimed: batchLines === undefined, sinks, report })
  running.listeners.add(metrics.listener)
  return () => metrics.close()
}
