import { counting } from '../../functions/aggregator.ts'
import { numberOf } from '../../functions/check.ts'
import { eachElement, elementsOf, firstElements } from '../batch/lines.ts'
import { countOfAll, type Partition } from '../batch/partition.ts'
import { copyOf, KeyedTable } from '../shuffle/keyed-table.ts'
import { compareValues } from '../shuffle/order.ts'
import { writeObjectFiles, writeTextFiles } from './rdd-files.ts'
import { StatCounter } from './statistics.ts'
import type { Reducer } from './types.ts'

/** Says which of two values comes first, as `Array.sort` asks it. */
export type Ordering<T> = (left: T, right: T) => number

declare const element: unique symbol

/** What an RDD can be asked for: its actions. `RDD` has them all; nothing else extends this class. */
export abstract class RDDActions<out T> {
  /** For the compiler only: the type of the elements. */
  declare readonly [element]: T
  /**
   * What it is made of; nobody changes them.
   *
   * @internal
   */
  readonly partitions: readonly Partition[]
  #name: string | undefined

  /** @param partitions elements in order. */
  constructor(partitions: readonly Partition[]) {
    this.partitions = partitions
  }

  /** The name that was given to it. */
  get name(): string | undefined {
    return this.#name
  }

  /** Give it a name, and return it. */
  setName(name: string): this {
    this.#name = name
    return this
  }

  /** Return the number of partitions. */
  getNumPartitions(): number {
    return this.partitions.length
  }

  /** Return all elements as an array of the caller's own, in order. */
  collect(): T[] {
    const elements: T[] = []
    this.foreach((item) => elements.push(item))
    return elements
  }

  /** Return the number of elements. */
  count(): number {
    return countOfAll(this.partitions)
  }

  /** Return how often each element occurs, by element: lists and records are compared by value. */
  countByValue(): Map<T, number> {
    const table = new KeyedTable(counting)
    this.foreach((item) => table.add(item, 1))
    return mapOf<T, number>(table)
  }

  /** Return the first `num` elements; all where there are fewer. */
  take(num: number): T[] {
    return firstElements(this.partitions, num) as T[]
  }

  /** Return the first element. Throws RangeError when there is none. */
  first(): T {
    if (this.isEmpty()) throw new RangeError('first() of an RDD without elements')
    return this.take(1)[0] as T
  }

  /** Return the `num` smallest elements, smallest first. */
  takeOrdered(num: number, ordering: Ordering<T> = compareValues): T[] {
    return this.collect().sort(ordering).slice(0, num)
  }

  /** Return the `num` largest elements, largest first. */
  top(num: number, ordering: Ordering<T> = compareValues): T[] {
    return this.takeOrdered(num, (left, right) => ordering(right, left))
  }

  /** Return the largest element. Throws RangeError when there is none. */
  max(ordering: Ordering<T> = compareValues): T {
    if (this.isEmpty()) throw new RangeError('max() of an RDD without elements')
    return this.#fold((left, right) => (ordering(right, left) > 0 ? right : left))
  }

  /** Return the smallest element. Throws RangeError when there is none. */
  min(ordering: Ordering<T> = compareValues): T {
    if (this.isEmpty()) throw new RangeError('min() of an RDD without elements')
    return this.#fold((left, right) => (ordering(right, left) < 0 ? right : left))
  }

  /** Return true when there are no elements. */
  isEmpty(): boolean {
    return this.count() === 0
  }

  /** Call `action` with each element, in order. */
  foreach(action: (item: T) => unknown): void {
    for (const partition of this.partitions) eachElement(partition, action as (item: unknown) => unknown)
  }

  /** Call `action` with the elements of each partition, empty ones too. */
  foreachPartition(action: (elements: IterableIterator<T>) => unknown): void {
    for (const partition of this.partitions) action((elementsOf(partition) as readonly T[]).values())
  }

  /** Return an iterator over all elements. */
  *toLocalIterator(): Generator<T, void> {
    for (const partition of this.partitions) yield* elementsOf(partition) as readonly T[]
  }

  /** Return all elements reduced to one by an associative function. Throws RangeError when there is none. */
  reduce(f: Reducer<T>): T {
    if (this.isEmpty()) throw new RangeError('reduce() of an RDD without elements')
    return this.#fold(f)
  }

  /**
   * Return the elements of each partition folded from `zeroValue`, and these results folded from it once more: it must
   * be neutral. It may be changed in place: each fold gets a copy.
   */
  fold(zeroValue: T, op: Reducer<T>): T {
    return this.aggregate<T>(zeroValue, op, op)
  }

  /**
   * Return the elements of each partition taken into `zeroValue` by `seqOp`, and these results combined by `combOp`,
   * from `zeroValue` as well. It may be changed in place: each partition gets a copy.
   */
  aggregate<U>(zeroValue: U, seqOp: (combiner: U, item: T) => U, combOp: (left: U, right: U) => U): U {
    let result = freshCopy(zeroValue)
    for (const partition of this.partitions) {
      let combiner = freshCopy(zeroValue)
      eachElement(partition, (item) => {
        combiner = seqOp(combiner, item as T)
      })
      result = combOp(result, combiner)
    }
    return result
  }

  /** Return the sum of numbers; 0 of none. A TypeError where an element is no number. */
  sum(this: RDDActions<number>): number {
    let sum = 0
    this.foreach((item) => {
      sum += numberOf('sum', item)
    })
    return sum
  }

  /** Return the mean of numbers; 0 of none, as in Spark. A TypeError where an element is no number. */
  mean(this: RDDActions<number>): number {
    return this.stats().mean
  }

  /** Return count, mean, variance, least and largest of numbers. A TypeError where an element is no number. */
  stats(this: RDDActions<number>): StatCounter {
    const counter = new StatCounter()
    this.foreach((item) => counter.merge(numberOf('stats', item)))
    return counter
  }

  /** Return the standard deviation of numbers, as of a whole population; NaN of none. */
  stdev(this: RDDActions<number>): number {
    return this.stats().stdev
  }

  /** Return the variance of numbers, as of a whole population; NaN of none. */
  variance(this: RDDActions<number>): number {
    return this.stats().variance
  }

  /**
   * Write a directory of text files: `part-00000` and so on, one per partition, an element a line, pairs as `(k,v)`; and
   * `_SUCCESS`, empty. The directory appears as a whole.
   *
   * @throws UsageError when `path` exists.
   */
  saveAsTextFile(path: string): void {
    writeTextFiles(path, this.partitions)
  }

  /**
   * Write a directory as `saveAsTextFile` does, an element a line as JSON: `SparkContext.objectFile` reads it again. What
   * JSON cannot say (NaN, a Date, a Map) does not come back as it was.
   *
   * @throws UsageError when `path` exists.
   */
  saveAsObjectFile(path: string): void {
    writeObjectFiles(path, this.partitions)
  }

  #fold(f: Reducer<T>): T {
    let result: T | undefined
    let isFirst = true
    this.foreach((item) => {
      result = isFirst ? item : f(result as T, item)
      isFirst = false
    })
    return result as T
  }
}

/** Return the keys and results of a table as a map in order of first appearance. */
export function mapOf<K, V>(table: KeyedTable): Map<K, V> {
  const { keys, values } = table.results()
  return new Map(keys.map((key, index) => [key as K, values[index] as V]))
}

/** Return a copy of a zero value that a function may change in place; what is no plain data is given as it is. */
export function freshCopy<U>(zero: U): U {
  if (copyOf(zero) === zero) return zero
  try {
    return structuredClone(zero)
  } catch {
    return copyOf(zero) as U
  }
}
