/** What a controller of the rate is made with; the names are those of `spark.streaming.backpressure.pid`. */
export interface PIDSettings {
  readonly proportional: number
  readonly integral: number
  readonly derived: number
  /** Elements a second below which no estimate goes. */
  readonly minRate: number
}

/** Spark's constants. */
export const PID_DEFAULTS: PIDSettings = { proportional: 1, integral: 0.2, derived: 0, minRate: 100 }

/** Says from the batches that are done how much a receiver should take (Spark: `RateEstimator`). */
export interface RateEstimator {
  /**
   * Return elements a second, or undefined where the batch says nothing new.
   *
   * @param time when the batch was done, in milliseconds.
   * @param processingDelay milliseconds of work.
   * @param schedulingDelay milliseconds from the time of the batch to the start of its processing.
   */
  compute(
    time: number,
    elements: number,
    processingDelay: number,
    schedulingDelay: number,
  ): number | undefined
}

/**
 * Follows the rate at which elements are processed, and stays below it while work waits (Spark: `PIDRateEstimator`). The
 * first batch gives no estimate, nor does one without elements, without work, or not later than the one before.
 */
export class PIDRateEstimator implements RateEstimator {
  readonly #interval: number
  readonly #settings: PIDSettings
  #time = -1
  #rate: number | undefined
  #error = 0

  /**
   * @param interval milliseconds of a batch.
   * @throws RangeError for an interval or a least rate that is not above 0, and for a weight below 0.
   */
  constructor(interval: number, settings: PIDSettings = PID_DEFAULTS) {
    const { proportional, integral, derived, minRate } = settings
    if (!(interval > 0)) throw new RangeError(`the interval of a rate estimator is above 0, got ${interval}`)
    for (const [name, weight] of Object.entries({ proportional, integral, derived })) {
      if (!(weight >= 0)) throw new RangeError(`${name} of a rate estimator is 0 or more, got ${weight}`)
    }
    if (!(minRate > 0)) throw new RangeError(`minRate of a rate estimator is above 0, got ${minRate}`)
    this.#interval = interval
    this.#settings = settings
  }

  compute(
    time: number,
    elements: number,
    processingDelay: number,
    schedulingDelay: number,
  ): number | undefined {
    if (time <= this.#time || elements <= 0 || processingDelay <= 0) return undefined
    const seconds = (time - this.#time) / 1000
    const processed = (elements / processingDelay) * 1000
    this.#time = time
    if (this.#rate === undefined) {
      this.#rate = processed
      return undefined
    }
    const { proportional, integral, derived, minRate } = this.#settings
    const error = this.#rate - processed
    // What waits could be processed in so many milliseconds: the rate that would have kept it from coming.
    const waiting = (schedulingDelay * processed) / this.#interval
    const change = (error - this.#error) / seconds
    this.#rate = Math.max(minRate, this.#rate - proportional * error - integral * waiting - derived * change)
    this.#error = error
    return this.#rate
  }
}
