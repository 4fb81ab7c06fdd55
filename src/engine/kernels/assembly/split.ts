// Cuts each element of a vector into many: parts between a separator, words. A cut keeps its state in CUT bytes of its
// own, so that several can be under way; it goes on anywhere, also in the middle of an element.

import { bytesEqual, bytesWhite, candidates, isFound, lowest } from './find'
import { constant, leaveUndone, VECTOR } from './memory'
import { isText, lengthOf, placeOf, textSlice } from './slices'

/** Bytes of the state of a cut: the next element, the end of the vector, open part, where to search on, empty parts. */
const CUT: usize = 20

/** Return the place of the state of a new cut, which stays for the life of the instance. */
export function newCut(): usize {
  return constant(CUT)
}

/** Begin to cut the `count` elements of the vector at `from`. */
export function beginCut(cut: usize, from: usize, count: u32): void {
  memory.fill(cut, 0, CUT)
  store<u32>(cut, <u32>from)
  store<u32>(cut, <u32>(from + (<usize>count << 3)), 4)
}

/** Return whether all elements have been cut. */
export function isCut(cut: usize): bool {
  return load<u32>(cut) >= load<u32>(cut, 4)
}

// @ts-ignore: decorator
@inline function leaveCut(cut: usize, element: usize, open: usize, at: usize, empties: u32): void {
  store<u32>(cut, <u32>element)
  store<u32>(cut, <u32>open, 8)
  store<u32>(cut, <u32>at, 12)
  store<u32>(cut, empties, 16)
}

/** With `drops`, empty parts are written when another part follows them. */
// @ts-ignore: decorator
@inline function parts(cut: usize, to: usize, separator: usize, length: usize, drops: bool): u32 {
  const distance = length - 1
  const first = i8x16.splat(load<i8>(separator))
  const last = i8x16.splat(load<i8>(separator + distance))
  const full = to + (<usize>VECTOR << 3)
  const stopAt = <usize>load<u32>(cut, 4)
  let element = <usize>load<u32>(cut)
  let open = <usize>load<u32>(cut, 8)
  let at = <usize>load<u32>(cut, 12)
  let empties = load<u32>(cut, 16)
  let out = to
  for (; element < stopAt; element += 8) {
    const value = load<u64>(element)
    if (!isText(value)) {
      if (out == full) break
      leaveUndone(<u32>((out - to) >> 3))
      store<u64>(out, value)
      out += 8
      continue
    }
    const start = placeOf(value)
    const size = <usize>lengthOf(value)
    const end = start + size
    if (!open) {
      open = start
      at = start
      empties = 0
    }
    const stop = size > distance ? end - distance : start
    for (; at < stop; at += 64) {
      let mask = length == 1 ? bytesEqual(at, first) : candidates(at, first, last, distance)
      if (stop - at < 64) mask &= lowest(<u32>(stop - at))
      for (; mask; mask &= mask - 1) {
        const found = at + <usize>ctz(mask)
        // A separator may not start inside the one before.
        if (length > 1 && (found < open || !isFound(found, separator, length))) continue
        if (drops) {
          if (found == open) {
            empties++
            open = found + length
            continue
          }
          for (; empties && out < full; empties--, out += 8) store<u64>(out, textSlice(found, 0))
        }
        // A full vector is handed over first; the same separator is looked at again.
        if (out == full) {
          leaveCut(cut, element, open, found, empties)
          return VECTOR
        }
        store<u64>(out, textSlice(open, <u32>(found - open)))
        out += 8
        open = found + length
      }
    }
    // Text that is empty, without a separator, is a part.
    if (!drops || open < end || !size) {
      for (; empties && out < full; empties--, out += 8) store<u64>(out, textSlice(open, 0))
      if (out == full) {
        leaveCut(cut, element, open, end, empties)
        return VECTOR
      }
      store<u64>(out, textSlice(open, <u32>(end - open)))
      out += 8
    }
    open = 0
  }
  leaveCut(cut, element, 0, 0, 0)
  return <u32>((out - to) >> 3)
}

/** Fill the vector at `to` with parts, all of them, as JavaScript's split; returns how many. */
export function cutParts(cut: usize, to: usize, separator: usize, length: u32): u32 {
  if (length == 1) return parts(cut, to, separator, 1, false)
  return parts(cut, to, separator, <usize>length, false)
}

/** Fill the vector at `to` with parts as Java's split gives them: empty ones at the end of an element are dropped. */
export function cutPartsDropping(cut: usize, to: usize, separator: usize, length: u32): u32 {
  if (length == 1) return parts(cut, to, separator, 1, true)
  return parts(cut, to, separator, <usize>length, true)
}

/** Fill the vector at `to` with words, runs of bytes that are none of ASCII's white space; returns how many. */
export function cutWords(cut: usize, to: usize): u32 {
  // A block of 64 bytes gives 32 words at most, the end of the element one.
  const full = to + (<usize>(VECTOR - 33) << 3)
  const stopAt = <usize>load<u32>(cut, 4)
  let element = <usize>load<u32>(cut)
  let open = <usize>load<u32>(cut, 8)
  let at = <usize>load<u32>(cut, 12)
  let out = to
  for (; element < stopAt && out <= full; element += 8) {
    const value = load<u64>(element)
    if (!isText(value)) {
      leaveUndone(<u32>((out - to) >> 3))
      store<u64>(out, value)
      out += 8
      continue
    }
    const end = placeOf(value) + <usize>lengthOf(value)
    if (!open) {
      open = placeOf(value)
      at = open
    }
    for (; at < end; at += 64) {
      if (out > full) {
        leaveCut(cut, element, open, at, 0)
        return <u32>((out - to) >> 3)
      }
      let mask = bytesWhite(at)
      if (end - at < 64) mask &= lowest(<u32>(end - at))
      while (mask) {
        const stop = at + <usize>ctz(mask)
        mask &= mask - 1
        store<u64>(out, textSlice(open, <u32>(stop - open)))
        out += stop > open ? 8 : 0
        open = stop + 1
      }
    }
    store<u64>(out, textSlice(open, <u32>(end - open)))
    out += end > open ? 8 : 0
    open = 0
  }
  leaveCut(cut, element, 0, 0, 0)
  return <u32>((out - to) >> 3)
}
