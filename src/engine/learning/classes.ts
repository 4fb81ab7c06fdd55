import type { ClassLabel, ClassPoint } from './class-point.ts'
import type { Metrics } from './learner.ts'

/** Return how many predictions are of the class that came, of points whose class is known. */
export function accuracyOf(
  points: readonly ClassPoint[],
  predictions: readonly unknown[],
): Metrics & { readonly count: number } {
  let count = 0
  let right = 0
  for (const [at, { label }] of points.entries()) {
    if (label === undefined) continue
    count += 1
    if (predictions[at] === label) right += 1
  }
  return { count, accuracy: count === 0 ? 0 : right / count }
}

/** Return the mean of minus the logarithm of how probable the class was held that came. */
export function logLossOf(points: readonly ClassPoint[], probability: (point: ClassPoint) => number): number {
  let count = 0
  let sum = 0
  for (const point of points) {
    if (point.label === undefined) continue
    count += 1
    sum -= Math.log(Math.max(probability(point), 1e-15))
  }
  return count === 0 ? 0 : sum / count
}

/** Return logarithms of weights as probabilities, which add up to 1. */
export function normalised(logarithms: readonly number[]): number[] {
  const most = Math.max(...logarithms)
  const weights = logarithms.map((logarithm) => Math.exp(logarithm - most))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** Return the place of the largest number, the first of equals. */
export function largestAt(values: ArrayLike<number>): number {
  let best = 0
  for (let at = 1; at < values.length; at++) if ((values[at] as number) > (values[best] as number)) best = at
  return best
}

/** Return labels in a list, as a model of JSON has them. Throws a TypeError for anything else. */
export function labelsIn(value: unknown): ClassLabel[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string' || typeof item === 'number'))
    throw new TypeError('expected texts or numbers as classes')
  return value
}
