import type { VertexId } from '../graph/edge.ts'
import {
  columnOf,
  EDGE_WORDS,
  type EdgeElement,
  GRAPH_FLAGS,
  type GraphOptions,
  graphStage,
} from '../graph/graph-stage.ts'
import { degrees as countDegrees } from '../graph/structure.ts'
import { defineOperator } from './record.ts'

/** `degrees`. GraphX: `degrees`, `inDegrees`, `outDegrees`. */
export const degrees = defineOperator({
  name: 'degrees',
  summary: 'Count the edges of each vertex of a graph.',
  description: `${EDGE_WORDS}All edges so far count, each as often as it came.`,
  kind: 'stateful',
  arguments: [],
  flags: [
    {
      name: 'direction',
      type: 'string',
      options: ['both', 'in', 'out'],
      default: 'both',
      summary: 'which edges count: those that lead to the vertex, from it, or both',
    },
    ...GRAPH_FLAGS,
  ],
  examples: [
    {
      chain: 'degrees',
      in: [['a b', 'b c'], ['c b']],
      out: [
        [
          ['b', 2],
          ['a', 1],
          ['c', 1],
        ],
        [
          ['b', 3],
          ['c', 2],
          ['a', 1],
        ],
      ],
    },
    {
      chain: 'degrees --direction in',
      in: [['1 2', '3 2']],
      out: [
        [
          [2, 2],
          [1, 0],
          [3, 0],
        ],
      ],
    },
  ],
  apply: (call) => {
    const direction = call.string('direction') as 'in' | 'out' | 'both'
    return graphStage(call, 'result', (graph) => columnOf(countDegrees(graph, direction)))
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every vertex with how many edges it has, the largest first, of all edges so far (GraphX:
     * `degrees`, `inDegrees`, `outDegrees`).
     *
     * @param options.direction `both` (the default), `in` or `out`.
     * @throws StageError for an element that is no edge.
     */
    degrees(
      this: DStream<EdgeElement>,
      options?: GraphOptions & { readonly direction?: 'both' | 'in' | 'out' },
    ): DStream<[VertexId, number]>
  }
}
