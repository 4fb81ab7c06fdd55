import type { Dataflow } from '../codegen/dataflow.ts'
import type { BatchesEvent } from './batches-reader.ts'
import type { Clock } from './clock.ts'
import type { JobScheduler } from './job-scheduler.ts'
import type { ReceiverTracker } from './receiver-tracker.ts'

/** Milliseconds that the first batch lasts at least, where the interval is not shorter than ten times that. */
const LEAST_FIRST_BATCH = 100

/** How the batches of a context are cut. */
export interface JobGeneratorOptions {
  readonly clock: Clock
  readonly interval: number
  /** Cut after so many elements per receiver instead of by time. */
  readonly batchLines: number | undefined
  /** Stop after so many batches. */
  readonly maxBatches: number | undefined
  readonly scheduler: JobScheduler
  readonly tracker: ReceiverTracker
  readonly flow: () => Dataflow
  /** Whether a stream of batches may set another interval. */
  readonly mayAdopt: boolean
  /** A stream of batches has another interval: build the flow for it. */
  readonly adopt: (interval: number) => void
  /** True when no source will give more. */
  readonly isExhausted: () => boolean
  /** True where a checkpoint lets another run go on with sources that have not ended. */
  readonly goesOn: () => boolean
  /** The input has ended, and all that was received is cut. */
  readonly onDrained: () => void
  /** The last batch is done. */
  readonly onFinished: () => void
  readonly fail: (error: unknown) => void
}

/**
 * Decides when a batch ends: at multiples of the interval; after a number of lines, the clock moving on by one interval
 * each; or where a stream of batches says so. At the end of input it cuts what is left, and moves the clock on until no
 * window holds results back.
 */
export class JobGenerator {
  readonly #options: JobGeneratorOptions
  #interval: number
  #zeroTime = 0
  #nextTime = 0
  #cuts = 0
  #cancel: () => void = () => {}
  #mode: 'time' | 'lines' | 'marked' = 'time'
  #isFirstMark = false
  /** An earlier run has cut batches. */
  #isResumed = false
  #cutting = false
  #finishing = false
  #stopped = false

  constructor(options: JobGeneratorOptions) {
    this.#options = options
    this.#interval = options.interval
  }

  /** The time before the first batch. */
  get zeroTime(): number {
    return this.#zeroTime
  }

  /** How batches are cut: by the clock, by number, or where a stream of batches says so. */
  get mode(): 'time' | 'lines' | 'marked' {
    return this.#mode
  }

  /** Milliseconds of a batch. */
  get interval(): number {
    return this.#interval
  }

