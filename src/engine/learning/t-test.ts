/** Numbers, as far as a t-test needs them. */
export interface Sample {
  readonly count: number
  readonly mean: number
  /** Sum of the squares of the differences from the mean. */
  readonly squares: number
}

/** What a test of two samples found out. */
export interface TestResult {
  /** How probable so large a difference is where there is none, on both sides. */
  readonly pValue: number
  readonly degreesOfFreedom: number
  /** Positive where the second sample has the larger mean. */
  readonly statistic: number
}

/** No number yet. */
export const NO_SAMPLE: Sample = { count: 0, mean: 0, squares: 0 }

/** Return a sample with one number more (Welford). */
export function withValue({ count, mean, squares }: Sample, value: number): Sample {
  const difference = value - mean
  const next = mean + difference / (count + 1)
  return { count: count + 1, mean: next, squares: squares + difference * (value - next) }
}

/** Return two samples as one (Chan, Golub and LeVeque). */
export function merged(one: Sample, other: Sample): Sample {
  const count = one.count + other.count
  if (count === 0) return NO_SAMPLE
  const difference = other.mean - one.mean
  return {
    count,
    mean: one.mean + (difference * other.count) / count,
    squares: one.squares + other.squares + (difference * difference * one.count * other.count) / count,
  }
}

/** Welch's test, which lets the samples have different variances. */
export function welchTest(one: Sample, other: Sample): TestResult {
  return welch(one, other, variance(one), variance(other))
}

/** Student's test, of samples with one variance. */
export function studentTest(one: Sample, other: Sample): TestResult {
  return student(one, other, variance(one), variance(other))
}

/** Welch's test as Spark's `WelchTTest` has it: variances are those of whole populations, and squared for its degrees of freedom. */
export function sparkWelchTest(one: Sample, other: Sample): TestResult {
  const [first, second] = [populationVariance(one), populationVariance(other)]
  const found = welch(one, other, first, second)
  const [a, b] = [first ** 2 / one.count, second ** 2 / other.count]
  return {
    ...found,
    degreesOfFreedom: (a + b) ** 2 / (a ** 2 / (one.count - 1) + b ** 2 / (other.count - 1)),
  }
}

/** Student's test as Spark's `StudentTTest` has it, with variances of whole populations. */
export function sparkStudentTest(one: Sample, other: Sample): TestResult {
  return student(one, other, populationVariance(one), populationVariance(other))
}

function welch(one: Sample, other: Sample, first: number, second: number): TestResult {
  const [a, b] = [first / one.count, second / other.count]
  const degreesOfFreedom = (a + b) ** 2 / (a ** 2 / (one.count - 1) + b ** 2 / (other.count - 1))
  return tested(other.mean - one.mean, Math.sqrt(a + b), degreesOfFreedom)
}

function student(one: Sample, other: Sample, first: number, second: number): TestResult {
  const degreesOfFreedom = one.count + other.count - 2
  const pooled = ((one.count - 1) * first + (other.count - 1) * second) / degreesOfFreedom
  return tested(
    other.mean - one.mean,
    Math.sqrt(pooled * (1 / one.count + 1 / other.count)),
    degreesOfFreedom,
  )
}

function tested(difference: number, error: number, degreesOfFreedom: number): TestResult {
  // Two samples that do not vary are the same, or are not.
  if (error === 0) {
    const statistic = difference === 0 ? 0 : Math.sign(difference) * Number.POSITIVE_INFINITY
    return {
      pValue: difference === 0 ? 1 : 0,
      degreesOfFreedom: Number.isNaN(degreesOfFreedom) ? 0 : degreesOfFreedom,
      statistic,
    }
  }
  const statistic = difference / error
  return { pValue: twoSided(statistic, degreesOfFreedom), degreesOfFreedom, statistic }
}

function variance({ count, squares }: Sample): number {
  return squares / (count - 1)
}

function populationVariance({ count, squares }: Sample): number {
  return squares / count
}

/** Return the probability that a number of Student's distribution is as far from 0 as `statistic`. */
export function twoSided(statistic: number, degreesOfFreedom: number): number {
  const square = statistic * statistic
  const x = degreesOfFreedom / (degreesOfFreedom + square)
  return incompleteBeta(x, square / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5)
}

/** The regularised incomplete beta function of `x`, whose `rest` is 1 - x, by its continued fraction (DLMF 8.17.22). */
function incompleteBeta(x: number, rest: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (rest <= 0) return 1
  // On this side the fraction converges fast.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(rest, x, b, a)
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b))
  return (front / a) * betaFraction(x, a, b)
}

/** Steps, and the smallest factor, of the continued fraction. */
const STEPS = 100_000
const TINY = 1e-300

/** Lentz's method, as modified by Thompson and Barnett. */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    const factor = d * c
    fraction *= factor
    if (Math.abs(factor - 1) < 1e-15) break
  }
  return fraction
}

/** Coefficients of Lanczos's approximation with g = 7, by Godfrey. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const

/** The logarithm of the gamma function, above 0. */
function logGamma(value: number): number {
  if (value < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * value)) - logGamma(1 - value)
  const z = value - 1
  let sum: number = LANCZOS[0]
  for (let at = 1; at < LANCZOS.length; at++) sum += (LANCZOS[at] as number) / (z + at)
  const base = z + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(base) - base + Math.log(sum)
}
