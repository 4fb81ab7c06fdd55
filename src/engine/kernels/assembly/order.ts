// Sorting of lists of any length: elements of text in the order of JavaScript's strings, and numbers. What is sorted are
// items of 16 bytes: a key of 64 bits (8), the index of what it belongs to (4), nothing (4). Equal ones keep their order.
// Keys are sorted by their bytes, the lowest first; text that is equal in its key is then compared to its end.

import { precedes, prefixOf, sharedPrefix } from './collation'
import { tryAllocate } from './memory'

const ITEM: usize = 16
/** Fewer items are merged, not counted by their bytes. */
const FEW: u32 = 64
const RADIX: usize = 256

let items: usize = 0
let other: usize = 0
let room: u32 = 0
let histogram: usize = 0

/** Make room for `count` items twice; false where there is none. */
function reserve(count: u32): bool {
  if (!histogram) histogram = tryAllocate(RADIX << 2)
  if (!histogram) return false
  if (count <= room) return true
  const wanted = count < 1 << 27 ? count + (count >> 1) : count
  if (wanted >= 1 << 27) return false
  const place = tryAllocate(<usize>wanted << 5)
  if (!place) return false
  items = place
  other = place + (<usize>wanted << 4)
  room = wanted
  return true
}

/** Sort `count` items by their keys, stable; the result stands at `items`. */
function sortByKey(count: u32): void {
  const size = <usize>count << 4
  // Bytes that are the same in all keys order nothing.
  const first = load<u64>(items)
  let different: u64 = 0
  let isSorted = true
  let before = first
  for (let at = items; at < items + size; at += ITEM) {
    const key = load<u64>(at)
    different |= key ^ first
    if (key < before) isSorted = false
    before = key
  }
  if (isSorted) return
  for (let shift: u64 = 0; shift < 64; shift += 8) {
    if (!((different >> shift) & 0xff)) continue
    memory.fill(histogram, 0, RADIX << 2)
    for (let at = items; at < items + size; at += ITEM) {
      const bucket = histogram + (<usize>((load<u64>(at) >> shift) & 0xff) << 2)
      store<u32>(bucket, load<u32>(bucket) + 1)
    }
    let sum = <u32>other
    for (let bucket = histogram; bucket < histogram + (RADIX << 2); bucket += 4) {
      const own = load<u32>(bucket) << 4
      store<u32>(bucket, sum)
      sum += own
    }
    for (let at = items; at < items + size; at += ITEM) {
      const item = v128.load(at)
      const bucket = histogram + (<usize>((<u64>i64x2.extract_lane(item, 0) >> shift) & 0xff) << 2)
      const target = load<u32>(bucket)
      v128.store(<usize>target, item)
      store<u32>(bucket, target + <u32>ITEM)
    }
    const swapped = items
    items = other
    other = swapped
  }
}

/** Whether the item at `b`, which stands behind the one at `a`, belongs before it. */
// @ts-ignore: decorator
@inline function isBefore(b: usize, a: usize, elements: usize, offset: usize, descending: bool): bool {
  const left = load<u64>(b)
  const right = load<u64>(a)
  if (left != right) return left < right
  const x = load<u64>(elements + (<usize>load<u32>(b, 8) << 3))
  const y = load<u64>(elements + (<usize>load<u32>(a, 8) << 3))
  return descending ? precedes(y, x, offset) : precedes(x, y, offset)
}

/** Sort a few items in place. */
function insertAll(from: usize, end: usize, elements: usize, offset: usize, descending: bool): void {
  for (let at = from + ITEM; at < end; at += ITEM) {
    const item = v128.load(at)
    let to = at
    // The item at `at` itself is overwritten first when it moves: it is compared where it stands, aside.
    v128.store(other, item)
    while (to > from && isBefore(other, to - ITEM, elements, offset, descending)) {
      v128.store(to, v128.load(to - ITEM))
      to -= ITEM
    }
    v128.store(to, item)
  }
}

/** Sort the items from `from` to `end`, by their keys and by the text behind those; `other` is written to. */
function mergeAll(from: usize, end: usize, elements: usize, offset: usize, descending: bool): void {
  const size = end - from
  const run: usize = 8 * ITEM
  for (let at = from; at < end; at += run) {
    insertAll(at, end - at < run ? end : at + run, elements, offset, descending)
  }
  let source = from
  let target = other
  for (let width = run; width < size; width <<= 1) {
    for (let start: usize = 0; start < size; start += width << 1) {
      const middle = size - start < width ? size : start + width
      const stop = size - middle < width ? size : middle + width
      let a = source + start
      let b = source + middle
      let out = target + start
      const aEnd = b
      const bEnd = source + stop
      while (a < aEnd && b < bEnd) {
        const isSecond = isBefore(b, a, elements, offset, descending)
        v128.store(out, v128.load(isSecond ? b : a))
        if (isSecond) b += ITEM
        else a += ITEM
        out += ITEM
      }
      memory.copy(out, a, aEnd - a)
      memory.copy(out + (aEnd - a), b, bEnd - b)
    }
    const swapped = source
    source = target
    target = swapped
  }
  if (source != from) memory.copy(from, source, size)
}

