// Records of keys, in order of insertion. A record is: an accumulator (8), the position of the key's first element (8), its
// length and tag (4), the bytes of the key, padded to 8. Records lie in chunks; a chunk is: the next one (4), the end of
// its records (4), its size (4), nothing (4), records.

import { tryAllocate } from './memory'

const CHUNK: usize = 1 << 20
const CHUNK_HEADER: usize = 16
/** Bytes of a record before its key. */
export const RECORD_HEADER: usize = 20

let firstChunk: usize = 0
let chunk: usize = 0
let arena: usize = 0
let arenaEnd: usize = 0
/** Tables that were outgrown, and chunks of a batch before: memory to be used again, as (next (4), size (4)). */
let spare: usize = 0

/** Return the first chunk of records, or 0. */
export function firstRecords(): usize {
  if (chunk) store<u32>(chunk, <u32>arena, 4)
  return firstChunk
}

/** Forget all records; their memory is kept. */
export function clearArena(): void {
  while (firstChunk) {
    const next = <usize>load<u32>(firstChunk)
    giveBack(firstChunk, <usize>load<u32>(firstChunk, 8))
    firstChunk = next
  }
  chunk = 0
  arena = 0
  arenaEnd = 0
}

/** Take memory that is not needed any more, for records to come. */
export function giveBack(block: usize, size: usize): void {
  store<u32>(block, <u32>spare)
  store<u32>(block, <u32>size, 4)
  spare = block
}

function takeSpare(size: usize): usize {
  let before: usize = 0
  for (let block = spare; block; block = <usize>load<u32>(block)) {
    if (<usize>load<u32>(block, 4) >= size) {
      if (before) store<u32>(before, load<u32>(block))
      else spare = <usize>load<u32>(block)
      return block
    }
    before = block
  }
  return 0
}

/** Make room for a record of `size` bytes; false where there is none. */
function openChunk(size: usize): bool {
  const least = size + CHUNK_HEADER
  let block = takeSpare(least)
  let bytes: usize
  if (block) bytes = <usize>load<u32>(block, 4)
  else {
    bytes = least > CHUNK ? least : CHUNK
    block = tryAllocate(bytes)
    if (!block) return false
  }
  if (chunk) {
    store<u32>(chunk, <u32>block)
    store<u32>(chunk, <u32>arena, 4)
  } else firstChunk = block
  chunk = block
  store<u32>(block, 0)
  store<u32>(block, <u32>(block + CHUNK_HEADER), 4)
  store<u32>(block, <u32>bytes, 8)
  arena = block + CHUNK_HEADER
  arenaEnd = block + bytes
  return true
}

/** Write the record of a new key; 0 where there is no room. */
export function record(key: usize, length: u32, tag: u32, position: f64): usize {
  const size = (RECORD_HEADER + <usize>length + 7) & ~7
  if (arena + size > arenaEnd && !openChunk(size)) return 0
  const place = arena
  arena += size
  store<u64>(place, 0)
  store<f64>(place, position, 8)
  store<u32>(place, length | (tag << 29), 16)
  memory.copy(place + RECORD_HEADER, key, <usize>length)
  return place
}

/** Write the keys of the records from `place` to `end` to `to`, each followed by a line feed; returns how many bytes. */
export function joinKeys(place: usize, end: usize, to: usize): usize {
  let out = to
  for (let at = place; at < end; ) {
    const length = <usize>(load<u32>(at, 16) & 0x1fffffff)
    const key = at + RECORD_HEADER
    if (length <= 16) v128.store(out, v128.load(key))
    else memory.copy(out, key, length)
    store<u8>(out + length, 10)
    out += length + 1
    at += (RECORD_HEADER + length + 7) & ~7
  }
  return out - to
}
