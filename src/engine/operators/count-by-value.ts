import { counting } from '../../functions/aggregator.ts'
import { PARTITIONS, type Partitioner, partitionedBy, withPartitions } from '../shuffle/partitioning.ts'
import { defineOperator } from './record.ts'

/** `count-by-value`. Spark: `DStream.countByValue`. */
export const countByValue = defineOperator({
  name: 'count-by-value',
  summary: 'Count how often each element occurs in a batch, as pairs (element, count).',
  kind: 'wide',
  arguments: [],
  flags: [PARTITIONS],
  program: (args) => withPartitions(args, 0),
  examples: [
    {
      chain: 'count-by-value',
      in: [['a', 'b', 'a'], []],
      out: [
        [
          ['a', 2],
          ['b', 1],
        ],
        [],
      ],
    },
    {
      chain: 'count-by-value',
      in: [
        [
          ['x', 1],
          ['x', 1],
        ],
      ],
      out: [[[['x', 1], 2]]],
    },
  ],
  apply: (call) => ({
    aggregation: {
      key: 'element',
      aggregator: counting,
      output: 'pairs',
      ...partitionedBy(call),
    },
  }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs (element, how often it occurs in the batch), in order of first appearance.
     *
     * @param partitions how many partitions come out, or who says where an element belongs; one where absent.
     */
    countByValue<E>(this: DStream<E>, partitions?: number | Partitioner<E>): DStream<[E, number]>
  }
}
