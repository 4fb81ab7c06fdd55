import {
  counting,
  type Aggregator as EngineAggregator,
  listing,
  reducing,
} from '../../functions/aggregator.ts'
import { eachElement } from '../batch/lines.ts'
import { pairOf } from '../batch/pair.ts'
import { KeyedTable, KeyPlaces } from '../shuffle/keyed-table.ts'
import { distribute, hashOf, placeBy } from '../shuffle/partitioner.ts'
import type { RDD } from './rdd.ts'
import { freshCopy, mapOf } from './rdd-actions.ts'
import {
  aggregateKeys,
  allOf,
  asPairs,
  checkPartitions,
  cogroupPairs,
  eachPair,
  joinPairs,
  valuesByKey,
} from './rdd-keys.ts'
import { RDDShuffles } from './rdd-shuffles.ts'
import { listed } from './rdd-transformations.ts'
import type { Item, Reducer, Widen } from './types.ts'

/** An RDD of pairs, as a method wants it. */
type Pairs<K, V> = RDD<readonly [K, V]>

/**
 * What an RDD of pairs can (Spark: `PairRDDFunctions`, `OrderedRDDFunctions`): the compiler refuses these methods on any
 * other. `RDD` has them all; nothing else extends this class.
 */
export abstract class RDDPairs<out T> extends RDDShuffles<T> {
  /** Return an RDD of the keys. */
  keys<K, V>(this: Pairs<K, V>): RDD<K> {
    return this.map((pair) => pairOf(pair, false)[0] as K)
  }

  /** Return an RDD of the values. */
  values<K, V>(this: Pairs<K, V>): RDD<V> {
    return this.map((pair) => pairOf(pair, false)[1] as V)
  }

  /** Return each key with what `f` gives for its value. */
  mapValues<K, V, U extends Item>(this: Pairs<K, V>, f: (value: V) => U): RDD<[K, U]>
  mapValues<K, V, U>(this: Pairs<K, V>, f: (value: V) => U): RDD<[K, U]>
  mapValues<K, V, U>(this: Pairs<K, V>, f: (value: V) => U): RDD<[K, U]> {
    return this.map((pair): [K, U] => {
      const [key, value] = pairOf(pair, false)
      return [key as K, f(value as V)]
    })
  }

  /** Return each key with every item that `f` gives for its value: a list or another iterable. */
  flatMapValues<K, V, U extends Item>(this: Pairs<K, V>, f: (value: V) => Iterable<U>): RDD<[K, U]>
  flatMapValues<K, V, U>(this: Pairs<K, V>, f: (value: V) => Iterable<U>): RDD<[K, U]>
  flatMapValues<K, V, U>(this: Pairs<K, V>, f: (value: V) => Iterable<U>): RDD<[K, U]> {
    return this.flatMap((pair) => {
      const [key, value] = pairOf(pair, false)
      return [...listed('flatMapValues', f(value as V))].map((item): [K, U] => [key as K, item])
    })
  }

  /** Return each key with its values reduced by an associative function. */
  reduceByKey<K, V>(this: Pairs<K, V>, f: Reducer<Widen<V>>, numPartitions?: number): RDD<[K, Widen<V>]> {
    return byKey(this, reducing(f as Reducer<unknown>), numPartitions)
  }

  /** Return each key with the list of its values, in order. */
  groupByKey<K, V>(this: Pairs<K, V>, numPartitions?: number): RDD<[K, Widen<V>[]]> {
    return byKey(this, listing, numPartitions)
  }

  /**
   * Return each key with its values combined.
   *
   * @param createCombiner makes the combiner of the first value of a key in a partition.
   * @param mergeValue takes one value more; may change and return its first argument.
   * @param mergeCombiners makes one of the combiners of two partitions, the earlier on the left; likewise.
   */
  combineByKey<K, V, C extends Item>(
    this: Pairs<K, V>,
    createCombiner: (value: Widen<V>) => C,
    mergeValue: (combiner: Widen<C>, value: Widen<V>) => Widen<C>,
    mergeCombiners: (left: Widen<C>, right: Widen<C>) => Widen<C>,
    numPartitions?: number,
  ): RDD<[K, Widen<C>]> {
    const aggregator = { create: createCombiner, mergeValue, mergeCombiners } as EngineAggregator
    return byKey(this, aggregator, numPartitions)
  }

  /**
   * Return each key with its values taken into `zeroValue` by `seqOp`, in each partition that has the key, and these
   * results combined by `combOp`. `zeroValue` may be changed in place: each time a copy is.
   */
  aggregateByKey<K, V, U extends Item>(
    this: Pairs<K, V>,
    zeroValue: U,
    seqOp: (combiner: Widen<U>, value: Widen<V>) => Widen<U>,
    combOp: (left: Widen<U>, right: Widen<U>) => Widen<U>,
    numPartitions?: number,
  ): RDD<[K, Widen<U>]> {
    const take = seqOp as (combiner: unknown, value: unknown) => unknown
    const aggregator: EngineAggregator = {
      create: (value) => take(freshCopy(zeroValue), value),
      mergeValue: take,
      mergeCombiners: combOp as Reducer<unknown>,
    }
    return byKey(this, aggregator, numPartitions)
  }

  /** Return each key with its values folded from `zeroValue`, which must be neutral. */
  foldByKey<K, V>(
    this: Pairs<K, V>,
    zeroValue: Widen<V>,
    op: Reducer<Widen<V>>,
    numPartitions?: number,
  ): RDD<[K, Widen<V>]> {
    const fold = op as Reducer<unknown>
    const aggregator: EngineAggregator = {
      create: (value) => fold(freshCopy(zeroValue), value),
      mergeValue: fold,
      mergeCombiners: fold,
    }
    return byKey(this, aggregator, numPartitions)
  }

