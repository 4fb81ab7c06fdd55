import { counting } from '../../functions/aggregator.ts'
import { defineOperator } from './record.ts'

/** `count`. Spark: `DStream.count`, which gives 0 for an empty batch. */
export const count = defineOperator({
  name: 'count',
  summary: 'Count the elements of each batch; an empty batch counts 0.',
  kind: 'wide',
  arguments: [],
  flags: [],
  examples: [{ chain: 'count', in: [['a', 'b', 'a'], [], ['c']], out: [[3], [0], [1]] }],
  apply: () => ({
    aggregation: {
      key: 'none',
      aggregator: counting,
      output: 'results',
      empty: [0],
    },
  }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /** Return a new DStream with one number per batch: how many elements it has, 0 for an empty one. */
    count(): DStream<number>
  }
}
