import { type ClassLabel, type ClassPoint, classPointOf, type FeatureKind } from './class-point.ts'
import { accuracyOf, labelsIn, largestAt, logLossOf, normalised } from './classes.ts'
import { checkSize, type Features } from './features.ts'
import type { Learner, Metrics, ModelJson } from './learner.ts'
import { floats, modelJson } from './model-json.ts'

/** What a feature is taken for: how often something is there, whether it is, or a number about a mean. */
export type Distribution = 'multinomial' | 'bernoulli' | 'gaussian'

/** How naive Bayes learns. */
export interface NaiveBayesOptions {
  readonly distribution: Distribution
  /** Added to every count, so that nothing is impossible. */
  readonly smoothing: number
  readonly features: FeatureKind
  readonly bits: number
  readonly dimensions?: number
  readonly tellsProbability: boolean
}

/** A class: how many points it had, and per feature their sum or mean, and for Gaussians the squares about it. */
interface ClassCounts {
  count: number
  /** Of all features together. */
  total: number
  readonly sums: Float64Array
  readonly squares: Float64Array
}

const MODEL = 'naive-bayes'
/** The part of the largest variance that is added to all, as in scikit-learn. */
const LEAST_VARIANCE = 1e-9

/**
 * Naive Bayes of any number of classes, learned by counting: multinomial and Bernoulli as McCallum and Nigam, 1998, have
 * them, and Gaussian with the means and variances of each class.
 */
export class NaiveBayes implements Learner<ClassPoint> {
  #options: NaiveBayesOptions
  #size: number | undefined
  #classes = new Map<ClassLabel, ClassCounts>()
  /** Of Bernoulli: for each class the logarithm of how probable it is that nothing is there, until the next batch. */
  #absent: Map<ClassCounts, number> = new Map()
  /** Of Gaussian: what is added to each variance, until the next batch. */
  #least: number | undefined

  constructor(options: NaiveBayesOptions) {
    this.#options = options
    this.#size = options.features === 'words' ? 2 ** options.bits : options.dimensions
  }

  get isReady(): boolean {
    return this.#classes.size > 0
  }

