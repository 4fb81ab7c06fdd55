import { availableParallelism } from 'node:os'

/** Where nothing else is said. */
export const DEFAULT_MASTER = 'local[*]'

/** Return the N of a master `local[N]`: 1 for `local`, the number of processors for `local[*]`; undefined for any other master. */
export function localThreads(master: string): number | undefined {
  const match = /^local(?:\[(\d+|\*)\])?$/.exec(master)
  if (match === null) return undefined
  if (match[1] === '*') return availableParallelism()
  return match[1] === undefined ? 1 : Number(match[1])
}
