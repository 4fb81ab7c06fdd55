import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import { PARTITIONS, type Partitioner } from '../shuffle/partitioning.ts'
import { INVERSE, LENGTH, overWindow, SLIDE, withInverse } from '../state/window-arguments.ts'
import type {
  Aggregator,
  Duration,
  InvertibleCall,
  Item,
  Key,
  Reducer,
  Value,
  Widen,
} from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `reduce-by-key-and-window FUNCTION LENGTH [SLIDE]`. Spark: `PairDStreamFunctions.reduceByKeyAndWindow`. */
export const reduceByKeyAndWindow = defineOperator({
  name: 'reduce-by-key-and-window',
  summary: 'Reduce the values of each key over the last LENGTH of time, at each slide.',
  description:
    'Each batch is reduced once, when it arrives. A slide costs the batch that arrives and the one that leaves, however ' +
    'long the window is. A key leaves with its last value. With --inverse, each window is the one before, less what has ' +
    'left and more what has come; keys then stay for ever, at 0 for instance, unless a filter drops them. No checkpoint is ' +
    'needed.',
  kind: 'stateful',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'reduce',
      required: true,
      summary: 'how two values become one',
    },
    LENGTH,
    SLIDE,
  ],
  flags: [
    INVERSE,
    {
      name: 'filter',
      type: 'function',
      role: 'filter',
      summary: "with an inverse: which pairs are kept, such as '([key, value]) => value !== 0'",
    },
    PARTITIONS,
  ],
  program: withInverse,
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
    {
      chain: "reduce-by-key-and-window sum 2s --inverse '(all, gone) => all - gone'",
      in: [['a', 'b'], ['a'], [], []],
      out: [
        [
          ['a', 1],
          ['b', 1],
        ],
        [
          ['a', 2],
          ['b', 1],
        ],
        [
          ['a', 1],
          ['b', 0],
        ],
        [
          ['a', 0],
          ['b', 0],
        ],
      ],
    },
    {
      chain:
        "reduce-by-key-and-window sum 2s --inverse '(all, gone) => all - gone' --filter '([key, value]) => value !== 0'",
      in: [['a', 'b'], ['a'], [], []],
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
        [],
      ],
    },
  ],
  apply: (call) =>
    overWindow(call, { key: 'pair', aggregator: call.aggregator('function'), output: 'pairs' }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs: each key with its values of the last `length` reduced by `f`. A key leaves with its last
     * value.
     *
     * With `invF` each window is made of the one before: `f(invF(before, left), come)`, where `left` and `come` are what has
     * left and come, reduced. Keys then stay for ever (a count at 0), unless `filterFunc` drops them. Spark wants a
     * checkpoint directory for this form; dstream needs none.
     *
     * @param f an associative function of two values; a built-in by its name: `'sum'`; or an aggregator.
     * @param length milliseconds; a multiple of this stream's slide.
     * @param slide milliseconds between windows; this stream's slide where absent.
     * @param partitions how many partitions come out, or who says where a key belongs; one where absent.
     */
    reduceByKeyAndWindow<K, V, const W extends ReducerCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      f: W,
      length: Duration,
      slide?: Duration,
      partitions?: number | Partitioner<K>,
    ): DStream<[K, ReducerResult<W, Widen<V>>]>
    reduceByKeyAndWindow(
      this: DStream<readonly [unknown, unknown]>,
      f: Reducer<Widen<Value<T>>>,
      length: Duration,
      slide?: Duration,
      partitions?: number | Partitioner<Key<T>>,
    ): DStream<[Key<T>, Widen<Value<T>>]>
    reduceByKeyAndWindow<C extends Item, R = C>(
      this: DStream<readonly [unknown, unknown]>,
      f: Aggregator<Widen<Value<T>>, C, R>,
      length: Duration,
      slide?: Duration,
      partitions?: number | Partitioner<Key<T>>,
    ): DStream<[Key<T>, R]>
    /** @param filterFunc false for a pair that is to be forgotten: one without values in the window, such as a count of 0. */
    reduceByKeyAndWindow<K, V, const W extends InvertibleCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      f: W,
      invF: Reducer<ReducerResult<W, Widen<V>>>,
      length: Duration,
      slide?: Duration,
      partitions?: number | Partitioner<K>,
      filterFunc?: ((pair: readonly [K, ReducerResult<W, Widen<V>>]) => boolean) | null,
    ): DStream<[K, ReducerResult<W, Widen<V>>]>
    reduceByKeyAndWindow(
      this: DStream<readonly [unknown, unknown]>,
      f: Reducer<Widen<Value<T>>>,
      invF: Reducer<Widen<Value<T>>>,
      length: Duration,
      slide?: Duration,
      partitions?: number | Partitioner<Key<T>>,
      filterFunc?: ((pair: readonly [Key<T>, Widen<Value<T>>]) => boolean) | null,
    ): DStream<[Key<T>, Widen<Value<T>>]>
    reduceByKeyAndWindow<C extends Item, R = C>(
      this: DStream<readonly [unknown, unknown]>,
      f: Aggregator<Widen<Value<T>>, C, R>,
      invF: Reducer<C>,
      length: Duration,
      slide?: Duration,
      partitions?: number | Partitioner<Key<T>>,
      filterFunc?: ((pair: readonly [Key<T>, R]) => boolean) | null,
    ): DStream<[Key<T>, R]>
  }
}
