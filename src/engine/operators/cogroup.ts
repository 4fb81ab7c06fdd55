import { keyShape, valueShape } from '../plan/shape.ts'
import { cogrouped, overTwo, WITH_STREAM } from '../shuffle/outer-join.ts'
import type { Partitioner } from '../shuffle/partitioning.ts'
import { defineOperator } from './record.ts'

/** `cogroup [ STREAM ]`, `cogroup @FILE`. Spark: `PairDStreamFunctions.cogroup`. */
export const cogroup = defineOperator({
  name: 'cogroup',
  summary: 'Gather the values of each key in this and in a second stream into two lists, batch by batch.',
  description:
    'A side that lacks the key has an empty list. ' +
    'The second stream stands in brackets, or is a file of `key<TAB>value` lines, `@FILE`, read anew when it changes.',
  kind: 'wide',
  shape: ([left, right]) => ({
    pair: [
      keyShape(left ?? right),
      {
        pair: [
          { list: 'CompactBuffer', of: valueShape(left) },
          { list: 'CompactBuffer', of: valueShape(right) },
        ],
      },
    ],
  }),
  ...WITH_STREAM,
  examples: [
    {
      chain: 'cogroup [ with ]',
      in: [
        [
          ['a', 1],
          ['b', 2],
          ['a', 3],
        ],
        [],
      ],
      with: [
        [
          ['c', 'y'],
          ['a', 'x'],
        ],
        [],
      ],
      out: [
        [
          ['a', [[1, 3], ['x']]],
          ['b', [[2], []]],
          ['c', [[], ['y']]],
        ],
        [],
      ],
    },
  ],
  apply: (call) => overTwo(call, cogrouped),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of `[key, [values of this stream, values of that]]` for every key that either has in a batch, in
     * order of first appearance; a side that lacks the key has an empty list.
     *
     * @param that a stream of equal slide.
     * @param partitions how many partitions come out, or who says where a key belongs; one where absent.
     */
    cogroup<K, V, W>(
      this: DStream<readonly [K, V]>,
      that: DStream<readonly [K, W]>,
      partitions?: number | Partitioner<K>,
    ): DStream<[K, [V[], W[]]]>
  }
}
