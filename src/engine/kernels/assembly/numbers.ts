// Text as numbers: where JSON's form of a number has so few digits that one multiplication or division gives exactly what
// JavaScript reads. All else is left undone.

import { findByte } from './find'
import { leaveUndone } from './memory'
import { isText, lengthOf, NUMBER, placeOf, tagOf, textSlice } from './slices'

/** Whole numbers up to here are exact, and so is a power of ten up to the 22nd. */
const MOST_MANTISSA: u64 = 0x1fffffffffffff
const MOST_POWER: i32 = 22
/** More digits than fit into 64 bits. */
const MOST_DIGITS: usize = 19

/** Ten to the power of 0 to 22: multiplied one by one, each is exact. */
// @ts-ignore: decorator
@inline function powerOfTen(power: i32): f64 {
  let value: f64 = 1
  for (; power >= 4; power -= 4) value *= 10000
  for (; power; power--) value *= 10
  return value
}

/** No number: the one NaN that `read` gives. */
const NONE: f64 = NaN

/** The number that 16 digits of one byte each are, the first in lane 0. */
// @ts-ignore: decorator
@inline function sixteenDigits(digits: v128): u64 {
  const tens = i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10))
  const pairs = i16x8.add(tens, i16x8.shr_u(digits, 8))
  const fours = i32x4.dot_i16x8_s(pairs, i16x8(100, 1, 100, 1, 100, 1, 100, 1))
  const high = <u64>i32x4.extract_lane(fours, 0) * 10000 + <u64>i32x4.extract_lane(fours, 1)
  const low = <u64>i32x4.extract_lane(fours, 2) * 10000 + <u64>i32x4.extract_lane(fours, 3)
  return high * 100000000 + low
}

// @ts-ignore: decorator
@inline function isDigit(byte: u8): bool {
  return <u32>byte - 0x30 < 10
}

/** The number from `at` to `end`, without its sign, in any form: NONE where it is none or has too many digits. */
function readSlowly(at: usize, end: usize): f64 {
  const start = at
  let mantissa: u64 = 0
  while (at < end && isDigit(load<u8>(at))) {
    mantissa = mantissa * 10 + <u64>(load<u8>(at) - 0x30)
    if (mantissa > MOST_MANTISSA) return NONE
    at++
  }
  if (at == start || (load<u8>(start) == 0x30 && at - start > 1)) return NONE
  let power: i32 = 0
  if (at < end && load<u8>(at) == 0x2e) {
    const first = ++at
    while (at < end && isDigit(load<u8>(at))) {
      mantissa = mantissa * 10 + <u64>(load<u8>(at) - 0x30)
      if (mantissa > MOST_MANTISSA) return NONE
      at++
    }
    if (at == first || at - first > MOST_DIGITS) return NONE
    power = -<i32>(at - first)
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++
    const isNegative = at < end && load<u8>(at) == 0x2d
    if (at < end && (isNegative || load<u8>(at) == 0x2b)) at++
    const first = at
    let exponent: i32 = 0
    while (at < end && isDigit(load<u8>(at))) {
      exponent = exponent * 10 + <i32>(load<u8>(at) - 0x30)
      if (exponent > 1000) return NONE
      at++
    }
    if (at == first) return NONE
    power += isNegative ? -exponent : exponent
  }
  if (at != end || power > MOST_POWER || power < -MOST_POWER) return NONE
  return power < 0 ? <f64>mantissa / powerOfTen(-power) : <f64>mantissa * powerOfTen(power)
}

/** The number that the text from `at` to `end` is, or NONE. */
// @ts-ignore: decorator
@inline function read(at: usize, end: usize): f64 {
  const isNegative = at < end && load<u8>(at) == 0x2d
  at += isNegative ? 1 : 0
  const size = <i32>(end - at)
  let value: f64
  if (size == 1 && isDigit(load<u8>(at))) value = <f64>(load<u8>(at) - 0x30)
  else if (<u32>size - 1 < 15 && load<u8>(at) - 0x31 < 9) {
    // A first digit that is no zero, and up to 14 bytes behind it.
    const digits = i8x16.sub(v128.load(at), i8x16.splat(0x30))
    const others = i8x16.bitmask(i8x16.gt_u(digits, i8x16.splat(9))) & ((1 << size) - 1)
    const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    // The last digit comes into the last lane; a lane of no byte is 0.
    const places = i8x16.add(lanes, i8x16.splat(<i8>(size - 16)))
    if (!others) value = <f64>sixteenDigits(i8x16.swizzle(digits, places))
    else {
      const point = ctz(others)
      if (others & (others - 1) || load<u8>(at + <usize>point) != 0x2e || point == size - 1) value = readSlowly(at, end)
      else {
        // Digits before the point come one lane nearer.
        const joined = i8x16.add(places, i8x16.le_s(places, i8x16.splat(<i8>point)))
        value = <f64>sixteenDigits(i8x16.swizzle(digits, joined)) / powerOfTen(size - 1 - point)
      }
    }
  } else value = readSlowly(at, end)
  return isNegative ? -value : value
}

/**
 * Write the number that each of `count` elements, text or numbers, stands for to `values`, in their order. An element
 * that is no number in JSON's form, or has too many digits, is left undone.
 */
export function parseNumbers(from: usize, count: u32, values: usize): u32 {
  for (let index: usize = 0; index < <usize>count; index++) {
    const element = load<u64>(from + (index << 3))
    const place = placeOf(element)
    const value = tagOf(element) <= NUMBER ? read(place, place + <usize>lengthOf(element)) : NONE
    store<f64>(values + (index << 3), value)
    if (value != value) leaveUndone(<u32>index)
  }
  return count
}

/**
 * Make of each of `count` lines `key<TAB>value` its key, and write its value to `values`; a line without a tab is a key
 * with the value 1. A line whose value is no number in JSON's form, or has too many digits, is left undone.
 */
export function pairsOfLines(from: usize, count: u32, values: usize): u32 {
  const tab = i8x16.splat(9)
  for (let index: usize = 0; index < <usize>count; index++) {
    const at = from + (index << 3)
    const element = load<u64>(at)
    let value = NONE
    if (isText(element)) {
      const place = placeOf(element)
      const end = place + <usize>lengthOf(element)
      const found = findByte(place, end, tab)
      if (found == end) value = 1
      else {
        value = read(found + 1, end)
        if (value == value) store<u64>(at, textSlice(place, <u32>(found - place)))
      }
    }
    store<f64>(values + (index << 3), value)
    if (value != value) leaveUndone(<u32>index)
  }
  return count
}
