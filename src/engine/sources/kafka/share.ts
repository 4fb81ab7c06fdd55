import type { OffsetRange } from './driver.ts'

/** How much a batch may take. */
export interface Share {
  /** Messages a second of all partitions. */
  readonly perSecond: number
  /** Messages a second of one partition, at most, and at least where the limit of all is lower. */
  readonly perPartition: number
  readonly least: number
  /** Seconds of a batch. */
  readonly seconds: number
}

/**
 * Return ranges cut to what a batch may take: the limit of all is divided by what each partition has waiting, and no
 * partition exceeds its own (Spark: `DirectKafkaInputDStream.maxMessagesPerPartition`).
 */
export function share(ranges: readonly OffsetRange[], limits: Share): readonly OffsetRange[] {
  const { perSecond, perPartition, least, seconds } = limits
  const waiting = ranges.reduce((sum, { from, until }) => sum + until - from, 0)
  return ranges.map((range) => {
    const lag = range.until - range.from
    const part = perSecond === Number.POSITIVE_INFINITY ? perSecond : (perSecond * lag) / Math.max(1, waiting)
    const rate = Math.min(perPartition, Math.max(least, part))
    const most = Math.max(1, Math.floor(rate * seconds))
    return { ...range, until: range.from + Math.min(lag, most) }
  })
}
