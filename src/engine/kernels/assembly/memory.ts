// The memory of a kernel instance, in bytes: the mask table, then what `allocate` hands out and never takes back: the
// input buffer, two vectors, the list of undone elements, chunks of scratch, the hash table, chunks of its arena.

/** Sixteen masks of 16 bytes: the N-th keeps the first N bytes of a load. */
export const MASKS: usize = 1024
const HEAP: usize = 2048
/** Bytes that may be read behind the end of the input, of scratch and of constants: kernels load whole blocks. */
export const PADDING: usize = 128
/** Elements of a vector. */
export const VECTOR: u32 = 4096
const CHUNK: usize = 1 << 20

let top: usize = 0
let limitPages: usize = 65535
let input: usize = 0
let inputSize: usize = 0
let vectors: usize = 0
let undone: usize = 0
let undoneCount: u32 = 0

/** Return `size` bytes, aligned to 64, or 0 where the memory cannot grow so far. */
export function tryAllocate(size: usize): usize {
  const place = top
  const end = <u64>top + ((<u64>size + 63) & ~63)
  const pages = <usize>((end + 0xffff) >> 16)
  const have = <usize>memory.size()
  if (pages > limitPages) return 0
  if (pages > have && memory.grow(<i32>(pages - have)) < 0) return 0
  top = <usize>end
  return place
}

/** Return `size` bytes, aligned to 64; traps where the memory cannot grow so far. */
export function allocate(size: usize): usize {
  const place = tryAllocate(size)
  if (!place) unreachable()
  return place
}

/** Make ready for use: called once, before all else. `pages` bounds the memory, in units of 64 KiB. */
export function initialise(pages: u32): void {
  for (let length: u32 = 0; length < 16; length++) {
    for (let byte: u32 = 0; byte < 16; byte++) {
      store<u8>(MASKS + (<usize>length << 4) + byte, byte < length ? 0xff : 0)
    }
  }
  limitPages = pages
  top = HEAP
  vectors = allocate(<usize>VECTOR << 4)
  undone = allocate(<usize>VECTOR << 2)
}

/** Return the place where `size` bytes of text may be written; the kernel may write behind their end. */
export function inputBuffer(size: usize): usize {
  if (size > inputSize) {
    inputSize = size < CHUNK ? CHUNK : size
    input = allocate(inputSize + PADDING)
  }
  return input
}

/** Return the place of vector 0 or 1. */
export function vector(which: u32): usize {
  return vectors + (which ? <usize>VECTOR << 3 : 0)
}

/** Return the place of a constant of `size` bytes, such as a separator, which stays for the life of the instance. */
export function constant(size: usize): usize {
  return allocate(size + PADDING)
}

/** Return the place of the list of elements that the last kernel left undone: their indexes in its result. */
export function undonePlace(): usize {
  return undone
}

/** Return how many elements the last kernel left undone, for the host to do, and forget them. */
export function takeUndone(): u32 {
  const count = undoneCount
  undoneCount = 0
  return count
}

/** Leave an element to the host: `index` is its place in the kernel's result, where it stands as it came in. */
export function leaveUndone(index: u32): void {
  store<u32>(undone + (<usize>undoneCount << 2), index)
  undoneCount++
}

// Scratch: bytes that steps make, valid until the vector is done. A chunk is: next chunk (4), its size (4), bytes.
let firstChunk: usize = 0
let chunk: usize = 0
let chunkAt: usize = 0
let chunkEnd: usize = 0

/** Forget what steps have made: a new vector begins. */
export function resetScratch(): void {
  chunk = firstChunk
  chunkAt = chunk + 8
  chunkEnd = chunk ? chunk + 8 + <usize>load<u32>(chunk, 4) : 0
}

/** Return `size` bytes of scratch; PADDING bytes behind them may be read and, until the next call, written. */
export function scratch(size: usize): usize {
  while (!chunk || chunkAt + size + PADDING > chunkEnd) {
    let next: usize = chunk ? <usize>load<u32>(chunk) : 0
    if (!next) {
      const bytes = size + PADDING < CHUNK ? CHUNK : size + PADDING
      next = allocate(bytes + 8)
      store<u32>(next, 0)
      store<u32>(next, <u32>bytes, 4)
      if (chunk) store<u32>(chunk, <u32>next)
      else firstChunk = next
    }
    chunk = next
    chunkAt = chunk + 8
    chunkEnd = chunkAt + <usize>load<u32>(chunk, 4)
  }
  const place = chunkAt
  chunkAt += size
  return place
}

/** Give back the end of the last scratch taken: `place` is its new end. */
export function endScratch(place: usize): void {
  chunkAt = place
}
