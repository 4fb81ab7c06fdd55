// Cuts the text in the input buffer into elements: lines, parts of lines, words. Each call fills one vector and goes on
// where the last one stopped; blocks of 64 bytes are searched for delimiters at once.

import { PADDING, VECTOR, vector } from './memory'
import { textSlice } from './slices'

let first: usize = 0
let at: usize = 0
/** Where the text ends. */
export let end: usize = 0
/** Delimiters of the block at `at` that are still to be looked at. */
let found: u64 = 0
/** Where the open token starts. */
export let start: usize = 0
/** The line that the open token is in. */
export let line: usize = 0
/** Empty parts seen in the open line that are dropped unless another part follows. */
let empties: u32 = 0

/** Begin with `length` bytes of whole lines at `place`, behind which the kernel may write. */
export function beginScan(place: usize, length: usize): void {
  first = place
  end = place + length
  at = place - 64
  found = 0
  start = place
  line = place
  empties = 0
  // What is read behind the end must be no delimiter.
  memory.fill(end, 0x61, PADDING)
}

/** Let the next call go on at `place`, where a line starts, and find `held` in `line`. */
export function leaveScan(place: usize, held: usize): void {
  at = place - 64
  start = place
  line = held
}

// @ts-ignore: decorator
@inline function equal(place: usize, a: v128, b: v128): u64 {
  const v0 = v128.load(place)
  const v1 = v128.load(place, 16)
  const v2 = v128.load(place, 32)
  const v3 = v128.load(place, 48)
  const low = <u64>(<u32>i8x16.bitmask(v128.or(i8x16.eq(v0, a), i8x16.eq(v0, b)))) |
    (<u64>(<u32>i8x16.bitmask(v128.or(i8x16.eq(v1, a), i8x16.eq(v1, b)))) << 16)
  const high = <u64>(<u32>i8x16.bitmask(v128.or(i8x16.eq(v2, a), i8x16.eq(v2, b)))) |
    (<u64>(<u32>i8x16.bitmask(v128.or(i8x16.eq(v3, a), i8x16.eq(v3, b)))) << 16)
  return low | (high << 32)
}

// @ts-ignore: decorator
@inline function whiteSpace(v: v128): u64 {
  // Space, and the five from tab to carriage return: one unsigned comparison after a shift.
  const controls = i8x16.le_u(i8x16.sub(v, i8x16.splat(9)), i8x16.splat(4))
  return <u64>(<u32>i8x16.bitmask(v128.or(controls, i8x16.eq(v, i8x16.splat(32)))))
}

/** Fill vector 0 with lines; returns how many, 0 at the end. */
export function scanLines(): u32 {
  return scanParts(10)
}

/** Fill vector 0 with words, runs of bytes that are none of ASCII's six of white space; returns how many, 0 at the end. */
export function scanWords(): u32 {
  const first = vector(0)
  const limit = first + (<usize>(VECTOR - 64) << 3)
  const stopAt = end
  let out = first
  let begin = start
  let block = at + 64
  // A vector without a word is not the end.
  for (; block < stopAt && out <= limit; block += 64) {
    let mask = whiteSpace(v128.load(block))
    mask |= whiteSpace(v128.load(block, 16)) << 16
    mask |= whiteSpace(v128.load(block, 32)) << 32
    mask |= whiteSpace(v128.load(block, 48)) << 48
    while (mask) {
      const stop = block + <usize>ctz(mask)
      mask &= mask - 1
      store<u64>(out, textSlice(begin, <u32>(stop - begin)))
      out += stop > begin ? 8 : 0
      begin = stop + 1
    }
  }
  at = block - 64
  start = begin
  return <u32>((out - first) >> 3)
}

/** Fill vector 0 with the parts of lines between single bytes, all of them as JavaScript's split; returns how many, 0 at the end. */
export function scanParts(separator: u32): u32 {
  const byte = i8x16.splat(<i8>separator)
  const newline = i8x16.splat(10)
  const first = vector(0)
  const limit = first + (<usize>(VECTOR - 64) << 3)
  const stopAt = end
  let out = first
  let begin = start
  let block = at + 64
  for (; block < stopAt && out <= limit; block += 64) {
    let mask = equal(block, byte, newline)
    while (mask) {
      const stop = block + <usize>ctz(mask)
      mask &= mask - 1
      store<u64>(out, textSlice(begin, <u32>(stop - begin)))
      out += 8
      begin = stop + 1
    }
  }
  at = block - 64
  start = begin
  return <u32>((out - first) >> 3)
}

/**
 * Fill vector 0 with the parts of lines between single bytes as Java's `String.split` gives them: empty parts at the end
 * of a line are dropped, but an empty line is one empty part. Returns how many, 0 at the end.
 */
export function scanPartsDropping(separator: u32): u32 {
  const byte = i8x16.splat(<i8>separator)
  const newline = i8x16.splat(10)
  const first = vector(0)
  const last = first + (<usize>VECTOR << 3)
  const limit = last - (64 << 3)
  const stopAt = end
  let out = first
  let begin = start
  let dropped = empties
  let open = line
  let block = at
  let mask = found
  while (true) {
    while (mask) {
      const stop = block + <usize>ctz(mask)
      if (stop > begin && !dropped) {
        mask &= mask - 1
        store<u64>(out, textSlice(begin, <u32>(stop - begin)))
        out += 8
        begin = stop + 1
        if (load<u8>(stop) == 10) open = begin
        continue
      }
      // A part of no length, or one behind such.
      if (stop > begin) {
        for (; dropped && out < limit; dropped--, out += 8) store<u64>(out, textSlice(stop, 0))
        // A full vector is handed over first; the same delimiter is looked at again.
        if (dropped) break
        store<u64>(out, textSlice(begin, <u32>(stop - begin)))
        out += 8
      } else if (load<u8>(stop) != 10) dropped++
      else if (stop == open) {
        store<u64>(out, textSlice(stop, 0))
        out += 8
      }
      mask &= mask - 1
      begin = stop + 1
      if (load<u8>(stop) == 10) {
        dropped = 0
        open = begin
      }
    }
    if (mask || out > limit) break
    block += 64
    if (block >= stopAt) break
    mask = equal(block, byte, newline)
  }
  at = block
  found = mask
  start = begin
  line = open
  empties = dropped
  return <u32>((out - first) >> 3)
}

/** Return whether a scan has come to the end of its text: a vector may be empty before. */
export function isScanned(): bool {
  return !found && at + 64 >= end
}

/** Return how many bytes of the text have been cut, up to the end of an element. */
export function scannedBytes(): usize {
  return start - first
}
