import { type VertexId, vertexId } from '../graph/edge.ts'
import {
  columnOf,
  EDGE_WORDS,
  type EdgeElement,
  GRAPH_FLAGS,
  type GraphOptions,
  graphStage,
} from '../graph/graph-stage.ts'
import { pageRank as rank } from '../graph/page-rank.ts'
import { defineOperator } from './record.ts'

/** `page-rank`. GraphX: `PageRank`. */
export const pageRank = defineOperator({
  name: 'page-rank',
  summary: 'Rank the vertices of a graph by the ranks of those that lead to them.',
  description:
    EDGE_WORDS +
    'Ranks are those of GraphX: together as many as there are vertices. They begin at those of the batch before, which shortens the way and leads to the same. --iterations begins at 1 each time, as GraphX’s static PageRank. --personalised ranks from one vertex, all ranks together 1.',
  kind: 'stateful',
  arguments: [],
  flags: [
    {
      name: 'tolerance',
      type: 'number',
      default: 0.0001,
      summary: 'ranks are found when a step changes none by more',
    },
    { name: 'iterations', type: 'integer', summary: 'so many steps, in place of --tolerance' },
    { name: 'reset', type: 'number', default: 0.15, summary: 'the chance to go on anywhere' },
    { name: 'personalised', type: 'string', summary: 'the vertex to go on at, in place of anywhere' },
    ...GRAPH_FLAGS,
  ],
  examples: [
    {
      chain: "page-rank map '([vertex, rank]) => [vertex, rank.toFixed(2)]'",
      in: [['1 2', '2 1'], ['3 1']],
      out: [
        [
          [1, '1.00'],
          [2, '1.00'],
        ],
        [
          [1, '1.46'],
          [2, '1.39'],
          [3, '0.15'],
        ],
      ],
    },
  ],
  apply: (call) => {
    const [reset, tolerance] = [call.number('reset'), call.number('tolerance')]
    const iterations = call.value('iterations') as number | undefined
    const from = call.value('personalised') as string | undefined
    if (!(reset > 0 && reset < 1))
      throw call.refuse(`page-rank: --reset expects a number between 0 and 1, and got ${reset}`)
    if (!(tolerance > 0))
      throw call.refuse(`page-rank: --tolerance expects a number above 0, and got ${tolerance}`)
    if (iterations !== undefined && iterations < 1)
      throw call.refuse(`page-rank: --iterations expects at least 1, and got ${iterations}`)
    let known: { readonly era: number; readonly unscaled: Float64Array } = {
      era: -1,
      unscaled: new Float64Array(0),
    }
    return graphStage(call, 'result', (graph, era) => {
      const personalised = from === undefined ? undefined : graph.ids.indexOf(vertexId(from))
      // A vertex that is not there yet leads nowhere.
      if (personalised === -1) return () => 0
      const warm = known.era === era ? known.unscaled : undefined
      const { ranks, unscaled } = rank(graph, { reset, iterations, tolerance, personalised }, warm)
      known = { era, unscaled }
      return columnOf(ranks)
    })
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every vertex with its rank, the largest first, of all edges so far (GraphX: `PageRank`).
     *
     * @param options.tolerance ranks are found when a step changes none by more; 0.0001 where absent.
     * @param options.iterations so many steps, in the place of `tolerance`.
     * @param options.reset the chance to go on anywhere; 0.15 where absent.
     * @param options.personalised the vertex to go on at, in place of anywhere.
     * @throws StageError for an element that is no edge.
     */
    pageRank(
      this: DStream<EdgeElement>,
      options?: GraphOptions & {
        readonly tolerance?: number
        readonly iterations?: number
        readonly reset?: number
        readonly personalised?: string
      },
    ): DStream<[VertexId, number]>
  }
}
