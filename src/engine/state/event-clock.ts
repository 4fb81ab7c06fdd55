import { booleanOf, numberOf, recordOf } from './saved.ts'

/**
 * The event time of a stream: that of the element at hand, and the watermark, the time before which none is expected any
 * more: the latest seen less the lateness. It moves with each element, so that what is late depends on the order of the
 * elements alone, not on where batches end. (Flink: bounded out-of-orderness; Spark: `withWatermark`, once a batch.)
 */
export class EventClock {
  /** The time of the element that is on its way. */
  current = Number.NaN
  readonly #lateness: number
  readonly #idle: number | undefined
  #latest = Number.NEGATIVE_INFINITY
  /** The batch in which the last element came. */
  #activeAt = Number.NEGATIVE_INFINITY
  #hasMoved = true
  #isIdle = false

  /**
   * @param lateness milliseconds by which an element may be behind the latest.
   * @param idle milliseconds of batch times without an element after which no more is waited for; never where undefined.
   */
  constructor(lateness = 0, idle?: number) {
    this.#lateness = lateness
    this.#idle = idle
  }

  /** Return a clock of the same settings that has seen nothing. */
  fresh(): EventClock {
    return new EventClock(this.#lateness, this.#idle)
  }

  /** Return what the clock has seen as data. */
  save(): unknown {
    return {
      latest: this.#latest,
      activeAt: this.#activeAt,
      hasMoved: this.#hasMoved,
      isIdle: this.#isIdle,
    }
  }

  /** Take what `save` returned of a clock that may have other settings. Throws a TypeError for anything else. */
  restore(saved: unknown): void {
    const record = recordOf(saved, 'latest', 'activeAt', 'hasMoved', 'isIdle')
    const [latest, activeAt] = [numberOf(record.latest), numberOf(record.activeAt)]
    const [hasMoved, isIdle] = [booleanOf(record.hasMoved), booleanOf(record.isIdle)]
    this.#latest = latest
    this.#activeAt = activeAt
    this.#hasMoved = hasMoved
    this.#isIdle = isIdle
  }

  /** An element comes. */
  set(time: number): void {
    this.current = time
    this.#hasMoved = true
    if (time > this.#latest) this.#latest = time
  }

  /** The time before which no element is expected. */
  get watermark(): number {
    return this.#latest - this.#lateness
  }

  /** The batch at `batchTime` ends. */
  tick(batchTime: number): void {
    if (this.#hasMoved) this.#activeAt = batchTime
    this.#hasMoved = false
    this.#isIdle = this.#idle !== undefined && batchTime - this.#activeAt >= this.#idle
  }

  /** True at the end of a batch when nothing has come for too long. */
  get isIdle(): boolean {
    return this.#isIdle
  }
}
