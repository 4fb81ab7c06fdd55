import type { RowsPartition } from '../batch/partition.ts'
import { canonical } from './keyed-table.ts'

/**
 * Return the hash of a key, a whole number of 32 bits: that of Java for text (UTF-16), whole numbers of 32 bits, other
 * numbers, booleans and null, so that such keys meet in the partitions where Spark's HashPartitioner puts them; for lists
 * and records that of the text by which they are compared.
 */
export function hashOf(key: unknown): number {
  if (key === null || key === undefined) return 0
  if (typeof key === 'string') return hashOfText(key)
  if (typeof key === 'number') return hashOfNumber(key)
  if (typeof key === 'boolean') return key ? 1231 : 1237
  return hashOfText(canonical(key))
}

/** Return the partition of a key among `count`: its hash modulo `count`, never negative (Spark: `HashPartitioner`). */
export function partitionOf(key: unknown, count: number): number {
  return placeOf(hashOf(key), count)
}

/** Return where a pair goes: what `place` says of its key, modulo `count`. Throws TypeError unless that is a whole number. */
export function placeBy(place: (key: unknown) => number, count: number): (pair: unknown) => number {
  return (pair) => {
    const hash = place((pair as readonly unknown[])[0])
    if (Number.isSafeInteger(hash)) return placeOf(hash, count)
    throw new TypeError(`partitionBy expects a whole number from its function, got ${String(hash)}`)
  }
}

/** Return elements as exactly `count` partitions: each where `place` says, in the order in which they came. */
export function distribute(
  rows: Iterable<unknown>,
  count: number,
  place: (row: unknown) => number,
): RowsPartition[] {
  const parts: unknown[][] = Array.from({ length: count }, () => [])
  for (const row of rows) (parts[place(row)] as unknown[]).push(row)
  return parts.map((part) => ({ kind: 'rows', rows: part }))
}

/** Modulo, from 0 to `count` - 1. */
function placeOf(hash: number, count: number): number {
  return ((hash % count) + count) % count
}

function hashOfText(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}

const float = new DataView(new ArrayBuffer(8))

function hashOfNumber(value: number): number {
  // -0 is the key 0.
  if ((value | 0) === value) return value | 0
  if (Number.isSafeInteger(value)) {
    const bits = BigInt(value)
    return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)))
  }
  float.setFloat64(0, value)
  return float.getInt32(0) ^ float.getInt32(4)
}
