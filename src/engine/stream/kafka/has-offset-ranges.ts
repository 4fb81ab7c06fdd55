import { UsageError } from '../../plan/errors.ts'
import { isRDD, type RDD } from '../rdd.ts'
import type { OffsetRange } from './offset-range.ts'

/** Shared by all copies of this package in a process, for an RDD may be asked by another one than made it. */
const KEY = Symbol.for('dstream.offsetRanges')
const store = globalThis as { [KEY]?: WeakMap<object, readonly OffsetRange[]> }
store[KEY] ??= new WeakMap()
const known = store[KEY]

/** The ranges of offsets that a batch was read from (Spark: `HasOffsetRanges`). */
export const HasOffsetRanges = {
  /**
   * Return the ranges of a batch, those without messages left out: of `foreachRDD` and `transform` on a stream of Kafka, and
   * on streams made of it without a window. The batch of the stream itself has a partition for each range, in their order.
   *
   * @throws UsageError for an RDD that was made of another RDD, or has nothing to do with Kafka.
   */
  of(rdd: RDD<unknown>): OffsetRange[] {
    const ranges = known.get(rdd)
    if (ranges !== undefined) return [...ranges]
    throw new UsageError(
      `HasOffsetRanges.of expects a batch of a stream of Kafka; ${isRDD(rdd) ? 'this RDD has no offset ranges' : 'this is no RDD'}`,
      'Ask for them first in foreachRDD or transform: what map and the like make of an RDD has none, nor has a window.',
    )
  },

  /** True where an RDD has ranges. */
  has(rdd: RDD<unknown>): boolean {
    return known.has(rdd)
  },
} as const

/** An RDD was read from these ranges. */
export function setOffsetRanges(rdd: object, ranges: readonly OffsetRange[]): void {
  known.set(rdd, ranges)
}
