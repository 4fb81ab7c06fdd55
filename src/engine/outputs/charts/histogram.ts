import type { ChartMaker, HistogramBin, HistogramChart } from './chart.ts'

/** Distinct numbers that are kept as they are. */
const EXACT = 4096
/** Ranges into which more numbers are counted. */
const RANGES = 8192
/** Widths of ranges that are easy to read, each a multiple of the one before them all. */
const STEPS = [1, 2, 5]

/** Return what counts the numbers of each batch in about `rows` ranges of equal width, with bounds that are round. */
export function createHistogram(rows: number): ChartMaker {
  let counts = new Map<number, number>()
  /** The exponent of the width of a range where numbers are no longer kept as they are. */
  let exponent: number | undefined
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  return {
    add: ({ value }) => {
      low = Math.min(low, value)
      high = Math.max(high, value)
      const place = exponent === undefined ? value : placeOf(value, exponent)
      counts.set(place, (counts.get(place) ?? 0) + 1)
      if (counts.size <= (exponent === undefined ? EXACT : RANGES)) return
      const least = exponentOf((high - low) / RANGES)
      const next = exponent === undefined ? least : Math.max(exponent + 1, least)
      counts = widened(counts, exponent, next)
      exponent = next
    },
    take: (): HistogramChart | undefined => {
      if (counts.size === 0) return undefined
      const bins = binsOf(counts, exponent, low, high, rows)
      counts = new Map()
      exponent = undefined
      low = Number.POSITIVE_INFINITY
      high = Number.NEGATIVE_INFINITY
      return { kind: 'histogram', bins }
    },
  }
}

/** The power of ten that is no less than a width. */
function exponentOf(width: number): number {
  return Math.ceil(Math.log10(Math.max(width, Number.MIN_VALUE)))
}

/** The number of the range, `step` tens to the `exponent` wide, that a number is in. */
function placeOf(value: number, exponent: number, step = 1): number {
  // Powers of ten below 1 are not exact, those above are: 0.3 / 0.1 is less than 3.
  const quotient = (exponent < 0 ? value * 10 ** -exponent : value / 10 ** exponent) / step
  const nearest = Math.round(quotient)
  return Math.abs(quotient - nearest) <= 1e-9 * Math.max(1, Math.abs(quotient))
    ? nearest
    : Math.floor(quotient)
}

/** The last range: it holds its upper bound too, where that is the greatest number. */
function lastOf(first: number, high: number, power: number, step: number): number {
  const place = placeOf(high, power, step)
  return place > first && boundOf(place, power, step) === high ? place - 1 : place
}

/** The bound below a range. */
function boundOf(place: number, exponent: number, step: number): number {
  return exponent < 0 ? (place * step) / 10 ** -exponent : place * step * 10 ** exponent
}

function widened(
  counts: ReadonlyMap<number, number>,
  exponent: number | undefined,
  next: number,
): Map<number, number> {
  const wide = new Map<number, number>()
  for (const [place, count] of counts) {
    const at = exponent === undefined ? placeOf(place, next) : Math.floor(place / 10 ** (next - exponent))
    wide.set(at, (wide.get(at) ?? 0) + count)
  }
  return wide
}

function binsOf(
  counts: ReadonlyMap<number, number>,
  exponent: number | undefined,
  low: number,
  high: number,
  rows: number,
): readonly HistogramBin[] {
  if (low === high) {
    return [{ from: low, to: high, count: [...counts.values()].reduce((sum, count) => sum + count, 0) }]
  }
  const { power, step } = widthOf(low, high, rows, exponent)
  const first = placeOf(low, power, step)
  const last = lastOf(first, high, power, step)
  const found = new Map<number, number>()
  for (const [place, count] of counts) {
    const at =
      exponent === undefined
        ? placeOf(place, power, step)
        : Math.floor(place / (step * 10 ** (power - exponent)))
    found.set(Math.min(at, last), (found.get(Math.min(at, last)) ?? 0) + count)
  }
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    from: boundOf(first + index, power, step),
    to: boundOf(first + index + 1, power, step),
    count: found.get(first + index) ?? 0,
  }))
}

/** The narrowest round width with which the numbers take no more than `rows` ranges, or two: that is always possible. */
function widthOf(
  low: number,
  high: number,
  rows: number,
  exponent: number | undefined,
): { readonly power: number; readonly step: number } {
  const narrowest = exponentOf((high - low) / Math.max(2, rows)) - 1
  for (let power = Math.max(narrowest, exponent ?? narrowest); ; power++) {
    for (const step of STEPS) {
      const first = placeOf(low, power, step)
      const count = lastOf(first, high, power, step) - first + 1
      if (count <= Math.max(2, rows)) return { power, step }
    }
  }
}
