import { closeSync, openSync, writeSync } from 'node:fs'
import { SourceError, UsageError } from '../engine/plan/errors.ts'
import { eventLog } from '../engine/scheduler/event-log.ts'
import type { RunningContext } from '../engine/scheduler/running-context.ts'
import { reasonOf } from '../engine/sources/reading/errors.ts'

/**
 * Write every event of a run to a file, which is made anew; return what closes it. Written at once, so that what the file
 * says is true after a crash too.
 *
 * @throws UsageError where the file cannot be opened.
 */
export function writeEvents(running: RunningContext, path: string): () => void {
  let file: number
  try {
    file = openSync(path, 'w')
  } catch (error) {
    throw new UsageError(`--events: ${path}: ${reasonOf(error)}`)
  }
  const log = eventLog((line) => {
    try {
      writeSync(file, line)
    } catch (error) {
      // Events that are not there must not look like events that did not happen.
      running.listeners.remove(log)
      running.fail(new SourceError(`--events: ${path}: ${reasonOf(error)}`))
    }
  })
  running.listeners.add(log)
  return () => {
    running.listeners.remove(log)
    closeSync(file)
  }
}
