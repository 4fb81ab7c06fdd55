import { LENGTH_MASK, type Others, valueAt } from './elements.ts'
import { type KernelInstance, TAG } from './instance.ts'

/** Bytes of a chunk's and a record's head; assembly/arena.ts. */
const CHUNK_HEADER = 16
/** Bytes of a record before its key. */
export const RECORD_HEADER = 20
/** Bytes of a record before the length and the tag of its key. */
export const RECORD_HEAD = 16
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

/** Return the bytes of a record by the length and tag of its key. */
export function sizeOfRecord(head: number): number {
  return (RECORD_HEADER + (head & LENGTH_MASK) + 7) & ~7
}

/** Call `each` with the place of every record from `place` to `end`, and the length and tag of its key. */
export function eachRecord(
  words: Uint32Array,
  place: number,
  end: number,
  each: (record: number, head: number) => void,
): void {
  for (let record = place; record < end; ) {
    const head = words[(record + RECORD_HEAD) >>> 2] as number
    each(record, head)
    record += sizeOfRecord(head)
  }
}

/**
 * Call `each` with the places of the records of a chunk, from the first to behind the last.
 *
 * @param counts whether the accumulators of records are first made the counts of their keys.
 */
export function eachChunk(
  kernels: KernelInstance,
  counts: boolean,
  each: (place: number, end: number) => void,
): void {
  let chunk = kernels.exports.records(counts ? 1 : 0) >>> 0
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
  eachChunk(kernels, true, (place, end) => {
    // One text for many keys: a call that makes a string costs more than the string.
    const to = kernels.exports.inputBuffer(end - place) >>> 0
    const size = kernels.exports.joinKeys(place, end, to) >>> 0
    const { bytes, words, doubles } = kernels
    const text = bytes.toString('utf8', to, to + size)
    const texts = text.split('\n')
    hasReplacements ||= text.includes(REPLACEMENT)
    const first = keys.length
    eachRecord(words, place, end, (record, head) => {
      counts.push(doubles[record >>> 3] as number)
      positions.push(doubles[(record >>> 3) + 1] as number)
      const text = texts[keys.length - first]
      keys.push(head >>> 29 === TAG.text ? text : keyOf(bytes, record, head, others))
    })
    if (texts.length - 1 === keys.length - first) return
    // A key holds a line feed: texts and keys do not stand side by side.
    let index = first
    eachRecord(words, place, end, (record, head) => {
      keys[index++] = keyOf(bytes, record, head, others)
    })
  })
  return { keys, counts, positions, hasReplacements }
}

/** Return the key of a record. */
export function keyOf(bytes: Buffer, record: number, head: number, others: Others): unknown {
  return valueAt(bytes, record + RECORD_HEADER, head & LENGTH_MASK, head >>> 29, others)
}
