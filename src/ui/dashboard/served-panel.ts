import type { PanelBatch, PanelOptions } from '../../engine/outputs/panels/panel.ts'
import { History, largest } from './history.ts'
import type { Batch, PanelHead, PanelMessage } from './messages.ts'

/** Points that a chart without rows is sent. */
const MOST_POINTS = 200

/** Keys that are followed over time: lines of several colours, rows of a heatmap. */
const KEYS: Readonly<Record<string, number>> = { line: 8, heatmap: 24, number: 12 }

/** What a panel is called that has no title. */
const NAMES: Readonly<Record<string, string>> = {
  bar: 'Largest keys',
  line: 'Over time',
  table: 'Elements',
  number: 'Now',
  heatmap: 'Keys over time',
  'map-of-keys': 'Map of keys',
}

/** What is known of a panel: enough for a page that is opened now, and no more. */
export class ServedPanel {
  readonly id: number
  readonly #options: PanelOptions
  #chart: string | undefined
  #history: History | undefined
  #time: number | undefined
  #batch: PanelBatch | undefined
  #isBatchNew = false

  constructor(id: number, options: PanelOptions) {
    this.id = id
    this.#options = options
    if (options.chart !== undefined) this.#become(options.chart)
  }

  /** Who the panel is. */
  get head(): PanelHead {
    const { title, span } = this.#options
    const chart = this.#chart === undefined ? {} : { chart: this.#chart }
    return { id: this.id, title: title ?? NAMES[this.#chart ?? ''] ?? `Panel ${this.id}`, span, ...chart }
  }

  /** Take a batch. An empty one leaves what is shown: a wall does not flicker. */
  update(batch: PanelBatch): void {
    this.#time = batch.time
    if (batch.total > 0) {
      if (this.#chart === undefined) this.#become(chartOf(batch))
      this.#batch = batch
      this.#isBatchNew = true
    }
    this.#history?.add(batch.time, batch.points)
  }

  /** Return all that a page needs; undefined before the first batch. */
  whole(): PanelMessage | undefined {
    return this.#message(this.#batch, this.#history?.whole())
  }

  /** Return what is new since the last call. */
  news(): PanelMessage | undefined {
    const batch = this.#isBatchNew ? this.#batch : undefined
    this.#isBatchNew = false
    return this.#message(batch, this.#history?.news())
  }

  /** Return the elements of the last batch, as they are sent. */
  table(): { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] } {
    return { columns: this.#batch?.columns ?? [], rows: this.#batch?.rows ?? [] }
  }

  /** Return the values over time, a column per key. */
  past(): { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] } {
    const { keys, times, values } = this.#history?.whole() ?? { keys: [], times: [], values: [] }
    return {
      columns: ['time', ...keys.map(([, key]) => key || 'value')],
      rows: times.map((time, at) => [new Date(time).toISOString(), ...values.map((column) => column[at])]),
    }
  }

  #become(chart: string): void {
    this.#chart = chart
    const keys = KEYS[chart]
    if (keys !== undefined) this.#history = new History(this.#options.span, this.#options.interval, keys)
  }

  #message(batch: PanelBatch | undefined, past: PanelMessage['past']): PanelMessage | undefined {
    if (this.#time === undefined) return undefined
    return {
      kind: 'panel',
      id: this.id,
      time: this.#time,
      ...(this.#chart === undefined ? {} : { chart: this.#chart }),
      ...(batch === undefined ? {} : { batch: sent(batch, this.#chart) }),
      ...(past === undefined ? {} : { past }),
    }
  }
}

function chartOf({ points, rows }: PanelBatch): string {
  if (points.length === 0) return 'table'
  if (points.every(([key]) => key === '')) return 'number'
  return points === rows ? 'bar' : 'table'
}

/** Return the part of a batch that a chart shows. */
function sent(batch: PanelBatch, chart: string | undefined): Batch {
  const { points, rows, ...rest } = batch
  const isPoints = points === rows
  if (chart === 'table' || points.length === 0)
    return isPoints ? { ...rest, points } : { ...rest, points: [], rows }
  const few = points.length > MOST_POINTS ? largest(points, MOST_POINTS) : points
  const kept = few.length < points.length ? 'largest' : rest.kept
  return isPoints
    ? { ...rest, points: few, kept }
    : { ...rest, points: few, rows: rows.slice(0, MOST_POINTS) }
}
