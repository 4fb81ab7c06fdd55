import { firstLines } from './lines.ts'
import { copyBytes, countOf, type Partition } from './partition.ts'

/** Return a partition whose bytes stay as they are when the source reads on. */
export function keptPartition(partition: Partition): Partition {
  return partition.kind === 'text' ? { ...partition, bytes: copyBytes(partition.bytes) } : partition
}

/** Return the first `count` elements of a partition and a copy of the others. */
export function splitPartition(partition: Partition, count: number): [Partition, Partition] {
  if (partition.kind === 'text') {
    const first = firstLines(partition.bytes, count)
    const rest = copyBytes(partition.bytes.subarray(first.length))
    return [
      { kind: 'text', bytes: first, count },
      { kind: 'text', bytes: rest, count: partition.count - count },
    ]
  }
  const rows =
    partition.kind === 'rows' ? partition.rows : partition.keys.map((key, i) => [key, partition.values[i]])
  return [
    { kind: 'rows', rows: rows.slice(0, count) },
    { kind: 'rows', rows: rows.slice(count) },
  ]
}

/** Return a function that hands partitions on to `store` without the first `count` elements. */
export function passingOver(
  count: number,
  store: (partition: Partition) => void,
): (partition: Partition) => void {
  let left = count
  return (partition) => {
    if (left === 0) return store(partition)
    const size = countOf(partition)
    const passed = Math.min(size, left)
    left -= passed
    if (passed < size) store(splitPartition(partition, passed)[1])
  }
}
