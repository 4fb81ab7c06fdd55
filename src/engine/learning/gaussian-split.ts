/** Numbers of one class in one feature: how many, their mean, and the squares about it (Welford). */
export interface Gaussian {
  weight: number
  mean: number
  squares: number
}

/** How the numbers of a feature are spread in each class, from which a place to split is found. */
export interface FeatureSpread {
  least: number
  most: number
  readonly classes: Map<number, Gaussian>
}

/** The best place to split a feature, and how the points are held to fall to its two sides, per class. */
export interface Split {
  readonly gain: number
  readonly threshold: number
  readonly left: ReadonlyMap<number, number>
  readonly right: ReadonlyMap<number, number>
}

/** How many places between the least and the most are tried, as in MOA and river. */
const PLACES = 10

/** Take a number of a class. */
export function observe(spread: FeatureSpread, label: number, value: number): void {
  spread.least = Math.min(spread.least, value)
  spread.most = Math.max(spread.most, value)
  const known = spread.classes.get(label)
  if (known === undefined) {
    spread.classes.set(label, { weight: 1, mean: value, squares: 0 })
    return
  }
  known.weight += 1
  const off = value - known.mean
  known.mean += off / known.weight
  known.squares += off * (value - known.mean)
}

/** Return how dense a class is at a value. */
export function density(gaussian: Gaussian, value: number): number {
  const deviation = deviationOf(gaussian)
  if (deviation === 0) return value === gaussian.mean ? 1 : 0
  const off = (value - gaussian.mean) / deviation
  return Math.exp(-0.5 * off * off) / (deviation * Math.sqrt(2 * Math.PI))
}

/** Return where a split of the feature gains most information about the class; undefined where nothing can be split. */
export function bestSplit(spread: FeatureSpread, counts: ReadonlyMap<number, number>): Split | undefined {
  const { least, most, classes } = spread
  if (!(most > least)) return undefined
  const before = entropy(counts)
  let best: Split | undefined
  for (let place = 1; place <= PLACES; place++) {
    const threshold = least + ((most - least) * place) / (PLACES + 1)
    const left = new Map<number, number>()
    const right = new Map<number, number>()
    for (const [label, gaussian] of classes) {
      const below = gaussian.weight * portionBelow(gaussian, threshold)
      if (below > 0) left.set(label, below)
      if (gaussian.weight > below) right.set(label, gaussian.weight - below)
    }
    const [leftWeight, rightWeight] = [weightOf(left), weightOf(right)]
    const all = leftWeight + rightWeight
    // Of too few on one side nothing can be learned, as in MOA: 1 % at least.
    if (Math.min(leftWeight, rightWeight) < 0.01 * all) continue
    const gain = before - (leftWeight * entropy(left) + rightWeight * entropy(right)) / all
    if (best === undefined || gain > best.gain) best = { gain, threshold, left, right }
  }
  return best
}

/** Return the sum of the weights of all classes. */
export function weightOf(counts: ReadonlyMap<number, number>): number {
  let sum = 0
  for (const weight of counts.values()) sum += weight
  return sum
}

/** Return the entropy in bits. */
function entropy(counts: ReadonlyMap<number, number>): number {
  const all = weightOf(counts)
  let sum = 0
  for (const weight of counts.values()) if (weight > 0) sum -= (weight / all) * Math.log2(weight / all)
  return sum
}

function portionBelow(gaussian: Gaussian, threshold: number): number {
  const deviation = deviationOf(gaussian)
  if (deviation === 0) return gaussian.mean <= threshold ? 1 : 0
  return normalBelow((threshold - gaussian.mean) / deviation)
}

function deviationOf({ weight, squares }: Gaussian): number {
  return weight < 2 ? 0 : Math.sqrt(squares / (weight - 1))
}

/** Return how much of a normal distribution lies below: Abramowitz and Stegun 26.2.17, to 7.5e-8. */
function normalBelow(off: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(off))
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const beyond = (Math.exp((-off * off) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
  return off > 0 ? 1 - beyond : beyond
}
