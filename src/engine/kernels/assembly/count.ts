// Counting the elements of a vector in the table, in three passes, each of which does one thing for many elements: to find a
// key and its hash, to fetch its slot, to count it. In one pass each slot that is in no cache would be waited for alone.

import { allocate, MASKS } from './memory'
import { placeOf } from './slices'
import { countFirst, countSlot, mask, mix, shift, table } from './table'

/** Elements whose slots are fetched ahead: their keys stay in the first cache. */
const AHEAD: u32 = 512
/** Of each such element the key (16) and its hash (8). */
const KEY: usize = 24
/** Stands in the upper half of a key for an element that is no short text: no slot has it. */
const NO_KEY: u64 = 0xffff_ffff_ffff_ffff
let keys: usize = 0
/** What was read to fetch slots: kept, for no compiler may leave the reading out. */
let fetched: u32 = 0

function openKeys(): void {
  const size = (<usize>AHEAD + 8) * KEY
  keys = allocate(size)
  memory.fill(keys, 0, size)
}

function writeKeys(from: usize, end: usize): void {
  for (let at = from, to = keys; at < end; at += 8, to += KEY) {
    const element = load<u64>(at)
    const length = <u32>(element >> 32)
    let low: u64 = 0
    let high: u64 = NO_KEY
    // Text of up to 15 bytes, by far the most, in the shortest way.
    if (length < 16) {
      const bytes = v128.and(v128.load(placeOf(element)), v128.load(MASKS + (<usize>length << 4)))
      low = <u64>i64x2.extract_lane(bytes, 0)
      high = <u64>i64x2.extract_lane(bytes, 1) | (<u64>(length + 1) << 56)
    }
    store<u64>(to, low)
    store<u64>(to, high, 8)
    store<u64>(to, mix(low, high), 16)
  }
}

// @ts-ignore: decorator
@inline function touch(slots: usize, right: u64, key: usize): u32 {
  return load<u8>(slots + (<usize>(load<u64>(key, 16) >> right) << 5))
}

/**
 * Read from the slot of each of `count` keys; behind the last, of up to seven more. Nothing waits for what is read, so that
 * the processor fetches many slots at once: WebAssembly has no other way to ask for it.
 */
function fetchSlots(count: u32): void {
  const slots = table
  const right = <u64>shift
  let sum: u32 = 0
  const end = keys + <usize>count * KEY
  for (let key = keys; key < end; key += KEY << 3) {
    sum += touch(slots, right, key)
    sum += touch(slots, right, key + KEY)
    sum += touch(slots, right, key + KEY * 2)
    sum += touch(slots, right, key + KEY * 3)
    sum += touch(slots, right, key + KEY * 4)
    sum += touch(slots, right, key + KEY * 5)
    sum += touch(slots, right, key + KEY * 6)
    sum += touch(slots, right, key + KEY * 7)
  }
  fetched = sum
}

/**
 * Count `count` elements of the vector at `from`; the first of them is the one at `position` of its batch. Returns how
 * many could not be counted because the table is full: they have been moved to the front of the vector.
 */
export function countElements(from: usize, count: u32, position: f64): u32 {
  const end = from + (<usize>count << 3)
  let missed = from
  if (!keys) openKeys()
  for (let at = from; at < end; at += <usize>AHEAD << 3) {
    const stop = min(at + (<usize>AHEAD << 3), end)
    writeKeys(at, stop)
    fetchSlots(<u32>((stop - at) >> 3))
    missed = countFetched(at, stop, missed, position + <f64>(<u32>((at - from) >> 3)))
  }
  return <u32>((missed - from) >> 3)
}

/** Count elements whose slots were fetched; those that could not be counted go to `missed`, whose new end is returned. */
function countFetched(from: usize, end: usize, missed: usize, position: f64): usize {
  // In locals, where the loop finds them faster; a new key may let the table grow.
  let slots = table
  let last = <usize>mask
  let right = shift
  for (let at = from, key = keys; at < end; at += 8, key += KEY) {
    const low = load<u64>(key)
    const high = load<u64>(key, 8)
    let index = <usize>(load<u64>(key, 16) >> right)
    while (true) {
      const slot = slots + (index << 5)
      const there = load<u64>(slot, 8)
      if (!((load<u64>(slot) ^ low) | (there ^ high))) {
        store<u64>(slot, load<u64>(slot, 24) + 1, 24)
        break
      }
      if (!there) {
        if (!countRare(slot, key, load<u64>(at), position + <f64>(<u32>((at - from) >> 3)))) {
          store<u64>(missed, load<u64>(at))
          missed += 8
        }
        slots = table
        last = <usize>mask
        right = shift
        break
      }
      index = (index + 1) & last
    }
  }
  return missed
}

/** Count a key that the free slot is for, or an element of another kind; false where it is new and the table is full. */
function countRare(slot: usize, key: usize, element: u64, position: f64): bool {
  if (load<u64>(key, 8) == NO_KEY) return countSlot(element, position)
  return countFirst(slot, key, element, position)
}
