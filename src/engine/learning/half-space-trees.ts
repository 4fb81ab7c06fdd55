import { mulberry32 } from '../batch/random.ts'
import { type DataPoint, dataPointOf } from './data-point.ts'
import { checkSize } from './features.ts'
import type { Learner, Metrics, ModelJson } from './learner.ts'
import { type FloatLists, floats, modelJson } from './model-json.ts'

/** How half-space trees learn what is usual. */
export interface HalfSpaceOptions {
  readonly trees: number
  readonly height: number
  /** After so many points what was learned of them counts, and what counted before does not. */
  readonly window: number
  readonly seed: number
  /** Between which numbers features lie: lists of the least and the most; those of the first batch where absent. */
  readonly limits?: FloatLists
}

/** Half of the room of a feature, at every inner node of a tree of which the nodes are numbered row by row from 1. */
interface Tree {
  readonly features: Int32Array
  readonly thresholds: Float64Array
  /** How many points came through each node in the window before, and in this one. */
  reference: Float64Array
  latest: Float64Array
}

const MODEL = 'half-space-trees'
/** Of a node with less than this part of the window no child is asked. */
const SIZE_LIMIT = 0.1

/**
 * Anomalies as points where few have been: the streaming half-space trees of Tan, Ting and Liu, 2011. What is told of a
 * point is from 0, where most points are, to 1.
 */
export class HalfSpaceTrees implements Learner {
  readonly #options: HalfSpaceOptions
  #limits: FloatLists | undefined
  #trees: Tree[] = []
  #points = 0
  #size: number | undefined

  constructor(options: HalfSpaceOptions) {
    this.#options = options
    if (options.limits !== undefined) this.#plant(options.limits)
  }

  get isReady(): boolean {
    return this.#points > 0
  }

