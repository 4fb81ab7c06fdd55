import type { Aggregator } from '../../functions/aggregator.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import { listOf, recordOf } from './saved.ts'
import { savable } from './saved-values.ts'

/** Return a table as data. Throws NotSavable at a key or a combiner that would not come back. */
export function savedTable(table: KeyedTable): unknown {
  const { keys, values } = table.combiners()
  return { keys: savable(keys), values: savable(values) }
}

/** Return the table that was written down. Throws a TypeError where it is none. */
export function tableOf(aggregator: Aggregator, saved: unknown): KeyedTable {
  const { keys, values } = recordOf(saved, 'keys', 'values')
  const columns = { keys: listOf(keys), values: listOf(values, listOf(keys).length) }
  return new KeyedTable(aggregator, columns)
}
