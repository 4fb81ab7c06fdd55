import { closeSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { SourceError } from '../plan/errors.ts'
import { codeOf } from '../sources/reading/errors.ts'
import { diskError } from './disk-error.ts'

const NAME = 'lock'

/** Who holds a directory. */
interface Holder {
  readonly pid: number
  /** When that process began, as its system tells it: a number of a process comes back. Empty where none tells. */
  readonly started: string
}

/**
 * Hold a directory for this process alone; return how to let go of it. What a killed process has left behind is taken over.
 *
 * @throws SourceError naming the process that holds it.
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, NAME)
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, 'wx')
      writeSync(file, JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder))
      closeSync(file)
      return () => {
        try {
          unlinkSync(path)
        } catch {
          // The directory was removed meanwhile: nothing is held.
        }
      }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw diskError(path, error)
    }
    const holder = readHolder(path)
    if (holder !== undefined && (attempt > 1 || isAlive(holder))) throw held(directory, holder)
    removeStale(path, directory)
  }
}

function held(directory: string, { pid }: Holder): SourceError {
  return new SourceError(
    `checkpoint ${directory}: process ${pid} works with it`,
    'One pipeline has one directory: stop that process, or name another directory.',
  )
}

/** Remove the lock of a process that is gone, unless another process has done so meanwhile and holds the directory. */
function removeStale(path: string, directory: string): void {
  const stale = `${path}.${process.pid}`
  try {
    renameSync(path, stale)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw diskError(path, error)
  }
  const holder = readHolder(stale)
  if (holder !== undefined && isAlive(holder)) {
    renameSync(stale, path)
    throw held(directory, holder)
  }
  unlinkSync(stale)
}

/** Return the process that works with a directory; undefined where none does. Takes nothing. */
export function processAt(directory: string): number | undefined {
  const holder = readHolder(join(directory, NAME))
  return holder !== undefined && isAlive(holder) ? holder.pid : undefined
}

/** Return who holds the directory; undefined where a process was killed before it had said so. */
function readHolder(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder
    return Number.isInteger(holder.pid) ? holder : undefined
  } catch {
    return undefined
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (pid === process.pid) return started === startOf(pid)
  try {
    process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
  return startOf(pid) === started
}

/** Return when a process began, from Linux; elsewhere nothing. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name of the program, in parentheses, may hold anything. State 22 of proc(5) is the time of its start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A process that was killed and not yet waited for holds nothing.
    return fields[0] === 'Z' ? 'zombie' : (fields[19] ?? '')
  } catch {
    return ''
  }
}
