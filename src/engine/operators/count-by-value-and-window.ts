import { counting } from '../../functions/aggregator.ts'
import { PARTITIONS, type Partitioner, withPartitions } from '../shuffle/partitioning.ts'
import { LENGTH, overWindow, REQUIRED_SLIDE } from '../state/window-arguments.ts'
import type { Duration } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `count-by-value-and-window LENGTH SLIDE`. Spark: `DStream.countByValueAndWindow`. */
export const countByValueAndWindow = defineOperator({
  name: 'count-by-value-and-window',
  summary: 'Count how often each element occurs in the last LENGTH of time, at each slide.',
  description:
    'Pairs (element, count). An element that has left the window is no longer counted, nor remembered. No checkpoint is needed.',
  kind: 'stateful',
  arguments: [LENGTH, REQUIRED_SLIDE],
  flags: [PARTITIONS],
  program: (args) => withPartitions(args, 2),
  examples: [
    {
      chain: 'count-by-value-and-window 2s 1s',
      in: [['a', 'b', 'a'], ['b'], [], []],
      out: [
        [
          ['a', 2],
          ['b', 1],
        ],
        [
          ['a', 2],
          ['b', 2],
        ],
        [['b', 1]],
        [],
      ],
    },
  ],
  apply: (call) => overWindow(call, { key: 'element', aggregator: counting, output: 'pairs' }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs (element, how often it occurs in the last `length`), in order of first appearance in the
     * window. Elements whose count is 0 are gone. Spark wants a checkpoint directory; dstream needs none.
     *
     * @param length milliseconds; a multiple of this stream's slide.
     * @param slide milliseconds between windows; a multiple of this stream's slide.
     * @param partitions how many partitions come out, or who says where an element belongs; one where absent.
     */
    countByValueAndWindow<E>(
      this: DStream<E>,
      length: Duration,
      slide: Duration,
      partitions?: number | Partitioner<E>,
    ): DStream<[E, number]>
  }
}
