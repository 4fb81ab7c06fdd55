import { reasonOf } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import { parseFunction } from '../plan/function-word.ts'
import { loadExport } from '../plan/functions.ts'
import type { Plan } from '../plan/plan.ts'
import { STREAMING_PREFIX } from './configuration-keys.ts'
import type { StreamingListener } from './listener.ts'
import type { MetricSinkSettings } from './metric-settings.ts'
import type { RunOptions } from './run-options.ts'
import { StatsReportListener } from './stats-report-listener.ts'

/** A run, as the streaming page sees it. */
export interface WatchedRun {
  readonly plan: Plan
  readonly options: RunOptions
  readonly terminated: Promise<void>
}

/** Set by the package's entry, for the engine knows no page: serves one, or reports metrics, until the run has ended. */
export const pages: {
  open?: (run: WatchedRun, port: number) => Promise<StreamingListener>
  report?: (run: WatchedRun, sinks: readonly MetricSinkSettings[]) => Promise<StreamingListener>
} = {}

/**
 * Return the listeners that `spark.streaming.extraListeners` names: exports of modules, a class of which one is made or
 * a listener itself, and `StatsReportListener`; and the streaming page and sinks of metrics, where
 * the configuration asks for them.
 *
 * @throws UsageError where there is none of that name.
 */
export async function loadListeners(run: WatchedRun): Promise<StreamingListener[]> {
  const { extraListeners = [], page, metricSinks } = run.options.configuration ?? {}
  const listeners: StreamingListener[] = []
  for (const word of extraListeners) listeners.push(await loadListener(word))
  if (page !== undefined && pages.open !== undefined) listeners.push(await pages.open(run, page.port))
  if (metricSinks !== undefined && pages.report !== undefined)
    listeners.push(await pages.report(run, metricSinks))
  return listeners
}

async function loadListener(word: string): Promise<StreamingListener> {
  if (word === 'StatsReportListener') return new StatsReportListener()
  const key = `${STREAMING_PREFIX}extraListeners`
  const reference = parseFunction(word)
  if (reference.type !== 'module') {
    throw new UsageError(
      `${key}: ${word} names no listener`,
      'An export of a module is written ./file.ts#Name.',
    )
  }
  const found = await loadExport(reference)
  try {
    if (typeof found === 'function') return new (found as new () => StreamingListener)()
  } catch (error) {
    throw new UsageError(`${key}: ${word} cannot be made: ${reasonOf(error)}`)
  }
  if (typeof found === 'object' && found !== null) return found
  throw new UsageError(`${key}: ${word} is no listener but ${found === null ? 'null' : typeof found}`)
}
