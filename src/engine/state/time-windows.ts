import type { Aggregator } from '../../functions/aggregator.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import { listOf, numberOf, recordOf, unfit } from './saved.ts'
import { savedTable, tableOf } from './saved-columns.ts'
import type { OpenWindows, WindowResults } from './timed-results.ts'

/**
 * Windows of one length whose starts are multiples of the slide since 1970. Time is cut into panes that every window holds
 * wholly or not at all; an element is reduced into its pane once, and a window merges its panes when it closes.
 */
export class TimeWindows implements OpenWindows {
  readonly #aggregator: Aggregator
  readonly #length: number
  readonly #slide: number
  readonly #pane: number
  readonly #panes = new Map<number, KeyedTable>()
  /** Windows that end here or before are out. */
  #closedTo = Number.NEGATIVE_INFINITY
  /** The end of the first open window that holds something. */
  #nextEnd = Number.POSITIVE_INFINITY

  constructor(aggregator: Aggregator, length: number, slide: number) {
    this.#aggregator = aggregator
    this.#length = length
    this.#slide = slide
    this.#pane = greatestDivisor(length, slide)
  }

  get size(): number {
    return this.#panes.size
  }

  add(key: unknown, value: unknown, time: number, watermark: number): boolean {
    const closed = Math.max(watermark, this.#closedTo)
    if (Math.floor(time / this.#slide) * this.#slide + this.#length <= closed) return false
    const start = Math.floor(time / this.#pane) * this.#pane
    let pane = this.#panes.get(start)
    if (pane === undefined) {
      pane = new KeyedTable(this.#aggregator)
      this.#panes.set(start, pane)
      const first = Math.max(this.#firstStart(start), this.#firstStart(closed))
      this.#nextEnd = Math.min(this.#nextEnd, first + this.#length)
    }
    pane.add(key, value)
    return true
  }

  close(watermark: number, results: WindowResults): void {
    if (watermark < this.#nextEnd || this.#panes.size === 0) return
    const panes = [...this.#panes.keys()].sort((left, right) => left - right)
    let start = this.#nextEnd - this.#length
    let index = 0
    for (; start + this.#length <= watermark; start += this.#slide) {
      for (; (panes[index] as number) < start; index++) this.#panes.delete(panes[index] as number)
      if (index === panes.length) break
      start = Math.max(start, this.#firstStart(panes[index] as number))
      if (start + this.#length > watermark) break
      const end = start + this.#length
      const { keys, values } = this.#merged(panes, index, end).results()
      for (const [place, key] of keys.entries()) results.push(key, start, end, values[place])
      this.#closedTo = end
    }
    for (; (panes[index] as number) < start; index++) this.#panes.delete(panes[index] as number)
    this.#nextEnd =
      index === panes.length
        ? Number.POSITIVE_INFINITY
        : Math.max(start, this.#firstStart(panes[index] as number)) + this.#length
  }

  save(): unknown {
    return {
      sizes: [this.#length, this.#slide],
      panes: [...this.#panes].map(([start, table]) => [start, savedTable(table)]),
      closedTo: this.#closedTo,
      nextEnd: this.#nextEnd,
    }
  }

  restore(saved: unknown): void {
    const record = recordOf(saved, 'sizes', 'panes', 'closedTo', 'nextEnd')
    const [length, slide] = listOf(record.sizes, 2)
    if (length !== this.#length || slide !== this.#slide)
      throw unfit(
        `windows of ${this.#length} ms each ${this.#slide} ms`,
        `${String(length)} and ${String(slide)}`,
      )
    const panes = listOf(record.panes).map((item): [number, KeyedTable] => {
      const [start, table] = listOf(item, 2)
      return [numberOf(start), tableOf(this.#aggregator, table)]
    })
    const [closedTo, nextEnd] = [numberOf(record.closedTo), numberOf(record.nextEnd)]
    this.#panes.clear()
    for (const [start, table] of panes) this.#panes.set(start, table)
    this.#closedTo = closedTo
    this.#nextEnd = nextEnd
  }

  /** The start of the first window that reaches beyond a time. */
  #firstStart(time: number): number {
    return (Math.floor((time - this.#length) / this.#slide) + 1) * this.#slide
  }

  #merged(panes: readonly number[], from: number, end: number): KeyedTable {
    // A window of one pane is that pane, and nobody else needs it.
    if (this.#pane === this.#length) return this.#panes.get(panes[from] as number) as KeyedTable
    const merged = new KeyedTable(this.#aggregator)
    for (let index = from; (panes[index] as number) < end; index++) {
      const { keys, values } = (this.#panes.get(panes[index] as number) as KeyedTable).combiners()
      for (const [place, key] of keys.entries()) merged.merge(key, values[place])
    }
    return merged
  }
}

function greatestDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestDivisor(right, left % right)
}
