// Strings, numbers and white space of JSON text: where they end, and what they stand for. Text that is no JSON is found
// as JSON.parse finds it. Up to 64 bytes behind the end of the text are read.

import { endScratch, scratch } from './memory'
import { NUMBER, slice, textSlice } from './slices'

/** What is left to the host. */
export const UNDONE: u64 = ~0
/** More digits than a number may have to be written as it stands. */
const DIGITS: usize = 15

/** The place from `at` of the first byte that a string does not hold as it is: a quote, a backslash, a control. */
// @ts-ignore: decorator
@inline export function endOfPlain(at: usize, end: usize): usize {
  for (; at < end; at += 16) {
    const block = v128.load(at)
    const mask = i8x16.bitmask(v128.or(
      v128.or(i8x16.eq(block, i8x16.splat(0x22)), i8x16.eq(block, i8x16.splat(0x5c))),
      i8x16.lt_u(block, i8x16.splat(0x20)),
    ))
    if (mask) return at + <usize>ctz(mask)
  }
  return end
}

/** What a byte is as a hexadecimal digit; 16 or more for none. */
// @ts-ignore: decorator
@inline function hexadecimal(byte: u32): u32 {
  if (byte - 0x30 < 10) return byte - 0x30
  const letter = (byte | 0x20) - 0x61
  return letter < 6 ? letter + 10 : 16
}

/** The number that four hexadecimal digits are; 0x10000 or more where one is none. */
function fourDigits(at: usize): u32 {
  const a = hexadecimal(<u32>load<u8>(at))
  const b = hexadecimal(<u32>load<u8>(at, 1))
  const c = hexadecimal(<u32>load<u8>(at, 2))
  const d = hexadecimal(<u32>load<u8>(at, 3))
  return (a | b | c | d) > 15 ? 0x10000 : (a << 12) | (b << 8) | (c << 4) | d
}

/** What the letter behind a backslash stands for; 0 for none. */
// @ts-ignore: decorator
@inline function escaped(letter: u32): u32 {
  switch (letter) {
    case 0x22:
    case 0x5c:
    case 0x2f:
      return letter
    case 0x6e:
      return 10
    case 0x74:
      return 9
    case 0x72:
      return 13
    case 0x62:
      return 8
    case 0x66:
      return 12
    default:
      return 0
  }
}

/** The place of the quote that closes a string in which a backslash or a control stands at `at`; 0 where it is no JSON. */
export function endOfString(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at)
    if (byte == 0x22) return at
    if (byte != 0x5c) return 0
    const letter = <u32>load<u8>(at, 1)
    if (letter == 0x75) {
      if (fourDigits(at + 2) > 0xffff) return 0
      at += 6
    } else {
      if (!escaped(letter)) return 0
      at += 2
    }
    at = endOfPlain(at, end)
  }
  return 0
}

/** Write a code point as UTF-8; returns the place behind it. */
function writeCodePoint(out: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(out, <u8>code)
    return out + 1
  }
  if (code < 0x800) {
    store<u8>(out, <u8>(0xc0 | (code >> 6)))
    store<u8>(out, <u8>(0x80 | (code & 0x3f)), 1)
    return out + 2
  }
  if (code < 0x10000) {
    store<u8>(out, <u8>(0xe0 | (code >> 12)))
    store<u8>(out, <u8>(0x80 | ((code >> 6) & 0x3f)), 1)
    store<u8>(out, <u8>(0x80 | (code & 0x3f)), 2)
    return out + 3
  }
  store<u8>(out, <u8>(0xf0 | (code >> 18)))
  store<u8>(out, <u8>(0x80 | ((code >> 12) & 0x3f)), 1)
  store<u8>(out, <u8>(0x80 | ((code >> 6) & 0x3f)), 2)
  store<u8>(out, <u8>(0x80 | (code & 0x3f)), 3)
  return out + 4
}

