import type { DataPoint } from './data-point.ts'
import type { Features } from './features.ts'

/** What is found out about the predictions of a batch, each made before its element was learned from. */
export type Metrics = Readonly<Record<string, number>>

/** A model as JSON has it: `model` is its name, all else its own. */
export interface ModelJson {
  readonly model: string
  readonly [field: string]: unknown
}

/** A model that learns batch by batch. */
export interface Learner {
  /** Whether points have labels, which are then what is learned. */
  readonly isLabelled: boolean
  /** Return what the model says of features. Throws a TypeError where it cannot be asked yet, or they do not fit. */
  predict(features: Features): number
  /** Whether there is something to predict with. */
  readonly isReady: boolean
  /** Throw a TypeError where the model cannot learn from a point: it is asked before the batch is learned. */
  check(point: DataPoint): void
  /** Learn from a batch, which may be empty. */
  learn(points: readonly DataPoint[]): void
  /** Return what can be said of predictions made before. */
  measure(points: readonly DataPoint[], predictions: readonly number[]): Metrics
  /** The model as rows for people: names and numbers. */
  rows(): readonly (readonly [name: string, value: number])[]
  toJSON(): ModelJson
  /** Take what `toJSON` gave. Throws a TypeError at anything else, and then takes nothing. */
  load(json: unknown): void
}
