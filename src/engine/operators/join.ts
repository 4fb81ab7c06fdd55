import { keyShape, valueShape } from '../plan/shape.ts'
import { joined, overTwo, WITH_STREAM } from '../shuffle/outer-join.ts'
import type { Partitioner } from '../shuffle/partitioning.ts'
import { defineOperator } from './record.ts'

/** `join [ STREAM ]`, `join @FILE`. Spark: `PairDStreamFunctions.join`. */
export const join = defineOperator({
  name: 'join',
  summary: 'Pair the values of each key with the values of the same key in a second stream, batch by batch.',
  description:
    'The second stream stands in brackets, or is a file of `key<TAB>value` lines, `@FILE`, read anew when it changes.',
  kind: 'wide',
  ...WITH_STREAM,
  shape: ([left, right]) => ({
    pair: [keyShape(left), { pair: [valueShape(left), valueShape(right)] }],
  }),
  examples: [
    {
      chain: 'join [ with ]',
      in: [
        [
          ['a', 1],
          ['b', 2],
          ['a', 3],
        ],
        [['a', 4]],
      ],
      with: [
        [
          ['a', 'x'],
          ['c', 'y'],
        ],
        [],
      ],
      out: [
        [
          ['a', [1, 'x']],
          ['a', [3, 'x']],
        ],
        [],
      ],
    },
  ],
  apply: (call) => overTwo(call, (left, right) => joined(left, right, { left: false, right: false })),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of `[key, [left, right]]` for every pair of values that share a key in a batch, in the order of
     * this stream. Equal slides required.
     *
     * @param partitions how many partitions come out, or who says where a key belongs; one where absent.
     */
    join<K, V, W>(
      this: DStream<readonly [K, V]>,
      that: DStream<readonly [K, W]>,
      partitions?: number | Partitioner<K>,
    ): DStream<[K, [V, W]]>
  }
}
