import type { ReducerCall } from '../../functions/names.ts'

/** Milliseconds. Made by `Milliseconds`, `Seconds` and `Minutes`. */
export type Duration = number

/** The time of a batch, milliseconds since 1970-01-01T00:00:00Z. */
export type Time = number

/** From when, included, to when, excluded: milliseconds since 1970-01-01T00:00:00Z. */
export type TimeRange = [start: Time, end: Time]

/** The key of what comes out of a window by event time. */
export type Windowed<K> = [key: K, ...TimeRange]

/** The type a literal stands for, in lists too: `1` is a number. Values of `[word, 1] as const` add up to numbers. */
export type Widen<V> = V extends number
  ? number
  : V extends string
    ? string
    : V extends boolean
      ? boolean
      : V extends bigint
        ? bigint
        : V extends readonly unknown[]
          ? { [I in keyof V]: Widen<V[I]> }
          : V

/** What a function may give as an element, null and undefined apart: in its place `[word, 1]` is a pair, not a list. */
export type Item = readonly [unknown, unknown] | NonNullable<unknown>

/** The keys of a stream of pairs `T`. */
export type Key<T> = (T & readonly [unknown, unknown])[0]

/** The values of a stream of pairs `T`. Not inferred, so that what a reducer returns is checked as a value, tuples too. */
export type Value<T> = (T & readonly [unknown, unknown])[1]

/** A function of two values of one type, associative. */
export type Reducer<V> = (left: V, right: V) => V

/** Built-in reducers that a function of two results can take back. */
export type InvertibleCall<V> = Extract<ReducerCall<V>, 'sum' | 'product' | 'count'>

/**
 * How values `V` of one key become one result `R` by way of combiners `C` (Spark: the arguments of `combineByKey`, and
 * a last step). `mergeCombiners` must be associative; combiners of later input stand on its right.
 */
export interface Aggregator<V, C = V, R = C> {
  /** Return the combiner of a key's first value. */
  create(value: V): C
  /** Return a combiner with one more value; may change and return its first argument. */
  mergeValue(combiner: C, value: V): C
  /** Return two combiners made into one; must leave its second argument as it was. */
  mergeCombiners(left: C, right: C): C
  /** Return the result of a combiner, which is left as it was; the combiner itself where absent. */
  finish?(combiner: C): R
}

/** Return `milliseconds` as a duration. */
export function Milliseconds(milliseconds: number): Duration {
  return milliseconds
}

/** Return `seconds` as a duration. */
export function Seconds(seconds: number): Duration {
  return seconds * 1000
}

/** Return `minutes` as a duration. */
export function Minutes(minutes: number): Duration {
  return minutes * 60_000
}