/** Sort items whose keys are the first 8 bytes of text behind its first `offset`. */
function sortTexts(count: u32, elements: usize, offset: usize, descending: bool): void {
  if (count < FEW) {
    mergeAll(items, items + (<usize>count << 4), elements, offset, descending)
    return
  }
  sortByKey(count)
  const end = items + (<usize>count << 4)
  for (let at = items; at < end; ) {
    const key = load<u64>(at)
    let next = at + ITEM
    while (next < end && load<u64>(next) == key) next += ITEM
    if (next - at > ITEM) mergeAll(at, next, elements, offset, descending)
    at = next
  }
}

/** The key of a number: NaN before all, 0 and -0 the same. */
// @ts-ignore: decorator
@inline function keyOf(value: f64): u64 {
  if (value != value) return 0
  const bits = reinterpret<u64>(value + 0)
  return bits ^ (<u64>(<i64>bits >> 63) | 0x8000000000000000)
}

function setItem(at: usize, key: u64, index: u32): void {
  store<u64>(at, key)
  store<u32>(at, index, 8)
}

function writeIndexes(count: u32, to: usize): void {
  for (let index: usize = 0; index < <usize>count; index++)
    store<u32>(to + (index << 2), load<u32>(items + (index << 4), 8))
}

/**
 * Write the indexes of `count` numbers at `values` to `to` (4 bytes each), in order, NaN before all; equal numbers keep
 * their order, also when `descending`. False where there is no memory for it: then nothing is written.
 */
export function orderNumbers(values: usize, count: u32, to: usize, descending: bool): bool {
  if (!count) return true
  if (!reserve(count)) return false
  const flip: u64 = descending ? ~0 : 0
  for (let index: u32 = 0; index < count; index++)
    setItem(items + (<usize>index << 4), keyOf(load<f64>(values + (<usize>index << 3))) ^ flip, index)
  sortByKey(count)
  writeIndexes(count, to)
  return true
}

/** The same of elements of valid text, by UTF-16 units. */
export function orderTexts(elements: usize, count: u32, to: usize, descending: bool): bool {
  if (!count) return true
  if (!reserve(count)) return false
  const flip: u64 = descending ? ~0 : 0
  const offset = sharedPrefix(elements, count)
  for (let index: u32 = 0; index < count; index++)
    setItem(items + (<usize>index << 4), prefixOf(load<u64>(elements + (<usize>index << 3)), offset) ^ flip, index)
  sortTexts(count, elements, offset + 8, descending)
  writeIndexes(count, to)
  return true
}

/** The number of candidates among which the largest are kept. */
function candidatesFor(keep: u32, count: u32): u32 {
  const wanted = <u64>keep * 2 + 256
  return wanted < <u64>count ? <u32>wanted : count
}

/**
 * Write the indexes of the `keep` largest of `count` numbers to `to`, largest first; of equal ones the earlier stand first.
 * Returns how many, or -1 where there is no memory for it.
 */
export function topNumbers(values: usize, count: u32, to: usize, keep: u32): i32 {
  if (!keep || !count) return 0
  const most = candidatesFor(keep, count)
  if (!reserve(most)) return -1
  let held: u32 = 0
  let bound: u64 = ~0
  for (let index: u32 = 0; index < count; index++) {
    const key = ~keyOf(load<f64>(values + (<usize>index << 3)))
    // What is equal to the last of those kept comes behind it.
    if (key >= bound && held >= keep) continue
    setItem(items + (<usize>held << 4), key, index)
    if (++held < most || most == count) continue
    sortByKey(held)
    held = keep
    bound = load<u64>(items + (<usize>(keep - 1) << 4))
  }
  sortByKey(held)
  held = held < keep ? held : keep
  writeIndexes(held, to)
  return held
}

/** The same of elements of valid text, by UTF-16 units. */
export function topTexts(elements: usize, count: u32, to: usize, keep: u32): i32 {
  if (!keep || !count) return 0
  const most = candidatesFor(keep, count)
  if (!reserve(most)) return -1
  const offset = sharedPrefix(elements, count)
  let held: u32 = 0
  let bound: u64 = 0
  let isBound = false
  for (let index: u32 = 0; index < count; index++) {
    const element = load<u64>(elements + (<usize>index << 3))
    if (isBound) {
      const last = load<u32>(items + (<usize>(keep - 1) << 4), 8)
      const key = ~prefixOf(element, offset)
      if (key > bound) continue
      if (key == bound && !precedes(load<u64>(elements + (<usize>last << 3)), element, offset + 8)) continue
    }
    setItem(items + (<usize>held << 4), ~prefixOf(element, offset), index)
    if (++held < most || most == count) continue
    sortTexts(held, elements, offset + 8, true)
    held = keep
    bound = load<u64>(items + (<usize>(keep - 1) << 4))
    isBound = true
  }
  sortTexts(held, elements, offset + 8, true)
  held = held < keep ? held : keep
  writeIndexes(held, to)
  return held
}

/** Put `count` elements, or numbers, at `from` into the order of the indexes at `order`; `to` takes them. */
export function arrange(from: usize, count: u32, order: usize, to: usize): void {
  for (let index: usize = 0; index < <usize>count; index++)
    store<u64>(to + (index << 3), load<u64>(from + (<usize>load<u32>(order + (index << 2)) << 3)))
}
