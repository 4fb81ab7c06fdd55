/**
 * Lines of text as they were received: the bytes of every line, each ended by one `\n`, and nothing else.
 * A receiver has already turned `\r\n` and lone `\r` into `\n`, so that a kernel needs to know one terminator only.
 * `bytes` may be a view of memory that its owner reuses after the partition has been pushed: who keeps it, copies it.
 */
export interface TextPartition {
  readonly kind: 'text'
  readonly bytes: Uint8Array
  /** How many lines `bytes` holds. */
  readonly count: number
}

/** Elements of any type, in order. */
export interface RowsPartition {
  readonly kind: 'rows'
  readonly rows: readonly unknown[]
  /** From a source: a whole partition, empty or not, and no block that the next one may be put together with. */
  readonly isWhole?: true
}

/** Pairs as two columns of equal length, in order of each key's first appearance: what an aggregation gives. */
export interface GroupedPartition {
  readonly kind: 'grouped'
  readonly keys: readonly unknown[]
  readonly values: readonly unknown[]
}

/** A part of a batch: the unit of work, and of the shuffle. */
export type Partition = TextPartition | RowsPartition | GroupedPartition

/** Return a copy of bytes; `Buffer.slice`, which shares them, hides the method of that name. */
export function copyBytes(bytes: Uint8Array): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes)
}

/** Elements whose key is the first, whose value is the second item. */
export type Pair<K = unknown, V = unknown> = readonly [K, V]

/** Return the number of elements in a partition. */
export function countOf(partition: Partition): number {
  if (partition.kind === 'text') return partition.count
  return partition.kind === 'rows' ? partition.rows.length : partition.keys.length
}

/** Return the number of elements in a batch of partitions. */
export function countOfAll(partitions: readonly Partition[]): number {
  let count = 0
  for (const partition of partitions) count += countOf(partition)
  return count
}
