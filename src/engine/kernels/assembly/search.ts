// Lines that contain a text. As grep does, the whole of the input is searched for the text first; borders of lines are
// looked for only where it stands. State and end are those of the scans.

import { findByte, findText, bytesEqual, lowest, NEWLINE } from './find'
import { VECTOR, vector } from './memory'
import { end, leaveScan, line, scanLines, start } from './scan'
import { textSlice } from './slices'

/** The start of the line that `place` is in, which is not before `floor`. */
// @ts-ignore: decorator
@inline function lineStart(place: usize, floor: usize, newline: v128): usize {
  while (place - floor >= 16) {
    place -= 16
    const mask = i8x16.bitmask(i8x16.eq(v128.load(place), newline))
    if (mask) return place + 32 - <usize>clz(mask)
  }
  const mask = i8x16.bitmask(i8x16.eq(v128.load(floor), newline)) & ((1 << <i32>(place - floor)) - 1)
  return mask ? floor + 32 - <usize>clz(mask) : floor
}

/** Whether no line can contain the text: one with a line end in it. */
function spansLines(text: usize, length: u32): bool {
  const stop = text + <usize>length
  return findByte(text, stop, i8x16.splat(NEWLINE)) < stop
}

/** Fill vector 0 with the lines that contain the text; or, negated, with those that do not. Returns how many. */
export function scanLinesContaining(text: usize, length: u32, negated: bool): u32 {
  const all = !length || spansLines(text, length)
  if (all) {
    if (!length != negated) return scanLines()
    leaveScan(end, end)
    return 0
  }
  return negated ? linesWithout(text, <usize>length) : linesWith(text, <usize>length)
}

function linesWith(text: usize, length: usize): u32 {
  const firstByte = i8x16.splat(load<i8>(text))
  const lastByte = i8x16.splat(load<i8>(text + length - 1))
  const newline = i8x16.splat(NEWLINE)
  const first = vector(0)
  const last = first + (<usize>VECTOR << 3)
  const stopAt = end
  let out = first
  let begin = start
  while (out < last) {
    const found = findText(begin, stopAt, text, length, firstByte, lastByte)
    const stop = found ? findByte(found + length, stopAt, newline) : stopAt
    if (stop == stopAt) {
      begin = stopAt
      break
    }
    const open = lineStart(found, begin, newline)
    store<u64>(out, textSlice(open, <u32>(stop - open)))
    out += 8
    begin = stop + 1
  }
  leaveScan(begin, begin)
  return <u32>((out - first) >> 3)
}

/** `line` is where the next line starts that has the text: those before it are handed over without a second search. */
function linesWithout(text: usize, length: usize): u32 {
  const firstByte = i8x16.splat(load<i8>(text))
  const lastByte = i8x16.splat(load<i8>(text + length - 1))
  const newline = i8x16.splat(NEWLINE)
  const first = vector(0)
  const limit = first + (<usize>(VECTOR - 64) << 3)
  const stopAt = end
  let out = first
  let begin = start
  let refused = line
  while (true) {
    for (let block = begin; block < refused && out <= limit; block += 64) {
      let mask = bytesEqual(block, newline)
      const left = refused - block
      if (left < 64) mask &= lowest(<u32>left)
      while (mask) {
        const stop = block + <usize>ctz(mask)
        mask &= mask - 1
        store<u64>(out, textSlice(begin, <u32>(stop - begin)))
        out += 8
        begin = stop + 1
      }
      // Without a line end in it, the rest of the text is no line.
      if (left <= 64) begin = refused
    }
    if (begin < refused || begin >= stopAt) break
    const found = findText(begin, stopAt, text, length, firstByte, lastByte)
    refused = found ? lineStart(found, begin, newline) : stopAt
    if (refused == begin) {
      begin = findByte(found + length, stopAt, newline)
      if (begin < stopAt) begin++
      refused = begin
    }
  }
  leaveScan(begin, refused)
  return <u32>((out - first) >> 3)
}

/** Return how many lines contain the text; or, negated, do not: those that the scan has not come to yet. */
export function countLinesContaining(text: usize, length: u32, negated: bool): u32 {
  const newline = i8x16.splat(NEWLINE)
  const stopAt = end
  let begin = start
  let count: u32 = 0
  if (length && !spansLines(text, length)) {
    const firstByte = i8x16.splat(load<i8>(text))
    const lastByte = i8x16.splat(load<i8>(text + <usize>length - 1))
    while (begin < stopAt) {
      const found = findText(begin, stopAt, text, <usize>length, firstByte, lastByte)
      if (!found) break
      begin = findByte(found + <usize>length, stopAt, newline) + 1
      if (begin <= stopAt) count++
    }
  } else if (!length) count = countLines(start, stopAt)
  if (negated) count = countLines(start, stopAt) - count
  leaveScan(stopAt, stopAt)
  return count
}

/** Return how many lines end from `at` to `stop`. */
function countLines(at: usize, stop: usize): u32 {
  const newline = i8x16.splat(NEWLINE)
  let count: u32 = 0
  for (; at + 64 <= stop; at += 64) count += <u32>popcnt(bytesEqual(at, newline))
  if (at < stop) count += <u32>popcnt(bytesEqual(at, newline) & lowest(<u32>(stop - at)))
  return count
}
