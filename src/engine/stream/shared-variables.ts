import { expected } from '../../functions/check.ts'
import { UsageError } from '../plan/errors.ts'

/**
 * A value that functions only read (Spark: `org.apache.spark.broadcast.Broadcast`). Nothing is sent, for functions run
 * in this process: what it gives is a value that can be taken away, and replaced by another between two batches.
 */
export class Broadcast<out T> {
  /** Its number, counted from 0 in each `SparkContext`. */
  readonly id: number
  readonly #value: T
  #isDestroyed = false

  /** Made by `SparkContext.broadcast`. */
  constructor(id: number, value: T) {
    this.id = id
    this.#value = value
  }

  /** The value. Throws UsageError after `destroy`. */
  get value(): T {
    if (this.#isDestroyed) {
      throw new UsageError(
        `the broadcast variable ${this.id} was destroyed, and is read`,
        'Make a new one, or call unpersist(), after which it can still be read.',
      )
    }
    return this.#value
  }

  /** For Spark's sake: there are no copies to give up. */
  unpersist(_blocking = false): void {}

  /** Give the value up: whoever reads it from now on gets an error. */
  destroy(): void {
    this.#isDestroyed = true
  }
}

/**
 * A sum to which functions add and which the driver reads (Spark: `LongAccumulator`, `DoubleAccumulator`). A function
 * that adds is called for every element, on the main thread, so that no addition is lost or counted twice.
 */
export class NumberAccumulator {
  readonly name: string | undefined
  readonly #isWhole: boolean
  #sum = 0
  #count = 0

  /** Made by `SparkContext.longAccumulator` (whole numbers only) and `doubleAccumulator`. */
  constructor(isWhole: boolean, name?: string) {
    this.#isWhole = isWhole
    this.name = name
  }

  /** Add a number; a TypeError where it is none, or no whole number and `longAccumulator` made this. */
  add(value: number): void {
    const isFine = this.#isWhole ? Number.isSafeInteger(value) : typeof value === 'number'
    if (!isFine) {
      const kind = this.#isWhole ? 'longAccumulator' : 'doubleAccumulator'
      throw expected(
        this.name === undefined ? kind : `${kind} ${this.name}`,
        this.#isWhole ? 'whole numbers' : 'numbers',
        value,
      )
    }
    this.#sum += value
    this.#count += 1
  }

  /** The sum of all that was added. */
  get value(): number {
    return this.#sum
  }

  /** The same. */
  get sum(): number {
    return this.#sum
  }

  /** How many numbers were added. */
  get count(): number {
    return this.#count
  }

  /** The mean of what was added; NaN where nothing was. */
  get avg(): number {
    return this.#sum / this.#count
  }

  /** True where nothing was added. */
  get isZero(): boolean {
    return this.#count === 0
  }

  /** Forget what was added. */
  reset(): void {
    this.#sum = 0
    this.#count = 0
  }
}

/** A list to which functions add (Spark: `CollectionAccumulator`). */
export class CollectionAccumulator<T> {
  readonly name: string | undefined
  #items: T[] = []

  /** Made by `SparkContext.collectionAccumulator`. */
  constructor(name?: string) {
    this.name = name
  }

  /** Add an item at the end. */
  add(item: T): void {
    this.#items.push(item)
  }

  /** A copy of the list, in the order in which items were added. */
  get value(): readonly T[] {
    return [...this.#items]
  }

  /** True where nothing was added. */
  get isZero(): boolean {
    return this.#items.length === 0
  }

  /** Forget what was added. */
  reset(): void {
    this.#items = []
  }
}
