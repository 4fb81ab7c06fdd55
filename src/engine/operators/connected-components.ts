import { UnionFind } from '../graph/components.ts'
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

/** `connected-components`. GraphX: `ConnectedComponents`. */
export const connectedComponents = defineOperator({
  name: 'connected-components',
  summary: 'Find which vertices of a graph are connected, and name each part by its lowest vertex.',
  description:
    EDGE_WORDS +
    'Directions do not matter. Edges that come join parts; only edges that expire cost the whole graph.',
  kind: 'stateful',
  arguments: [],
  flags: [...GRAPH_FLAGS],
  examples: [
    {
      chain: 'connected-components',
      in: [['1 2', '3 4'], ['4 2']],
      out: [
        [
          [1, 1],
          [2, 1],
          [3, 3],
          [4, 3],
        ],
        [
          [1, 1],
          [2, 1],
          [3, 1],
          [4, 1],
        ],
      ],
    },
  ],
  apply: (call) => {
    let known = { era: -1, parts: new UnionFind() }
    return graphStage(call, 'vertex', (graph, era) => {
      if (known.era !== era) known = { era, parts: new UnionFind() }
      known.parts.grow(graph)
      return lowestIds(graph, known.parts.roots())
    })
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every vertex with the lowest vertex that it is connected with, of all edges so far (GraphX:
     * `ConnectedComponents`).
     *
     * @throws StageError for an element that is no edge.
     */
    connectedComponents(this: DStream<EdgeElement>, options?: GraphOptions): DStream<[VertexId, VertexId]>
  }
}
