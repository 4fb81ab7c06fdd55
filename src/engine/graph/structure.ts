import type { Graph } from './edge-table.ts'
import { neighbours, simpleNeighbours } from './neighbours.ts'

/**
 * Return in how many triangles each vertex is. Directions, edges that come twice and edges from a vertex to itself do not
 * count. Each triangle is found once, from its vertex of the fewest neighbours (Schank and Wagner's forward algorithm).
 */
export function triangleCounts(graph: Graph): Int32Array {
  const { starts, targets } = simpleNeighbours(graph)
  const count = graph.ids.length
  const degree = (vertex: number): number => (starts[vertex + 1] as number) - (starts[vertex] as number)
  const isBefore = (one: number, other: number): boolean =>
    degree(one) < degree(other) || (degree(one) === degree(other) && one < other)
  const found = new Int32Array(count)
  const marks = new Int32Array(count).fill(-1)
  const later = (vertex: number): number[] => {
    const list: number[] = []
    for (let at = starts[vertex] as number; at < (starts[vertex + 1] as number); at++)
      if (isBefore(vertex, targets[at] as number)) list.push(targets[at] as number)
    return list
  }
  const lists = Array.from({ length: count }, (_, vertex) => later(vertex))
  for (let vertex = 0; vertex < count; vertex++) {
    const list = lists[vertex] as number[]
    for (const neighbour of list) marks[neighbour] = vertex
    for (const second of list)
      for (const third of lists[second] as number[]) {
        if (marks[third] !== vertex) continue
        for (const corner of [vertex, second, third]) found[corner] = (found[corner] as number) + 1
      }
  }
  return found
}

/**
 * Return the largest k of each vertex such that it is in a part of the graph in which each has at least k neighbours
 * (Batagelj and Zaveršnik, 2003). Directions, edges that come twice and edges from a vertex to itself do not count.
 */
export function coreNumbers(graph: Graph): Int32Array {
  const { starts, targets } = simpleNeighbours(graph)
  const count = graph.ids.length
  const degrees = Int32Array.from(
    { length: count },
    (_, v) => (starts[v + 1] as number) - (starts[v] as number),
  )
  const most = degrees.reduce((max, degree) => Math.max(max, degree), 0)
  const bins = new Int32Array(most + 2)
  for (const degree of degrees) bins[degree + 1] = (bins[degree + 1] as number) + 1
  for (let degree = 0; degree <= most; degree++)
    bins[degree + 1] = (bins[degree + 1] as number) + (bins[degree] as number)
  // Vertices in the order of their degrees, where each one stands, and where each degree begins.
  const order = new Int32Array(count)
  const places = new Int32Array(count)
  const next = bins.slice()
  for (let vertex = 0; vertex < count; vertex++) {
    const place = next[degrees[vertex] as number] as number
    next[degrees[vertex] as number] = place + 1
    order[place] = vertex
    places[vertex] = place
  }
  for (const vertex of order) {
    for (let at = starts[vertex] as number; at < (starts[vertex + 1] as number); at++) {
      const neighbour = targets[at] as number
      const degree = degrees[neighbour] as number
      if (degree <= (degrees[vertex] as number)) continue
      // It changes places with the first of its degree, which then begins one further.
      const place = places[neighbour] as number
      const first = bins[degree] as number
      const other = order[first] as number
      order[place] = other
      places[other] = place
      order[first] = neighbour
      places[neighbour] = first
      bins[degree] = first + 1
      degrees[neighbour] = degree - 1
    }
  }
  return degrees
}

/** Return how many edges lead from each vertex, to it, or both; each as often as it came. */
export function degrees({ ids, sources, targets }: Graph, direction: 'in' | 'out' | 'both'): Int32Array {
  const found = new Int32Array(ids.length)
  if (direction !== 'in') for (const source of sources) found[source] = (found[source] as number) + 1
  if (direction !== 'out') for (const target of targets) found[target] = (found[target] as number) + 1
  return found
}

/** Return how many edges lie between each vertex and `landmark`, along their directions; -1 where there is no way. */
export function hopsTo(graph: Graph, landmark: number): Int32Array {
  const { starts, targets } = neighbours(graph, true)
  const hops = new Int32Array(graph.ids.length).fill(-1)
  hops[landmark] = 0
  let border = [landmark]
  for (let hop = 1; border.length > 0; hop++) {
    const next: number[] = []
    for (const vertex of border)
      for (let at = starts[vertex] as number; at < (starts[vertex + 1] as number); at++) {
        const before = targets[at] as number
        if (hops[before] !== -1) continue
        hops[before] = hop
        next.push(before)
      }
    border = next
  }
  return hops
}

/**
 * Return the community of each vertex, by one of its vertices: at each of `steps` every vertex takes the label that most of
 * its neighbours have, in both directions and as often as there are edges (Raghavan, Albert and Kumara, 2007; GraphX). Of labels
 * that are as frequent the lowest by `ranks` counts.
 */
export function communities(graph: Graph, steps: number, ranks: Int32Array): Int32Array {
  const [outgoing, incoming] = [neighbours(graph), neighbours(graph, true)]
  const count = graph.ids.length
  let labels = Int32Array.from({ length: count }, (_, vertex) => vertex)
  const votes = new Int32Array(count)
  for (let step = 0; step < steps; step++) {
    const next = labels.slice()
    let hasChanged = false
    for (let vertex = 0; vertex < count; vertex++) {
      const seen: number[] = []
      for (const { starts, targets } of [outgoing, incoming])
        for (let at = starts[vertex] as number; at < (starts[vertex + 1] as number); at++) {
          const label = labels[targets[at] as number] as number
          if (votes[label] === 0) seen.push(label)
          votes[label] = (votes[label] as number) + 1
        }
      let best = -1
      for (const label of seen) {
        const isMore = best === -1 || (votes[label] as number) > (votes[best] as number)
        const isLower =
          best !== -1 && votes[label] === votes[best] && (ranks[label] as number) < (ranks[best] as number)
        if (isMore || isLower) best = label
      }
      for (const label of seen) votes[label] = 0
      if (best !== -1 && best !== labels[vertex]) {
        next[vertex] = best
        hasChanged = true
      }
    }
    labels = next
    if (!hasChanged) break
  }
  return labels
}
