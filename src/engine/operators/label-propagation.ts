import { compareIds, type VertexId } from '../graph/edge.ts'
import {
  EDGE_WORDS,
  type EdgeElement,
  GRAPH_FLAGS,
  type GraphOptions,
  graphStage,
} from '../graph/graph-stage.ts'
import { communities } from '../graph/structure.ts'
import { defineOperator } from './record.ts'

/** `label-propagation`. GraphX: `LabelPropagation`. */
export const labelPropagation = defineOperator({
  name: 'label-propagation',
  summary: 'Find communities of a graph: each vertex takes the label that most of its neighbours have.',
  description:
    EDGE_WORDS +
    'At each step all vertices do so at once, in both directions; of labels that are as frequent the lowest counts. It need not come to an end, and so has --steps.',
  kind: 'stateful',
  arguments: [],
  flags: [{ name: 'steps', type: 'integer', default: 5, summary: 'how many steps at most' }, ...GRAPH_FLAGS],
  examples: [
    {
      chain: 'label-propagation',
      in: [['1 2', '2 3', '3 1', '7 8', '8 9', '9 7']],
      out: [
        [
          [1, 1],
          [2, 1],
          [3, 1],
          [7, 7],
          [8, 7],
          [9, 7],
        ],
      ],
    },
  ],
  apply: (call) => {
    const steps = call.number('steps')
    if (steps < 1) throw call.refuse(`label-propagation: --steps expects at least 1, and got ${steps}`)
    return graphStage(call, 'vertex', (graph) => {
      const { ids } = graph
      const order = ids.map((_, vertex) => vertex)
      order.sort((one, other) => compareIds(ids[one] as VertexId, ids[other] as VertexId))
      const ranks = new Int32Array(ids.length)
      for (const [rank, vertex] of order.entries()) ranks[vertex] = rank
      const labels = communities(graph, steps, ranks)
      return (vertex) => ids[labels[vertex] as number] as VertexId
    })
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every vertex with the label of its community, of all edges so far (GraphX: `LabelPropagation`,
     * whose ties are not defined; here the lowest label counts).
     *
     * @param options.steps how many steps at most; 5 where absent.
     * @throws StageError for an element that is no edge.
     */
    labelPropagation(
      this: DStream<EdgeElement>,
      options?: GraphOptions & { readonly steps?: number },
    ): DStream<[VertexId, VertexId]>
  }
}
