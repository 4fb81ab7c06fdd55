import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import { windowedAggregation } from '../state/windowed-aggregation.ts'
import type { Aggregator, Duration, Item, Key, Reducer, Value, Widen } from '../stream/types.ts'
import type { Aggregation } from './record.ts'
import { defineOperator } from './record.ts'

/** `reduce-by-key-and-window FUNCTION LENGTH [SLIDE]`. Spark: `PairDStreamFunctions.reduceByKeyAndWindow`. */
export const reduceByKeyAndWindow = defineOperator({
  name: 'reduce-by-key-and-window',
  summary: 'Reduce the values of each key over the last LENGTH of time, at each slide.',
  description:
    'Each batch is reduced once, when it arrives. A slide costs the batch that arrives and the one that leaves, however ' +
    'long the window is.',
  kind: 'stateful',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'reduce',
      required: true,
      summary: 'how two values become one',
    },
    {
      name: 'length',
      type: 'duration',
      required: true,
      summary: 'how far back a window reaches, such as 1m',
    },
    { name: 'slide', type: 'duration', required: false, summary: 'how often one comes out, such as 5s' },
  ],
  flags: [],
  examples: [
    {
      chain: 'reduce-by-key-and-window sum 2s',
      in: [['a', 'b'], ['a'], []],
      out: [
        [
          ['a', 1],
          ['b', 1],
        ],
        [
          ['a', 2],
          ['b', 1],
        ],
        [['a', 1]],
      ],
    },
    { chain: 'reduce-by-key-and-window sum 2s 2s', in: [['a'], ['a'], ['b']], out: [null, [['a', 2]], null] },
  ],
  apply: (call) => {
    const aggregation: Aggregation = { key: 'pair', aggregator: call.aggregator('function'), output: 'pairs' }
    return windowedAggregation(aggregation, call.number('length'), call.value('slide') as number | undefined)
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs: each key with its values of the last `length` reduced by `f`.
     *
     * @param f an associative function of two values; a built-in by its name: `'sum'`; or an aggregator.
     * @param length milliseconds; a multiple of this stream's slide.
     * @param slide milliseconds between windows; this stream's slide where absent.
     */
    reduceByKeyAndWindow<K, V, const W extends ReducerCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      f: W,
      length: Duration,
      slide?: Duration,
    ): DStream<[K, ReducerResult<W, Widen<V>>]>
    reduceByKeyAndWindow(
      this: DStream<readonly [unknown, unknown]>,
      f: Reducer<Widen<Value<T>>>,
      length: Duration,
      slide?: Duration,
    ): DStream<[Key<T>, Widen<Value<T>>]>
    reduceByKeyAndWindow<C extends Item, R = C>(
      this: DStream<readonly [unknown, unknown]>,
      f: Aggregator<Widen<Value<T>>, C, R>,
      length: Duration,
      slide?: Duration,
    ): DStream<[Key<T>, R]>
  }
}
