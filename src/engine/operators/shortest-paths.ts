import { type VertexId, vertexId } from '../graph/edge.ts'
import {
  EDGE_WORDS,
  type EdgeElement,
  GRAPH_FLAGS,
  type GraphOptions,
  graphStage,
} from '../graph/graph-stage.ts'
import { hopsTo } from '../graph/structure.ts'
import { defineOperator } from './record.ts'

/** `shortest-paths`. GraphX: `ShortestPaths`. */
export const shortestPaths = defineOperator({
  name: 'shortest-paths',
  summary: 'Find how many edges lie between each vertex of a graph and some landmarks.',
  description:
    EDGE_WORDS +
    'Ways follow the directions of edges. A vertex comes out with a record of the landmarks that it reaches.',
  kind: 'stateful',
  arguments: [
    { name: 'landmarks', type: 'string', required: true, summary: 'vertices divided by commas, such as 1,4' },
  ],
  flags: [...GRAPH_FLAGS],
  examples: [
    {
      chain: 'shortest-paths c,b',
      in: [['a b', 'b c', 'd a']],
      out: [
        [
          ['a', { c: 2, b: 1 }],
          ['b', { c: 1, b: 0 }],
          ['c', { c: 0 }],
          ['d', { c: 3, b: 2 }],
        ],
      ],
    },
  ],
  apply: (call) => {
    const landmarks = call
      .string('landmarks')
      .split(',')
      .map((text) => text.trim())
    if (landmarks.includes(''))
      throw call.refuse('shortest-paths: LANDMARKS expects vertices divided by commas', 'Such as 1,4.')
    return graphStage(call, 'vertex', (graph) => {
      const ways = landmarks.flatMap((name) => {
        const landmark = graph.ids.indexOf(vertexId(name))
        return landmark === -1 ? [] : [{ name, hops: hopsTo(graph, landmark) }]
      })
      return (vertex) => {
        const reached: Record<string, number> = {}
        for (const { name, hops } of ways) if (hops[vertex] !== -1) reached[name] = hops[vertex] as number
        return reached
      }
    })
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every vertex with how many edges lie between it and each landmark that it reaches along their
     * directions, of all edges so far (GraphX: `ShortestPaths`).
     *
     * @param landmarks vertices divided by commas.
     * @throws StageError for an element that is no edge.
     */
    shortestPaths(
      this: DStream<EdgeElement>,
      landmarks: string,
      options?: GraphOptions,
    ): DStream<[VertexId, Readonly<Record<string, number>>]>
  }
}
