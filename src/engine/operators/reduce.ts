import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import type { Aggregator, Item, Reducer, Widen } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `reduce FUNCTION`. Spark: `DStream.reduce`. */
export const reduce = defineOperator({
  name: 'reduce',
  summary: 'Reduce each batch to one element with an associative function; an empty batch gives none.',
  kind: 'wide',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'reduce',
      required: true,
      summary: 'how two elements become one',
    },
  ],
  flags: [],
  examples: [
    { chain: 'reduce max', in: [[3, 9, 4], [], [1]], out: [[9], [], [1]] },
    { chain: "reduce '(a, b) => a + b'", in: [['x', 'y', 'z']], out: [['xyz']] },
  ],
  apply: (call) => ({
    aggregation: { key: 'none', aggregator: call.aggregator('function'), output: 'results' },
  }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream with one element per batch: all its elements reduced by `f`; none for an empty batch.
     *
     * @param f an associative function of two elements; a built-in by its name: `'max'`; or an aggregator.
     */
    reduce<E, const W extends ReducerCall<Widen<E>>>(
      this: DStream<E>,
      f: W,
    ): DStream<ReducerResult<W, Widen<E>>>
    reduce(f: Reducer<Widen<T>>): DStream<Widen<T>>
    reduce<C extends Item, R = C>(f: Aggregator<Widen<T>, C, R>): DStream<R>
  }
}