/** The text of a valid string; UNDONE where it holds half of a surrogate pair. */
export function textOf(open: usize, close: usize): u64 {
  let found = endOfPlain(open, close)
  if (found >= close) return textSlice(open, <u32>(close - open))
  // No escape is shorter than what it stands for.
  const target = scratch(close - open)
  let out = target
  while (found < close) {
    memory.copy(out, open, found - open)
    out += found - open
    const letter = <u32>load<u8>(found, 1)
    if (letter != 0x75) {
      store<u8>(out, <u8>escaped(letter))
      out++
      open = found + 2
    } else {
      let code = fourDigits(found + 2)
      open = found + 6
      if ((code & 0xf800) == 0xd800) {
        const low: u32 =
          close - open >= 6 && load<u16>(open) == 0x755c ? fourDigits(open + 2) - 0xdc00 : 0x10000
        if (code >= 0xdc00 || low > 0x3ff) {
          endScratch(target)
          return UNDONE
        }
        code = 0x10000 + ((code - 0xd800) << 10) + low
        open += 6
      }
      out = writeCodePoint(out, code)
    }
    found = endOfPlain(open, close)
  }
  memory.copy(out, open, close - open)
  out += close - open
  endScratch(out)
  return textSlice(target, <u32>(out - target))
}

// @ts-ignore: decorator
@inline function endOfDigits(at: usize, end: usize): usize {
  while (at < end) {
    const digits = i8x16.bitmask(i8x16.le_u(i8x16.sub(v128.load(at), i8x16.splat(0x30)), i8x16.splat(9)))
    if (digits != 0xffff) return at + <usize>ctz(~digits)
    at += 16
  }
  return at
}

/** The end of the number whose first byte is at `at`; 0 where it is no JSON. */
// @ts-ignore: decorator
@inline export function endOfNumber(at: usize, end: usize): usize {
  at += load<u8>(at) == 0x2d ? 1 : 0
  const stop = endOfDigits(at, end)
  if (stop == at || (load<u8>(at) == 0x30 && stop - at > 1)) return 0
  const byte = <u32>load<u8>(stop)
  return byte == 0x2e || (byte | 0x20) == 0x65 ? endOfFraction(stop, end) : stop
}

function endOfFraction(at: usize, end: usize): usize {
  if (load<u8>(at) == 0x2e) {
    const stop = endOfDigits(at + 1, end)
    if (stop == at + 1) return 0
    at = stop
  }
  if ((load<u8>(at) | 0x20) != 0x65) return at
  at++
  if (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d) at++
  const stop = endOfDigits(at, end)
  return stop == at ? 0 : stop
}

/** A valid number as an element, where JavaScript writes it with these digits; else UNDONE. */
export function numberOf(open: usize, close: usize): u64 {
  const whole = open + (load<u8>(open) == 0x2d ? 1 : 0)
  const point = endOfDigits(whole, close)
  if (point < close) {
    // Two fractions of so few digits are two numbers; from six zeros on, JavaScript writes an exponent.
    if (load<u8>(point) != 0x2e || close - whole > DIGITS + 1) return UNDONE
    if (endOfDigits(point + 1, close) != close) return UNDONE
    while (load<u8>(close - 1) == 0x30) close--
    if (close - 1 == point) close--
    else if (load<u8>(whole) == 0x30) {
      let first = point + 1
      while (load<u8>(first) == 0x30) first++
      if (first - point > 6) return UNDONE
    }
  } else if (close - whole > DIGITS) return UNDONE
  // The zero with a sign is another value, of no text of its own.
  if (whole > open && load<u8>(whole) == 0x30 && close == whole + 1) return UNDONE
  return slice(open, <u32>(close - open), NUMBER)
}

/** The place from `at` of what is no white space. */
// @ts-ignore: decorator
@inline export function afterWhite(at: usize, end: usize): usize {
  // One space, or none, is by far the most.
  if (load<u8>(at) > 0x20) return at
  if (load<u8>(at) == 0x20 && load<u8>(at, 1) > 0x20) return at + 1
  return afterMoreWhite(at, end)
}

function afterMoreWhite(at: usize, end: usize): usize {
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at)
    if (byte != 0x20 && byte != 9 && byte != 10 && byte != 13) break
  }
  return at
}
