import { divide } from '../batch/divide.ts'
import { elementsOf } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import { mulberry32 } from '../batch/random.ts'
import { describeElement } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import type { RDD } from './rdd.ts'
import { RDDActions } from './rdd-actions.ts'
import { allOf, checkPartitions } from './rdd-keys.ts'
import type { SparkContext } from './spark-context.ts'
import type { Item } from './types.ts'

/** Where the partitions of an RDD may be kept; of no effect, see `RDD.persist`. */
export type StorageLevel = string

/** How an RDD becomes another partition by partition. `RDD` has them all; nothing else extends this class. */
export abstract class RDDTransformations<out T> extends RDDActions<T> {
  readonly #context: SparkContext | undefined

  /**
   * RDDs are made by `SparkContext`, by the engine and by their own methods.
   *
   * @param partitions elements in order, which nobody changes from now on.
   */
  constructor(partitions: readonly Partition[], context?: SparkContext) {
    super(partitions)
    this.#context = context
  }

  /** The context that made it. Throws UsageError where none did. */
  get sparkContext(): SparkContext {
    if (this.#context === undefined) throw new UsageError('this RDD was made without a SparkContext')
    return this.#context
  }

  /** The same as `sparkContext`. */
  get context(): SparkContext {
    return this.sparkContext
  }

  /** Return an RDD of what `f` gives for each element, in the same partitions. */
  map<U extends Item>(f: (item: T) => U): RDD<U>
  map<U>(f: (item: T) => U): RDD<U>
  map<U>(f: (item: T) => U): RDD<U> {
    return this.#each((items) => items.map((item) => f(item)))
  }

  /** Return an RDD of all that `f` gives for each element: a list or another iterable, null for nothing. */
  flatMap<U extends Item>(f: (item: T) => Iterable<U> | null | undefined): RDD<U>
  flatMap<U>(f: (item: T) => Iterable<U> | null | undefined): RDD<U>
  flatMap<U>(f: (item: T) => Iterable<U> | null | undefined): RDD<U> {
    return this.#each((items) => {
      const found: U[] = []
      for (const item of items) {
        const given = f(item)
        if (given === null || given === undefined) continue
        for (const one of listed('flatMap', given)) found.push(one)
      }
      return found
    })
  }

  /** Return an RDD of the elements for which `f` is true (or truthy), in the same partitions. */
  filter<U extends T>(f: (item: T) => item is U): RDD<U>
  filter(f: (item: T) => unknown): RDD<T>
  filter(f: (item: T) => unknown): RDD<T> {
    return this.#each((items) => items.filter((item) => f(item)))
  }

  /**
   * Return an RDD of what `f` gives for each partition as a whole, called for empty ones too.
   *
   * @param f takes an iterator over the elements, and gives an iterable, such as a generator.
   * @param _preservesPartitioning for Spark's sake: no method relies on where a key is.
   */
  mapPartitions<U extends Item>(
    f: (items: IterableIterator<T>) => Iterable<U>,
    _preservesPartitioning?: boolean,
  ): RDD<U>
  mapPartitions<U>(f: (items: IterableIterator<T>) => Iterable<U>, _preservesPartitioning?: boolean): RDD<U>
  mapPartitions<U>(f: (items: IterableIterator<T>) => Iterable<U>): RDD<U> {
    return this.#each((items) => [...listed('mapPartitions', f(items.values()))])
  }

  /** Like `mapPartitions`; `f` takes the place of the partition first, from 0. */
  mapPartitionsWithIndex<U extends Item>(
    f: (index: number, items: IterableIterator<T>) => Iterable<U>,
    _preservesPartitioning?: boolean,
  ): RDD<U>
  mapPartitionsWithIndex<U>(
    f: (index: number, items: IterableIterator<T>) => Iterable<U>,
    _preservesPartitioning?: boolean,
  ): RDD<U>
  mapPartitionsWithIndex<U>(f: (index: number, items: IterableIterator<T>) => Iterable<U>): RDD<U> {
    return this.#each((items, index) => [...listed('mapPartitionsWithIndex', f(index, items.values()))])
  }

  /** Return an RDD of one list per partition. */
  glom(): RDD<T[]> {
    return this.#each((items) => [[...items]])
  }

  /** Return an RDD of `[f(element), element]`. */
  keyBy<K>(f: (item: T) => K): RDD<[K, T]> {
    return this.map((item): [K, T] => [f(item), item])
  }

  /** Return an RDD of the elements of this one, then those of `other`: its partitions behind these. */
  union<U>(other: RDD<U>): RDD<T | U> {
    return this.withPartitions([...this.partitions, ...other.partitions])
  }

  /** Return an RDD of every pair of an element of this one and one of `other`, a partition per pair of partitions. */
  cartesian<U>(other: RDD<U>): RDD<[T, U]> {
    return this.withPartitions(
      this.partitions.flatMap((left) =>
        other.partitions.map((right) => ({
          kind: 'rows',
          rows: elementsOf(left).flatMap((a) => elementsOf(right).map((b) => [a, b])),
        })),
      ),
    )
  }

  /**
   * Return an RDD that pairs the elements of this one and `other` by their places.
   *
   * @throws UsageError where partitions differ in number, or in their number of elements.
   */
  zip<U>(other: RDD<U>): RDD<[T, U]> {
    const [ours, theirs] = [
      this.#sizes(),
      other
        .glom()
        .collect()
        .map(({ length }) => length),
    ]
    if (ours.join() !== theirs.join()) {
      throw new UsageError(
        `zip expects partitions of equal lengths, got [${ours.join(', ')}] and [${theirs.join(', ')}]`,
        'Call coalesce(1) on both where their counts are equal.',
      )
    }
    return this.#each((items, index) => {
      const others = elementsOf(other.partitions[index] as Partition) as readonly U[]
      return items.map((item, place): [T, U] => [item, others[place] as U])
    })
  }

  /** Return an RDD of `[element, index]`, the index counted over all partitions from 0. */
  zipWithIndex(): RDD<[T, number]> {
    let next = 0
    return this.map((item): [T, number] => [item, next++])
  }

  /**
   * Return a random part of the elements.
   *
   * @param withReplacement an element may come several times.
   * @param fraction how often each is expected: 0 to 1 without replacement.
   * @param seed where the random numbers start: the same seed gives the same part, however many partitions there are. 1
   * where absent, so that a run can be repeated.
   */
  sample(withReplacement: boolean, fraction: number, seed = 1): RDD<T> {
    if (!(fraction >= 0) || (!withReplacement && fraction > 1)) {
      const most = withReplacement ? 'of at least 0' : 'from 0 to 1'
      throw new UsageError(`sample expects a fraction ${most}, got ${fraction}`)
    }
    const random = mulberry32(seed)
    if (!withReplacement) return this.filter(() => random() < fraction)
    return this.flatMap((item) => Array.from({ length: poisson(fraction, random) }, () => item))
  }

  /** Return the elements in `num` partitions at most, neighbours put together; more only with `shuffle`. */
  coalesce(num: number, shuffle = false): RDD<T> {
    const count = checkPartitions(num)
    if (shuffle) return this.repartition(count)
    if (count >= this.partitions.length) return this.withPartitions(this.partitions)
    return this.withPartitions(
      divide(this.partitions, count).map(({ rows }) => ({
        kind: 'rows',
        rows: allOf(rows as readonly Partition[]),
      })),
    )
  }

  /** Return the elements in exactly `num` partitions of about the same length, in order. */
  repartition(num: number): RDD<T> {
    return this.withPartitions(divide(allOf(this.partitions), checkPartitions(num)))
  }

  /** Return this RDD: it is in memory, and is computed once, so that there is nothing to keep. */
  cache(): this {
    return this
  }

  /** Return this RDD, like `cache`. */
  persist(_level?: StorageLevel): this {
    return this
  }

  /** Return this RDD: its memory is free when the program forgets it. */
  unpersist(_blocking = false): this {
    return this
  }

  /**
   * Return an RDD of other partitions in the same context.
   *
   * @internal
   */
  withPartitions<U>(partitions: readonly Partition[]): RDD<U> {
    const Made = this.constructor as new (partitions: readonly Partition[], context?: SparkContext) => RDD<U>
    return new Made(partitions, this.#context)
  }

  #each<U>(f: (items: readonly T[], index: number) => readonly U[]): RDD<U> {
    return this.withPartitions(
      this.partitions.map((partition, index) => ({
        kind: 'rows',
        rows: f(elementsOf(partition) as readonly T[], index),
      })),
    )
  }

  #sizes(): number[] {
    return this.partitions.map((partition) => elementsOf(partition).length)
  }
}

/** Return what a function gave where it is a list or another iterable; text is none. */
export function listed<U>(method: string, given: Iterable<U>): Iterable<U> {
  if (typeof given === 'object' && given !== null && Symbol.iterator in given) return given
  const got = typeof given === 'function' ? 'a function' : describeElement(given)
  throw new TypeError(`${method} expects a list or an iterator from its function, got ${got}`)
}

/** Knuth's method: multiply random numbers until they are less than e to the minus mean. */
function poisson(mean: number, random: () => number): number {
  const least = Math.exp(-mean)
  let count = 0
  for (let product = random(); product > least; product *= random()) count += 1
  return count
}
