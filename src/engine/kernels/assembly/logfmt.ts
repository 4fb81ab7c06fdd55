// One field of logfmt text, as src/functions/logfmt.ts reads it.

import { trimmedEnd } from './case'
import { findByte, same } from './find'
import { endScratch, leaveUndone, scratch } from './memory'
import { isText, lengthOf, NULL, placeOf, slice, textSlice, TRUE } from './slices'

/** No element. */
const NONE: u64 = ~0

/** Which bytes of `block` end a key or a value without quotes: tab, line ends, space, the quote, the equals sign. */
// @ts-ignore: decorator
@inline function delimiters(block: v128): v128 {
  const ends = v128.or(i8x16.eq(block, i8x16.splat(10)), i8x16.eq(block, i8x16.splat(13)))
  const blanks = v128.or(i8x16.eq(block, i8x16.splat(9)), i8x16.eq(block, i8x16.splat(32)))
  const signs = v128.or(i8x16.eq(block, i8x16.splat(0x22)), i8x16.eq(block, i8x16.splat(0x3d)))
  return v128.or(v128.or(ends, blanks), signs)
}

// @ts-ignore: decorator
@inline function findDelimiter(at: usize, end: usize): usize {
  for (; at < end; at += 16) {
    const mask = i8x16.bitmask(delimiters(v128.load(at)))
    if (mask) {
      const found = at + <usize>ctz(mask)
      return found < end ? found : end
    }
  }
  return end
}

/** The place of the quote that closes, from the first byte behind the one that opens, or `end`. */
// @ts-ignore: decorator
@inline function closingQuote(at: usize, end: usize): usize {
  const quote = i8x16.splat(0x22)
  const escape = i8x16.splat(0x5c)
  while (at < end) {
    const block = v128.load(at)
    const mask = i8x16.bitmask(v128.or(i8x16.eq(block, quote), i8x16.eq(block, escape)))
    if (!mask) {
      at += 16
      continue
    }
    const found = at + <usize>ctz(mask)
    if (found >= end) break
    if (load<u8>(found) == 0x22) return found
    at = found + 2
  }
  return end
}

/** The value between quotes, or NONE where a character is written by its number. */
function unquoted(open: usize, close: usize): u64 {
  const escape = i8x16.splat(0x5c)
  let found = findByte(open, close, escape)
  if (found == close) return textSlice(open, <u32>(close - open))
  const target = scratch(close - open)
  let out = target
  while (found < close) {
    memory.copy(out, open, found - open)
    out += found - open
    const letter = load<u8>(found, 1)
    if (letter == 0x75) {
      endScratch(target)
      return NONE
    }
    // n, t, r, b and f; all else stands for itself.
    const meant: u8 =
      letter == 0x6e ? 10 : letter == 0x74 ? 9 : letter == 0x72 ? 13 : letter == 0x62 ? 8 : letter == 0x66 ? 12 : letter
    store<u8>(out, meant)
    out++
    open = found + 2
    found = findByte(open, close, escape)
  }
  memory.copy(out, open, close - open)
  out += close - open
  endScratch(out)
  return textSlice(target, <u32>(out - target))
}

/** The value of the last field of the name, or NONE where the text is no logfmt, or the value is left to the host. */
function valueOf(at: usize, end: usize, name: usize, length: usize): u64 {
  const stop = trimmedEnd(at, end)
  let result = slice(0, 0, NULL)
  /** Where a value in quotes stands: it is read once it is known to be the last. */
  let quoted: usize = 0
  let quotedEnd: usize = 0
  while (at < stop) {
    while (at < end && (load<u8>(at) == 32 || load<u8>(at) == 9)) at++
    const key = at
    at = findDelimiter(at, end)
    if (at == key) return NONE
    const wanted = at - key == length && same(key, name, length)
    if (at == end || load<u8>(at) != 0x3d) {
      if (wanted) {
        result = slice(0, 0, TRUE)
        quoted = 0
      }
    } else if (at + 1 < end && load<u8>(at, 1) == 0x22) {
      const open = at + 2
      at = closingQuote(open, end)
      if (at == end) return NONE
      if (wanted) {
        quoted = open
        quotedEnd = at
      }
      at++
    } else {
      const open = at + 1
      at = findDelimiter(open, end)
      if (wanted) {
        result = textSlice(open, <u32>(at - open))
        quoted = 0
      }
    }
    if (at < stop && load<u8>(at) != 32 && load<u8>(at) != 9) return NONE
  }
  return quoted ? unquoted(quoted, quotedEnd) : result
}

/** Take the field of a name of logfmt text, null where there is none; text that is no logfmt is left undone. */
export function logfmtField(from: usize, count: u32, name: usize, length: u32): u32 {
  const end = from + (<usize>count << 3)
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    const place = placeOf(element)
    const result = isText(element) ? valueOf(place, place + <usize>lengthOf(element), name, <usize>length) : NONE
    if (result != NONE) store<u64>(at, result)
    else leaveUndone(<u32>((at - from) >> 3))
  }
  return count
}
