import { pairOf } from '../batch/pair.ts'
import type { GroupedPartition, Partition } from '../batch/partition.ts'
import type { Aggregation, Batch, Emit } from '../operators/record.ts'
import type { KeyedTable } from './keyed-table.ts'
import { partitioned } from './partitioning.ts'

/** Return the step that adds single elements to the table at hand. */
export function adder(aggregation: Aggregation, lines: boolean, table: () => KeyedTable): Emit {
  const { skip } = aggregation.aggregator
  const add = plainAdder(aggregation, lines, table)
  if (skip === undefined) return add
  return (element) => {
    try {
      add(element)
    } catch (error) {
      skip(element, error)
    }
  }
}

function plainAdder(aggregation: Aggregation, lines: boolean, table: () => KeyedTable): Emit {
  if (aggregation.key === 'none') return (element) => table().add(null, element)
  if (aggregation.key === 'element') return (element) => table().add(element, 1)
  return (element) => {
    const [key, value] = pairOf(element, lines)
    table().add(key, value)
  }
}

/** Return the batch that a full table of combiners gives. */
export function finishAggregation(aggregation: Aggregation, table: KeyedTable): Batch {
  return partitioned(batchOf(aggregation, table), aggregation.partitioning)
}

/** Yield the keys of a table with their results. */
export function* resultsOf(
  aggregation: Aggregation,
  table: KeyedTable,
): Generator<readonly [unknown, unknown]> {
  for (const partition of finishAggregation({ ...aggregation, output: 'pairs' }, table)) {
    if (partition.kind !== 'grouped') continue
    for (const [place, key] of partition.keys.entries()) yield [key, partition.values[place]]
  }
}

function batchOf(aggregation: Aggregation, table: KeyedTable): Batch {
  if (table.size > 0) return [outputOf(aggregation, table.results())]
  return aggregation.empty === undefined ? [] : [{ kind: 'rows', rows: aggregation.empty }]
}

function outputOf(aggregation: Aggregation, groups: GroupedPartition): Partition {
  if (aggregation.output === 'pairs') return groups
  if (aggregation.output === 'keys') return { kind: 'rows', rows: groups.keys }
  if (aggregation.output === 'results') return { kind: 'rows', rows: groups.values }
  return { kind: 'rows', rows: groups.values.flat(1) }
}
