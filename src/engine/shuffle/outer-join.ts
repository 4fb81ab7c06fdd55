import { listing } from '../../functions/aggregator.ts'
import { eachElement } from '../batch/lines.ts'
import { pairOf } from '../batch/pair.ts'
import type { Partition } from '../batch/partition.ts'
import type { OperatorCall } from '../operators/record.ts'
import type { CommandRecord } from '../plan/record.ts'
import { KeyedTable, KeyPlaces } from './keyed-table.ts'
import { PARTITIONS, partitioned, partitioningOf, withPartitions } from './partitioning.ts'

/** What all operators that meet a second stream by key have in common. */
export const WITH_STREAM = {
  arguments: [
    { name: 'stream', type: 'stream', required: true, summary: 'the second stream, in brackets, or @FILE' },
  ],
  flags: [PARTITIONS],
  program: (args: readonly unknown[]): readonly unknown[] => withPartitions(args, 1),
} as const satisfies Pick<CommandRecord, 'arguments' | 'flags'> & { readonly program: unknown }

/** The pairs of one side of a batch. */
export interface Side {
  readonly batch: readonly Partition[]
  /** The elements are lines of text: `key<TAB>value` is a pair. */
  readonly lines: boolean
}

/** Which keys come out of a join that only one side has. */
export interface Outer {
  readonly left: boolean
  readonly right: boolean
}

/** Return what `apply` gives for an operator over the pairs of two streams. */
export function overTwo(
  call: OperatorCall,
  make: (left: Side, right: Side) => unknown[],
): { readonly gather: (inputs: readonly (readonly Partition[])[]) => readonly Partition[] } {
  const partitioning = partitioningOf(call)
  return {
    gather: ([left = [], right = []]) => {
      const rows = make({ batch: left, lines: call.lines }, { batch: right, lines: call.linesAt(1) })
      return partitioned(rows.length === 0 ? [] : [{ kind: 'rows', rows }], partitioning)
    },
  }
}

/**
 * Return `[key, [left, right]]` for each pair of values that share a key: in the order of the left side, for each of its
 * values those of the right in their order. Behind them stands what only the right side has, with null on the left.
 */
export function joined(left: Side, right: Side, outer: Outer): unknown[] {
  const table = valuesOf(right)
  const met = new KeyPlaces()
  const rows: unknown[] = []
  eachPair(left, (key, value) => {
    const others = table.get(key) as readonly unknown[] | undefined
    if (outer.right && others !== undefined) met.set(key, 0)
    if (others !== undefined) for (const other of others) rows.push([key, [value, other]])
    else if (outer.left) rows.push([key, [value, null]])
  })
  if (outer.right) {
    eachPair(right, (key, value) => {
      if (met.get(key) === undefined) rows.push([key, [null, value]])
    })
  }
  return rows
}

/** Return `[key, [values of the left, values of the right]]` for each key of either, in order of first appearance. */
export function cogrouped(left: Side, right: Side): unknown[] {
  const sides = [valuesOf(left), valuesOf(right)] as const
  const rows: unknown[] = []
  const add = (key: unknown): void =>
    void rows.push([key, sides.map((side) => side.get(key) ?? []) as unknown[]])
  for (const key of sides[0].combiners().keys) add(key)
  for (const key of sides[1].combiners().keys) if (sides[0].get(key) === undefined) add(key)
  return rows
}

function valuesOf(side: Side): KeyedTable {
  const table = new KeyedTable(listing)
  eachPair(side, (key, value) => table.add(key, value))
  return table
}

function eachPair({ batch, lines }: Side, take: (key: unknown, value: unknown) => void): void {
  for (const partition of batch) {
    eachElement(partition, (element) => {
      const [key, value] = pairOf(element, lines)
      take(key, value)
    })
  }
}
