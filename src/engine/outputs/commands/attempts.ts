import { formatDuration } from '../../plan/duration.ts'
import { pause } from '../../sources/reading/pause.ts'
import type { OutputCall } from '../record.ts'

/** What the first line of a failure says. */
const FIRST_LINE = /^[^\n]*/
const FIRST_RETRY = 100
const LONGEST_RETRY = 5000

/** Runs what may fail: again as often as was asked for, and then fails or leaves out the elements. */
export interface Attempts {
  /** @param work is told which attempt it is, from 1. */
  run(count: number, work: (attempt: number) => Promise<void>): Promise<void>
  /** Wait no longer. */
  stop(): void
}

/** Return what runs the batches of a stage by its flags `--retries` and `--on-failure`. */
export function createAttempts(call: OutputCall, report: (message: string) => void): Attempts {
  const retries = call.number('retries')
  if (retries < 0) throw call.refuse('--retries expects 0 or more')
  const skips = call.string('on-failure') === 'skip'
  const stop = new AbortController()
  return {
    run: async (count, work) => {
      for (let attempt = 1, wait = FIRST_RETRY; ; attempt++, wait = Math.min(2 * wait, LONGEST_RETRY)) {
        try {
          return await work(attempt)
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          if (attempt > retries || stop.signal.aborted) {
            if (!skips) throw error
            call.drop(count, `${call.label}: ${reason}`)
            return
          }
          const said = FIRST_LINE.exec(reason)?.[0] ?? ''
          report(`${call.label}: ${said}; trying again in ${formatDuration(wait)}, ${attempt} of ${retries}`)
          await pause(wait, stop.signal)
        }
      }
    },
    stop: () => stop.abort(),
  }
}
