// Counts tokens of text by their bytes: AssemblyScript, compiled to WebAssembly with SIMD by `npm run build`.
//
// Memory, in bytes: the mask table, then what `allocate` hands out: the input buffer, the hash table, chunks of the
// arena. A slot of the table is 32 bytes: the first 16 bytes of the key (or, of a longer key, two hashes), its length,
// the place of its record in the arena, its count; a slot with count 0 is free. A record is count (8), length (4), next
// record (4), the bytes of the key, padded to 8. Records are chained in order of first appearance.

const MASKS: usize = 1024
const HEAP: usize = 2048
const SLOT_SHIFT: u32 = 5
const RECORD: usize = 16
const CHUNK: usize = 1 << 20
const FIRST_CAPACITY: u32 = 1 << 12
/** Bytes that may be read behind the end of the input: 16 for a key, 64 for a block of the scan. */
const PADDING: usize = 128

let top: usize = 0
let input: usize = 0
let inputSize: usize = 0
let table: usize = 0
let capacity: u32 = 0
let mask: u32 = 0
let arena: usize = 0
let arenaEnd: usize = 0
let first: usize = 0
let last: usize = 0
let used: u32 = 0

function allocate(size: usize): usize {
  const place = top
  top += (size + 15) & ~15
  const pages = (top + 0xffff) >> 16
  const have = <usize>memory.size()
  if (pages > have && memory.grow(<i32>(pages - have)) < 0) unreachable()
  return place
}

/** Forget everything: an empty table of the first capacity, an empty arena. */
export function reset(): void {
  for (let length: u64 = 0; length <= 8; length++) {
    store<u64>(MASKS + (<usize>length << 3), length == 8 ? <u64>-1 : (<u64>1 << (length * 8)) - 1)
  }
  top = HEAP
  input = 0
  inputSize = 0
  capacity = FIRST_CAPACITY
  mask = capacity - 1
  table = allocate(<usize>capacity << SLOT_SHIFT)
  memory.fill(table, 0, <usize>capacity << SLOT_SHIFT)
  arena = 0
  arenaEnd = 0
  first = 0
  last = 0
  used = 0
}

/** Return the place where `size` bytes of text may be written. */
export function inputBuffer(size: usize): usize {
  if (size > inputSize) {
    inputSize = size < CHUNK ? CHUNK : size
    input = allocate(inputSize + PADDING)
  }
  return input
}

/** Return the number of keys. */
export function size(): u32 {
  return used
}

/** Return the record of the first key, or 0; each record holds the place of the next. Counts are written now. */
export function records(): usize {
  const end = table + (<usize>capacity << SLOT_SHIFT)
  for (let slot = table; slot < end; slot += 32) {
    const count = load<u64>(slot, 24)
    if (count) store<u64>(<usize>load<u32>(slot, 20), count)
  }
  return first
}

function record(key: usize, length: u32): usize {
  const size = (RECORD + <usize>length + 7) & ~7
  if (arena + size > arenaEnd) {
    const chunk = size > CHUNK ? size : CHUNK
    arena = allocate(chunk)
    arenaEnd = arena + chunk
  }
  const place = arena
  arena += size
  store<u32>(place, length, 8)
  store<u32>(place, 0, 12)
  memory.copy(place + RECORD, key, <usize>length)
  if (last) store<u32>(last, <u32>place, 12)
  else first = place
  last = place
  return place
}

// @ts-ignore: decorator
@inline function hash(a: u64, b: u64, length: u32): u32 {
  let h = (a ^ (b * 0x9e3779b97f4a7c15)) * 0xff51afd7ed558ccd
  h ^= h >>> 32
  return <u32>h ^ length
}

function grow(): void {
  const old = table
  const oldEnd = table + (<usize>capacity << SLOT_SHIFT)
  capacity <<= 1
  mask = capacity - 1
  table = allocate(<usize>capacity << SLOT_SHIFT)
  memory.fill(table, 0, <usize>capacity << SLOT_SHIFT)
  for (let slot = old; slot < oldEnd; slot += 32) {
    if (!load<u64>(slot, 24)) continue
    let place = hash(load<u64>(slot), load<u64>(slot, 8), load<u32>(slot, 16)) & mask
    while (load<u64>(table + (<usize>place << SLOT_SHIFT), 24)) place = (place + 1) & mask
    memory.copy(table + (<usize>place << SLOT_SHIFT), slot, 32)
  }
}