  pointOf(element: unknown, isLabelled = true): ClassPoint {
    const { features: kind, bits, distribution } = this.#options
    const point = classPointOf(element, kind, bits, isLabelled)
    const { features } = point
    this.#size ??= features.size
    checkSize(features, this.#size)
    if (distribution === 'multinomial' && features.values.some((value) => value < 0))
      throw new TypeError(
        'expected counts, 0 or more, as features (--distribution gaussian takes any numbers)',
      )
    return point
  }

  tell(point: ClassPoint): unknown {
    const labels = [...this.#classes.keys()]
    const logarithms = this.#logarithms(point.features)
    if (!this.#options.tellsProbability) return labels[largestAt(logarithms)]
    return Object.fromEntries(normalised(logarithms).map((probability, at) => [labels[at], probability]))
  }

  learn(points: readonly ClassPoint[]): void {
    this.#absent.clear()
    this.#least = undefined
    for (const { label, features } of points) {
      if (label === undefined) continue
      const counts = this.#countsOf(label)
      counts.count += 1
      if (this.#options.distribution === 'gaussian') addGaussian(counts, features)
      else addCounts(counts, features, this.#options.distribution === 'bernoulli')
    }
  }

  measure(points: readonly ClassPoint[], predictions: readonly unknown[]): Metrics {
    const labels = [...this.#classes.keys()]
    const logLoss = logLossOf(points, ({ label, features }) => {
      const at = labels.indexOf(label as ClassLabel)
      return at < 0 ? 0 : (normalised(this.#logarithms(features))[at] as number)
    })
    return { ...accuracyOf(points, predictions), logLoss }
  }

  rows(): readonly (readonly [string, number])[] {
    return [...this.#classes].map(([label, { count }]) => [`${label}.count`, count] as const)
  }

  toJSON(): ModelJson {
    const { distribution, smoothing, features, bits } = this.#options
    const classes = [...this.#classes].map(([label, { count, total, sums, squares }]) => {
      const places = [...sums.keys()].filter((place) => sums[place] !== 0 || squares[place] !== 0)
      const of = (column: Float64Array): number[] => places.map((place) => column[place] as number)
      return { label, count, total, places, sums: of(sums), squares: of(squares) }
    })
    return { model: MODEL, distribution, smoothing, features, bits, size: this.#size, classes }
  }

  load(json: unknown): void {
    const fields = modelJson(json, MODEL)
    const { distribution, smoothing, features, bits, size, classes } =
      fields as unknown as NaiveBayesOptions & {
        readonly size?: number
        readonly classes: readonly unknown[]
      }
    if (!Array.isArray(classes)) throw new TypeError('expected a list of classes')
    const read = classes.map((saved) => {
      const { label, count, total, places, sums, squares } = saved as Record<string, unknown>
      const at = floats(places, 'places')
      const counts: ClassCounts = { ...emptyClass(size ?? 0), count: Number(count), total: Number(total) }
      for (const [index, value] of floats(sums, 'sums').entries()) counts.sums[at[index] as number] = value
      for (const [index, value] of floats(squares, 'squares').entries())
        counts.squares[at[index] as number] = value
      return [labelsIn([label])[0] as ClassLabel, counts] as const
    })
    this.#options = { ...this.#options, distribution, smoothing, features, bits }
    this.#size = size
    this.#classes = new Map(read)
    this.#absent.clear()
    this.#least = undefined
  }

  #countsOf(label: ClassLabel): ClassCounts {
    const known = this.#classes.get(label)
    if (known !== undefined) return known
    const counts = emptyClass(this.#size ?? 0)
    this.#classes.set(label, counts)
    return counts
  }

  /** Return of each class the logarithm of how probable it is beside the others. */
  #logarithms(features: Features): number[] {
    const all = [...this.#classes.values()]
    const points = all.reduce((sum, { count }) => sum + count, 0)
    return all.map((counts) => Math.log(counts.count / points) + this.#likelihood(counts, features))
  }

  #likelihood(counts: ClassCounts, features: Features): number {
    const { distribution, smoothing } = this.#options
    if (distribution === 'gaussian') return this.#gaussian(counts, features)
    const { indices, values } = features
    const { sums, count, total } = counts
    let sum = distribution === 'bernoulli' ? this.#nothing(counts) : 0
    const all = Math.log(total + smoothing * (this.#size ?? 0))
    for (let at = 0; at < values.length; at++) {
      const value = values[at] as number
      if (value === 0) continue
      const there = (sums[indices === undefined ? at : (indices[at] as number)] as number) + smoothing
      sum +=
        distribution === 'multinomial'
          ? value * (Math.log(there) - all)
          : Math.log(there) - Math.log(count + 2 * smoothing - there)
    }
    return sum
  }

  #nothing(counts: ClassCounts): number {
    const known = this.#absent.get(counts)
    if (known !== undefined) return known
    const { smoothing } = this.#options
    const all = counts.count + 2 * smoothing
    let sum = 0
    for (const there of counts.sums) sum += Math.log((all - there - smoothing) / all)
    this.#absent.set(counts, sum)
    return sum
  }

  #gaussian({ count, sums: means, squares }: ClassCounts, { indices, values }: Features): number {
    this.#least ??= LEAST_VARIANCE * this.#largestVariance()
    let sum = 0
    let at = 0
    for (let place = 0; place < means.length; place++) {
      const isHere = indices === undefined || indices[at] === place
      const value = isHere ? (values[at++] ?? 0) : 0
      const variance = (squares[place] as number) / count + this.#least
      sum -= 0.5 * (Math.log(2 * Math.PI * variance) + (value - (means[place] as number)) ** 2 / variance)
    }
    return sum
  }

  /** Return the largest variance that a feature has over the points of all classes. */
  #largestVariance(): number {
    const all = [...this.#classes.values()]
    const points = all.reduce((sum, { count }) => sum + count, 0)
    let largest = Number.MIN_VALUE
    for (let place = 0; place < (this.#size ?? 0); place++) {
      const mean = all.reduce((sum, { count, sums }) => sum + count * (sums[place] as number), 0) / points
      const about = ({ count, sums, squares }: ClassCounts): number =>
        (squares[place] as number) + count * ((sums[place] as number) - mean) ** 2
      largest = Math.max(largest, all.reduce((sum, counts) => sum + about(counts), 0) / points)
    }
    return largest
  }
}

function emptyClass(size: number): ClassCounts {
  return { count: 0, total: 0, sums: new Float64Array(size), squares: new Float64Array(size) }
}

function addCounts(counts: ClassCounts, { indices, values }: Features, isBinary: boolean): void {
  for (let at = 0; at < values.length; at++) {
    const place = indices === undefined ? at : (indices[at] as number)
    const value = isBinary ? Number(values[at] !== 0) : (values[at] as number)
    counts.sums[place] = (counts.sums[place] as number) + value
    counts.total += value
  }
}

/** Means and squares about them go on by Welford's rule; `count` is with this point. */
function addGaussian({ count, sums: means, squares }: ClassCounts, { indices, values }: Features): void {
  let at = 0
  for (let place = 0; place < means.length; place++) {
    const isHere = indices === undefined || indices[at] === place
    const value = isHere ? (values[at++] ?? 0) : 0
    const off = value - (means[place] as number)
    means[place] = (means[place] as number) + off / count
    squares[place] = (squares[place] as number) + off * (value - (means[place] as number))
  }
}
