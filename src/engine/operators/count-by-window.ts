import { counting } from '../../functions/aggregator.ts'
import { LENGTH, overWindow, REQUIRED_SLIDE } from '../state/window-arguments.ts'
import type { Duration } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `count-by-window LENGTH SLIDE`. Spark: `DStream.countByWindow`. */
export const countByWindow = defineOperator({
  name: 'count-by-window',
  summary: 'Count the elements of the last LENGTH of time, at each slide; an empty window counts 0.',
  description:
    'One number per slide, also before the first element, where Spark gives none. No checkpoint is needed.',
  kind: 'stateful',
  arguments: [LENGTH, REQUIRED_SLIDE],
  flags: [],
  examples: [
    { chain: 'count-by-window 2s 1s', in: [[], ['a', 'b'], ['a'], [], []], out: [[0], [2], [3], [1], [0]] },
    { chain: 'count-by-window 3s 2s', in: [['a'], ['b'], ['c'], ['d']], out: [null, [2], null, [3]] },
  ],
  apply: (call) => overWindow(call, { key: 'none', aggregator: counting, output: 'results', empty: [0] }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream with one number per slide: how many elements the last `length` has, 0 for none. Spark gives no
     * number before the first element, and wants a checkpoint directory.
     *
     * @param length milliseconds; a multiple of this stream's slide.
     * @param slide milliseconds between windows; a multiple of this stream's slide.
     */
    countByWindow(length: Duration, slide: Duration): DStream<number>
  }
}
