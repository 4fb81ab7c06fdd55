import { type Others, valueAt } from './elements.ts'
import type { KernelInstance } from './instance.ts'

/** Bytes of a chunk's and a record's head; assembly/table.ts. */
const CHUNK_HEADER = 16
const RECORD_HEADER = 20
const LENGTH_MASK = 0x1fffffff
/** A key that no UTF-8 wrote shows this character, and may show as another one does. */
const REPLACEMENT = '\uFFFD'

/** Keys and how often each occurred, in the order of the table. */
export interface KeyCounts {
  readonly keys: unknown[]
  readonly counts: number[]
  /** Place of each key's first element in its batch. */
  readonly positions: number[]
  /** Some keys may show equal: they were no UTF-8. */
  readonly hasReplacements: boolean
}

/** Call `each` with the places of the records of a chunk, from the first to behind the last. */
export function eachChunk(kernels: KernelInstance, each: (place: number, end: number) => void): void {
  let chunk = kernels.exports.records(1) >>> 0
  while (chunk !== 0) {
    // Asked before: `each` may let the memory grow, which moves nothing.
    const next = kernels.words[chunk >>> 2] as number
    const end = kernels.words[(chunk >>> 2) + 1] as number
    if (end > chunk + CHUNK_HEADER) each(chunk + CHUNK_HEADER, end)
    chunk = next
  }
}

/** Read all keys of a table and their counts. */
export function readCounts(kernels: KernelInstance, others: Others, into: KeyCounts): KeyCounts {
  const { keys, counts, positions } = into
  let { hasReplacements } = into
  eachChunk(kernels, (place, end) => {
    // One text for many keys: a call that makes a string costs more than the string.
    const to = kernels.exports.inputBuffer(end - place) >>> 0
    const size = kernels.exports.joinKeys(place, end, to) >>> 0
    const { bytes, words, doubles } = kernels
    const text = bytes.toString('utf8', to, to + size)
    const texts = text.split('\n')
    hasReplacements ||= text.includes(REPLACEMENT)
    const first = keys.length
    for (let at = place; at < end; ) {
      const head = words[(at >>> 2) + 4] as number
      const length = head & LENGTH_MASK
      counts.push(doubles[at >>> 3] as number)
      positions.push(doubles[(at >>> 3) + 1] as number)
      const key = texts[keys.length - first]
      keys.push(head >>> 29 === 0 ? key : valueAt(bytes, at + RECORD_HEADER, length, head >>> 29, others))
      at += (RECORD_HEADER + length + 7) & ~7
    }
    if (texts.length - 1 !== keys.length - first) readOneByOne(kernels, others, place, end, keys, first)
  })
  return { keys, counts, positions, hasReplacements }
}

/** A key holds a line feed: texts and keys do not stand side by side. */
function readOneByOne(
  kernels: KernelInstance,
  others: Others,
  place: number,
  end: number,
  keys: unknown[],
  first: number,
): void {
  const { bytes, words } = kernels
  for (let at = place, index = first; at < end; index++) {
    const head = words[(at >>> 2) + 4] as number
    const length = head & LENGTH_MASK
    keys[index] = valueAt(bytes, at + RECORD_HEADER, length, head >>> 29, others)
    at += (RECORD_HEADER + length + 7) & ~7
  }
}
