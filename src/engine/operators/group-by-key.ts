import { listing } from '../../functions/aggregator.ts'
import { keyShape, valueShape } from '../plan/shape.ts'
import { PARTITIONS, type Partitioner, partitionedBy, withPartitions } from '../shuffle/partitioning.ts'
import type { Widen } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `group-by-key`. Spark: `PairDStreamFunctions.groupByKey`. */
export const groupByKey = defineOperator({
  name: 'group-by-key',
  summary: 'Gather the values of each key in a batch into a list, in order.',
  kind: 'wide',
  shape: ([input]) => ({
    pair: [keyShape(input), { list: 'CompactBuffer', of: valueShape(input) }],
  }),
  arguments: [],
  flags: [PARTITIONS],
  program: (args) => withPartitions(args, 0),
  examples: [
    {
      chain: 'group-by-key',
      in: [
        [
          ['a', 1],
          ['b', 2],
          ['a', 3],
        ],
        [],
      ],
      out: [
        [
          ['a', [1, 3]],
          ['b', [2]],
        ],
        [],
      ],
    },
  ],
  apply: (call) => ({
    aggregation: {
      key: 'pair',
      aggregator: listing,
      output: 'pairs',
      ...partitionedBy(call),
    },
  }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs: each key of the batch with the list of its values, in order.
     *
     * @param partitions how many partitions come out, or who says where a key belongs; one where absent.
     */
    groupByKey<K, V>(
      this: DStream<readonly [K, V]>,
      partitions?: number | Partitioner<K>,
    ): DStream<[K, Widen<V>[]]>
  }
}
