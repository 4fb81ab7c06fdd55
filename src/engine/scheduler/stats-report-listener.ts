import type { BatchInfo, StreamingListener } from './listener.ts'

/** The percentiles that are reported. */
const PERCENTS = [0, 5, 10, 25, 50, 75, 90, 95, 100] as const

/** How one kind of delay is distributed over batches, in milliseconds. */
export interface DelayDistribution {
  readonly count: number
  readonly mean: number
  /** Of the batches as a whole, not of a sample. */
  readonly standardDeviation: number
  readonly min: number
  readonly max: number
  /** Percent and the delay that so many of a hundred batches do not exceed. */
  readonly percentiles: readonly (readonly [percent: number, delay: number])[]
}

/** The delays of the last batches. */
export interface DelayReport {
  readonly totalDelay: DelayDistribution
  readonly processingDelay: DelayDistribution
}

/**
 * Says after every batch how long the last ones took (Spark: `StatsReportListener`): number, mean, deviation, extremes
 * and percentiles of total delay and processing time.
 */
export class StatsReportListener implements StreamingListener {
  readonly #numBatches: number
  #batches: BatchInfo[] = []
  #write: ((report: DelayReport) => void) | undefined

  /**
   * @param numBatches over how many of the last batches; ten where absent.
   * @param write what is done with a report; where absent, its lines go where the context's messages go.
   */
  constructor(numBatches = 10, write?: (report: DelayReport) => void) {
    this.#numBatches = numBatches
    this.#write = write
  }

  reportTo(report: (message: string) => void): void {
    this.#write ??= ({ totalDelay, processingDelay }) => {
      report(`Total delay: ${textOf(totalDelay)}`)
      report(`Processing time: ${textOf(processingDelay)}`)
    }
  }

  onBatchCompleted({ batchInfo }: { readonly batchInfo: BatchInfo }): void {
    this.#batches = [...this.#batches, batchInfo].slice(-this.#numBatches)
    this.#write?.({
      totalDelay: distributionOf(this.#batches.map(({ totalDelay = 0 }) => totalDelay)),
      processingDelay: distributionOf(this.#batches.map(({ processingDelay = 0 }) => processingDelay)),
    })
  }
}

function distributionOf(delays: readonly number[]): DelayDistribution {
  const sorted = [...delays].sort((a, b) => a - b)
  const count = sorted.length
  const at = (part: number): number => sorted[Math.min(Math.floor(part * count), count - 1)] ?? 0
  const mean = sorted.reduce((sum, delay) => sum + delay, 0) / count
  const variance = sorted.reduce((sum, delay) => sum + (delay - mean) ** 2, 0) / count
  return {
    count,
    mean,
    standardDeviation: Math.sqrt(variance),
    min: at(0),
    max: at(1),
    percentiles: PERCENTS.map((percent) => [percent, at(percent / 100)]),
  }
}

function textOf({ count, mean, standardDeviation, min, max, percentiles }: DelayDistribution): string {
  const shown = percentiles.map(([percent, delay]) => `${percent}% ${delay}ms`).join('  ')
  const figures = `mean ${mean.toFixed(1)}ms, stdev ${standardDeviation.toFixed(1)}ms, max ${max}ms, min ${min}ms`
  return `${count} batches, ${figures}; ${shown}`
}
