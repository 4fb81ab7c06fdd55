import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import { INVERSE, LENGTH, overWindow, REQUIRED_SLIDE, withInverse } from '../state/window-arguments.ts'
import type { Aggregator, Duration, InvertibleCall, Item, Reducer, Widen } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `reduce-by-window FUNCTION LENGTH SLIDE`. Spark: `DStream.reduceByWindow`. */
export const reduceByWindow = defineOperator({
  name: 'reduce-by-window',
  summary:
    'Reduce all elements of the last LENGTH of time to one, at each slide; none where there is nothing.',
  description:
    'Each batch is reduced once, when it arrives. With an inverse, the window is the one before, less what has left and ' +
    'more what has come: an empty window is then what the inverse leaves of the last element, such as 0. No checkpoint is needed.',
  kind: 'stateful',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'reduce',
      required: true,
      summary: 'how two elements become one',
    },
    LENGTH,
    REQUIRED_SLIDE,
  ],
  flags: [INVERSE],
  program: withInverse,
  examples: [
    { chain: 'reduce-by-window max 2s 1s', in: [[3, 9], [4], [], []], out: [[9], [9], [4], []] },
    {
      chain: "reduce-by-window sum 2s 1s --inverse '(all, gone) => all - gone'",
      in: [[], [3, 9], [4], [], []],
      out: [[], [12], [16], [4], [0]],
    },
  ],
  apply: (call) =>
    overWindow(call, { key: 'none', aggregator: call.aggregator('function'), output: 'results' }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream with one element per slide: all elements of the last `length` reduced by `f`; none for an empty
     * window.
     *
     * With `invF` each window is made of the one before: `f(invF(before, left), come)`, where `left` and `come` are what has
     * left and come, reduced. An empty window is then no empty batch, but what `invF` leaves. Spark wants a checkpoint
     * directory for this form; dstream needs none.
     *
     * @param f an associative function of two elements; a built-in by its name: `'max'`; or an aggregator.
     * @param length milliseconds; a multiple of this stream's slide.
     * @param slide milliseconds between windows; a multiple of this stream's slide.
     */
    reduceByWindow<E, const W extends ReducerCall<Widen<E>>>(
      this: DStream<E>,
      f: W,
      length: Duration,
      slide: Duration,
    ): DStream<ReducerResult<W, Widen<E>>>
    reduceByWindow(f: Reducer<Widen<T>>, length: Duration, slide: Duration): DStream<Widen<T>>
    reduceByWindow<C extends Item, R = C>(
      f: Aggregator<Widen<T>, C, R>,
      length: Duration,
      slide: Duration,
    ): DStream<R>
    reduceByWindow<E, const W extends InvertibleCall<Widen<E>>>(
      this: DStream<E>,
      f: W,
      invF: Reducer<ReducerResult<W, Widen<E>>>,
      length: Duration,
      slide: Duration,
    ): DStream<ReducerResult<W, Widen<E>>>
    reduceByWindow(
      f: Reducer<Widen<T>>,
      invF: Reducer<Widen<T>>,
      length: Duration,
      slide: Duration,
    ): DStream<Widen<T>>
    reduceByWindow<C extends Item, R = C>(
      f: Aggregator<Widen<T>, C, R>,
      invF: Reducer<C>,
      length: Duration,
      slide: Duration,
    ): DStream<R>
  }
}
