// One field of each text: a part between a separator, a word, a field of csv. A field that is not there is null, or
// left to the host.

import { bytesEqual, bytesWhite, findByte, findText, lowest } from './find'
import { endScratch, leaveUndone, scratch } from './memory'
import { isText, lengthOf, NULL, placeOf, slice, textSlice } from './slices'

/** No element. */
const NONE: u64 = ~0

/** `bits` without its lowest `count` set ones. */
// @ts-ignore: decorator
@inline function withoutLowest(bits: u64, count: u32): u64 {
  for (; count; count--) bits &= bits - 1
  return bits
}

/** The part at `index` between single bytes, or NONE. */
function partOfByte(open: usize, close: usize, byte: v128, index: u32): u64 {
  let left = index
  for (let block = open; block < close; block += 64) {
    let mask = bytesEqual(block, byte)
    if (close - block < 64) mask &= lowest(<u32>(close - block))
    const here = <u32>popcnt(mask)
    if (here < left) {
      left -= here
      continue
    }
    if (left) {
      mask = withoutLowest(mask, left - 1)
      left = 0
      open = block + <usize>ctz(mask) + 1
      mask &= mask - 1
    }
    if (mask) return textSlice(open, <u32>(block + <usize>ctz(mask) - open))
  }
  return left ? NONE : textSlice(open, <u32>(close - open))
}

/** The part at `index` between longer text, or NONE. */
function partOfText(open: usize, close: usize, separator: usize, length: usize, index: u32): u64 {
  const first = i8x16.splat(load<i8>(separator))
  const last = i8x16.splat(load<i8>(separator + length - 1))
  while (true) {
    const found = findText(open, close, separator, length, first, last)
    if (!index) return textSlice(open, <u32>((found ? found : close) - open))
    if (!found) return NONE
    open = found + length
    index--
  }
}

/** Take the part at `index` between a separator; one that is not there is null, or left undone. */
export function part(
  from: usize,
  count: u32,
  separator: usize,
  length: u32,
  index: u32,
  missingIsNull: bool,
): u32 {
  const byte = i8x16.splat(load<i8>(separator))
  const end = from + (<usize>count << 3)
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    if (!isText(element)) {
      leaveUndone(<u32>((at - from) >> 3))
      continue
    }
    const open = placeOf(element)
    const close = open + <usize>lengthOf(element)
    const found =
      length == 1 ? partOfByte(open, close, byte, index) : partOfText(open, close, separator, <usize>length, index)
    if (found != NONE) store<u64>(at, found)
    else if (missingIsNull) store<u64>(at, slice(0, 0, NULL))
    else leaveUndone(<u32>((at - from) >> 3))
  }
  return count
}

/** Take the `index`-th word from 1, null past the last; the whole text for 0. */
export function word(from: usize, count: u32, index: u32): u32 {
  const end = from + (<usize>count << 3)
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    if (!isText(element)) {
      leaveUndone(<u32>((at - from) >> 3))
      continue
    }
    if (!index) continue
    const close = placeOf(element) + <usize>lengthOf(element)
    let skipped: u32 = 1
    let open: usize = 0
    let result = slice(0, 0, NULL)
    // Whether the byte before the block is none of a word.
    let before: u64 = 1
    for (let block = placeOf(element); block < close; block += 64) {
      let white = bytesWhite(block)
      if (close - block < 64) white |= ~lowest(<u32>(close - block))
      if (!open) {
        let starts = ~white & ((white << 1) | before)
        before = white >> 63
        const here = <u32>popcnt(starts)
        if (skipped + here <= index) {
          skipped += here
          continue
        }
        starts = withoutLowest(starts, index - skipped)
        const offset = <u64>ctz(starts)
        open = block + <usize>offset
        result = textSlice(open, <u32>(close - open))
        white &= ~(starts ^ (starts - 1))
      }
      if (white) {
        result = textSlice(open, <u32>(block + <usize>ctz(white) - open))
        break
      }
    }
    store<u64>(at, result)
  }
  return count
}

/** The element that the bytes between quotes stand for: without the second of each two quotes. */
function unquoted(open: usize, close: usize): u64 {
  const quote = i8x16.splat(0x22)
  let found = findByte(open, close, quote)
  if (found == close) return textSlice(open, <u32>(close - open))
  const target = scratch(close - open)
  let out = target
  while (found < close) {
    const size = found + 1 - open
    memory.copy(out, open, size)
    out += size
    open = found + 2
    found = findByte(open, close, quote)
  }
  memory.copy(out, open, close - open)
  out += close - open
  endScratch(out)
  return textSlice(target, <u32>(out - target))
}

/** The end of the quoted text whose first byte is at `at`: its closing quote, or `end` where there is none. */
// @ts-ignore: decorator
@inline function closingQuote(at: usize, end: usize, quote: v128): usize {
  let found = findByte(at, end, quote)
  while (found < end && found + 1 < end && load<u8>(found, 1) == 0x22) found = findByte(found + 2, end, quote)
  return found
}

/** Take the field at `index` of csv text in which there is a quote, null past the last; NONE where the text is no csv. */
function quotedField(at: usize, end: usize, separator: v128, index: u32): u64 {
  const quote = i8x16.splat(0x22)
  const byte = <u32>i8x16.extract_lane_u(separator, 0)
  let result = slice(0, 0, NULL)
  let field: u32 = 0
  while (true) {
    let stop: usize
    if (at < end && load<u8>(at) == 0x22) {
      const close = closingQuote(at + 1, end, quote)
      if (close == end) return NONE
      stop = close + 1
      if (stop < end && <u32>load<u8>(stop) != byte) return NONE
      if (field == index) result = unquoted(at + 1, close)
    } else {
      stop = findByte(at, end, separator)
      if (field == index) result = textSlice(at, <u32>(stop - at))
    }
    if (stop >= end) return result
    at = stop + 1
    field++
  }
}

/** Take the field at `index` of csv text, null past the last; text that is no csv is left undone. */
export function csvField(from: usize, count: u32, separator: u32, index: u32): u32 {
  const byte = i8x16.splat(<i8>separator)
  const quote = i8x16.splat(0x22)
  const end = from + (<usize>count << 3)
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    if (!isText(element)) {
      leaveUndone(<u32>((at - from) >> 3))
      continue
    }
    const open = placeOf(element)
    const close = open + <usize>lengthOf(element)
    let result: u64
    // Fields behind the one that is wanted may be no csv: the whole text is looked at.
    if (findByte(open, close, quote) < close) result = quotedField(open, close, byte, index)
    else {
      result = partOfByte(open, close, byte, index)
      if (result == NONE) result = slice(0, 0, NULL)
    }
    if (result != NONE) store<u64>(at, result)
    else leaveUndone(<u32>((at - from) >> 3))
  }
  return count
}