  pointOf(element: unknown, isLabelled = false): DataPoint {
    const point = dataPointOf(element, isLabelled)
    if (point.features.indices !== undefined) throw new TypeError('expected features that each have a value')
    this.#size ??= point.features.values.length
    checkSize(point.features, this.#size)
    return point
  }

  tell({ features }: DataPoint): number {
    const { trees, height, window } = this.#options
    // Nothing is unusual before it is known what is usual.
    if (this.#points < window) return 0
    const inner = 2 ** height
    let score = 0
    for (const tree of this.#trees) {
      let node = 1
      for (let depth = 0; ; depth++) {
        const mass = tree.reference[node] as number
        if (node >= inner || mass < SIZE_LIMIT * window) {
          score += mass * 2 ** depth
          break
        }
        node = childOf(tree, node, features.values)
      }
    }
    return 1 - Math.min(1, score / (trees * window * 2 ** height))
  }

  learn(points: readonly DataPoint[]): void {
    if (points.length === 0) return
    if (this.#limits === undefined) this.#plant(limitsOf(points))
    const { height, window } = this.#options
    const inner = 2 ** height
    for (const { features } of points) {
      for (const tree of this.#trees) {
        const { latest } = tree
        let node = 1
        for (;;) {
          latest[node] = (latest[node] as number) + 1
          if (node >= inner) break
          node = childOf(tree, node, features.values)
        }
      }
      this.#points += 1
      if (this.#points % window === 0)
        for (const tree of this.#trees) {
          tree.reference = tree.latest
          tree.latest = new Float64Array(2 * inner)
        }
    }
  }

  measure(_: readonly DataPoint[], predictions: readonly unknown[]): Metrics {
    const scores = predictions as readonly number[]
    const sum = scores.reduce((total, score) => total + score, 0)
    return {
      count: scores.length,
      meanScore: scores.length === 0 ? 0 : sum / scores.length,
      largestScore: scores.reduce((largest, score) => Math.max(largest, score), 0),
    }
  }

  rows(): readonly (readonly [string, number])[] {
    return (this.#limits?.[0] ?? []).flatMap((least, at) => [
      [`${at}.least`, least] as const,
      [`${at}.most`, this.#limits?.[1]?.[at] as number] as const,
    ])
  }

  toJSON(): ModelJson {
    const { trees, height, window, seed } = this.#options
    const masses = this.#trees.map(({ reference, latest }) => ({
      reference: [...reference],
      latest: [...latest],
    }))
    return { model: MODEL, trees, height, window, seed, limits: this.#limits, points: this.#points, masses }
  }

  load(json: unknown): void {
    const { limits, points, masses, ...fields } = modelJson(json, MODEL)
    const { trees, height, window, seed } = this.#options
    const expected = { trees, height, window, seed }
    for (const [name, value] of Object.entries(expected))
      if (fields[name] !== value)
        throw new TypeError(`expected ${name} to be ${value}, got ${String(fields[name])}`)
    if (!Array.isArray(limits) || !Array.isArray(masses) || masses.length !== trees)
      throw new TypeError(`expected limits, and masses of ${trees} trees`)
    const read = masses.map(({ reference, latest }: Record<string, unknown>) => ({
      reference: Float64Array.from(floats(reference, 'reference')),
      latest: Float64Array.from(floats(latest, 'latest')),
    }))
    this.#plant(limits.map((list) => floats(list, 'limits')))
    this.#trees = this.#trees.map((tree, at) => ({ ...tree, ...read[at] }))
    this.#points = Number(points)
  }

  /** Make trees of the whole room: the same ones for the same seed and limits. */
  #plant(limits: FloatLists): void {
    const [least = [], most = []] = limits
    const { trees, height, seed } = this.#options
    const random = mulberry32(seed)
    this.#limits = limits
    this.#size = least.length
    this.#trees = Array.from({ length: trees }, () => {
      const [from, to] = workspace(least, most, random)
      const tree: Tree = {
        features: new Int32Array(2 ** height),
        thresholds: new Float64Array(2 ** height),
        reference: new Float64Array(2 ** (height + 1)),
        latest: new Float64Array(2 ** (height + 1)),
      }
      halve(tree, 1, from, to, random)
      return tree
    })
  }
}

/** Return the half of a node in which a point lies. */
function childOf({ features, thresholds }: Tree, node: number, values: readonly number[]): number {
  return 2 * node + Number((values[features[node] as number] as number) >= (thresholds[node] as number))
}

/** A room about a random place in which all of the features fit, as the paper has it. */
function workspace(
  least: readonly number[],
  most: readonly number[],
  random: () => number,
): readonly [from: number[], to: number[]] {
  const from: number[] = []
  const to: number[] = []
  for (const [at, low] of least.entries()) {
    const width = (most[at] as number) - low || 1
    const middle = random()
    const reach = 2 * Math.max(middle, 1 - middle)
    from.push(low + width * (middle - reach))
    to.push(low + width * (middle + reach))
  }
  return [from, to]
}

function halve(
  tree: Tree,
  node: number,
  from: readonly number[],
  to: readonly number[],
  random: () => number,
): void {
  if (node >= tree.features.length) return
  const feature = Math.floor(random() * from.length)
  const threshold = ((from[feature] as number) + (to[feature] as number)) / 2
  tree.features[node] = feature
  tree.thresholds[node] = threshold
  halve(tree, 2 * node, from, to.with(feature, threshold), random)
  halve(tree, 2 * node + 1, from.with(feature, threshold), to, random)
}

function limitsOf(points: readonly DataPoint[]): FloatLists {
  const columns =
    points[0]?.features.values.map((_, at) => points.map(({ features }) => features.values[at] as number)) ??
    []
  const extreme = (values: readonly number[], choose: (one: number, other: number) => number): number =>
    values.reduce((best, value) => choose(best, value))
  return [
    columns.map((values) => extreme(values, Math.min)),
    columns.map((values) => extreme(values, Math.max)),
  ]
}
