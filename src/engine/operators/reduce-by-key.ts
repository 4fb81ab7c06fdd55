import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import { PARTITIONS, type Partitioner, partitionedBy, withPartitions } from '../shuffle/partitioning.ts'
import type { Aggregator, Item, Key, Reducer, Value, Widen } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `reduce-by-key [FUNCTION]`. Spark: `PairDStreamFunctions.reduceByKey`. */
export const reduceByKey = defineOperator({
  name: 'reduce-by-key',
  summary: 'Reduce the values of each key in a batch to one; without a function, their sum.',
  description:
    'An element that is no pair counts as (element, 1). Keys come out in order of their first appearance.',
  kind: 'wide',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'reduce',
      required: false,
      default: 'sum',
      summary: 'how two values become one',
    },
  ],
  flags: [PARTITIONS],
  program: (args) => withPartitions(args, 1),
  examples: [
    {
      chain: 'reduce-by-key',
      in: [['to', 'be', 'or', 'not', 'to', 'be'], []],
      out: [
        [
          ['to', 2],
          ['be', 2],
          ['or', 1],
          ['not', 1],
        ],
        [],
      ],
    },
    {
      chain: 'reduce-by-key max',
      in: [
        [
          ['a', 3],
          ['b', 1],
          ['a', 7],
        ],
      ],
      out: [
        [
          ['a', 7],
          ['b', 1],
        ],
      ],
    },
  ],
  apply: (call) => ({
    aggregation: {
      key: 'pair',
      aggregator: call.aggregator('function'),
      output: 'pairs',
      ...partitionedBy(call),
    },
  }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs: each key of the batch with its values reduced by `f`, in order of first appearance.
     *
     * @param f an associative function of two values; a built-in by its name: `'max'`; or an aggregator. The sum of
     * numbers where absent.
     * @param partitions how many partitions come out, or who says where a key belongs; one where absent.
     */
    reduceByKey<K>(this: DStream<readonly [K, number]>): DStream<[K, number]>
    reduceByKey<K, V, const W extends ReducerCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      f: W,
      partitions?: number | Partitioner<K>,
    ): DStream<[K, ReducerResult<W, Widen<V>>]>
    reduceByKey(
      this: DStream<readonly [unknown, unknown]>,
      f: Reducer<Widen<Value<T>>>,
      partitions?: number | Partitioner<Key<T>>,
    ): DStream<[Key<T>, Widen<Value<T>>]>
    reduceByKey<C extends Item, R = C>(
      this: DStream<readonly [unknown, unknown]>,
      f: Aggregator<Widen<Value<T>>, C, R>,
      partitions?: number | Partitioner<Key<T>>,
    ): DStream<[Key<T>, R]>
  }
}
