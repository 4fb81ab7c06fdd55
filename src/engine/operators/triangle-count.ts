import type { VertexId } from '../graph/edge.ts'
import {
  columnOf,
  EDGE_WORDS,
  type EdgeElement,
  GRAPH_FLAGS,
  type GraphOptions,
  graphStage,
} from '../graph/graph-stage.ts'
import { triangleCounts } from '../graph/structure.ts'
import { defineOperator } from './record.ts'

/** `triangle-count`. GraphX: `TriangleCount`. */
export const triangleCount = defineOperator({
  name: 'triangle-count',
  summary: 'Count the triangles that each vertex of a graph is in.',
  description: `${EDGE_WORDS}Directions, edges that come twice and edges from a vertex to itself do not count.`,
  kind: 'stateful',
  arguments: [],
  flags: [...GRAPH_FLAGS],
  examples: [
    {
      chain: 'triangle-count',
      in: [
        ['a b', 'b c'],
        ['c a', 'c d', 'a b'],
      ],
      out: [
        [
          ['a', 0],
          ['b', 0],
          ['c', 0],
        ],
        [
          ['a', 1],
          ['b', 1],
          ['c', 1],
          ['d', 0],
        ],
      ],
    },
  ],
  apply: (call) => graphStage(call, 'result', (graph) => columnOf(triangleCounts(graph))),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every vertex with how many triangles it is in, the largest first, of all edges so far (GraphX:
     * `TriangleCount`).
     *
     * @throws StageError for an element that is no edge.
     */
    triangleCount(this: DStream<EdgeElement>, options?: GraphOptions): DStream<[VertexId, number]>
  }
}
