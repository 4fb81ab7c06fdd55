import type { Lease } from './lease.ts'

/** What a process does about the leases of others. */
export interface Move {
  /** Those that nobody has, and that it may have. */
  readonly take: readonly Lease[]
  /** One that another has, who has too many. */
  readonly ask: Lease | undefined
}

/**
 * Return what `me` does so that all have the same number of leases, one more or less. One is asked for at a time.
 *
 * @param open those whose shards can be read now.
 * @param isLeft true for a lease whose owner is gone.
 */
export function nextMove(open: readonly Lease[], me: string, isLeft: (lease: Lease) => boolean): Move {
  const byOwner = new Map<string, Lease[]>([[me, []]])
  const left: Lease[] = []
  for (const lease of open) {
    if (lease.owner === undefined || isLeft(lease)) left.push(lease)
    else byOwner.set(lease.owner, [...(byOwner.get(lease.owner) ?? []), lease])
  }
  const mine = byOwner.get(me)?.length ?? 0
  const share = Math.ceil(open.length / byOwner.size)
  const take = left.slice(0, Math.max(0, share - mine))
  if (take.length > 0 || left.length > 0 || open.some(({ wanted }) => wanted === me))
    return { take, ask: undefined }
  const most = [...byOwner.values()].sort((a, b) => b.length - a.length)[0] ?? []
  const ask = most.length > mine + 1 ? most.find(({ wanted }) => wanted === undefined) : undefined
  return { take, ask }
}
