import { countOf, floatsOf, listOf, numberOf, recordOf } from '../state/saved.ts'

/** Looks for a moment from which on numbers are others than before. */
export interface ChangeDetector {
  /** Take a number; return whether they have changed. */
  take(value: number): boolean
  /** The mean of the numbers since the last change, as far as it is known. */
  readonly mean: number
  save(): unknown
  /** Take what `save` gave. Throws a TypeError for anything else. */
  restore(saved: unknown): void
}

/** How far numbers may go from their mean. */
export interface PageHinkleyOptions {
  /** Numbers before the first test. */
  readonly least: number
  /** A difference that does not count. */
  readonly delta: number
  /** The sum of differences that is a change. */
  readonly threshold: number
  /** What is left of the sum at each number. */
  readonly forget: number
}

/** The cumulative test of Page, 1954, and Hinkley, in both directions; begins anew behind a change. */
export class PageHinkley implements ChangeDetector {
  readonly #options: PageHinkleyOptions
  #count = 0
  #mean = 0
  #up = 0
  #down = 0
  #lowest = Number.POSITIVE_INFINITY
  #highest = Number.NEGATIVE_INFINITY

  constructor(options: PageHinkleyOptions) {
    this.#options = options
  }

  get mean(): number {
    return this.#mean
  }

  take(value: number): boolean {
    const { least, delta, threshold, forget } = this.#options
    this.#count += 1
    this.#mean += (value - this.#mean) / this.#count
    const off = value - this.#mean
    this.#up = forget * this.#up + off - delta
    this.#down = forget * this.#down + off + delta
    this.#lowest = Math.min(this.#lowest, this.#up)
    this.#highest = Math.max(this.#highest, this.#down)
    const isChange =
      this.#count >= least && (this.#up - this.#lowest > threshold || this.#highest - this.#down > threshold)
    if (isChange) this.#set([0, 0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    return isChange
  }

  save(): unknown {
    return { numbers: [this.#count, this.#mean, this.#up, this.#down, this.#lowest, this.#highest] }
  }

  restore(saved: unknown): void {
    this.#set(listOf(recordOf(saved, 'numbers').numbers, 6).map(numberOf))
  }

  #set([count = 0, mean = 0, up = 0, down = 0, lowest = 0, highest = 0]: readonly number[]): void {
    this.#count = count
    this.#mean = mean
    this.#up = up
    this.#down = down
    this.#lowest = lowest
    this.#highest = highest
  }
}

/** Numbers of the window that stand together: 2^row of them in each bucket of a row. */
interface Row {
  readonly totals: number[]
  readonly variances: number[]
}

/** How many buckets of a row there are before two of them become one of the next. */
const BUCKETS = 5
/** Numbers between two tests, in both parts, and in the window at least, as in MOA. */
const CLOCK = 32
const LEAST_PART = 5
const LEAST_WINDOW = 10

/** ADWIN2 of Bifet and Gavaldà, 2007: a window of which the mean of the older part is not that of the newer one. */
export class AdaptiveWindow implements ChangeDetector {
  readonly #delta: number
  #rows: Row[] = []
  #width = 0
  #total = 0
  #variance = 0
  #taken = 0

  /** @param delta how probable a change may be held where there is none. */
  constructor(delta: number) {
    this.#delta = delta
  }

  get mean(): number {
    return this.#width === 0 ? 0 : this.#total / this.#width
  }

  take(value: number): boolean {
    this.#taken += 1
    this.#insert(value)
    if (this.#taken % CLOCK !== 0 || this.#width <= LEAST_WINDOW) return false
    if (!this.#isCut()) return false
    // Begun anew, as in river: a window that is cut and kept tells the same change again and again.
    this.#rows = []
    this.#width = 0
    this.#total = 0
    this.#variance = 0
    this.#taken = 0
    return true
  }

  save(): unknown {
    return {
      rows: this.#rows.map(({ totals, variances }) => ({
        totals: Float64Array.from(totals),
        variances: Float64Array.from(variances),
      })),
      width: this.#width,
      total: this.#total,
      variance: this.#variance,
      taken: this.#taken,
    }
  }

  restore(saved: unknown): void {
    const { rows, width, total, variance, taken } = recordOf(
      saved,
      'rows',
      'width',
      'total',
      'variance',
      'taken',
    )
    const read = listOf(rows).map((row) => {
      const { totals, variances } = recordOf(row, 'totals', 'variances')
      const first = [...floatsOf(totals)]
      return { totals: first, variances: [...floatsOf(variances, first.length)] }
    })
    const numbers = [countOf(width), numberOf(total), numberOf(variance), countOf(taken)] as const
    this.#rows = read
    this.#width = numbers[0]
    this.#total = numbers[1]
    this.#variance = numbers[2]
    this.#taken = numbers[3]
  }

  #insert(value: number): void {
    const off = this.#width === 0 ? 0 : value - this.#total / this.#width
    this.#variance += (this.#width * off * off) / (this.#width + 1)
    this.#width += 1
    this.#total += value
    this.#push(0, value, 0)
  }

  /** Put a bucket into a row; where there are too many, the two oldest of them become one of the next row. */
  #push(at: number, total: number, variance: number): void {
    const row = this.#rows[at] ?? { totals: [], variances: [] }
    this.#rows[at] = row
    row.totals.push(total)
    row.variances.push(variance)
    if (row.totals.length <= BUCKETS) return
    const size = 2 ** at
    const [one = 0, other = 0] = row.totals.splice(0, 2)
    const [oneVariance = 0, otherVariance = 0] = row.variances.splice(0, 2)
    const off = (one - other) / size
    this.#push(at + 1, one + other, oneVariance + otherVariance + (size * off * off) / 2)
  }

  /** Whether the window falls into two parts whose means differ by more than chance. */
  #isCut(): boolean {
    let [older, olderTotal] = [0, 0]
    const chance = Math.log((2 * Math.log(this.#width)) / this.#delta)
    for (let at = this.#rows.length - 1; at >= 0; at--)
      for (const total of this.#rows[at]?.totals ?? []) {
        older += 2 ** at
        olderTotal += total
        const newer = this.#width - older
        if (newer < LEAST_PART) return false
        if (older < LEAST_PART) continue
        const off = Math.abs(olderTotal / older - (this.#total - olderTotal) / newer)
        const share = 1 / (older - LEAST_PART + 1) + 1 / (newer - LEAST_PART + 1)
        const bound =
          Math.sqrt(2 * share * (this.#variance / this.#width) * chance) + (2 / 3) * chance * share
        if (off > bound) return true
      }
    return false
  }
}
