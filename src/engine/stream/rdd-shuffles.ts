import { listing } from '../../functions/aggregator.ts'
import { divide } from '../batch/divide.ts'
import { KeyedTable, KeyPlaces } from '../shuffle/keyed-table.ts'
import { compareValues } from '../shuffle/order.ts'
import { distribute, partitionOf } from '../shuffle/partitioner.ts'
import type { RDD } from './rdd.ts'
import { allOf, asPairs, checkPartitions } from './rdd-keys.ts'
import { RDDTransformations } from './rdd-transformations.ts'

/** What needs all elements of an RDD at once. `RDD` has them all; nothing else extends this class. */
export abstract class RDDShuffles<out T> extends RDDTransformations<T> {
  /** Return each element once, in order of first appearance. */
  distinct(numPartitions?: number): RDD<T> {
    const rows = distinctOf(allOf(this.partitions))
    if (numPartitions === undefined) return this.withPartitions([{ kind: 'rows', rows }])
    const count = checkPartitions(numPartitions)
    return this.withPartitions(distribute(rows, count, (row) => partitionOf(row, count)))
  }

  /** Return each element once that is in `other` too, in the order of this RDD. */
  intersection(other: RDD<T>, numPartitions?: number): RDD<T> {
    const theirs = placesOf(allOf(other.partitions))
    return this.distinct(numPartitions).filter((item) => theirs.get(item) !== undefined)
  }

  /** Return the elements that are not in `other`, as often as they are in this RDD, in the same partitions. */
  subtract(other: RDD<T>): RDD<T> {
    const theirs = placesOf(allOf(other.partitions))
    return this.filter((item) => theirs.get(item) === undefined)
  }

  /** Return `[key, elements]` for each key that `f` gives. */
  groupBy<K>(f: (item: T) => K, numPartitions?: number): RDD<[K, T[]]> {
    const table = new KeyedTable(listing)
    this.foreach((item) => table.add(f(item), item))
    const { keys, values } = table.results()
    return this.withPartitions(
      asPairs(
        keys.map((key, index) => [key, values[index]]),
        numPartitions,
      ),
    )
  }

  /**
   * Return the elements sorted by what `f` gives: numbers before text, text by UTF-16 code units as in Java, lists item by
   * item. Equal ones keep their order, in both directions.
   *
   * @param ascending smallest first.
   * @param numPartitions partitions of about the same length, in order; as many as there are where absent.
   */
  sortBy(f: (item: T) => unknown, ascending = true, numPartitions?: number): RDD<T> {
    const sign = ascending ? 1 : -1
    const rows = allOf(this.partitions).map((item) => ({ item, by: f(item as T) }))
    rows.sort((left, right) => sign * compareValues(left.by, right.by))
    const count = numPartitions === undefined ? Math.max(1, this.getNumPartitions()) : numPartitions
    return this.withPartitions(
      divide(
        rows.map(({ item }) => item),
        checkPartitions(count),
      ),
    )
  }
}

function distinctOf(items: readonly unknown[]): unknown[] {
  const seen = new KeyPlaces()
  return items.filter((item) => {
    if (seen.get(item) !== undefined) return false
    seen.set(item, 0)
    return true
  })
}

function placesOf(items: readonly unknown[]): KeyPlaces {
  const places = new KeyPlaces()
  for (const item of items) places.set(item, 0)
  return places
}
