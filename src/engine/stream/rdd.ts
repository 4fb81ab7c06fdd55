import { eachElement, firstElements } from '../batch/lines.ts'
import { countOfAll, type Partition } from '../batch/partition.ts'

/** The elements of one batch, divided into partitions (Spark: `org.apache.spark.rdd.RDD`). Immutable. */
export class RDD<T> {
  readonly #partitions: readonly Partition[]

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
    const [first] = this.take(1)
    if (this.isEmpty()) throw new RangeError('first() of an RDD without elements')
    return first as T
  }

  /** Return true when there are no elements. */
  isEmpty(): boolean {
    return this.count() === 0
  }

  /** Call `action` with each element, in order. */
  foreach(action: (element: T) => void): void {
    for (const partition of this.#partitions) eachElement(partition, action as (element: unknown) => void)
  }

  /** Call `action` with the elements of each partition. */
  foreachPartition(action: (elements: Iterable<T>) => void): void {
    for (const partition of this.#partitions) action(new RDD<T>([partition]).collect())
  }
}
