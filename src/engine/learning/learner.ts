import type { DataPoint } from './data-point.ts'
import type { Features } from './features.ts'

/** What is found out about the predictions of a batch, each made before its element was learned from. */
export type Metrics = Readonly<Record<string, number>>

/** A model as JSON has it: `model` is its name, all else its own. */
export interface ModelJson {
  readonly model: string
  readonly [field: string]: unknown
}

/** An element, as a model is given it; `key` stands beside what is told of it. */
export interface Point {
  readonly key: unknown
}

/** A model that learns batch by batch, from points of its own kind. */
export interface Learner<P extends Point = DataPoint> {
  /**
   * Return an element as a point of which the model can tell something, and from which it can learn where it has a label:
   * the first number or word of a line, unless `isLabelled` is false. Throws a TypeError for anything else.
   */
  pointOf(element: unknown, isLabelled?: boolean): P
  /** Return what the model says of a point. Throws a TypeError where it cannot be asked yet. */
  tell(point: P): unknown
  /** Whether there is something to tell with. */
  readonly isReady: boolean
  /** Learn from a batch, which may be empty; points without a label teach nothing where there are labels. */
  learn(points: readonly P[]): void
  /** Return how good predictions are that were made before. */
  measure(points: readonly P[], predictions: readonly unknown[]): Metrics
  /** The model as rows for people: names and numbers. */
  rows(): readonly (readonly [name: string, value: number])[]
  toJSON(): ModelJson
  /** Take what `toJSON` gave. Throws a TypeError at anything else, and then takes nothing. */
  load(json: unknown): void
}

/** A model of Spark's, which a program asks for features alone. */
export interface FeatureLearner extends Learner {
  /** Throws a TypeError where the model cannot be asked yet, or they do not fit. */
  predict(features: Features): number
}
