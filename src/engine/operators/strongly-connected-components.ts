import { strongComponents } from '../graph/components.ts'
import type { VertexId } from '../graph/edge.ts'
import {
  EDGE_WORDS,
  type EdgeElement,
  GRAPH_FLAGS,
  type GraphOptions,
  graphStage,
  lowestIds,
} from '../graph/graph-stage.ts'
import { defineOperator } from './record.ts'

/** `strongly-connected-components`. GraphX: `StronglyConnectedComponents`. */
export const stronglyConnectedComponents = defineOperator({
  name: 'strongly-connected-components',
  summary: 'Find which vertices of a graph reach each other, and name each part by its lowest vertex.',
  description: `${EDGE_WORDS}All edges so far count.`,
  kind: 'stateful',
  arguments: [],
  flags: [...GRAPH_FLAGS],
  examples: [
    {
      chain: 'strongly-connected-components',
      in: [['1 2', '2 3'], ['3 2']],
      out: [
        [
          [1, 1],
          [2, 2],
          [3, 3],
        ],
        [
          [1, 1],
          [2, 2],
          [3, 2],
        ],
      ],
    },
  ],
  apply: (call) => graphStage(call, 'vertex', (graph) => lowestIds(graph, strongComponents(graph))),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every vertex with the lowest vertex that it reaches and that reaches it, of all edges so far
     * (GraphX: `StronglyConnectedComponents`, run to its end).
     *
     * @throws StageError for an element that is no edge.
     */
    stronglyConnectedComponents(
      this: DStream<EdgeElement>,
      options?: GraphOptions,
    ): DStream<[VertexId, VertexId]>
  }
}
