import { defineOperator } from './record.ts'

/** `distinct`. Spark: `RDD.distinct`, on each batch. */
export const distinct = defineOperator({
  name: 'distinct',
  summary: 'Keep the first of equal elements in each batch.',
  kind: 'wide',
  keepsElements: true,
  arguments: [],
  flags: [],
  examples: [
    { chain: 'distinct', in: [['a', 'b', 'a'], ['a']], out: [['a', 'b'], ['a']] },
    {
      chain: 'distinct',
      in: [
        [
          ['x', 1],
          ['x', 1],
          ['x', 2],
        ],
      ],
      out: [
        [
          ['x', 1],
          ['x', 2],
        ],
      ],
    },
  ],
  apply: () => ({
    aggregation: {
      key: 'element',
      aggregator: { create: () => 1, mergeValue: () => 1, mergeCombiners: () => 1, countsOnes: true },
      output: 'keys',
    },
  }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /** Return a new DStream of the elements that differ within each batch, in order of first appearance. */
    distinct(): DStream<T>
  }
}
