import { countOf, type Partition } from './partition.ts'

/** Bytes decoded at once: large enough to pay for the call, small enough to stay in the cache. */
const DECODE_BYTES = 1 << 18
const NEWLINE = 10

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * Call `push` with each line of a text partition as a string, without its terminator.
 * Bytes that are no UTF-8 become U+FFFD, as in Java's decoder.
 */
export function eachLine(bytes: Uint8Array, push: (line: string) => void): void {
  const buffer = asBuffer(bytes)
  let start = 0
  while (start < buffer.length) {
    const end = endOfLines(buffer, start, DECODE_BYTES)
    const lines = buffer.toString('utf8', start, end).split('\n')
    const last = lines.length - 1
    for (let index = 0; index < last; index++) push(lines[index] as string)
    start = end
  }
}

/** Return the end of the whole lines within `size` bytes from `start`; that of the first line where it is longer. */
export function endOfLines(bytes: Uint8Array, start: number, size: number): number {
  const limit = start + size
  if (limit >= bytes.length) return bytes.length
  const last = bytes.lastIndexOf(NEWLINE, limit - 1) + 1
  if (last > start) return last
  const next = bytes.indexOf(NEWLINE, limit) + 1
  return next === 0 ? bytes.length : next
}

/** Call `push` with each element of a partition, in order: lines as strings, grouped columns as `[key, value]`. */
export function eachElement(partition: Partition, push: (element: unknown) => void): void {
  if (partition.kind === 'text') {
    eachLine(partition.bytes, push)
  } else if (partition.kind === 'rows') {
    for (const row of partition.rows) push(row)
  } else {
    const { keys, values } = partition
    for (let index = 0; index < keys.length; index++) push([keys[index], values[index]])
  }
}

/** Return the elements of a partition as an array the caller must not change. */
export function elementsOf(partition: Partition): readonly unknown[] {
  if (partition.kind === 'rows') return partition.rows
  const elements: unknown[] = []
  eachElement(partition, (element) => elements.push(element))
  return elements
}

/** Return the first `limit` elements of a batch. */
export function firstElements(partitions: readonly Partition[], limit: number): unknown[] {
  const elements: unknown[] = []
  for (const partition of partitions) {
    if (elements.length >= limit) break
    if (partition.kind === 'rows') {
      const end = Math.min(partition.rows.length, limit - elements.length)
      for (let index = 0; index < end; index++) elements.push(partition.rows[index])
    } else if (partition.kind === 'grouped') {
      const end = Math.min(countOf(partition), limit - elements.length)
      for (let index = 0; index < end; index++)
        elements.push([partition.keys[index], partition.values[index]])
    } else {
      eachLine(firstLines(partition.bytes, limit - elements.length), (line) => elements.push(line))
    }
  }
  return elements
}

/** Return the part of `bytes` that holds its first `limit` lines. */
export function firstLines(bytes: Uint8Array, limit: number): Uint8Array {
  let end = 0
  for (let lines = 0; lines < limit && end < bytes.length; lines++) {
    const newline = bytes.indexOf(NEWLINE, end)
    end = newline < 0 ? bytes.length : newline + 1
  }
  return bytes.subarray(0, end)
}
