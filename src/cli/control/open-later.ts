import type { Dataflow } from '../../engine/codegen/dataflow.ts'
import { reasonOf } from '../../engine/plan/describe.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import type { RunningContext } from '../../engine/scheduler/running-context.ts'

/** Milliseconds after which a pipeline can be asked: one that ends before pays nothing for it. */
const PATIENCE = 400

/** What a pipeline is asked about. */
export interface ControlledRun {
  readonly plan: Plan
  readonly running: RunningContext
  readonly isTimed: boolean
  readonly flow: () => Dataflow | undefined
  /** Says what keeps `dstream top` from seeing it: no pipeline stops for that. */
  readonly warn: (message: string) => void
}

/** Open the control socket of a run once it has run for a while; return what closes it. */
export function openControlLater({ warn, ...run }: ControlledRun): () => void {
  if (process.platform === 'win32' || process.env.DSTREAM_CONTROL === 'off') return () => {}
  const started = Date.now()
  let close = (): void => {}
  let isOver = false
  const fail = (error: unknown): void => {
    warn(`dstream top and ask do not see this pipeline: ${reasonOf(error)}`)
  }
  const timer = setTimeout(async () => {
    try {
      const { openControl } = await import('./server.ts')
      if (!isOver) close = openControl({ ...run, started }, fail)
    } catch (error) {
      if (!isOver) fail(error)
    }
  }, PATIENCE)
  timer.unref()
  return () => {
    isOver = true
    clearTimeout(timer)
    close()
  }
}