  /** Return the pairs in order of their keys, in `numPartitions` partitions; as many as there are where absent. */
  sortByKey<K, V>(this: Pairs<K, V>, ascending = true, numPartitions?: number): RDD<[K, V]> {
    const sorted = this.sortBy((pair) => pairOf(pair, false)[0], ascending, numPartitions)
    return sorted as RDD<readonly [K, V]> as RDD<[K, V]>
  }

  /** Return `[key, [left, right]]` for every pair of values that share a key, in order of this side. */
  join<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>, numPartitions?: number): RDD<[K, [V, W]]> {
    return this.withPartitions(asPairs(joinPairs(this.partitions, other.partitions, {}), numPartitions))
  }

  /** Like `join`, and each value of this side whose key `other` lacks, with null on the right. */
  leftOuterJoin<K, V, W>(
    this: Pairs<K, V>,
    other: Pairs<K, W>,
    numPartitions?: number,
  ): RDD<[K, [V, W | null]]> {
    return this.withPartitions(
      asPairs(joinPairs(this.partitions, other.partitions, { left: true }), numPartitions),
    )
  }

  /** Like `join`, and each value of `other` whose key this side lacks, with null on the left; in order of `other`. */
  rightOuterJoin<K, V, W>(
    this: Pairs<K, V>,
    other: Pairs<K, W>,
    numPartitions?: number,
  ): RDD<[K, [V | null, W]]> {
    return this.withPartitions(
      asPairs(joinPairs(this.partitions, other.partitions, { right: true }), numPartitions),
    )
  }

  /** Like `join`, and each value whose key the other side lacks, with null in its place; what only `other` has is last. */
  fullOuterJoin<K, V, W>(
    this: Pairs<K, V>,
    other: Pairs<K, W>,
    numPartitions?: number,
  ): RDD<[K, [V | null, W | null]]> {
    const rows = joinPairs(this.partitions, other.partitions, { left: true, right: true })
    return this.withPartitions(asPairs(rows, numPartitions))
  }

  /** Return each key of either side with the list of its values on each, empty where a side lacks it. */
  cogroup<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>, numPartitions?: number): RDD<[K, [V[], W[]]]> {
    return this.withPartitions(asPairs(cogroupPairs([this.partitions, other.partitions]), numPartitions))
  }

  /** The same as `cogroup`, of up to four sides. */
  groupWith<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>): RDD<[K, [V[], W[]]]>
  groupWith<K, V, W, X>(this: Pairs<K, V>, a: Pairs<K, W>, b: Pairs<K, X>): RDD<[K, [V[], W[], X[]]]>
  groupWith<K, V, W, X, Y>(
    this: Pairs<K, V>,
    a: Pairs<K, W>,
    b: Pairs<K, X>,
    c: Pairs<K, Y>,
  ): RDD<[K, [V[], W[], X[], Y[]]]>
  groupWith(this: Pairs<unknown, unknown>, ...others: Pairs<unknown, unknown>[]): RDD<never> {
    return this.withPartitions(asPairs(cogroupPairs([this, ...others].map(({ partitions }) => partitions))))
  }

  /** Return the pairs whose key `other` lacks, in the same partitions. */
  subtractByKey<K, V>(this: Pairs<K, V>, other: Pairs<K, unknown>): RDD<[K, V]> {
    const theirs = valuesByKey(other.partitions)
    const left = this.filter((pair) => theirs(pairOf(pair, false)[0]) === undefined)
    return left as RDD<readonly [K, V]> as RDD<[K, V]>
  }

  /**
   * Return the pairs in exactly `numPartitions` partitions: all of one key in one, where `partitionFunc` of the key says,
   * modulo their number. Where absent, it is the hash of Spark's HashPartitioner, see `hashOf`.
   */
  partitionBy<K, V>(
    this: Pairs<K, V>,
    numPartitions: number,
    partitionFunc: (key: K) => number = hashOf,
  ): RDD<[K, V]> {
    const count = checkPartitions(numPartitions)
    const pairs = allOf(this.partitions).map((pair) => pairOf(pair, false))
    const place = placeBy(partitionFunc as (key: unknown) => number, count)
    return this.withPartitions(distribute(pairs, count, place))
  }

  /** Return how many pairs each key has. */
  countByKey<K>(this: Pairs<K, unknown>): Map<K, number> {
    const table = new KeyedTable(counting)
    eachPair(this.partitions, (key) => table.add(key, 1))
    return mapOf<K, number>(table)
  }

  /** Return each key with its last value. A list or a record as key is found by `Map.get` only as the object it is. */
  collectAsMap<K, V>(this: Pairs<K, V>): Map<K, V> {
    const last = (_: unknown, value: unknown): unknown => value
    const table = new KeyedTable({ create: (value) => value, mergeValue: last, mergeCombiners: last })
    eachPair(this.partitions, (key, value) => table.add(key, value))
    return mapOf<K, V>(table)
  }

  /** Return the values of a key, in order. */
  lookup<K, V>(this: Pairs<K, V>, key: K): V[] {
    const sought = new KeyPlaces()
    sought.set(key, 0)
    const values: V[] = []
    for (const partition of this.partitions) {
      eachElement(partition, (element) => {
        const [found, value] = pairOf(element, false)
        if (sought.get(found) === 0) values.push(value as V)
      })
    }
    return values
  }
}

function byKey<U>(rdd: RDD<unknown>, aggregator: EngineAggregator, numPartitions?: number): RDD<U> {
  return rdd.withPartitions(aggregateKeys(rdd.partitions, aggregator, numPartitions))
}
