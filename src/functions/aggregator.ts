/**
 * How values of one key become one result: Spark's `combineByKey` with a last step.
 *
 * `mergeCombiners` must be associative, and `combiners` of later input always stand on its right, so that
 * `first`, `last` and `concat` keep the order of the stream for any number of partitions.
 */
export interface Aggregator {
  /** The combiner of a key's first value. */
  readonly create: (value: unknown) => unknown
  /** A combiner with one more value. May change and return its first argument. */
  readonly mergeValue: (combiner: unknown, value: unknown) => unknown
  /** Two combiners made into one. Must leave its second argument as it was. */
  readonly mergeCombiners: (left: unknown, right: unknown) => unknown
  /** The result shown for a combiner; the combiner itself where absent. Must leave its argument as it was. */
  readonly finish?: (combiner: unknown) => unknown
  /**
   * What `mergeCombiners` gave, without the combiner that stood first in it: a window takes away what leaves it instead
   * of merging again what stays. Undefined where the result would not be exact.
   */
  readonly inverse?: (combiner: unknown, leaving: unknown) => unknown
  /** A combiner holds every value, so that a merge costs what it holds: a window merges no more often than it must. */
  readonly grows?: true
  /** The combiner of n values that are all 1 is the number n: a kernel may count instead. */
  readonly countsOnes?: true
  /** The same of any n values: they are not looked at. */
  readonly countsAny?: true
  /** Of values that are all numbers, and none NaN, a combiner is what this name says: a kernel may make it. */
  readonly folds?: Fold
  /** Leaves out a value, or a later combiner, that could not be combined; where absent, that is an error. */
  readonly skip?: (element: unknown, error: unknown) => void
}

/** What kernels make of numbers; the combiner is that number, for a mean a `Mean`. */
export type Fold = 'sum' | 'min' | 'max' | 'first' | 'last' | 'mean'

/** The combiner of a mean. */
export interface Mean {
  readonly sum: number
  readonly count: number
}

/**
 * Return the aggregator of a binary function `(a, b) => c` over values.
 *
 * @param reduce an associative function of two values of one type.
 */
export function reducing(reduce: (left: unknown, right: unknown) => unknown): Aggregator {
  return { create: (value) => value, mergeValue: reduce, mergeCombiners: reduce }
}

/**
 * Return a sum without one of its parts; undefined unless both are safe integers, which alone add up exactly in any
 * order. -0 is none, for it is lost in a sum with 0.
 */
export function subtract(sum: unknown, part: unknown): number | undefined {
  if (!Number.isSafeInteger(sum) || !Number.isSafeInteger(part)) return undefined
  const rest = (sum as number) - (part as number)
  return Number.isSafeInteger(rest) && !Object.is(part, -0) && !Object.is(sum, -0) ? rest : undefined
}

/** How many values a key has. */
export const counting: Aggregator = {
  create: () => 1,
  mergeValue: (combiner) => (combiner as number) + 1,
  mergeCombiners: (left, right) => (left as number) + (right as number),
  inverse: subtract,
  countsOnes: true,
  countsAny: true,
}

/** The values of a key as a list in the order of the stream; the list is the combiner, and grows in place. */
export const listing: Aggregator = {
  create: (value) => [value],
  mergeValue: (combiner, value) => {
    const values = combiner as unknown[]
    values.push(value)
    return values
  },
  mergeCombiners: (left, right) => {
    const values = left as unknown[]
    // push(...right) would put every value on the stack.
    for (const value of right as readonly unknown[]) values.push(value)
    return values
  },
  grows: true,
}