// @ts-ignore: decorator
@inline function add(key: usize, length: u32): void {
  let a: u64
  let b: u64
  if (length <= 16) {
    const low: u32 = length < 8 ? length : 8
    const high: u32 = length > 8 ? length - 8 : 0
    a = load<u64>(key) & load<u64>(MASKS + (<usize>low << 3))
    b = load<u64>(key, 8) & load<u64>(MASKS + (<usize>high << 3))
  } else {
    a = 0xcbf29ce484222325
    b = length
    let at = key
    let left = length
    while (left >= 8) {
      const part = load<u64>(at)
      a = (a ^ part) * 0x100000001b3
      a ^= a >>> 29
      b = (b + part) * 0x9e3779b97f4a7c15
      b ^= b >>> 32
      at += 8
      left -= 8
    }
    const part = load<u64>(at) & load<u64>(MASKS + (<usize>left << 3))
    a = (a ^ part) * 0x100000001b3
    b = (b + part) * 0x9e3779b97f4a7c15
  }
  let place = hash(a, b, length) & mask
  while (true) {
    const slot = table + (<usize>place << SLOT_SHIFT)
    const count = load<u64>(slot, 24)
    if (!count) {
      store<u64>(slot, a)
      store<u64>(slot, b, 8)
      store<u32>(slot, length, 16)
      store<u32>(slot, <u32>record(key, length), 20)
      store<u64>(slot, 1, 24)
      used++
      if (used > capacity >> 1) grow()
      return
    }
    if (load<u64>(slot) == a && load<u64>(slot, 8) == b && load<u32>(slot, 16) == length) {
      if (length <= 16 || memory.compare(<usize>load<u32>(slot, 20) + RECORD, key, <usize>length) == 0) {
        store<u64>(slot, count + 1, 24)
        return
      }
    }
    place = (place + 1) & mask
  }
}

/** Add what a mask of delimiters over 64 bytes at `at` ends; returns where the open token starts. */
let start: usize = 0
let line: usize = 0
let empties: u32 = 0

/** A token of no length, or one behind such: Java's split keeps empty tokens in front of others and drops those at the end. */
function slow(end: usize, isNewline: bool): void {
  if (end > start) {
    for (; empties; empties--) add(end, 0)
    add(start, <u32>(end - start))
  } else if (isNewline) {
    if (end == line) add(end, 0)
  } else empties++
  if (isNewline) {
    empties = 0
    line = end + 1
  }
}

/**
 * Count the tokens of `length` bytes of whole lines in the input buffer, divided by one byte as Java's `String.split`
 * divides: empty tokens count, but for those at the end of a line; an empty line is one empty token.
 */
export function splitBy(separator: u32, length: usize): void {
  const end = input + length
  const block = i8x16.splat(<i8>separator)
  const newline = i8x16.splat(10)
  start = input
  line = input
  empties = 0
  let at = input
  // Bytes behind the end must be no delimiters.
  memory.fill(end, 0x61, PADDING)
  for (; at < end; at += 64) {
    const v0 = v128.load(at)
    const v1 = v128.load(at, 16)
    const v2 = v128.load(at, 32)
    const v3 = v128.load(at, 48)
    let found = <u64>(<u32>i8x16.bitmask(v128.or(i8x16.eq(v0, block), i8x16.eq(v0, newline))))
    found |= <u64>(<u32>i8x16.bitmask(v128.or(i8x16.eq(v1, block), i8x16.eq(v1, newline)))) << 16
    found |= <u64>(<u32>i8x16.bitmask(v128.or(i8x16.eq(v2, block), i8x16.eq(v2, newline)))) << 32
    found |= <u64>(<u32>i8x16.bitmask(v128.or(i8x16.eq(v3, block), i8x16.eq(v3, newline)))) << 48
    while (found) {
      const stop = at + <usize>ctz(found)
      found &= found - 1
      const isNewline = load<u8>(stop) == 10
      if (stop > start && !empties) {
        add(start, <u32>(stop - start))
        if (isNewline) line = stop + 1
      } else slow(stop, isNewline)
      start = stop + 1
    }
  }
}

// @ts-ignore: decorator
@inline function whiteSpace(v: v128): u64 {
  // Space, and the five from tab to carriage return: one unsigned comparison after a shift.
  const controls = i8x16.le_u(i8x16.sub(v, i8x16.splat(9)), i8x16.splat(4))
  return <u64>(<u32>i8x16.bitmask(v128.or(controls, i8x16.eq(v, i8x16.splat(32)))))
}

/** Count the words of `length` bytes in the input buffer: runs of bytes that are none of the six of ASCII's white space. */
export function words(length: usize): void {
  const end = input + length
  let begin = input
  memory.fill(end, 0x61, PADDING)
  for (let at = input; at < end; at += 64) {
    let found = whiteSpace(v128.load(at))
    found |= whiteSpace(v128.load(at, 16)) << 16
    found |= whiteSpace(v128.load(at, 32)) << 32
    found |= whiteSpace(v128.load(at, 48)) << 48
    while (found) {
      const stop = at + <usize>ctz(found)
      found &= found - 1
      if (stop > begin) add(begin, <u32>(stop - begin))
      begin = stop + 1
    }
  }
}

/** Count the lines of `length` bytes in the input buffer, each as one key. */
export function lines(length: usize): void {
  const end = input + length
  const newline = i8x16.splat(10)
  let begin = input
  memory.fill(end, 0x61, PADDING)
  for (let at = input; at < end; at += 64) {
    let found = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at), newline)))
    found |= <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), newline))) << 16
    found |= <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 32), newline))) << 32
    found |= <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 48), newline))) << 48
    while (found) {
      const stop = at + <usize>ctz(found)
      found &= found - 1
      add(begin, <u32>(stop - begin))
      begin = stop + 1
    }
  }
}
