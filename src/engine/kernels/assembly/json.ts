// The value at a path in JSON text, without building what stands beside it. The whole text is checked as JSON.parse
// checks it, so that text at which that throws is left to the host, wherever the fault stands.

import { same } from './find'
import { afterWhite, endOfNumber, endOfPlain, endOfString, numberOf, textOf, UNDONE } from './json-text'
import { leaveUndone } from './memory'
import { FALSE, isText, lengthOf, NULL, placeOf, slice, TRUE } from './slices'

/** Objects and arrays in one another: their kinds are bits of one word. */
const DEEPEST: u32 = 64

// A path is a list of steps, written by the host: the index that the key is in an array (4), the length of the key (4),
// the place of its bytes (4), nothing (4).
const STEP: usize = 16
/** The key is digits, of which the host knows what they are in an array. The index of no item stands for other keys. */
const ODD_INDEX: u32 = 0xfffffffe

// What was found last, if `STRING` or `NUMBER`, stands between two places, and is made an element when all is checked:
// of equal keys the last one counts.
const MISSING: u32 = 0
const ELEMENT: u32 = 1
const STRING: u32 = 2
const DIGITS: u32 = 3
const REFUSED: u32 = 4

/** Return the value in the text from `at` to `end`, or UNDONE. */
function valueAt(at: usize, end: usize, path: usize, steps: u32, missing: u64): u64 {
  let found = MISSING
  let element: u64 = 0
  let open: usize = 0
  let close: usize = 0
  // The open objects (0) and arrays (1), the innermost in the lowest bit.
  let kinds: u64 = 0
  let depth: u32 = 0
  // The depth of the innermost object or array on the path, the step that is looked for in it, the index of its item.
  let level: u32 = 0
  let step = path - STEP
  let index: u32 = 0
  // Whether the next value is on the path.
  let wanted = true

  at = afterWhite(at, end)
  if ((load<u8>(at) | 0x20) != 0x7b) return UNDONE
  while (true) {
    // A value.
    if (at >= end) return UNDONE
    const byte = <u32>load<u8>(at)
    let isOpened = false
    if (byte == 0x22) {
      const start = at + 1
      at = endOfPlain(start, end)
      if (load<u8>(at) != 0x22) at = endOfString(at, end)
      if (at >= end || !at) return UNDONE
      if (wanted) {
        found = level == steps ? STRING : MISSING
        open = start
        close = at
      }
      at++
    } else if (byte - 0x30 < 10 || byte == 0x2d) {
      const start = at
      at = endOfNumber(at, end)
      if (!at) return UNDONE
      if (wanted) {
        found = level == steps ? DIGITS : MISSING
        open = start
        close = at
      }
    } else if ((byte | 0x20) == 0x7b) {
      if (depth == DEEPEST) return UNDONE
      const isArray = byte == 0x5b
      kinds = (kinds << 1) | <u64>isArray
      depth++
      isOpened = true
      if (wanted) {
        if (level == steps) {
          found = REFUSED
          wanted = false
        } else {
          level++
          step += STEP
          index = 0
          const item = load<u32>(step)
          found = isArray && item == ODD_INDEX ? REFUSED : MISSING
          wanted = isArray && item == 0
        }
      }
      at = afterWhite(at + 1, end)
    } else {
      let tag = NULL
      const word = load<u32>(at)
      if (word == 0x65757274) tag = TRUE
      else if (word == 0x736c6166 && load<u8>(at, 4) == 0x65) {
        tag = FALSE
        at++
      } else if (word != 0x6c6c756e) return UNDONE
      at += 4
      if (wanted) {
        found = level == steps ? ELEMENT : MISSING
        element = slice(0, 0, tag)
      }
    }
    // What follows a value, up to the next one.
    while (true) {
      if (!isOpened) at = afterWhite(at, end)
      if (at >= end) return UNDONE
      const next = <u32>load<u8>(at)
      const isArray = (kinds & 1) != 0
      if (next == (isArray ? 0x5d : 0x7d)) {
        kinds >>= 1
        // Only the innermost on the path can be left: what was found stays.
        if (depth == level) {
          level--
          step -= STEP
          if (level) index = load<u32>(step)
        }
        depth--
        at++
        if (!depth) {
          if (at != end && afterWhite(at, end) != end) return UNDONE
          if (found == MISSING) return missing
          if (found == STRING) return textOf(open, close)
          if (found == DIGITS) return numberOf(open, close)
          return found == ELEMENT ? element : UNDONE
        }
        isOpened = false
        continue
      }
      if (!isOpened) {
        if (next != 0x2c) return UNDONE
        at = afterWhite(at + 1, end)
      }
      if (isArray) {
        if (!isOpened) {
          wanted = false
          if (depth == level) {
            index++
            wanted = index == load<u32>(step)
          }
        }
        break
      }
      if (load<u8>(at) != 0x22) return UNDONE
      const start = at + 1
      at = endOfPlain(start, end)
      let isPlain = true
      if (load<u8>(at) != 0x22) {
        at = endOfString(at, end)
        isPlain = false
      }
      if (at >= end || !at) return UNDONE
      wanted = false
      if (depth == level) {
        // Which key it is would have to be read.
        if (!isPlain) return UNDONE
        const length = at - start
        wanted = length == <usize>load<u32>(step, 4) && same(start, <usize>load<u32>(step, 8), length)
      }
      at = afterWhite(at + 1, end)
      if (load<u8>(at) != 0x3a) return UNDONE
      at = afterWhite(at + 1, end)
      break
    }
  }
}

/**
 * Take the value at a path of `steps` steps, at least one; null where there is none, or left undone. Objects, arrays and
 * numbers that JavaScript would write with other digits are left undone, as is text that is no JSON.
 */
export function jsonPath(from: usize, count: u32, path: usize, steps: u32, missingIsNull: bool): u32 {
  const missing = missingIsNull ? slice(0, 0, NULL) : UNDONE
  const end = from + (<usize>count << 3)
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    const value = isText(element)
      ? valueAt(placeOf(element), placeOf(element) + <usize>lengthOf(element), path, steps, missing)
      : UNDONE
    if (value != UNDONE) store<u64>(at, value)
    else leaveUndone(<u32>((at - from) >> 3))
  }
  return count
}
