import type { Aggregator } from '../../functions/aggregator.ts'

/** Milliseconds. Made by `Milliseconds`, `Seconds` and `Minutes`. */
export type Duration = number

/** The time of a batch, milliseconds since 1970-01-01T00:00:00Z. */
export type Time = number

/** The type a literal stands for: `1` is a number. Values of `[word, 1] as const` add up to numbers. */
export type Widen<V> = V extends number ? number : V extends string ? string : V extends boolean ? boolean : V

/** A function of two values of one type, associative; or values combined by an aggregator. */
export type Reducer<V> = (left: V, right: V) => V

/** Values to one result, where the combiner is no value itself. */
export type AggregatorOf<V, R> = Aggregator & { readonly __value?: V; readonly __result?: R }

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
