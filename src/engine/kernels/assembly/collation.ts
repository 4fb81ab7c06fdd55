// The order of JavaScript's strings on UTF-8. By UTF-16 units, what is written as four bytes (surrogate pairs, from D800)
// stands before U+E000 to U+FFFF, which the bytes EE and EF begin; all else is in the order of its bytes. So bytes are
// compared after F0 to F4 have become EE to F2, and EE and EF have become F3 and F4.

import { isText, lengthOf, placeOf } from './slices'
import { MASKS } from './memory'

/** Each of 16 bytes as the one that it is ordered by. */
// @ts-ignore: decorator
@inline function ranked(block: v128): v128 {
  const high = i8x16.ge_u(block, i8x16.splat(<i8>0xee))
  const four = i8x16.ge_u(block, i8x16.splat(<i8>0xf0))
  const moved = v128.bitselect(i8x16.sub(block, i8x16.splat(2)), i8x16.add(block, i8x16.splat(5)), four)
  return v128.bitselect(moved, block, high)
}

/** The 8 bytes behind the first `offset` of text, as a number in their order; zeros behind its end. */
export function prefixOf(element: u64, offset: usize): u64 {
  const length = <usize>lengthOf(element)
  if (length <= offset) return 0
  const left = length - offset < 8 ? length - offset : 8
  const block = ranked(v128.and(v128.load(placeOf(element) + offset), v128.load(MASKS + (left << 4))))
  return bswap<u64>(<u64>i64x2.extract_lane(block, 0))
}

/** Whether text comes before another that is equal in its first `offset` bytes, where it has so many. */
export function precedes(a: u64, b: u64, offset: usize): bool {
  const aLength = <usize>lengthOf(a)
  const bLength = <usize>lengthOf(b)
  const least = aLength < bLength ? aLength : bLength
  const left = placeOf(a)
  const right = placeOf(b)
  for (let at = offset; at < least; at += 16) {
    const x = v128.load(left + at)
    const y = v128.load(right + at)
    const different = ~i8x16.bitmask(i8x16.eq(x, y)) & 0xffff
    if (different) {
      const found = at + <usize>ctz(different)
      if (found >= least) break
      return rank(load<u8>(left + found)) < rank(load<u8>(right + found))
    }
  }
  return aLength < bLength
}

// @ts-ignore: decorator
@inline function rank(byte: u8): u8 {
  return byte < 0xee ? byte : byte < 0xf0 ? byte + 5 : byte - 2
}

/** How many bytes all of `count` texts, at least one, begin with. */
export function sharedPrefix(elements: usize, count: u32): usize {
  const first = load<u64>(elements)
  const place = placeOf(first)
  let shared = <usize>lengthOf(first)
  for (let index: u32 = 1; index < count && shared; index++) {
    const element = load<u64>(elements + (<usize>index << 3))
    const length = <usize>lengthOf(element)
    if (length < shared) shared = length
    for (let at: usize = 0; at < shared; at += 16) {
      const equal = i8x16.bitmask(i8x16.eq(v128.load(place + at), v128.load(placeOf(element) + at)))
      if (equal != 0xffff) {
        const found = at + <usize>ctz(~equal)
        if (found < shared) shared = found
      }
    }
  }
  return shared
}

/** The bytes of the character that starts at `at` with a byte that is not ASCII; 0 where it is no UTF-8. */
function sizeOfWide(at: usize, end: usize): usize {
  const lead = <u32>load<u8>(at)
  const size: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  if (lead < 0xc2 || lead > 0xf4 || end - at < size) return 0
  const second = <u32>load<u8>(at, 1)
  const least: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80
  const most: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) return 0
  for (let byte: usize = 2; byte < size; byte++) if ((load<u8>(at + byte) & 0xc0) != 0x80) return 0
  return size
}

/** Return whether `count` elements are text and valid UTF-8: what is not, cannot be ordered by its bytes. */
export function areValidText(elements: usize, count: u32): bool {
  const last = elements + (<usize>count << 3)
  for (let element = elements; element < last; element += 8) {
    if (!isText(load<u64>(element))) return false
    let at = placeOf(load<u64>(element))
    const end = at + <usize>lengthOf(load<u64>(element))
    while (at < end) {
      const high = i8x16.bitmask(v128.load(at))
      if (!high) {
        at += 16
        continue
      }
      at += <usize>ctz(high)
      while (at < end && load<i8>(at) < 0) {
        const size = sizeOfWide(at, end)
        if (!size) return false
        at += size
      }
    }
  }
  return true
}
