import type { RowsPartition } from './partition.ts'

/** Return elements as exactly `count` partitions, in order, the first ones longer by one where it does not come out even. */
export function divide(rows: readonly unknown[], count: number): RowsPartition[] {
  const at = (index: number): number => Math.ceil((index * rows.length) / count)
  return Array.from({ length: count }, (_, index) => ({
    kind: 'rows',
    rows: rows.slice(at(index), at(index + 1)),
  }))
}
