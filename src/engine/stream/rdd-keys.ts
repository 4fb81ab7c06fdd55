import type { Aggregator } from '../../functions/aggregator.ts'
import { listing } from '../../functions/aggregator.ts'
import { eachElement, elementsOf } from '../batch/lines.ts'
import { pairOf } from '../batch/pair.ts'
import type { Pair, Partition } from '../batch/partition.ts'
import { UsageError } from '../plan/errors.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import { distribute, partitionOf } from '../shuffle/partitioner.ts'

/** Call `take` with key and value of each element; an element that is no pair is `(element, 1)`, as in a stream. */
export function eachPair(
  partitions: readonly Partition[],
  take: (key: unknown, value: unknown) => void,
): void {
  for (const partition of partitions) eachPairOf(partition, take)
}

function eachPairOf(partition: Partition, take: (key: unknown, value: unknown) => void): void {
  eachElement(partition, (element) => {
    const [key, value] = pairOf(element, false)
    take(key, value)
  })
}

/**
 * Return the values of each key aggregated: within each partition, then across them. Keys come in order of their first
 * appearance, in one partition, or divided among `numPartitions` by their hash.
 */
export function aggregateKeys(
  partitions: readonly Partition[],
  aggregator: Aggregator,
  numPartitions?: number,
): Partition[] {
  const [first, ...others] = partitions
  const table = new KeyedTable(aggregator)
  if (first !== undefined) eachPairOf(first, (key, value) => table.add(key, value))
  for (const partition of others) {
    const part = new KeyedTable(aggregator)
    eachPairOf(partition, (key, value) => part.add(key, value))
    const { keys, values } = part.combiners()
    for (const [index, key] of keys.entries()) table.merge(key, values[index])
  }
  return byHash([table.results()], numPartitions)
}

/** Return partitions of pairs as they are, or divided among `numPartitions` by the hash of their keys. */
export function byHash(partitions: readonly Partition[], numPartitions?: number): Partition[] {
  if (numPartitions === undefined) return [...partitions]
  const count = checkPartitions(numPartitions)
  return distribute(allOf(partitions), count, (row) => partitionOf(pairOf(row, false)[0], count))
}

/** Return rows as one partition, or divided among `numPartitions` by the hash of their keys. */
export function asPairs(rows: readonly Pair[], numPartitions?: number): Partition[] {
  return byHash([{ kind: 'rows', rows }], numPartitions)
}

/** Return all elements of partitions in one array. */
export function allOf(partitions: readonly Partition[]): readonly unknown[] {
  return partitions.length === 1
    ? elementsOf(partitions[0] as Partition)
    : partitions.flatMap((partition) => [...elementsOf(partition)])
}

/** Return a number of partitions. Throws UsageError unless it is a positive whole number. */
export function checkPartitions(count: number): number {
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new UsageError(`a number of partitions is a whole number from 1, got ${count}`)
}

/** Return the values of each key as lists, to be looked up. */
export function valuesByKey(
  partitions: readonly Partition[],
): (key: unknown) => readonly unknown[] | undefined {
  const table = new KeyedTable(listing)
  eachPair(partitions, (key, value) => table.add(key, value))
  return (key) => table.get(key) as readonly unknown[] | undefined
}

/** Which sides of a join stay where the other has no such key: the missing value is null. */
export interface Kept {
  readonly left?: true
  readonly right?: true
}

/**
 * Return `[key, [left, right]]` for every pair of values that share a key. In order of the left side; what only the right
 * side has comes last. With the right side kept and not the left, in order of the right side.
 */
export function joinPairs(left: readonly Partition[], right: readonly Partition[], kept: Kept): Pair[] {
  const rows: Pair[] = []
  if (kept.right === true && kept.left !== true) {
    const lefts = valuesByKey(left)
    eachPair(right, (key, value) => {
      for (const other of lefts(key) ?? [null]) rows.push([key, [other, value]])
    })
    return rows
  }
  const rights = valuesByKey(right)
  const missing = kept.left === true ? [null] : []
  eachPair(left, (key, value) => {
    for (const other of rights(key) ?? missing) rows.push([key, [value, other]])
  })
  if (kept.right === true) {
    const lefts = valuesByKey(left)
    eachPair(right, (key, value) => {
      if (lefts(key) === undefined) rows.push([key, [null, value]])
    })
  }
  return rows
}

/** Return each key with one list of values per side, keys in order of their first appearance. */
export function cogroupPairs(sides: readonly (readonly Partition[])[]): Pair[] {
  const table = new KeyedTable({
    create: (sided) =>
      put(
        sides.map((): unknown[] => []),
        sided,
      ),
    mergeValue: (lists, sided) => put(lists as unknown[][], sided),
    mergeCombiners: (lists) => lists,
  })
  for (const [side, partitions] of sides.entries())
    eachPair(partitions, (key, value) => table.add(key, { side, value }))
  const { keys, values } = table.results()
  return keys.map((key, index) => [key, values[index]])
}

function put(lists: unknown[][], sided: unknown): unknown[][] {
  const { side, value } = sided as { side: number; value: unknown }
  ;(lists[side] as unknown[]).push(value)
  return lists
}
