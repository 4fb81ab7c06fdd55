import type { StandardOutput } from '../standard-output.ts'
import { safeCell, safeJson } from './safe-text.ts'
import type { StateWords } from './words.ts'

/** Rows to write, as tables and texts. */
export interface Rows {
  readonly title: string
  /** Time of the batch behind which they were written down. */
  readonly time: number
  readonly interval: number
  /** Names of the columns; none where rows are pairs. */
  readonly columns?: readonly string[]
  readonly count: number
  /** Each one a list of as many values as there are columns. */
  readonly rows: Iterable<readonly unknown[]>
}

/** How rows are written. */
export interface RowsOptions {
  readonly format: NonNullable<StateWords['format']>
  readonly limit: number | undefined
  /** Returns a table's text. */
  readonly table: (rows: Rows, elements: readonly unknown[]) => string | Promise<string>
}

/** Rows of a table where no other number is asked for. */
const TABLE_LIMIT = 50
/** What a table shows where a row has nothing. */
const NOTHING = '–'
/** Characters that are handed on at once. */
const CHUNK = 1 << 16

/** Write rows as they are made, so that however many there are they are never one text. */
export async function writeRows(rows: Rows, output: StandardOutput, options: RowsOptions): Promise<void> {
  const { format } = options
  const limit = options.limit ?? (format === 'table' ? TABLE_LIMIT : Number.POSITIVE_INFINITY)
  const { columns } = rows
  if (format === 'table') {
    const elements: unknown[] = []
    for (const row of rows.rows) {
      if (elements.length === limit) break
      // A column that the first row lacks would stand behind the others.
      elements.push(
        columns === undefined
          ? row
          : recordOf(
              columns,
              row.map((value) => (value === undefined ? NOTHING : value)),
            ),
      )
    }
    await output.write(await options.table(rows, elements))
    return
  }
  const lineOf = lineWriter(format, columns)
  let text = format === 'json' || columns === undefined ? '' : lineOf(columns)
  let count = 0
  for (const row of rows.rows) {
    if (count === limit) break
    count += 1
    text += lineOf(row)
    if (text.length < CHUNK) continue
    await output.write(text)
    text = ''
  }
  await output.write(text)
}

function lineWriter(
  format: 'json' | 'csv' | 'tsv',
  columns: readonly string[] | undefined,
): (row: readonly unknown[]) => string {
  if (format === 'json') return (row) => `${safeJson(columns === undefined ? row : recordOf(columns, row))}\n`
  const separator = format === 'csv' ? ',' : '\t'
  return (row) => `${row.map((value) => safeCell(value, separator)).join(separator)}\n`
}

function recordOf(columns: readonly string[], row: readonly unknown[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    columns.flatMap((name, index) => (row[index] === undefined ? [] : [[name, row[index]]])),
  )
}
