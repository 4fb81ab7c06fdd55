// Sums and other results by key: the table of keys, with a number in the accumulator of each record. Numbers come to it
// in the order of elements, and are added in that order.

import { settle, slotOf } from './table'

const SUM: i32 = 0
const MIN: i32 = 1
const MAX: i32 = 2
const FIRST: i32 = 3
const LAST: i32 = 4
// A mean is a sum, which the host divides by the count that `swapCounts` gives.

// @ts-ignore: decorator
@inline function combined(kind: i32, before: f64, value: f64): f64 {
  // Of equal values, as 0 and -0 are, the earlier stays.
  if (kind == MIN) return value < before ? value : before
  if (kind == MAX) return value > before ? value : before
  if (kind == FIRST) return before
  return kind == LAST ? value : before + value
}

// @ts-ignore: decorator
@inline function aggregateAs(kind: i32, from: usize, count: u32, values: usize, position: f64): u32 {
  let missed: usize = 0
  for (let index: usize = 0; index < <usize>count; index++) {
    const element = load<u64>(from + (index << 3))
    const value = load<f64>(values + (index << 3))
    const slot = slotOf(element, position + <f64>(<u32>index))
    if (!slot) {
      store<u64>(from + (missed << 3), element)
      store<f64>(values + (missed << 3), value)
      missed++
      continue
    }
    const seen = load<u64>(slot, 24)
    const record = <usize>load<u32>(slot, 16)
    store<u64>(slot, seen + 1, 24)
    if (seen) store<f64>(record, combined(kind, load<f64>(record), value))
    else {
      store<f64>(record, value)
      settle()
    }
  }
  return <u32>missed
}

/**
 * Add the value of each of `count` elements of the vector at `from` to the result of its key; the first of them is the
 * one at `position` of its batch. Returns how many were not taken because the table is full: they, and their values, have
 * been moved to the front. NaN is a value as any other: a function that refuses it is asked before.
 */
export function aggregate(from: usize, count: u32, values: usize, position: f64, kind: i32): u32 {
  switch (kind) {
    case MIN:
      return aggregateAs(MIN, from, count, values, position)
    case MAX:
      return aggregateAs(MAX, from, count, values, position)
    case FIRST:
      return aggregateAs(FIRST, from, count, values, position)
    case LAST:
      return aggregateAs(LAST, from, count, values, position)
    default:
      return aggregateAs(SUM, from, count, values, position)
  }
}

/** Return the index of the first of `count` values that is NaN, or -1. */
export function findNaN(values: usize, count: u32): i32 {
  for (let index: u32 = 0; index < count; index++) {
    const value = load<f64>(values + (<usize>index << 3))
    if (value != value) return index
  }
  return -1
}
