/** One number of a chart, and what it belongs to. */
export interface Measured {
  /** A key, the first other field of a record; absent where the element is a number. */
  readonly label?: unknown
  readonly value: number
}

/** Bars, one for each element. */
export interface BarChart {
  readonly kind: 'bar'
  readonly bars: readonly Measured[]
}

/** Lines, one for each key, with a value per batch. */
export interface SparklineChart {
  readonly kind: 'sparkline'
  readonly lines: readonly SparklineRow[]
}

/** The values of one key. */
export interface SparklineRow {
  readonly label?: unknown
  /** The oldest batch first; undefined for a batch in which the key was not. */
  readonly values: readonly (number | undefined)[]
}

/** How often numbers fall into ranges of equal width. */
export interface HistogramChart {
  readonly kind: 'histogram'
  readonly bins: readonly HistogramBin[]
}

/** A range of numbers, of which the upper bound is a part in the last range only; both bounds are equal where all numbers are. */
export interface HistogramBin {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** What is drawn of a batch, and of batches before it. */
export type Chart = (BarChart | SparklineChart | HistogramChart) & {
  /** Elements of the batch that hold no number. */
  readonly withoutNumber: number
}

/** What collects the numbers of batches. */
export interface ChartMaker {
  add(measured: Measured): void
  /** End the batch: what is drawn of it, undefined where there is nothing to draw. */
  take(): BarChart | SparklineChart | HistogramChart | undefined
}
