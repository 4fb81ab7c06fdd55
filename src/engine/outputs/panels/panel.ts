/** What a panel of a dashboard draws. */
export const CHARTS = ['bar', 'line', 'table', 'number', 'heatmap', 'map-of-keys'] as const

/** A chart of a dashboard. */
export type Chart = (typeof CHARTS)[number]

/** What a cell of a batch is on a page: what JSON holds without a loss. */
export type PanelCell = string | number | boolean | null

/** What is shown of one batch: a bounded part of it. */
export interface PanelBatch {
  /** Batch time, milliseconds since 1970. */
  readonly time: number
  /** How many elements the batch has. */
  readonly total: number
  readonly columns: readonly string[]
  /** Rows of cells, at most as many as a panel takes. */
  readonly rows: readonly (readonly PanelCell[])[]
  /** Which elements the rows are, where they are not all. */
  readonly kept: 'all' | 'first' | 'largest'
  /** The number of each key; that of a stream of lone numbers stands under the empty key. */
  readonly points: readonly (readonly [key: string, value: number])[]
}

/** How a panel is to be. */
export interface PanelOptions {
  readonly title?: string
  /** The chart; where absent, the first batch that has elements decides. */
  readonly chart?: Chart
  /** The port of the page; panels of the same port share one. Where absent, the first free one from 4041 on. */
  readonly port?: number
  /** The address that the page is bound to. */
  readonly host: string
  /** Milliseconds of the past that are kept for lines and heatmaps. */
  readonly span: number
  /** Milliseconds between two batches. */
  readonly interval: number
}

/** A panel on a page that is open. */
export interface Panel {
  /** Show a batch. What comes faster than a page can show is put together. */
  update(batch: PanelBatch): void
  /** No batch follows. */
  close(): void | Promise<void>
}
