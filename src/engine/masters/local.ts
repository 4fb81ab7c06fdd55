/** Return the N of a master `local[N]`, 1 for `local` and `local[*]`; undefined for any other master. */
export function localThreads(master: string): number | undefined {
  const match = /^local(?:\[(\d+|\*)\])?$/.exec(master)
  if (match === null) return undefined
  return match[1] === undefined || match[1] === '*' ? 1 : Number(match[1])
}
