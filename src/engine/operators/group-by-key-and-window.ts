import { listing } from '../../functions/aggregator.ts'
import { keyShape, valueShape } from '../plan/shape.ts'
import { PARTITIONS, type Partitioner, withPartitions } from '../shuffle/partitioning.ts'
import { LENGTH, overWindow, SLIDE } from '../state/window-arguments.ts'
import type { Duration, Widen } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `group-by-key-and-window LENGTH [SLIDE]`. Spark: `PairDStreamFunctions.groupByKeyAndWindow`. */
export const groupByKeyAndWindow = defineOperator({
  name: 'group-by-key-and-window',
  summary: 'Gather the values of each key over the last LENGTH of time into a list, at each slide.',
  description: 'Values stand in the order in which they came; a key leaves with its last value.',
  kind: 'stateful',
  shape: ([input]) => ({ pair: [keyShape(input), { list: 'ArrayBuffer', of: valueShape(input) }] }),
  arguments: [LENGTH, SLIDE],
  flags: [PARTITIONS],
  program: (args) => withPartitions(args, 2),
  examples: [
    {
      chain: 'group-by-key-and-window 2s',
      in: [
        [
          ['a', 1],
          ['b', 2],
          ['a', 3],
        ],
        [['a', 4]],
        [],
      ],
      out: [
        [
          ['a', [1, 3]],
          ['b', [2]],
        ],
        [
          ['a', [1, 3, 4]],
          ['b', [2]],
        ],
        [['a', [4]]],
      ],
    },
    {
      chain: 'group-by-key-and-window 2s 2s',
      in: [[['a', 1]], [['a', 2]], []],
      out: [null, [['a', [1, 2]]], null],
    },
  ],
  apply: (call) => overWindow(call, { key: 'pair', aggregator: listing, output: 'pairs' }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs: each key of the last `length` with the list of its values, in order.
     *
     * @param length milliseconds; a multiple of this stream's slide.
     * @param slide milliseconds between windows; this stream's slide where absent.
     * @param partitions how many partitions come out, or who says where a key belongs; one where absent.
     */
    groupByKeyAndWindow<K, V>(
      this: DStream<readonly [K, V]>,
      length: Duration,
      slide?: Duration,
      partitions?: number | Partitioner<K>,
    ): DStream<[K, Widen<V>[]]>
  }
}
