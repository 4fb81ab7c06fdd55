import type { Graph } from './edge-table.ts'
import { neighbours } from './neighbours.ts'

/** Sets of vertices that are connected, which grow with edges (union-find, with path halving and by size). */
export class UnionFind {
  #parents: number[] = []
  #sizes: number[] = []
  #edges = 0

  /** Take the edges that came since the last call. */
  grow({ ids, sources, targets }: Graph): void {
    for (let vertex = this.#parents.length; vertex < ids.length; vertex++) {
      this.#parents.push(vertex)
      this.#sizes.push(1)
    }
    for (; this.#edges < sources.length; this.#edges++)
      this.#join(sources[this.#edges] as number, targets[this.#edges] as number)
  }

  /** Return for each vertex one that stands for all that are connected with it. */
  roots(): Int32Array {
    return Int32Array.from(this.#parents, (_, vertex) => this.#root(vertex))
  }

  #join(one: number, other: number): void {
    let [large, small] = [this.#root(one), this.#root(other)]
    if (large === small) return
    if ((this.#sizes[large] as number) < (this.#sizes[small] as number)) [large, small] = [small, large]
    this.#parents[small] = large
    this.#sizes[large] = (this.#sizes[large] as number) + (this.#sizes[small] as number)
  }

  #root(vertex: number): number {
    const parents = this.#parents
    let at = vertex
    while (parents[at] !== at) {
      parents[at] = parents[parents[at] as number] as number
      at = parents[at] as number
    }
    return at
  }
}

/**
 * Return for each vertex one that stands for all that it reaches and that reach it (Tarjan, 1972, without recursion: a path
 * may be as long as the graph).
 */
export function strongComponents(graph: Graph): Int32Array {
  const { starts, targets } = neighbours(graph)
  const count = graph.ids.length
  const orders = new Int32Array(count).fill(-1)
  const lows = new Int32Array(count)
  const next = starts.slice(0, count)
  const roots = new Int32Array(count).fill(-1)
  const open: number[] = []
  const path: number[] = []
  let order = 0
  for (let first = 0; first < count; first++) {
    if (orders[first] !== -1) continue
    path.push(first)
    while (path.length > 0) {
      const vertex = path.at(-1) as number
      if (orders[vertex] === -1) {
        orders[vertex] = order
        lows[vertex] = order
        order += 1
        open.push(vertex)
      }
      const at = next[vertex] as number
      if (at < (starts[vertex + 1] as number)) {
        next[vertex] = at + 1
        const target = targets[at] as number
        if (orders[target] === -1) path.push(target)
        else if (roots[target] === -1)
          lows[vertex] = Math.min(lows[vertex] as number, orders[target] as number)
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) lows[parent] = Math.min(lows[parent] as number, lows[vertex] as number)
      if (lows[vertex] !== orders[vertex]) continue
      for (let member = -1; member !== vertex; ) {
        member = open.pop() as number
        roots[member] = vertex
      }
    }
  }
  return roots
}