  /**
   * Set the time of the first batch: the next multiple of the interval that is not too near, or one interval after zero
   * for batches by number; behind the batch at `resumed.time` where an earlier run goes on.
   */
  prepare(startTime: number, resumed?: { readonly zeroTime: number; readonly time: number }): void {
    const { batchLines } = this.#options
    this.#mode = batchLines === undefined ? 'time' : 'lines'
    // A first batch that is cut before a source can hand over would be an empty one that nobody expects.
    const grace = Math.min(LEAST_FIRST_BATCH, this.#interval / 10)
    const floored = Math.floor((startTime + grace) / this.#interval) * this.#interval
    this.#isResumed = resumed !== undefined
    this.#zeroTime = resumed?.zeroTime ?? (this.#mode === 'lines' ? 0 : floored)
    this.#nextTime = (resumed?.time ?? this.#zeroTime) + this.#interval
    // A clock that was set back while nothing ran would be waited for.
    if (resumed !== undefined && this.#mode === 'time') this.#options.clock.notBefore?.(resumed.time)
  }

  /** The batch at `time` was cut in an earlier run. */
  follow(time: number): void {
    this.#nextTime = time + this.#interval
    if (this.#mode === 'time') this.#options.clock.notBefore?.(time)
  }

  /** Whether times are read from a clock, or from those who count batches. */
  get counting(): 'time' | 'lines' {
    return this.#mode === 'lines' ? 'lines' : 'time'
  }

  /** The last batch. */
  get lastTime(): number {
    return this.#nextTime - this.#interval
  }

  /** Begin to cut batches. */
  start(): void {
    this.#options.scheduler.begin(this.#nextTime)
    if (this.#mode === 'time') this.#schedule()
    else if (this.#options.tracker.size === 0 || this.#options.tracker.complete) void this.#cutByNumber()
  }

  /** All receivers have delivered their part of a batch by number. */
  onComplete(): void {
    if (this.#mode === 'lines' && !this.#finishing && this.#options.tracker.complete) void this.#cutByNumber()
  }

  /** A receiver has ended: when none is left, the last batch is cut. */
  onEnded(): void {
    if (this.#finishing || this.#stopped) return
    if (this.#options.isExhausted()) void this.finish()
    else this.onComplete()
  }

  /** Follow a stream of batches that another dstream wrote, where its interval may be ours. */
  onBatches(event: BatchesEvent): void {
    if (event.kind === 'interval') {
      const { interval } = event
      if (interval !== this.#interval && !this.#options.mayAdopt) return
      this.#cancel()
      this.#mode = 'marked'
      this.#isFirstMark = true
      // Nothing was cut, and nothing is to be forgotten.
      if (interval === this.#interval && this.#cuts === 0) return
      // Where no batch follows, what is left ends at slides of the new interval.
      this.#zeroTime = this.lastTime
      this.#interval = interval
      this.#nextTime = this.#zeroTime + interval
      // Batches that were cut while nothing had come yet must leave no trace in a window.
      this.#options.adopt(interval)
    } else if (this.#mode === 'marked' && !this.#stopped) {
      if (event.kind === 'begin') this.#beginMarked(event.time)
      else void this.#cut(event.time).catch(this.#options.fail)
    }
  }

  #beginMarked(time: number): void {
    if (this.#isFirstMark) this.#zeroTime = time - this.#interval
    this.#isFirstMark = false
    this.#nextTime = time
    this.#options.scheduler.begin(time)
  }

  /** Cut what is left, and go on without waiting until every window has come out; then the context is finished. */
  async finish(): Promise<void> {
    if (this.#finishing || this.#stopped) return
    this.#finishing = true
    this.#cancel()
    const { scheduler, tracker, flow, onFinished, fail } = this.#options
    let hasEnded = false
    try {
      while (!this.#stopped) {
        tracker.closeBlocks()
        await scheduler.idle()
        const isFirst = this.#cuts === 0 && !this.#isResumed
        const hasRest = scheduler.processedSinceCut > 0 || tracker.holds || isFirst
        if (!hasRest) this.#options.onDrained()
        // Windows that another run will fill stay open.
        if (!hasRest && this.#options.goesOn()) break
        if (!hasRest && flow().isFlushed(this.#nextTime - this.#interval)) {
          // What stages hold until its event time has come comes out now, in a batch behind the last.
          if (hasEnded || !flow().end()) break
          hasEnded = true
        }
        if (this.#mode === 'marked') scheduler.begin(this.#nextTime)
        await this.#cut(this.#nextTime)
        // What a bound has held back was received, and is finished too, in batches of its own.
        if (this.#mode === 'lines') tracker.nextBatch()
      }
      if (!this.#stopped) onFinished()
    } catch (error) {
      fail(error)
    }
  }

  /** Cut no more. */
  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  #schedule(): void {
    const { clock } = this.#options
    this.#cancel = clock.at(this.#nextTime, () => {
      // A busy or sleeping process may wake late: every batch time that has passed is a batch.
      while (!this.#stopped && !this.#finishing && this.#nextTime <= clock.now()) {
        void this.#cut(this.#nextTime).catch(this.#options.fail)
      }
      if (!this.#stopped && !this.#finishing && this.#mode === 'time') this.#schedule()
    })
  }

  async #cutByNumber(): Promise<void> {
    if (this.#cutting) return
    this.#cutting = true
    try {
      do {
        await this.#cut(this.#nextTime)
        this.#options.tracker.nextBatch()
        // A pull source never waits: let signals and timers have their turn.
        await new Promise<void>((resolve) => setImmediate(resolve))
      } while (
        !this.#stopped &&
        !this.#finishing &&
        (this.#options.tracker.size === 0 || this.#options.tracker.complete) &&
        !this.#options.isExhausted()
      )
    } catch (error) {
      this.#options.fail(error)
    }
    this.#cutting = false
    if (!this.#stopped && !this.#finishing && this.#options.isExhausted()) void this.finish()
  }

  async #cut(time: number): Promise<void> {
    const { scheduler, tracker, maxBatches, onFinished } = this.#options
    tracker.closeBlocks()
    this.#cuts += 1
    const isLast = this.#cuts === maxBatches
    if (isLast) this.stop()
    this.#nextTime = time + this.#interval
    const done = scheduler.cut(time)
    if (!isLast && this.#mode !== 'marked') scheduler.begin(this.#nextTime)
    // With a limit of the rate, what receivers held back is the next batch's.
    if (!isLast && this.#mode === 'time') this.#options.tracker.nextBatch()
    await done
    if (isLast) onFinished()
    else if (this.#mode === 'time' && !this.#finishing && this.#options.isExhausted()) void this.finish()
  }
}
