import type { Configuration } from './configuration.ts'
import type { BatchInfo, ListenerBus, StreamingListener } from './listener.ts'
import { PID_DEFAULTS, PIDRateEstimator } from './rate-estimator.ts'

/** Batches in time, with less than a receiver may take, after which its estimate counts no more. */
const CALM_BATCHES = 3

const UNLIMITED = Number.POSITIVE_INFINITY

/**
 * The controller of one receiver's rate (Spark: `RateController`). It follows every batch, and limits only from a late
 * batch on, until batches are in time with less than the limit: what keeps up is never slowed down.
 */
export class RateController {
  readonly #estimator: PIDRateEstimator
  readonly #interval: number
  #estimate: number | undefined
  #limit: number
  #calm = 0
  #wasHeld = false

  /** @param initialRate elements a second until the first estimate. */
  constructor(estimator: PIDRateEstimator, interval: number, initialRate = UNLIMITED) {
    this.#estimator = estimator
    this.#interval = interval
    this.#limit = initialRate
  }

  /** Elements a second that the receiver may take; Infinity for as many as come. */
  get limit(): number {
    return this.#limit
  }

  /** The receiver has more than it may take. */
  held(): void {
    this.#wasHeld = true
  }

  /** Learn from a batch that is done; `elements` are those of this receiver. */
  update(batch: BatchInfo, elements: number): void {
    const { batchTime, processingStartTime, processingEndTime, processingDelay, arrivalDelay } = batch
    if (processingStartTime === undefined || processingEndTime === undefined) return
    // A batch is worked on while it is received, and a busy process cuts it late: both count as in Spark, where
    // work begins at the cut and the cut is in time.
    const work = (arrivalDelay ?? 0) + (processingDelay ?? 0)
    const waited = Math.max(0, processingStartTime - batchTime)
    const estimate = this.#estimator.compute(processingEndTime, elements, work, waited)
    this.#estimate = estimate ?? this.#estimate
    const isLate = processingEndTime - batchTime > this.#interval
    this.#calm = isLate || this.#wasHeld ? 0 : this.#calm + 1
    this.#wasHeld = false
    // The rate at first is for as long as nothing is known.
    if (this.#estimate === undefined) return
    if (isLate || (this.#limit !== UNLIMITED && this.#calm < CALM_BATCHES)) this.#limit = this.#estimate
    else if (this.#calm >= CALM_BATCHES) this.#limit = UNLIMITED
  }
}

/** Where a context says how its receivers are limited. */
export interface RateLimits {
  /** Elements a second of each receiver, which no estimate exceeds. */
  readonly maxRate?: number
  readonly configuration?: Configuration
}

/** What receivers ask, and tell, about their rates. */
export interface Rates {
  /** Elements a second that the receiver of a source may hand over now; Infinity for as many as come. */
  limitOf(source: number): number
  /** The receiver of a source has more than it may hand over. */
  held(source: number): void
}

/**
 * Control the rates of a context's receivers. Estimates need batches that are cut by the clock.
 *
 * @param interval milliseconds of a batch.
 * @param mode how batches are cut; undefined before the start.
 */
export function limitRates(
  listeners: ListenerBus,
  { configuration, maxRate = configuration?.maxRate }: RateLimits,
  interval: number,
  mode: () => 'time' | 'lines' | 'marked' | undefined,
): Rates {
  const { enabled = true, initialRate, pid = PID_DEFAULTS } = configuration?.backpressure ?? {}
  const controllers = new Map<number, RateController>()
  const onBatchCompleted: StreamingListener['onBatchCompleted'] = ({ batchInfo }) => {
    for (const [source, controller] of controllers) {
      controller.update(batchInfo, batchInfo.streamIdToInputInfo.get(source)?.numRecords ?? 0)
    }
  }
  if (enabled) listeners.add({ onBatchCompleted })
  const controllerOf = (source: number): RateController => {
    let controller = controllers.get(source)
    if (controller === undefined) {
      controller = new RateController(new PIDRateEstimator(interval, pid), interval, initialRate)
      controllers.set(source, controller)
    }
    return controller
  }
  return {
    limitOf: (source) => {
      // Whoever wrote a stream of batches has said what belongs to each.
      if (mode() === 'marked') return UNLIMITED
      const limit = enabled && mode() === 'time' ? controllerOf(source).limit : UNLIMITED
      return Math.min(maxRate ?? UNLIMITED, limit)
    },
    held: (source) => controllers.get(source)?.held(),
  }
}
