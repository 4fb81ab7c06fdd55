import type { Graph } from './edge-table.ts'
import { neighbours } from './neighbours.ts'

/** How ranks are found. */
export interface PageRankOptions {
  /** The chance to go on anywhere, in place of along an edge. */
  readonly reset: number
  /** So many steps from where every rank is 1; undefined to go on until ranks are found. */
  readonly iterations: number | undefined
  /** Ranks are found when no step would change any of them by more. */
  readonly tolerance: number
  /** Go on at this vertex alone; undefined for anywhere. */
  readonly personalised: number | undefined
}

/** No graph whose ranks do not settle keeps the batch for ever. */
const MOST_STEPS = 10_000

/**
 * Return the rank of each vertex as GraphX has it: r = reset + (1 - reset) · Σ r' / degree' over the edges that lead to it,
 * scaled so that all ranks together are as many as there are vertices, or 1 where they are personalised. `warm` are unscaled
 * ranks to begin with, which shortens the way and leads to the same.
 */
export function pageRank(
  graph: Graph,
  options: PageRankOptions,
  warm: Float64Array = new Float64Array(0),
): { readonly ranks: Float64Array; readonly unscaled: Float64Array } {
  const { reset, iterations, tolerance, personalised } = options
  const count = graph.ids.length
  const incoming = neighbours(graph, true)
  const shares = new Float64Array(count)
  for (const source of graph.sources) shares[source] = (shares[source] as number) + 1
  for (let vertex = 0; vertex < count; vertex++)
    shares[vertex] = (shares[vertex] as number) === 0 ? 0 : (1 - reset) / (shares[vertex] as number)
  const anywhere = personalised === undefined
  let ranks = new Float64Array(count).fill(anywhere ? 1 : 0)
  if (!anywhere) ranks[personalised] = 1
  if (iterations === undefined) ranks.set(warm.subarray(0, count))
  let next = new Float64Array(count)
  const given = new Float64Array(count)
  for (let step = 0; step < (iterations ?? MOST_STEPS); step++) {
    for (let vertex = 0; vertex < count; vertex++)
      given[vertex] = (ranks[vertex] as number) * (shares[vertex] as number)
    let most = 0
    for (let vertex = 0; vertex < count; vertex++) {
      let sum = anywhere || vertex === personalised ? reset : 0
      const end = incoming.starts[vertex + 1] as number
      for (let at = incoming.starts[vertex] as number; at < end; at++)
        sum += given[incoming.targets[at] as number] as number
      next[vertex] = sum
      most = Math.max(most, Math.abs(sum - (ranks[vertex] as number)))
    }
    const before = ranks
    ranks = next
    next = before
    if (iterations === undefined && most <= tolerance) break
  }
  return { ranks: scaled(ranks, anywhere ? count : 1), unscaled: ranks }
}

function scaled(ranks: Float64Array, total: number): Float64Array {
  let sum = 0
  for (const rank of ranks) sum += rank
  return sum === 0 ? ranks : ranks.map((rank) => (rank * total) / sum)
}
