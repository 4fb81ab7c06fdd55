// Text in lower or upper case, and text without white space around it. Text that changes nothing stays where it is.

import { isWhite } from './find'
import { endScratch, leaveUndone, MASKS, scratch } from './memory'
import { isText, lengthOf, placeOf, textSlice } from './slices'

/** Which bytes of `block` are one of the 26 letters from `letter`. */
// @ts-ignore: decorator
@inline function letters(block: v128, letter: v128): v128 {
  return i8x16.le_u(i8x16.sub(block, letter), i8x16.splat(25))
}

// @ts-ignore: decorator
@inline function turned(block: v128, letter: v128): v128 {
  // The two cases of a letter differ in one bit.
  return v128.xor(block, v128.and(letters(block, letter), i8x16.splat(0x20)))
}

/** Turn the case of longer text; returns its place, the same where nothing changes, 0 where a byte is not ASCII. */
function turnLong(place: usize, size: usize, letter: v128): usize {
  let at: usize = 0
  let found = false
  for (; at + 16 < size; at += 16) {
    const block = v128.load(place + at)
    if (v128.any_true(letters(block, letter))) {
      found = true
      break
    }
    if (i8x16.bitmask(block)) return 0
  }
  const end = v128.load(place + size - 16)
  if (!found && !v128.any_true(letters(end, letter))) return i8x16.bitmask(end) ? 0 : place
  const target = scratch(size)
  let seen = end
  for (let before: usize = 0; before < at; before += 16) v128.store(target + before, v128.load(place + before))
  for (; at + 16 < size; at += 16) {
    const block = v128.load(place + at)
    seen = v128.or(seen, block)
    v128.store(target + at, turned(block, letter))
  }
  v128.store(target + size - 16, turned(end, letter))
  if (!i8x16.bitmask(seen)) return target
  endScratch(target)
  return 0
}

// @ts-ignore: decorator
@inline function turnCase(from: usize, count: u32, first: u8): u32 {
  const letter = i8x16.splat(<i8>first)
  const end = from + (<usize>count << 3)
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    const place = placeOf(element)
    const size = lengthOf(element)
    if (!isText(element)) {
      leaveUndone(<u32>((at - from) >> 3))
    } else if (size < 16) {
      const block = v128.and(v128.load(place), v128.load(MASKS + (<usize>size << 4)))
      if (i8x16.bitmask(block)) leaveUndone(<u32>((at - from) >> 3))
      else if (v128.any_true(letters(block, letter))) {
        const target = scratch(<usize>size)
        v128.store(target, turned(block, letter))
        store<u64>(at, textSlice(target, size))
      }
    } else {
      const target = turnLong(place, <usize>size, letter)
      if (!target) leaveUndone(<u32>((at - from) >> 3))
      else store<u64>(at, textSlice(target, size))
    }
  }
  return count
}

/** Put text of ASCII into lower case; other text is left undone. */
export function lower(from: usize, count: u32): u32 {
  return turnCase(from, count, 0x41)
}

/** Put text of ASCII into upper case; other text is left undone. */
export function upper(from: usize, count: u32): u32 {
  return turnCase(from, count, 0x61)
}

// @ts-ignore: decorator
@inline function isSpace(byte: u32): bool {
  return byte == 32 || byte - 9 <= 4
}

/** Whether three bytes are a character that JavaScript trims: U+1680, U+2000 to 200A, 2028, 2029, 202F, 205F, 3000, FEFF. */
function isWideSpace(first: u32, second: u32, third: u32): bool {
  if (first == 0xe2) {
    if (second == 0x81) return third == 0x9f
    return second == 0x80 && ((third >= 0x80 && third <= 0x8a) || third == 0xa8 || third == 0xa9 || third == 0xaf)
  }
  if (first == 0xe1) return second == 0x9a && third == 0x80
  if (first == 0xe3) return second == 0x80 && third == 0x80
  return first == 0xef && second == 0xbb && third == 0xbf
}

/** The place of the first byte of text that JavaScript's trim leaves, or `end`. */
export function trimmedStart(at: usize, end: usize): usize {
  while (at < end) {
    const byte = <u32>load<u8>(at)
    if (byte < 0x80) {
      if (!isSpace(byte)) break
      at++
    } else if (byte == 0xc2 && end - at > 1 && load<u8>(at, 1) == 0xa0) at += 2
    else if (end - at > 2 && isWideSpace(byte, <u32>load<u8>(at, 1), <u32>load<u8>(at, 2))) at += 3
    else break
  }
  return at
}

/** The end of text from `start` without what JavaScript's trim takes off. */
export function trimmedEnd(start: usize, end: usize): usize {
  while (end > start) {
    const byte = <u32>load<u8>(end - 1)
    if (byte < 0x80) {
      if (!isSpace(byte)) break
      end--
      // A run of blocks that hold nothing else, which may be long.
      while (end - start >= 16 && i8x16.all_true(isWhite(v128.load(end - 16)))) end -= 16
    } else if (byte == 0xa0 && end - start > 1 && load<u8>(end - 2) == 0xc2) end -= 2
    else if (end - start > 2 && isWideSpace(<u32>load<u8>(end - 3), <u32>load<u8>(end - 2), byte)) end -= 3
    else break
  }
  return end
}

/** Take white space off both ends of text. A character is known by its bytes, whatever stands beside it. */
export function trim(from: usize, count: u32): u32 {
  const end = from + (<usize>count << 3)
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    if (!isText(element)) {
      leaveUndone(<u32>((at - from) >> 3))
      continue
    }
    const stop = placeOf(element) + <usize>lengthOf(element)
    const start = trimmedStart(placeOf(element), stop)
    store<u64>(at, textSlice(start, <u32>(trimmedEnd(start, stop) - start)))
  }
  return count
}
