/** What the server of a dashboard tells a page. Types alone: both sides import them. */
import type { PanelBatch, PanelCell } from '../../engine/outputs/panels/panel.ts'

/** A cell of a row. */
export type Cell = PanelCell

/** A key with its number; the key of a lone number is empty. */
export type Point = PanelBatch['points'][number]

/** A panel as it is asked for. */
export interface PanelHead {
  readonly id: number
  readonly title: string
  /** Absent until a batch has decided. */
  readonly chart?: string
  /** Milliseconds of the past that are shown. */
  readonly span: number
}

/** The last batch that has elements, or as much of it as a page shows. */
export interface Batch extends Omit<PanelBatch, 'rows'> {
  /** Absent where the points are the rows. */
  readonly rows?: PanelBatch['rows']
}

/** Values over time: what is new since the message before, or all. */
export interface Past {
  /** Places whose key is another one now. */
  readonly keys: readonly (readonly [place: number, key: string])[]
  /** The times that are new, or whose values changed. */
  readonly times: readonly number[]
  /** Per place, a value at each of these times. */
  readonly values: readonly (readonly (number | null)[])[]
}

/** A change of a panel. */
export interface PanelMessage {
  readonly kind: 'panel'
  readonly id: number
  readonly chart?: string
  /** The time of the last batch, also of an empty one. */
  readonly time: number
  readonly batch?: Batch
  readonly past?: Past
}

/** One message. */
export type Message =
  | {
      readonly kind: 'hello'
      /** Another one where another process has taken the address. */
      readonly run: string
      readonly name: string
      readonly panels: readonly PanelHead[]
    }
  | PanelMessage
  /** Nothing is new, and the connection stands. */
  | { readonly kind: 'alive' }
  /** No batch follows. */
  | { readonly kind: 'end' }
