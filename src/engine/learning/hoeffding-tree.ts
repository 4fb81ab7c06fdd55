import { type ClassLabel, type ClassPoint, classPointOf } from './class-point.ts'
import { accuracyOf, labelsIn, largestAt } from './classes.ts'
import type { Features } from './features.ts'
import {
  bestSplit,
  density,
  type FeatureSpread,
  type Gaussian,
  observe,
  type Split,
  weightOf,
} from './gaussian-split.ts'
import type { Learner, Metrics, ModelJson } from './learner.ts'
import { modelJson } from './model-json.ts'

/** What a leaf tells: its most frequent class, naive Bayes, or that of the two which was right more often there. */
export type LeafPrediction = 'majority' | 'naive-bayes' | 'adaptive'

/** How a Hoeffding tree grows. */
export interface HoeffdingOptions {
  /** Points of a leaf between two looks whether to split it. */
  readonly gracePeriod: number
  /** How probable it may be that another split would have been better. */
  readonly delta: number
  /** Splits whose gains are that close are equally good. */
  readonly tieThreshold: number
  readonly leafPrediction: LeafPrediction
  /** How many leaves there are at most: what bounds the memory. */
  readonly maxLeaves: number
}

interface Leaf {
  readonly counts: Map<number, number>
  readonly features: FeatureSpread[]
  /** Points when it was last looked at. */
  looked: number
  /** How often the most frequent class and naive Bayes were right. */
  majorityRight: number
  bayesRight: number
}

interface Branch {
  readonly feature: number
  readonly threshold: number
  left: TreeNode
  right: TreeNode
}

type TreeNode = Leaf | Branch

const MODEL = 'hoeffding-tree'

/**
 * A decision tree that grows with the stream: VFDT of Domingos and Hulten, 2000, with Gaussians for the numbers of each
 * class (Pfahringer et al., 2008), and adaptive leaves (Holmes et al., 2005).
 */
export class HoeffdingTree implements Learner<ClassPoint> {
  readonly #options: HoeffdingOptions
  #root: TreeNode = leaf(new Map())
  #labels: ClassLabel[] = []
  #size: number | undefined
  #leaves = 1

  constructor(options: HoeffdingOptions) {
    this.#options = options
  }

  get isReady(): boolean {
    return this.#labels.length > 0
  }

