import { BATCH_TIME, type ColumnType, type Rows } from './rows.ts'
import type { SinkOptions } from './sink.ts'

/** How a database writes what a table is made of. */
export interface Dialect {
  readonly quote: (name: string) => string
  readonly types: Readonly<Record<ColumnType, string>>
  /** The type of a text that rows are known by, where that is another one. */
  readonly keyText?: string
  /** The type of the column of the batch's time. */
  readonly batchTime: string
}

/** Return the names of the columns that rows need: their own, and the time of the batch. */
export function columnNames({ columns }: Rows): readonly string[] {
  return [...columns.map(({ name }) => name), BATCH_TIME]
}

/** Return the statement that makes the table of an output for its first rows. */
export function createTable({ columns }: Rows, { table, mode, keys }: SinkOptions, dialect: Dialect): string {
  const { quote, types, keyText = types.text, batchTime } = dialect
  const parts = columns.map(({ name, type = 'text' }) => {
    const isKeyText = type === 'text' && keys.includes(name)
    return `${quote(name)} ${isKeyText ? keyText : types[type]}`
  })
  const key = mode === 'upsert' ? `, primary key (${keys.map(quote).join(', ')})` : ''
  return `create table ${quote(table)} (${parts.join(', ')}, ${quote(BATCH_TIME)} ${batchTime}${key})`
}

/**
 * Check that a table that is there has the columns that rows need.
 *
 * @throws TypeError that names those that are missing.
 */
export function checkColumns(wanted: readonly string[], there: readonly string[], table: string): void {
  const missing = wanted.filter((name) => !there.includes(name))
  if (missing.length === 0) return
  throw new TypeError(
    `the table ${table} has no column ${missing.join(', ')}; it has ${there.join(', ')}. ` +
      'Add it, choose fields with map, or name another --table',
  )
}

/** Return what `update` sets where a row of the same key is there: all columns that are no key, each by `value`. */
export function changesOf(
  names: readonly string[],
  keys: readonly string[],
  quote: Dialect['quote'],
  value: (quoted: string) => string,
): string {
  const changed = names.filter((name) => !keys.includes(name)).map(quote)
  return changed.map((name) => `${name} = ${value(name)}`).join(', ')
}
