import { dataPointOf } from '../../learning/data-point.ts'
import type { Features } from '../../learning/features.ts'

/** Vectors are lists of numbers (Spark: `org.apache.spark.mllib.linalg.Vectors`). */
export const Vectors = {
  /** Return the numbers as a vector. */
  dense: (...values: readonly number[] | readonly [readonly number[]]): number[] => values.flat() as number[],

  /**
   * Return a vector of `size` numbers, those at `indices` as in `values` and the others 0.
   *
   * @throws RangeError where an index is not below `size`, or there are not as many values as indices.
   */
  sparse: (size: number, indices: readonly number[], values: readonly number[]): number[] => {
    const vector = Array.from({ length: size }, () => 0)
    if (indices.length !== values.length)
      throw new RangeError(`expected as many values as indices, got ${values.length} and ${indices.length}`)
    for (const [at, index] of indices.entries()) {
      if (!(index >= 0 && index < size)) throw new RangeError(`expected indices below ${size}, got ${index}`)
      vector[index] = values[at] as number
    }
    return vector
  },

  /** Return the vector that a text says: `[1.0,2.0]`, `(3,[0,2],[1.0,2.0])`, or numbers. Throws a TypeError for anything else. */
  parse: (text: string): number[] => listed(dataPointOf(text, false).features),
} as const

/** A vector with what is to be told of it (Spark: `org.apache.spark.mllib.regression.LabeledPoint`). */
export class LabeledPoint {
  readonly label: number
  readonly features: readonly number[]

  constructor(label: number, features: readonly number[]) {
    this.label = label
    this.features = features
  }

  /** Return the point that a text says: `(label,[1.0,2.0])`, or `label,1.0 2.0`. Throws a TypeError for anything else. */
  static parse(text: string): LabeledPoint {
    const { label, features } = dataPointOf(text, true)
    if (label === undefined) throw new TypeError(`expected a label in ${text}`)
    return new LabeledPoint(label, listed(features))
  }

  /** Return the point as Spark writes it, which `parse` reads. */
  toString(): string {
    return `(${this.label},[${this.features.join(',')}])`
  }
}

function listed({ indices, values, size }: Features): number[] {
  return indices === undefined
    ? [...values]
    : Vectors.sparse(size ?? (indices.at(-1) ?? -1) + 1, [...indices], [...values])
}
