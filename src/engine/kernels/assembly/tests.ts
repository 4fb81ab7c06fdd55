// Tests of text: each keeps the elements that pass, in order. Text that is compared with is valid UTF-8 without U+FFFD:
// then bytes are the same exactly where decoded text is, as no such text starts or ends inside another character.

import { findText, same } from './find'
import { leaveUndone } from './memory'
import { isText, lengthOf, placeOf } from './slices'

const CONTAINS: i32 = 0
const STARTS: i32 = 1
const ENDS: i32 = 2
const EQUALS: i32 = 3

/** Keep an element that is no text at `out`, for the host to test. */
function keepUndone(from: usize, out: usize, element: u64): void {
  leaveUndone(<u32>((out - from) >> 3))
  store<u64>(out, element)
}

// @ts-ignore: decorator
@inline function test(kind: i32, from: usize, count: u32, wanted: usize, length: u32, negated: bool): u32 {
  const first = i8x16.splat(load<i8>(wanted))
  const last = i8x16.splat(load<i8>(wanted + <usize>length - 1))
  const end = from + (<usize>count << 3)
  let out = from
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    if (!isText(element)) {
      keepUndone(from, out, element)
      out += 8
      continue
    }
    const place = placeOf(element)
    const size = lengthOf(element)
    let passes: bool
    if (kind == CONTAINS) passes = findText(place, place + <usize>size, wanted, <usize>length, first, last) != 0
    else if (kind == STARTS) passes = size >= length && same(place, wanted, <usize>length)
    else if (kind == ENDS) passes = size >= length && same(place + <usize>(size - length), wanted, <usize>length)
    else passes = size == length && same(place, wanted, <usize>length)
    store<u64>(out, element)
    out += passes != negated ? 8 : 0
  }
  return <u32>((out - from) >> 3)
}

/** Keep text that contains the wanted one. */
export function contains(from: usize, count: u32, wanted: usize, length: u32, negated: bool): u32 {
  // All text starts with the empty one.
  if (!length) return test(STARTS, from, count, wanted, 0, negated)
  return test(CONTAINS, from, count, wanted, length, negated)
}

/** Keep text that starts with the wanted one. */
export function startsWith(from: usize, count: u32, wanted: usize, length: u32, negated: bool): u32 {
  return test(STARTS, from, count, wanted, length, negated)
}

/** Keep text that ends with the wanted one. */
export function endsWith(from: usize, count: u32, wanted: usize, length: u32, negated: bool): u32 {
  return test(ENDS, from, count, wanted, length, negated)
}

/** Keep text that is the wanted one. */
export function equals(from: usize, count: u32, wanted: usize, length: u32, negated: bool): u32 {
  return test(EQUALS, from, count, wanted, length, negated)
}

/** The bytes of the character at `place`, or 0 where it is not valid or not whole before `end`. */
function characterSize(place: usize, end: usize): u32 {
  const lead = <u32>load<u8>(place)
  if (lead < 0x80) return 1
  const size: u32 = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  if (lead < 0xc2 || lead > 0xf4 || <usize>size > end - place) return 0
  const second = <u32>load<u8>(place, 1)
  // Overlong forms, surrogates, and what is behind U+10FFFF.
  const least: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80
  const most: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) return 0
  if (size > 2 && (load<u8>(place, 2) & 0xc0) != 0x80) return 0
  return size > 3 && (load<u8>(place, 3) & 0xc0) != 0x80 ? 0 : size
}

/** The length of text in UTF-16 units or in code points, or -1 where it is no valid UTF-8. */
function textLength(place: usize, size: u32, codePoints: bool): i32 {
  const end = place + <usize>size
  let length: i32 = 0
  while (place < end) {
    const high = i8x16.bitmask(v128.load(place))
    const ascii = high ? <usize>ctz(high) : 16
    if (ascii >= end - place) return length + <i32>(end - place)
    length += <i32>ascii
    place += ascii
    // Such characters stand together: a block is not tried again before the next one of ASCII.
    while (place < end && load<i8>(place) < 0) {
      const bytes = characterSize(place, end)
      if (!bytes) return -1
      length += bytes == 4 && !codePoints ? 2 : 1
      place += <usize>bytes
    }
  }
  return length
}

/**
 * Keep text of `least` to `most` UTF-16 units, or code points. The number of bytes decides where it can, as it does for
 * bytes that are no UTF-8 too: a unit is one to three of them, a code point one to four.
 */
export function lengthWithin(
  from: usize,
  count: u32,
  least: u32,
  most: u32,
  codePoints: bool,
  negated: bool,
): u32 {
  const end = from + (<usize>count << 3)
  const widest: u32 = codePoints ? 4 : 3
  let out = from
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    if (!isText(element)) {
      keepUndone(from, out, element)
      out += 8
      continue
    }
    const size = lengthOf(element)
    const shortest = (size + widest - 1) / widest
    let passes = shortest >= least && size <= most
    if (!passes && size >= least && shortest <= most) {
      const length = textLength(placeOf(element), size, codePoints)
      if (length < 0) {
        keepUndone(from, out, element)
        out += 8
        continue
      }
      passes = <u32>length >= least && <u32>length <= most
    }
    store<u64>(out, element)
    out += passes != negated ? 8 : 0
  }
  return <u32>((out - from) >> 3)
}
