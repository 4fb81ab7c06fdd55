import { eachElement, elementsOf, firstElements } from '../batch/lines.ts'
import { countOfAll, type Partition } from '../batch/partition.ts'
import type { Reducer } from './types.ts'

/**
 * The elements of one batch, divided into partitions (Spark: `org.apache.spark.rdd.RDD`). Immutable; unlike Spark's it is
 * in memory, so `map` and `filter` are done when they return.
 */
export class RDD<out T> {
  readonly #partitions: readonly Partition[]

  /** RDDs are made by the engine and by their own methods, not by programs. */
  constructor(partitions: readonly Partition[]) {
    this.#partitions = partitions
  }

  /** Return the number of partitions. */
  getNumPartitions(): number {
    return this.#partitions.length
  }

  /** Return all elements as an array, in order. */
  collect(): T[] {
    const elements: T[] = []
    this.foreach((element) => elements.push(element))
    return elements
  }

  /** Return the number of elements. */
  count(): number {
    return countOfAll(this.#partitions)
  }

  /** Return the first `count` elements. */
  take(count: number): T[] {
    return firstElements(this.#partitions, count) as T[]
  }

  /** Return the first element. Throws when there is none. */
  first(): T {
    if (this.isEmpty()) throw new RangeError('first() of an RDD without elements')
    return this.take(1)[0] as T
  }

  /** Return true when there are no elements. */
  isEmpty(): boolean {
    return this.count() === 0
  }

  /** Call `action` with each element, in order. */
  foreach(action: (element: T) => unknown): void {
    for (const partition of this.#partitions) eachElement(partition, action as (element: unknown) => unknown)
  }

  /** Call `action` with the elements of each partition. */
  foreachPartition(action: (elements: Iterable<T>) => unknown): void {
    for (const partition of this.#partitions) action(elementsOf(partition) as readonly T[])
  }

  /** Return a new RDD of what `f` gives for each element, in the same partitions. */
  map<U>(f: (element: T) => U): RDD<U> {
    return this.#each((elements) => elements.map((element) => f(element)))
  }

  /** Return a new RDD of the elements for which `f` is true (or truthy), in the same partitions. */
  filter<U extends T>(f: (element: T) => element is U): RDD<U>
  filter(f: (element: T) => unknown): RDD<T>
  filter(f: (element: T) => unknown): RDD<T> {
    return this.#each((elements) => elements.filter((element) => f(element)))
  }

  /** Return all elements reduced to one by an associative function. Throws when there is none. */
  reduce(f: Reducer<T>): T {
    if (this.isEmpty()) throw new RangeError('reduce() of an RDD without elements')
    return this.collect().reduce((left, right) => f(left, right))
  }

  #each<U>(f: (elements: readonly T[]) => readonly U[]): RDD<U> {
    return new RDD(
      this.#partitions.map((partition) => ({ kind: 'rows', rows: f(elementsOf(partition) as readonly T[]) })),
    )
  }
}