  pointOf(element: unknown, isLabelled = true): ClassPoint {
    const { key, label, features } = classPointOf(element, 'numbers', 0, isLabelled)
    this.#size ??= features.size ?? features.values.length
    const { indices, values, size = this.#size } = features
    if (indices !== undefined || size !== this.#size)
      throw new TypeError(`expected ${this.#size} features, each with a value, got ${values.length}`)
    return { key, label, features }
  }

  tell({ features }: ClassPoint): ClassLabel | undefined {
    const told = this.#told(leafOf(this.#root, features.values), features)
    return this.#labels[told]
  }

  learn(points: readonly ClassPoint[]): void {
    for (const { label, features } of points) {
      if (label === undefined) continue
      let known = this.#labels.indexOf(label)
      if (known < 0) known = this.#labels.push(label) - 1
      this.#learnOne(features, known)
    }
  }

  measure(points: readonly ClassPoint[], predictions: readonly unknown[]): Metrics {
    return { ...accuracyOf(points, predictions), leaves: this.#leaves }
  }

  rows(): readonly (readonly [string, number])[] {
    return [
      ['leaves', this.#leaves],
      ['depth', depthOf(this.#root)],
      ...this.#labels.map((label) => [`${label}.leaves`, this.#leavesOf(label)] as const),
    ]
  }

  toJSON(): ModelJson {
    return { model: MODEL, labels: this.#labels, size: this.#size, tree: written(this.#root) }
  }

  load(json: unknown): void {
    const { labels, size, tree } = modelJson(json, MODEL)
    const classes = labelsIn(labels)
    const root = read(tree)
    this.#labels = classes
    this.#size = typeof size === 'number' ? size : undefined
    this.#root = root
    this.#leaves = leavesIn(root).length
  }

  #learnOne(features: Features, label: number): void {
    let above: Branch | undefined
    let node = this.#root
    while ('threshold' in node) {
      above = node
      node = (features.values[node.feature] as number) <= node.threshold ? node.left : node.right
    }
    if (node.counts.size > 0) {
      if (largest(node.counts) === label) node.majorityRight += 1
      if (bayes(node, features) === label) node.bayesRight += 1
    }
    node.counts.set(label, (node.counts.get(label) ?? 0) + 1)
    for (const [at, value] of features.values.entries()) {
      const spread = node.features[at]
      if (spread === undefined) node.features[at] = { least: value, most: value, classes: new Map() }
      observe(node.features[at] as FeatureSpread, label, value)
    }
    const weight = weightOf(node.counts)
    if (weight - node.looked < this.#options.gracePeriod || this.#leaves >= this.#options.maxLeaves) return
    node.looked = weight
    const grown = node.counts.size < 2 ? undefined : this.#grown(node, weight)
    if (grown === undefined) return
    this.#leaves += 1
    if (above === undefined) this.#root = grown
    else if (above.left === node) above.left = grown
    else above.right = grown
  }

  /** Return what stands in the place of a leaf when one split is surely the best; undefined while none is. */
  #grown(node: Leaf, weight: number): Branch | undefined {
    const splits = node.features
      .map((spread, feature) => [feature, bestSplit(spread, node.counts)] as const)
      .filter((found): found is readonly [number, Split] => found[1] !== undefined)
      .sort(([, one], [, other]) => other.gain - one.gain)
    const [best, second] = splits
    if (best === undefined) return undefined
    const [feature, { gain, threshold, left, right }] = best
    const { delta, tieThreshold } = this.#options
    const range = Math.log2(Math.max(2, node.counts.size))
    const bound = Math.sqrt((range * range * Math.log(1 / delta)) / (2 * weight))
    // Not to split at all is the other way where there is but one feature; it gains nothing.
    const other = second?.[1].gain ?? 0
    if (gain <= 0 || (gain - other <= bound && bound >= tieThreshold)) return undefined
    return { feature, threshold, left: leaf(new Map(left)), right: leaf(new Map(right)) }
  }

  #told(node: Leaf, features: Features): number {
    const { leafPrediction } = this.#options
    const isBayes =
      leafPrediction === 'naive-bayes' ||
      (leafPrediction === 'adaptive' && node.bayesRight > node.majorityRight)
    return isBayes && node.features.length > 0 ? bayes(node, features) : largest(node.counts)
  }

  #leavesOf(label: ClassLabel): number {
    const known = this.#labels.indexOf(label)
    return leavesIn(this.#root).filter(({ counts }) => largest(counts) === known).length
  }
}

function leaf(counts: Map<number, number>): Leaf {
  return { counts, features: [], looked: weightOf(counts), majorityRight: 0, bayesRight: 0 }
}

function leafOf(root: TreeNode, values: readonly number[]): Leaf {
  let node = root
  while ('threshold' in node)
    node = (values[node.feature] as number) <= node.threshold ? node.left : node.right
  return node
}

function largest(counts: ReadonlyMap<number, number>): number {
  const labels = [...counts.keys()]
  return labels[largestAt([...counts.values()])] ?? 0
}

/** Return the class that naive Bayes tells by the Gaussians of a leaf. */
function bayes({ counts, features: spreads }: Leaf, { values }: Features): number {
  const labels = [...counts.keys()]
  const votes = labels.map((label) => {
    let vote = counts.get(label) as number
    for (const [at, { classes }] of spreads.entries()) {
      const gaussian = classes.get(label)
      vote *= gaussian === undefined ? 0 : density(gaussian, values[at] as number)
    }
    return vote
  })
  return labels[largestAt(votes)] ?? 0
}

function leavesIn(node: TreeNode): Leaf[] {
  return 'threshold' in node ? [...leavesIn(node.left), ...leavesIn(node.right)] : [node]
}

function depthOf(node: TreeNode): number {
  return 'threshold' in node ? 1 + Math.max(depthOf(node.left), depthOf(node.right)) : 0
}

function written(node: TreeNode): unknown {
  if ('threshold' in node) return { ...node, left: written(node.left), right: written(node.right) }
  const features = node.features.map((spread) => ({ ...spread, classes: [...spread.classes] }))
  return { ...node, counts: [...node.counts], features }
}

/** Return a node that was written down. Throws a TypeError for anything else. */
function read(saved: unknown): TreeNode {
  const node = (typeof saved === 'object' && saved !== null ? saved : {}) as Partial<Branch> & {
    readonly [N in keyof Leaf]?: unknown
  }
  if (typeof node.threshold === 'number' && typeof node.feature === 'number')
    return {
      feature: node.feature,
      threshold: node.threshold,
      left: read(node.left),
      right: read(node.right),
    }
  const { counts, features, looked, majorityRight, bayesRight } = node
  if (!Array.isArray(counts) || !Array.isArray(features))
    throw new TypeError('expected a tree of leaves with counts and features')
  return {
    counts: new Map(counts as readonly (readonly [number, number])[]),
    features: features.map((spread: FeatureSpread) => ({
      ...spread,
      classes: new Map(spread.classes as Iterable<readonly [number, Gaussian]>),
    })),
    looked: Number(looked),
    majorityRight: Number(majorityRight),
    bayesRight: Number(bayesRight),
  }
}
