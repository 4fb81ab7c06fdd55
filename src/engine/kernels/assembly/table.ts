// A hash table keyed by the bytes of elements. A slot is 32 bytes: the key (16), the place of its record (4), nothing (4),
// how many elements had it (8); a count of 0 is a free slot. The key of up to 15 bytes stands in the slot itself, its
// length and 1, and its tag, in byte 15; of a longer one stand 120 bits of hash, and 31 for a length. So no key is 0.
//
// Where the memory cannot grow, the table is full: known keys go on counting, others are handed back.

import { clearArena, firstRecords, giveBack, record, RECORD_HEADER } from './arena'
import { allocate, MASKS, tryAllocate } from './memory'
import { lengthOf, placeOf, slice, tagOf } from './slices'

const FIRST_CAPACITY: u32 = 1 << 12
/** Where the slots are. */
export let table: usize = 0
let capacity: u32 = 0
/** The number of slots, less one. */
export let mask: u32 = 0
/** How far a hash is shifted to be the index of a slot. */
export let shift: u32 = 0
let used: u32 = 0
let full: bool = false

/** Make an empty table; called once. */
export function openTable(): void {
  capacity = FIRST_CAPACITY
  setMasks()
  table = allocate(<usize>capacity << 5)
  memory.fill(table, 0, <usize>capacity << 5)
}

function setMasks(): void {
  mask = capacity - 1
  shift = 64 - <u32>ctz(capacity)
}

/** Forget all keys; the memory is kept for those that come. */
export function clearTable(): void {
  memory.fill(table, 0, <usize>capacity << 5)
  clearArena()
  used = 0
  full = false
}

/** Return the number of keys. */
export function size(): u32 {
  return used
}

/** Return the first chunk of records, or 0. The accumulator of each record is made its count when `counts`. */
export function records(counts: bool): usize {
  if (counts) {
    const end = table + (<usize>capacity << 5)
    for (let slot = table; slot < end; slot += 32) {
      const count = load<u64>(slot, 24)
      if (count) store<f64>(<usize>load<u32>(slot, 16), <f64>count)
    }
  }
  return firstRecords()
}

/** Return the hash of a key's two halves. */
// @ts-ignore: decorator
@inline export function mix(low: u64, high: u64): u64 {
  return (low ^ (high * 0x9e3779b97f4a7c15)) * 0xff51afd7ed558ccd
}

// @ts-ignore: decorator
@inline function hash(key: v128): u64 {
  return mix(<u64>i64x2.extract_lane(key, 0), <u64>i64x2.extract_lane(key, 1))
}

/** Double the table; false where there is no memory for it. */
function grow(): bool {
  if (capacity >= 1 << 26) return false
  const old = table
  const oldBytes = <usize>capacity << 5
  const bytes = oldBytes << 1
  const block = tryAllocate(bytes)
  if (!block) return false
  capacity <<= 1
  setMasks()
  table = block
  memory.fill(table, 0, bytes)
  for (let slot = old; slot < old + oldBytes; slot += 32) {
    if (!load<u64>(slot, 24)) continue
    let at = <u32>(hash(v128.load(slot)) >> shift)
    while (load<u64>(table + (<usize>at << 5), 24)) at = (at + 1) & mask
    const target = table + (<usize>at << 5)
    v128.store(target, v128.load(slot))
    v128.store(target, v128.load(slot, 16), 16)
  }
  giveBack(old, oldBytes)
  return true
}

/** What stands in the slot for a key that is too long for it. */
function longKey(key: usize, length: u32, tag: u32): v128 {
  let a: u64 = 0xcbf29ce484222325
  let b: u64 = length
  let at = key
  let left = length
  while (left >= 8) {
    const part = load<u64>(at)
    a = (a ^ part) * 0x9fb21c651e98df25
    a ^= a >>> 32
    b = (b + part) * 0x9e3779b97f4a7c15
    b ^= b >>> 29
    at += 8
    left -= 8
  }
  const part = load<u64>(at) & load<u64>(MASKS + (<usize>left << 4))
  a = (a ^ part) * 0x9fb21c651e98df25
  a ^= a >>> 32
  b = (b + part) * 0x9e3779b97f4a7c15
  b ^= b >>> 29
  return i8x16.replace_lane(i64x2.replace_lane(i64x2.splat(<i64>a), 1, <i64>b), 15, <i8>(0x1f | (tag << 5)))
}

