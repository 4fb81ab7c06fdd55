/** The numbers that a model is given of one element: all of them, or those that are not 0, with their places. */
export interface Features {
  /** Places of the values, ascending; undefined where every place has one. */
  readonly indices: Int32Array | undefined
  readonly values: readonly number[]
  /** How many places there are; undefined where only the model knows, as of libsvm's lines. */
  readonly size: number | undefined
}

/** Return features of which every place has a value. */
export function dense(values: readonly number[]): Features {
  return { indices: undefined, values, size: values.length }
}

/** Return the sum of the products with the weights. */
export function dot({ indices, values }: Features, weights: Float64Array): number {
  let sum = 0
  if (indices === undefined)
    for (let at = 0; at < values.length; at++) sum += (values[at] as number) * (weights[at] as number)
  else
    for (let at = 0; at < values.length; at++)
      sum += (values[at] as number) * (weights[indices[at] as number] as number)
  return sum
}

/** Return how probable 1 is, of a sum of the products with weights. */
export function logistic(margin: number): number {
  return 1 / (1 + Math.exp(-margin))
}

/** Add the features, times `factor`, to `target`. */
export function addTo(target: Float64Array, { indices, values }: Features, factor: number): void {
  for (let at = 0; at < values.length; at++) {
    const place = indices === undefined ? at : (indices[at] as number)
    target[place] = (target[place] as number) + factor * (values[at] as number)
  }
}

/** Throw a TypeError where the features do not have as many places as the model. */
export function checkSize({ indices, size, values }: Features, expected: number | undefined): void {
  if (expected === undefined)
    throw new TypeError('how many features there are is not known from lines of libsvm: say --dimensions')
  if (size === undefined) {
    const last = indices?.at(-1) ?? -1
    if (last >= expected)
      throw new TypeError(`expected indices up to ${expected}, as the model has features, got ${last + 1}`)
  } else if (size !== expected)
    throw new TypeError(`expected ${expected} features, as the model has, got ${size ?? values.length}`)
}
