import { deserialize, serialize } from 'node:v8'
import type { Partition } from '../batch/partition.ts'

const TEXT = 0
const ROWS = 1
const WHOLE_ROWS = 2
const GROUPED = 3

/** Bytes before the elements: source, form, number of lines. */
const HEADER = 9

/**
 * Return the bytes of a block of a source, as parts that may be views of it.
 *
 * @throws where an element cannot be written down, such as a function.
 */
export function partitionRecord(source: number, partition: Partition): readonly Uint8Array[] {
  const header = Buffer.allocUnsafe(HEADER)
  header.writeUInt32LE(source, 0)
  if (partition.kind === 'text') {
    header[4] = TEXT
    header.writeUInt32LE(partition.count, 5)
    return [header, partition.bytes]
  }
  header.writeUInt32LE(0, 5)
  if (partition.kind === 'grouped') {
    header[4] = GROUPED
    return [header, serialize([partition.keys, partition.values])]
  }
  header[4] = partition.isWhole === true ? WHOLE_ROWS : ROWS
  return [header, serialize(partition.rows)]
}

/** Return the block that `partitionRecord` wrote. */
export function readPartition(bytes: Buffer): { readonly source: number; readonly partition: Partition } {
  const source = bytes.readUInt32LE(0)
  const rest = bytes.subarray(HEADER)
  const form = bytes[4]
  if (form === TEXT) return { source, partition: { kind: 'text', bytes: rest, count: bytes.readUInt32LE(5) } }
  const value: unknown = deserialize(rest)
  if (form === GROUPED) {
    const [keys, values] = value as [unknown[], unknown[]]
    return { source, partition: { kind: 'grouped', keys, values } }
  }
  const rows = value as unknown[]
  return { source, partition: { kind: 'rows', rows, ...(form === WHOLE_ROWS ? { isWhole: true } : {}) } }
}
