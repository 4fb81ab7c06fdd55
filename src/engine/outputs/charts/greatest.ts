import type { BarChart, ChartMaker, Measured } from './chart.ts'

/** Keeps the greatest few of many numbers, in the order in which they came. Of equal ones the first stay. */
export class Greatest {
  readonly #limit: number
  #kept: Measured[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(measured: Measured): void {
    this.#kept.push(measured)
    // Now and then, so that what is kept is bounded and an element costs little.
    if (this.#kept.length >= 2 * this.#limit + 64) this.#drop()
  }

  take(): readonly Measured[] {
    this.#drop()
    const taken = this.#kept
    this.#kept = []
    return taken
  }

  #drop(): void {
    if (this.#kept.length <= this.#limit) return
    const order = this.#kept.map((measured, index) => ({ measured, index }))
    order.sort((a, b) => b.measured.value - a.measured.value || a.index - b.index)
    order.length = this.#limit
    this.#kept = order.sort((a, b) => a.index - b.index).map(({ measured }) => measured)
  }
}

/** Return what makes bars of the greatest `rows` elements of each batch. */
export function createBars(rows: number): ChartMaker {
  const greatest = new Greatest(rows)
  return {
    add: (measured) => greatest.add(measured),
    take: (): BarChart | undefined => {
      const bars = greatest.take()
      return bars.length === 0 ? undefined : { kind: 'bar', bars }
    },
  }
}
