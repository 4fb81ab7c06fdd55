import { elementsOf } from '../batch/lines.ts'
import type { Gather, OperatorCall } from '../operators/record.ts'
import { takeEach } from '../plan/element-errors.ts'
import type { FlagRecord } from '../plan/record.ts'
import { keeping } from '../state/saved.ts'
import { compareIds, edgeOf, type VertexId } from './edge.ts'
import { EdgeTable, type Graph } from './edge-table.ts'

/** What an edge is, for the help. */
export const EDGE_WORDS =
  'An edge is a line `source target`, or `source target weight`; any text names a vertex. '

/** Flags of every stage that asks a graph. */
export const GRAPH_FLAGS = [
  { name: 'expire', type: 'duration', summary: 'forget edges that came longer ago, such as 10m' },
  {
    name: 'batch',
    type: 'boolean',
    summary: 'the graph is the batch, or the window, and not all edges so far',
  },
] as const satisfies readonly FlagRecord[]

/** The same of a program. */
export interface GraphOptions {
  /** Milliseconds after which edges are forgotten; never where absent. */
  readonly expire?: number
  /** The graph is the batch, or the window, and not all edges so far. */
  readonly batch?: boolean
}

/** What a program may pass as an edge; a number that is written as text is that number. */
export type EdgeElement =
  | string
  | readonly [source: VertexId, target: VertexId]
  | readonly [source: VertexId, target: VertexId, weight: number]
  | { readonly source: VertexId; readonly target: VertexId; readonly weight?: number }

/** A result of each vertex, by its number. */
export type Results<R> = (vertex: number) => R

/** Which comes first: the lowest vertex, or the largest result. */
export type Order = 'vertex' | 'result'

/**
 * Return what a stage does that asks the graph of all edges so far at every batch. `ask` is given the graph, and its era:
 * what it remembers of vertices by their numbers belongs to one era. It is asked when the graph has changed.
 */
export function graphStage<R>(
  call: OperatorCall,
  order: Order,
  ask: (graph: Graph, era: number) => Results<R>,
): Gather {
  const expire = call.value('expire') as number | undefined
  const isBatch = call.boolean('batch')
  const name = call.label.split(' ', 1)[0] as string
  if (isBatch && expire !== undefined)
    throw call.refuse(`${name}: --expire is for a graph that is kept, and --batch forgets every batch`)
  const table = new EdgeTable()
  let rows: readonly (readonly [VertexId, R])[] = []
  let isKnown = false
  return {
    gather: ([batch = []], time) => {
      if (isBatch) table.clear()
      const isLess = expire !== undefined && table.forget(time - expire)
      const before = table.size
      takeEach(call, batch.flatMap(elementsOf), (element) => {
        const edge = edgeOf(element)
        if (edge !== undefined) table.add(edge, time)
      })
      if (isBatch || isLess || !isKnown || table.size > before)
        rows = sorted(table.graph(), ask(table.graph(), table.era), order)
      isKnown = true
      return rows.length === 0 ? [] : [{ kind: 'rows', rows }]
    },
    calls: 'called once per batch',
    keeps: keeping({
      of: name,
      version: 1,
      save: () => table.save(),
      restore: (saved) => {
        table.restore(saved)
        isKnown = false
      },
      changes: () => table.changes(),
      apply: (saved) => {
        table.apply(saved)
        isKnown = false
      },
      size: () => table.size,
    }),
  }
}

/** Return the results that stand in a column. */
export function columnOf(found: Int32Array | Float64Array): Results<number> {
  return (vertex) => found[vertex] as number
}

/** Return for each vertex the lowest id among those with its label. */
export function lowestIds({ ids }: Graph, labels: Int32Array): Results<VertexId> {
  const lowest = new Map<number, VertexId>()
  for (const [vertex, label] of labels.entries()) {
    const id = ids[vertex] as VertexId
    const known = lowest.get(label)
    if (known === undefined || compareIds(id, known) < 0) lowest.set(label, id)
  }
  return (vertex) => lowest.get(labels[vertex] as number) as VertexId
}

function sorted<R>({ ids }: Graph, results: Results<R>, order: Order): (readonly [VertexId, R])[] {
  const rows = ids.map((id, vertex) => [id, results(vertex)] as const)
  return rows.sort((one, other) => {
    const byResult = order === 'result' ? Number(other[1]) - Number(one[1]) : 0
    return byResult || compareIds(one[0], other[0])
  })
}
