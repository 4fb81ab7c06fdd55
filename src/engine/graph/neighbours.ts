import type { Graph } from './edge-table.ts'

/** The neighbours of vertex v are `targets[starts[v]]` to before `targets[starts[v + 1]]` (compressed sparse rows). */
export interface Neighbours {
  readonly starts: Int32Array
  readonly targets: Int32Array
}

/** Return where the edges of each vertex lead, or with `isReversed` where they come from; as many times as there are edges. */
export function neighbours({ ids, sources, targets }: Graph, isReversed = false): Neighbours {
  return rows(ids.length, isReversed ? targets : sources, isReversed ? sources : targets)
}

/** Return the neighbours in both directions, each once and ascending, without the vertex itself. */
export function simpleNeighbours({ ids, sources, targets }: Graph): Neighbours {
  const count = sources.length
  const from = new Int32Array(2 * count)
  const to = new Int32Array(2 * count)
  from.set(sources)
  from.set(targets, count)
  to.set(targets)
  to.set(sources, count)
  const all = rows(ids.length, from, to)
  const starts = new Int32Array(ids.length + 1)
  const found = new Int32Array(2 * count)
  let end = 0
  for (let vertex = 0; vertex < ids.length; vertex++) {
    starts[vertex] = end
    let last = -1
    for (const neighbour of all.targets.subarray(all.starts[vertex], all.starts[vertex + 1]).sort()) {
      if (neighbour !== last && neighbour !== vertex) found[end++] = neighbour
      last = neighbour
    }
  }
  starts[ids.length] = end
  return { starts, targets: found.subarray(0, end) }
}

function rows(count: number, from: Int32Array, to: Int32Array): Neighbours {
  const starts = new Int32Array(count + 1)
  for (const vertex of from) starts[vertex + 1] = (starts[vertex + 1] as number) + 1
  for (let vertex = 0; vertex < count; vertex++)
    starts[vertex + 1] = (starts[vertex + 1] as number) + (starts[vertex] as number)
  const next = starts.slice(0, count)
  const targets = new Int32Array(to.length)
  for (let at = 0; at < from.length; at++) {
    const vertex = from[at] as number
    const place = next[vertex] as number
    targets[place] = to[at] as number
    next[vertex] = place + 1
  }
  return { starts, targets }
}