// @ts-ignore: decorator
@inline function inlineKey(key: usize, length: u32, tag: u32): v128 {
  return i8x16.replace_lane(
    v128.and(v128.load(key), v128.load(MASKS + (<usize>length << 4))),
    15,
    <i8>((length + 1) | (tag << 5)),
  )
}

function sameLongKey(slot: usize, key: usize, length: u32, tag: u32): bool {
  const record = <usize>load<u32>(slot, 16)
  return load<u32>(record, 16) == (length | (tag << 29)) &&
    memory.compare(record + RECORD_HEADER, key, <usize>length) == 0
}

/** Put a new key into the free slot; false where there is no room. */
function insert(slot: usize, key: v128, element: u64, position: f64): bool {
  if (full) return false
  const place = record(placeOf(element), lengthOf(element), tagOf(element), position)
  if (!place) {
    full = true
    return false
  }
  v128.store(slot, key)
  store<u32>(slot, <u32>place, 16)
  used++
  return true
}

/** Return the slot of an element's key, new ones at `position`; 0 where the table is full. The caller adds to its count, then calls `settle`. */
export function slotOf(element: u64, position: f64): usize {
  const length = lengthOf(element)
  const tag = tagOf(element)
  const bytes = placeOf(element)
  const key = length < 16 ? inlineKey(bytes, length, tag) : longKey(bytes, length, tag)
  let at = <u32>(hash(key) >> shift)
  while (true) {
    const slot = table + (<usize>at << 5)
    if (!load<u64>(slot, 24)) return insert(slot, key, element, position) ? slot : 0
    if (!v128.any_true(v128.xor(v128.load(slot), key)) && (length < 16 || sameLongKey(slot, bytes, length, tag)))
      return slot
    at = (at + 1) & mask
  }
}

/** Keep half of the slots free; without memory for more, an eighth. */
export function settle(): void {
  if (used > capacity >> 1 && !full && !grow() && used > capacity - (capacity >> 3)) full = true
}

/** Count a new key; false where the table is full. Rare, and kept out of the loop that calls it. */
export function countFirst(slot: usize, key: usize, element: u64, position: f64): bool {
  if (!insert(slot, v128.load(key), element, position)) return false
  store<u64>(slot, 1, 24)
  settle()
  return true
}

/** Count an element of any kind; false where it is new and the table is full. */
export function countSlot(element: u64, position: f64): bool {
  const slot = slotOf(element, position)
  if (!slot) return false
  const seen = load<u64>(slot, 24)
  store<u64>(slot, seen + 1, 24)
  if (!seen) settle()
  return true
}

/** Add `times` to the count of one element's key; false where the table is full. */
export function countElement(place: u32, head: u32, times: f64, position: f64): bool {
  const slot = slotOf(<u64>place | (<u64>head << 32), position)
  if (!slot) return false
  const seen = load<u64>(slot, 24)
  store<u64>(slot, seen + <u64>times, 24)
  if (!seen) settle()
  return true
}

/**
 * Add the records of another table, `size` bytes of them at `place`, to this one: counts are added, of two positions the
 * first stays. Returns how many bytes of records were taken: fewer where the table is full.
 */
export function absorb(place: usize, size: usize): usize {
  const end = place + size
  let at = place
  while (at < end) {
    const head = load<u32>(at, 16)
    const length = head & 0x1fffffff
    const position = load<f64>(at, 8)
    const slot = slotOf(slice(at + RECORD_HEADER, length, head >> 29), position)
    if (!slot) break
    const seen = load<u64>(slot, 24)
    store<u64>(slot, seen + <u64>load<f64>(at), 24)
    if (!seen) settle()
    else {
      const record = <usize>load<u32>(slot, 16)
      if (load<f64>(record, 8) > position) store<f64>(record, position, 8)
    }
    at += (RECORD_HEADER + <usize>length + 7) & ~7
  }
  return at - place
}

/**
 * Exchange the accumulator of each record for how many elements its key had, which was in the slot; `back` puts both where
 * they were. In between, nothing may be added.
 */
export function swapCounts(back: bool): void {
  const end = table + (<usize>capacity << 5)
  for (let slot = table; slot < end; slot += 32) {
    const record = <usize>load<u32>(slot, 16)
    if (!record) continue
    const accumulator = load<u64>(record)
    const count = load<u64>(slot, 24)
    store<u64>(record, back ? count : reinterpret<u64>(<f64>count))
    store<u64>(slot, back ? <u64>reinterpret<f64>(accumulator) : accumulator, 24)
  }
}
