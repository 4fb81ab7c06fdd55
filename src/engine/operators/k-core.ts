import type { VertexId } from '../graph/edge.ts'
import {
  columnOf,
  EDGE_WORDS,
  type EdgeElement,
  GRAPH_FLAGS,
  type GraphOptions,
  graphStage,
} from '../graph/graph-stage.ts'
import { coreNumbers } from '../graph/structure.ts'
import { defineOperator } from './record.ts'

/** `k-core`. No row of GraphX. */
export const kCore = defineOperator({
  name: 'k-core',
  summary:
    'Find how densely each vertex of a graph is connected: the largest k of a part in which all have k neighbours.',
  description: `${EDGE_WORDS}Directions, edges that come twice and edges from a vertex to itself do not count.`,
  kind: 'stateful',
  arguments: [],
  flags: [...GRAPH_FLAGS],
  examples: [
    {
      chain: 'k-core',
      in: [['a b', 'b c', 'c a', 'c d']],
      out: [
        [
          ['a', 2],
          ['b', 2],
          ['c', 2],
          ['d', 1],
        ],
      ],
    },
  ],
  apply: (call) => graphStage(call, 'result', (graph) => columnOf(coreNumbers(graph))),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every vertex with the largest k such that it is in a part of the graph in which each vertex has
     * at least k neighbours, the largest first, of all edges so far. No row of GraphX.
     *
     * @throws StageError for an element that is no edge.
     */
    kCore(this: DStream<EdgeElement>, options?: GraphOptions): DStream<[VertexId, number]>
  }
}
