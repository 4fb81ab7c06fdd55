import { type ClassLabel, type ClassPoint, classPointOf, type FeatureKind, labelOf } from './class-point.ts'
import { accuracyOf, logLossOf } from './classes.ts'
import { checkSize, type Features, logistic } from './features.ts'
import type { Learner, Metrics, ModelJson } from './learner.ts'
import { floats, modelJson } from './model-json.ts'
import { type OnlineRule, onlineRule, type RuleName, type RuleOptions } from './online-rules.ts'

/** How a classifier of two classes learns, point by point. */
export interface OnlineOptions extends RuleOptions {
  readonly algorithm: RuleName
  /** The class that a margin above 0 tells; the other one is the first other that comes. */
  readonly positive: ClassLabel
  readonly features: FeatureKind
  /** Of words: their hashes have 2^bits places. */
  readonly bits: number
  /** Of numbers: how many; that of the first point where absent. */
  readonly dimensions?: number
  /** Whether there is a feature that is always 1. */
  readonly hasIntercept: boolean
  /** Tell how probable the positive class is in place of the class. */
  readonly tellsProbability: boolean
}

const MODEL = 'online-classifier'

/** A linear classifier of two classes that learns from one point after the other, by one of several rules. */
export class OnlineClassifier implements Learner<ClassPoint> {
  #options: OnlineOptions
  #rule: OnlineRule | undefined
  #size: number | undefined
  #negative: ClassLabel | undefined
  #learned = 0

  constructor(options: OnlineOptions) {
    this.#options = options
    this.#size = options.features === 'words' ? 2 ** options.bits : options.dimensions
  }

  get isReady(): boolean {
    return this.#learned > 0
  }

  pointOf(element: unknown, isLabelled = true): ClassPoint {
    const { features: kind, bits, positive, hasIntercept } = this.#options
    const { key, label, features } = classPointOf(element, kind, bits, isLabelled)
    this.#size ??= features.size
    checkSize(features, this.#size)
    if (label !== undefined && label !== positive) this.#negative ??= label
    if (label !== undefined && label !== positive && label !== this.#negative)
      throw new TypeError(
        `expected ${positive} or ${this.#negative} as the label, got ${label}: there are two classes`,
      )
    return { key, label, features: hasIntercept ? withConstant(features, this.#size as number) : features }
  }

  tell(point: ClassPoint): ClassLabel | null {
    const margin = this.#ruleInUse().margin(point.features)
    if (this.#options.tellsProbability) return logistic(margin)
    return margin > 0 ? this.#options.positive : this.#other()
  }

  learn(points: readonly ClassPoint[]): void {
    for (const { label, features } of points) {
      if (label === undefined) continue
      this.#ruleInUse().learn(features, label === this.#options.positive ? 1 : -1)
      this.#learned += 1
    }
  }

  measure(points: readonly ClassPoint[], predictions: readonly unknown[]): Metrics {
    const found = accuracyOf(points, predictions)
    if (this.#options.algorithm !== 'ftrl') return found
    const logLoss = logLossOf(points, ({ label, features }) => {
      const margin = this.#ruleInUse().margin(features)
      return logistic(label === this.#options.positive ? margin : -margin)
    })
    return { ...found, logLoss }
  }

  rows(): readonly (readonly [string, number])[] {
    const rule = this.#rule
    if (rule === undefined) return []
    return Array.from(
      { length: this.#places() },
      (_, place) => [String(place), rule.weight(place)] as const,
    ).filter(([, weight]) => weight !== 0)
  }

  toJSON(): ModelJson {
    const columns = Object.entries(this.#rule?.columns() ?? {}).map(([name, column]) => {
      const places = [...column.keys()].filter((place) => column[place] !== 0)
      return [name, { places, values: places.map((place) => column[place]) }] as const
    })
    return {
      model: MODEL,
      ...this.#options,
      size: this.#size,
      negative: this.#negative,
      learned: this.#learned,
      columns: Object.fromEntries(columns),
    }
  }

  load(json: unknown): void {
    const fields = modelJson(json, MODEL)
    const options = { ...this.#options, ...optionsIn(fields) }
    if (this.#rule !== undefined || this.#learned > 0) throw new TypeError('the model has learned already')
    const size = fields.size as number | undefined
    const { hasIntercept, algorithm } = options
    const rule =
      size === undefined ? undefined : onlineRule(algorithm, size + (hasIntercept ? 1 : 0), options)
    const saved = (fields.columns ?? {}) as Readonly<Record<string, unknown>>
    for (const [name, column] of Object.entries(rule?.columns() ?? {})) {
      // Of a model that has not learned anything nothing is written.
      const { places, values } = (saved[name] ?? { places: [], values: [] }) as {
        readonly places: unknown
        readonly values: unknown
      }
      const numbers = floats(values, name)
      for (const [at, place] of floats(places, name).entries()) {
        if (!Number.isInteger(place) || place < 0 || place >= column.length)
          throw new TypeError(`expected places below ${column.length}, got ${place}`)
        column[place] = numbers[at] as number
      }
    }
    this.#options = options
    this.#size = size
    this.#rule = rule
    this.#negative = labelOf(fields.negative)
    this.#learned = Number(fields.learned)
  }

  #other(): ClassLabel | null {
    return this.#negative ?? (this.#options.positive === 1 ? 0 : null)
  }

  #places(): number {
    return (this.#size ?? 0) + (this.#options.hasIntercept ? 1 : 0)
  }

  #ruleInUse(): OnlineRule {
    this.#rule ??= onlineRule(this.#options.algorithm, this.#places(), this.#options)
    return this.#rule
  }
}

/** Add the feature that is always 1, behind all others. */
function withConstant({ indices, values, size }: Features, place: number): Features {
  const all = [...values, 1]
  if (indices === undefined) return { indices, values: all, size }
  const places = new Int32Array(all.length)
  places.set(indices)
  places[indices.length] = place
  return { indices: places, values: all, size }
}

/** Return how a model reads points that was written down. Throws a TypeError where that is not said. */
function optionsIn(fields: Readonly<Record<string, unknown>>): Partial<OnlineOptions> {
  const { algorithm, positive, features, bits, hasIntercept } = fields
  const isKnown =
    (algorithm === 'ftrl' || algorithm === 'passive-aggressive' || algorithm === 'perceptron') &&
    (features === 'numbers' || features === 'words') &&
    typeof bits === 'number' &&
    typeof hasIntercept === 'boolean'
  const label = labelOf(positive)
  if (!isKnown || label === undefined)
    throw new TypeError('expected an algorithm, its positive class, and features that are numbers or words')
  const [alpha, beta, l1, l2] = floats(
    [fields.alpha, fields.beta, fields.l1, fields.l2],
    'alpha, beta, l1 and l2',
  )
  const rates = { alpha, beta, l1, l2 } as Pick<OnlineOptions, 'alpha' | 'beta' | 'l1' | 'l2'>
  return { algorithm, positive: label, features, bits, hasIntercept, ...rates }
}
