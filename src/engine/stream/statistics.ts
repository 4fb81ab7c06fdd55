/** What is known of numbers without keeping them (Spark: `org.apache.spark.util.StatCounter`). */
export class StatCounter {
  #count = 0
  #mean = 0
  // Sum of the squares of the distances from the mean.
  #spread = 0
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY

  constructor(values: Iterable<number> = []) {
    for (const value of values) this.merge(value)
  }

  /** Take one number more, and return this. */
  merge(value: number): this {
    const distance = value - this.#mean
    this.#count += 1
    this.#sum += value
    this.#mean += distance / this.#count
    this.#spread += distance * (value - this.#mean)
    this.#min = Math.min(this.#min, value)
    this.#max = Math.max(this.#max, value)
    return this
  }

  /** How many numbers there are. */
  get count(): number {
    return this.#count
  }

  /** Their sum; 0 of none. */
  get sum(): number {
    return this.#sum
  }

  /** Their mean; 0 of none, as in Spark. */
  get mean(): number {
    return this.#mean
  }

  /** The smallest; Infinity of none. */
  get min(): number {
    return this.#min
  }

  /** The largest; -Infinity of none. */
  get max(): number {
    return this.#max
  }

  /** The variance of these numbers as a whole population; NaN of none. */
  get variance(): number {
    return this.#count === 0 ? Number.NaN : this.#spread / this.#count
  }

  /** The variance of these numbers as a sample; NaN of one and of none. */
  get sampleVariance(): number {
    return this.#count <= 1 ? Number.NaN : this.#spread / (this.#count - 1)
  }

  /** The square root of `variance`. */
  get stdev(): number {
    return Math.sqrt(this.variance)
  }

  /** The square root of `sampleVariance`. */
  get sampleStdev(): number {
    return Math.sqrt(this.sampleVariance)
  }

  /** Return all figures on one line, as Spark writes them. */
  toString(): string {
    const { count, mean, stdev, max, min } = this
    return `(count: ${count}, mean: ${mean}, stdev: ${stdev}, max: ${max}, min: ${min})`
  }
}
