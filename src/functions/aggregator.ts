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
  /** The combiner of n values that are all 1 is the number n: a kernel may count instead. */
  readonly countsOnes?: true
}

/**
 * Return the aggregator of a binary function `(a, b) => c` over values.
 *
 * @param reduce an associative function of two values of one type.
 */
export function reducing(reduce: (left: unknown, right: unknown) => unknown): Aggregator {
  return { create: (value) => value, mergeValue: reduce, mergeCombiners: reduce }
}

/** How many values a key has. */
export const counting: Aggregator = {
  create: () => 1,
  mergeValue: (combiner) => (combiner as number) + 1,
  mergeCombiners: (left, right) => (left as number) + (right as number),
  countsOnes: true,
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
}
