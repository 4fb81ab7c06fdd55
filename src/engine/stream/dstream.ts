import type { RDD } from './rdd.ts'
import type { Interval } from './remembered.ts'
import type { StreamingContext } from './streaming-context.ts'
import type { Time } from './types.ts'

declare const element: unique symbol

/**
 * A continuous series of batches, one per interval (Spark: `org.apache.spark.streaming.dstream.DStream`).
 * Its operators arrive from the files in `operators/`, its outputs from `outputs/`, by declaration merging.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: each operator file adds its typed method, and install() its code
export class DStream<out T> {
  /** For the compiler only: the type of the elements. */
  declare readonly [element]: T
  /** The context that runs this stream. */
  readonly context: StreamingContext
  /**
   * The stage in the context's plan whose batches these are.
   *
   * @internal
   */
  readonly node: number

  /** Streams are made by a context and by operators, not by programs. */
  constructor(context: StreamingContext, node: number) {
    this.context = context
    this.node = node
  }

  /**
   * Return the batches of this stream from one time to another, both included, in order of time: those that have come, and
   * that `StreamingContext.remember` keeps. A time between two batches is that of the earlier one, with a warning.
   *
   * @param fromTime milliseconds since 1970; or an interval of two such times.
   * @throws UsageError before the context is started, or where nothing is remembered.
   */
  slice(interval: Interval): RDD<T>[]
  slice(fromTime: Time, toTime: Time): RDD<T>[]
  slice(from: Interval | Time, endTime = 0): RDD<T>[] {
    return this.context.remembered.slice(
      this.node,
      typeof from === 'number' ? { beginTime: from, endTime } : from,
    )
  }
}

// biome-ignore lint/suspicious/noEmptyInterface: the interface into which operator files merge
// biome-ignore lint/correctness/noUnusedVariables: merged interfaces must repeat the type parameter
export interface DStream<T> {}
