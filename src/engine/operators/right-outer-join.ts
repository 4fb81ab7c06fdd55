import { keyShape, valueShape } from '../plan/shape.ts'
import { joined, overTwo, WITH_STREAM } from '../shuffle/outer-join.ts'
import type { Partitioner } from '../shuffle/partitioning.ts'
import { defineOperator } from './record.ts'

/** `right-outer-join [ STREAM ]`, `right-outer-join @FILE`. Spark: `PairDStreamFunctions.rightOuterJoin`. */
export const rightOuterJoin = defineOperator({
  name: 'right-outer-join',
  summary: 'Join with a second stream by key, and keep the keys that only the second has.',
  description:
    'The second stream stands in brackets, or is a file of `key<TAB>value` lines, `@FILE`, read anew when it changes. ' +
    'An absent side is null, and `None` beside `Some(value)` where `print --format spark` follows.',
  kind: 'wide',
  shape: ([left, right]) => ({
    pair: [keyShape(left ?? right), { pair: [{ option: valueShape(left) }, valueShape(right)] }],
  }),
  ...WITH_STREAM,
  examples: [
    {
      chain: 'right-outer-join [ with ]',
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
          ['c', [null, 'y']],
        ],
        [],
      ],
    },
  ],
  apply: (call) => overTwo(call, (left, right) => joined(left, right, { left: false, right: true })),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of `[key, [left, right]]` for every pair of values that share a key in a batch, in the order of this
     * stream; behind them, with null on the left, every value of `that` whose key this stream lacks.
     *
     * @param that a stream of equal slide.
     * @param partitions how many partitions come out, or who says where a key belongs; one where absent.
     */
    rightOuterJoin<K, V, W>(
      this: DStream<readonly [K, V]>,
      that: DStream<readonly [K, W]>,
      partitions?: number | Partitioner<K>,
    ): DStream<[K, [V | null, W]]>
  }
}
