import { mulberry32 } from '../batch/random.ts'
import { type DataPoint, dataPointOf } from './data-point.ts'
import { addTo, checkSize, dot, type Features, logistic } from './features.ts'
import type { FeatureLearner, Metrics, ModelJson } from './learner.ts'
import { floats, modelJson } from './model-json.ts'

/** What weights are drawn to, beside the labels. */
export type Penalty = 'l1' | 'l2'

/** How a linear model learns from one batch; Spark's names and defaults. */
export interface LinearOptions {
  readonly kind: 'linear' | 'logistic'
  readonly stepSize: number
  readonly numIterations: number
  readonly miniBatchFraction: number
  readonly convergenceTolerance: number
  readonly regParam: number
  readonly penalty: Penalty
  /** 1 takes what the batch says, as Spark does; else it weighs as many points as it has beside those before, of which `decay` is left at each batch. */
  readonly decay?: number
  /** Undefined for zeros, of which there are as many as the first element has features. */
  readonly initialWeights?: readonly number[]
}

const NAMES = { linear: 'linear-regression', logistic: 'logistic-regression' } as const

/**
 * Linear and logistic regression by gradient descent that goes on from batch to batch, as Spark's
 * `StreamingLinearAlgorithm` over `GradientDescent.runMiniBatchSGD`: without an intercept, a step of `stepSize / √i` at the
 * i-th iteration of each batch, until the weights move by less than `convergenceTolerance`.
 */
export class LinearModel implements FeatureLearner {
  readonly #options: LinearOptions
  #weights: Float64Array
  /** Points behind the weights, where they decay. */
  #mass = 0
  /** How many features elements have, when it is known. */
  #size: number | undefined

  constructor(options: LinearOptions) {
    this.#options = options
    this.#weights = Float64Array.from(options.initialWeights ?? [])
    this.#size = options.initialWeights?.length
  }

  get weights(): readonly number[] {
    return [...this.#weights]
  }

  get isReady(): boolean {
    return this.#weights.length > 0
  }

  /** The number that is predicted; of a logistic model 1 or 0. */
  predict(features: Features): number {
    if (!this.isReady) throw new TypeError('there are no weights yet')
    checkSize(features, this.#weights.length)
    const margin = dot(features, this.#weights)
    if (this.#options.kind === 'linear') return margin
    return logistic(margin) > 0.5 ? 1 : 0
  }

  pointOf(element: unknown, isLabelled = true): DataPoint {
    const point = dataPointOf(element, isLabelled)
    const { label, features } = point
    this.#size ??= features.size
    checkSize(features, this.#size)
    if (this.#options.kind === 'logistic' && label !== undefined && label !== 0 && label !== 1)
      throw new TypeError(`expected 0 or 1 as the label, got ${label}`)
    return point
  }

  tell({ features }: DataPoint): number {
    return this.predict(features)
  }

  learn(points: readonly DataPoint[]): void {
    const known = points.filter(({ label }) => label !== undefined)
    // As in Spark, an empty batch leaves the model as it is.
    if (known.length === 0) return
    const before = this.isReady ? this.#weights : new Float64Array(this.#size ?? 0)
    const found = this.#descend(known, before)
    const { decay } = this.#options
    if (decay === undefined) {
      this.#weights = found
      return
    }
    const mass = this.#mass * decay
    const share = known.length / (mass + known.length)
    this.#weights = before.map((weight, at) => (1 - share) * weight + share * (found[at] as number))
    this.#mass = mass + known.length
  }

  measure(points: readonly DataPoint[], predictions: readonly unknown[]): Metrics {
    let count = 0
    let squares = 0
    let right = 0
    let loss = 0
    for (const [at, { label, features }] of points.entries()) {
      if (label === undefined) continue
      const prediction = predictions[at] as number
      count += 1
      squares += (prediction - label) ** 2
      if (prediction === label) right += 1
      if (this.#options.kind === 'logistic') loss += logLoss(dot(features, this.#weights), label)
    }
    const mean = (sum: number): number => (count === 0 ? 0 : sum / count)
    return this.#options.kind === 'linear'
      ? { count, rmse: Math.sqrt(mean(squares)) }
      : { count, accuracy: mean(right), logLoss: mean(loss) }
  }

  rows(): readonly (readonly [string, number])[] {
    return [...this.#weights].map((weight, at) => [String(at), weight] as const)
  }

  toJSON(): ModelJson {
    const decayed = this.#options.decay === undefined ? {} : { points: this.#mass }
    return { model: NAMES[this.#options.kind], weights: this.weights, ...decayed }
  }

  load(json: unknown): void {
    const { weights, points } = modelJson(json, NAMES[this.#options.kind])
    const list = floats(weights, 'weights')
    const expected = this.#options.initialWeights?.length
    if (expected !== undefined && list.length !== expected)
      throw new TypeError(`expected ${expected} weights, got ${list.length}`)
    this.#mass = typeof points === 'number' ? points : 0
    this.#weights = Float64Array.from(list)
    this.#size = list.length
  }

  #descend(points: readonly DataPoint[], start: Float64Array): Float64Array {
    const { numIterations, miniBatchFraction, convergenceTolerance } = this.#options
    let weights = start
    for (let iteration = 1; iteration <= numIterations; iteration++) {
      const chosen = miniBatchFraction >= 1 ? points : sample(points, miniBatchFraction, iteration)
      if (chosen.length === 0) continue
      const gradient = new Float64Array(weights.length)
      for (const { label = 0, features } of chosen) {
        const margin = dot(features, weights)
        const told = this.#options.kind === 'linear' ? margin : logistic(margin)
        addTo(gradient, features, told - label)
      }
      const next = this.#step(weights, gradient, chosen.length, iteration)
      const isConverged = differs(next, weights) < convergenceTolerance * Math.max(norm(next), 1)
      weights = next
      if (isConverged) break
    }
    if (weights.some((weight) => !Number.isFinite(weight)))
      throw new RangeError(
        'the weights grow without bound: a smaller --step-size, or smaller features, are needed',
      )
    return weights
  }

  #step(weights: Float64Array, gradient: Float64Array, count: number, iteration: number): Float64Array {
    const { stepSize, regParam, penalty } = this.#options
    const step = stepSize / Math.sqrt(iteration)
    const shrunk = penalty === 'l2' ? 1 - step * regParam : 1
    const next = weights.map((weight, at) => weight * shrunk - (step * (gradient[at] as number)) / count)
    if (penalty !== 'l1' || regParam === 0) return next
    const least = step * regParam
    return next.map((weight) => Math.sign(weight) * Math.max(0, Math.abs(weight) - least))
  }
}

function logLoss(margin: number, label: number): number {
  const away = label === 1 ? -margin : margin
  return away > 0 ? away + Math.log1p(Math.exp(-away)) : Math.log1p(Math.exp(away))
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}

function differs(one: Float64Array, other: Float64Array): number {
  return norm(one.map((value, at) => value - (other[at] as number)))
}

/** Each point with a chance of `fraction`, the same ones at every run. */
function sample(points: readonly DataPoint[], fraction: number, iteration: number): readonly DataPoint[] {
  const random = mulberry32(42 + iteration)
  return points.filter(() => random() < fraction)
}
