import { type DataPoint, dataPointOf } from './data-point.ts'
import { addTo, checkSize, type Features } from './features.ts'
import type { FeatureLearner, Metrics, ModelJson } from './learner.ts'
import { type FloatLists, floatLists, floats, modelJson } from './model-json.ts'

/** What one batch more does to what was learned before; `points` counts elements in place of batches. */
export type TimeUnit = 'batches' | 'points'

/** How k-means forgets, and where it begins. */
export interface KMeansOptions {
  /** 0 for as many as a model that is loaded has. */
  readonly k: number
  /** 1 forgets nothing, 0 all but the last batch. */
  readonly decay: number
  readonly timeUnit: TimeUnit
  /** Where the clusters are at first; undefined for the first points that differ. */
  readonly centers?: FloatLists
  /** Features of a point, where its lines do not say it. */
  readonly dimensions?: number
  /** How much each of those weighs, in points. */
  readonly weights?: readonly number[]
}

/** Below this part of the largest weight, a cluster is dying: the largest one is split (Spark's constant). */
const DYING = 1e-8
const SPLIT = 1e-14

/**
 * k-means on a stream, as Spark's `StreamingKMeansModel.update` has it: a batch of m points whose mean is x moves a centre c
 * of weight w to c + (x - c) · m / (w·a + m), where a is the decay. Both are arrays of 64-bit floats.
 */
export class KMeans implements FeatureLearner {
  readonly #options: KMeansOptions
  #centers: Float64Array[]
  #weights: Float64Array
  /** How many features points have, when it is known. */
  #size: number | undefined

  constructor(options: KMeansOptions) {
    this.#options = options
    this.#centers = (options.centers ?? []).map((center) => Float64Array.from(center))
    this.#weights = Float64Array.from(this.#centers, (_, at) => options.weights?.[at] ?? 0)
    this.#size = options.dimensions ?? this.#centers[0]?.length
  }

  get centers(): FloatLists {
    return this.#centers.map((center) => [...center])
  }

  get weights(): readonly number[] {
    return [...this.#weights]
  }

  get isReady(): boolean {
    return this.#centers.length > 0
  }

  predict(features: Features): number {
    if (!this.isReady) throw new TypeError('there are no centres yet')
    checkSize(features, this.#centers[0]?.length ?? 0)
    return this.#closest(features)
  }

  pointOf(element: unknown, isLabelled = false): DataPoint {
    const point = dataPointOf(element, isLabelled)
    this.#size ??= point.features.size
    checkSize(point.features, this.#size)
    return point
  }

  tell({ features }: DataPoint): number {
    return this.predict(features)
  }

  learn(points: readonly DataPoint[]): void {
    this.#begin(points)
    const { k, decay, timeUnit } = this.#options
    if (this.#centers.length === 0) return
    const discount = timeUnit === 'batches' ? decay : decay ** points.length
    const dimensions = (this.#centers[0] as Float64Array).length
    const sums = Array.from({ length: k }, () => new Float64Array(dimensions))
    const counts = new Float64Array(k)
    for (const { features } of points) {
      const cluster = this.#closest(features)
      addTo(sums[cluster] as Float64Array, features, 1)
      counts[cluster] = (counts[cluster] as number) + 1
    }
    for (let cluster = 0; cluster < this.#centers.length; cluster++) {
      const weight = (this.#weights[cluster] as number) * discount
      const count = counts[cluster] as number
      this.#weights[cluster] = weight + count
      if (count > 0)
        move(this.#centers[cluster] as Float64Array, sums[cluster] as Float64Array, count, weight)
    }
    this.#splitLargest()
  }

  measure(points: readonly DataPoint[], predictions: readonly unknown[]): Metrics {
    let cost = 0
    for (const [at, { features }] of points.entries())
      cost += distance(features, this.#centers[predictions[at] as number] as Float64Array)
    return { count: points.length, cost, costPerPoint: points.length === 0 ? 0 : cost / points.length }
  }

  rows(): readonly (readonly [string, number])[] {
    return this.#centers.flatMap((center, cluster) => [
      ...[...center].map((value, at) => [`${cluster}.${at}`, value] as const),
      [`${cluster}.weight`, this.#weights[cluster] as number] as const,
    ])
  }

  toJSON(): ModelJson {
    const { decay, timeUnit } = this.#options
    return { model: 'k-means', centers: this.centers, weights: this.weights, decay, timeUnit }
  }

  load(json: unknown): void {
    const saved = modelJson(json, 'k-means')
    const centers = floatLists(saved.centers, 'centers')
    const weights = floats(saved.weights, 'weights')
    const { k } = this.#options
    if (weights.length !== centers.length) throw new TypeError('expected a weight for each centre')
    if (k > 0 && centers.length > 0 && centers.length !== k)
      throw new TypeError(`expected ${k} clusters, as --k says, got ${centers.length}`)
    this.#centers = centers.map((center) => Float64Array.from(center))
    this.#weights = Float64Array.from(weights)
    this.#size = centers[0]?.length ?? this.#size
  }

  /** Begin with the first k points that differ, where no centres were given. */
  #begin(points: readonly DataPoint[]): void {
    const { k } = this.#options
    if (this.#centers.length > 0) return
    const found = new Map<string, Float64Array>()
    for (const { features } of points) {
      const center = new Float64Array(this.#size ?? 0)
      addTo(center, features, 1)
      found.set(center.join(), found.get(center.join()) ?? center)
      if (found.size === k) break
    }
    // With fewer, the batch teaches nothing: a later one may begin.
    if (found.size < k) return
    this.#centers = [...found.values()]
    this.#weights = new Float64Array(k)
  }

  #closest(features: Features): number {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (const [cluster, center] of this.#centers.entries()) {
      const found = distance(features, center)
      if (found < least) {
        least = found
        best = cluster
      }
    }
    return best
  }

  #splitLargest(): void {
    const weights = this.#weights
    let largest = 0
    let smallest = 0
    for (let cluster = 1; cluster < weights.length; cluster++) {
      if ((weights[cluster] as number) > (weights[largest] as number)) largest = cluster
      if ((weights[cluster] as number) < (weights[smallest] as number)) smallest = cluster
    }
    const most = weights[largest] as number
    const least = weights[smallest] as number
    if (!(least < DYING * most)) return
    weights[largest] = (most + least) / 2
    weights[smallest] = (most + least) / 2
    const one = this.#centers[largest] as Float64Array
    const other = this.#centers[smallest] as Float64Array
    for (const [at, value] of one.entries()) {
      const apart = SPLIT * Math.max(Math.abs(value), 1)
      one[at] = value + apart
      other[at] = value - apart
    }
  }
}

/** Move a centre of `weight` points towards the mean of `count` more. */
function move(center: Float64Array, sum: Float64Array, count: number, weight: number): void {
  const share = count / Math.max(weight + count, 1e-16)
  for (let at = 0; at < center.length; at++)
    center[at] = (1 - share) * (center[at] as number) + (share / count) * (sum[at] as number)
}

function distance({ indices, values }: Features, center: Float64Array): number {
  let sum = 0
  if (indices === undefined) {
    for (let at = 0; at < center.length; at++) {
      const difference = (values[at] as number) - (center[at] as number)
      sum += difference * difference
    }
    return sum
  }
  for (const value of center) sum += value * value
  for (const [at, place] of indices.entries()) {
    const value = values[at] as number
    const there = center[place] as number
    sum += (value - there) * (value - there) - there * there
  }
  return sum
}
