// Finding bytes and text in text. All of it reads whole blocks, so up to 64 bytes behind the end of what is searched.

import { MASKS } from './memory'

/** The line end. */
export const NEWLINE: u8 = 10

/** A mask of the lowest `count` bits, which are less than 64. */
// @ts-ignore: decorator
@inline export function lowest(count: u32): u64 {
  return ((<u64>1) << count) - 1
}

// @ts-ignore: decorator
@inline function join(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16)
  const high = <u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16)
  return <u64>low | (<u64>high << 32)
}

/** Which of the 64 bytes at `place` are those of `byte`. */
// @ts-ignore: decorator
@inline export function bytesEqual(place: usize, byte: v128): u64 {
  return join(
    i8x16.eq(v128.load(place), byte),
    i8x16.eq(v128.load(place, 16), byte),
    i8x16.eq(v128.load(place, 32), byte),
    i8x16.eq(v128.load(place, 48), byte),
  )
}

/** Which of the 16 bytes of `block` are ASCII's white space: the space, and the five from tab to carriage return. */
// @ts-ignore: decorator
@inline export function isWhite(block: v128): v128 {
  const controls = i8x16.le_u(i8x16.sub(block, i8x16.splat(9)), i8x16.splat(4))
  return v128.or(controls, i8x16.eq(block, i8x16.splat(32)))
}

/** Which of the 64 bytes at `place` are ASCII's white space. */
// @ts-ignore: decorator
@inline export function bytesWhite(place: usize): u64 {
  return join(
    isWhite(v128.load(place)),
    isWhite(v128.load(place, 16)),
    isWhite(v128.load(place, 32)),
    isWhite(v128.load(place, 48)),
  )
}

// @ts-ignore: decorator
@inline function pair(place: usize, first: v128, last: v128, distance: usize): v128 {
  return v128.and(i8x16.eq(v128.load(place), first), i8x16.eq(v128.load(place + distance), last))
}

/** At which of the 64 bytes at `place` a text may start whose last byte stands `distance` behind its first. */
// @ts-ignore: decorator
@inline export function candidates(place: usize, first: v128, last: v128, distance: usize): u64 {
  return join(
    pair(place, first, last, distance),
    pair(place + 16, first, last, distance),
    pair(place + 32, first, last, distance),
    pair(place + 48, first, last, distance),
  )
}

/** Whether `length` bytes are the same. */
// @ts-ignore: decorator
@inline export function same(a: usize, b: usize, length: usize): bool {
  while (length >= 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false
    a += 16
    b += 16
    length -= 16
  }
  return !v128.any_true(v128.and(v128.xor(v128.load(a), v128.load(b)), v128.load(MASKS + (length << 4))))
}

/** The place of the first of `byte` from `at`, or `end`. */
// @ts-ignore: decorator
@inline export function findByte(at: usize, end: usize, byte: v128): usize {
  for (; at < end; at += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), byte))
    if (mask) {
      const found = at + <usize>ctz(mask)
      return found < end ? found : end
    }
  }
  return end
}

/** Whether the text with `first` and `last` bytes in place is the one of `length` bytes at `text`. */
// @ts-ignore: decorator
@inline export function isFound(place: usize, text: usize, length: usize): bool {
  return length < 3 || same(place + 1, text + 1, length - 2)
}

/**
 * The place from `at` where text of `length` bytes, at least one, first stands whole before `end`, or 0. Its first and
 * last byte are looked for together, as they are seldom found so without the text between them.
 */
// @ts-ignore: decorator
@inline export function findText(at: usize, end: usize, text: usize, length: usize, first: v128, last: v128): usize {
  if (length > end - at) return 0
  const distance = length - 1
  const stop = end - distance
  while (at + 16 < stop) {
    const a = pair(at, first, last, distance)
    const b = pair(at + 16, first, last, distance)
    const c = pair(at + 32, first, last, distance)
    const d = pair(at + 48, first, last, distance)
    if (v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) {
      let mask = join(a, b, c, d)
      do {
        const place = at + <usize>ctz(mask)
        if (place >= stop) return 0
        if (isFound(place, text, length)) return place
        mask &= mask - 1
      } while (mask)
    }
    at += 64
  }
  if (at < stop) {
    let mask = i8x16.bitmask(pair(at, first, last, distance))
    while (mask) {
      const place = at + <usize>ctz(mask)
      if (place >= stop) return 0
      if (isFound(place, text, length)) return place
      mask &= mask - 1
    }
  }
  return 0
}
