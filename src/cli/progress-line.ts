import type { RunningContext } from '../engine/scheduler/running-context.ts'
import { createProgress } from './screen/progress.ts'

/** Milliseconds between two drawings of the line. */
const PERIOD = 200
/** Milliseconds without output before the line appears: a person wonders after two or three seconds. */
const PATIENCE = 2500

/** The progress line of a run. */
export interface ProgressLine {
  /** Results are about to be written: take the line off the screen, and wait again before it comes back. */
  hide(): void
  stop(): void
}

/** Show on stderr how a run is going while it shows nothing else. */
export function startProgress(running: RunningContext): ProgressLine {
  const line = createProgress(process.stderr, { after: PATIENCE / PERIOD })
  let lag = 0
  let rate = 0
  let interval = 1000
  let last = 0
  running.listeners.add({
    onBatchCompleted: ({ batchInfo }) => {
      lag = Math.max(0, (batchInfo.processingEndTime ?? 0) - batchInfo.batchTime)
      if (last > 0) interval = batchInfo.batchTime - last
      last = batchInfo.batchTime
      rate = (batchInfo.numRecords * 1000) / Math.max(1, interval)
    },
  })
  const timer = setInterval(() => {
    const { batches, rows } = running.totals
    line.update({ rowsPerSecond: rate, batches, lagMilliseconds: lag, received: rows })
  }, PERIOD)
  timer.unref()
  return {
    hide: () => line.clear(),
    stop: () => {
      clearInterval(timer)
      line.clear()
    },
  }
}
