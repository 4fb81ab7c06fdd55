import { cell } from '../../engine/outputs/formats/encoder.ts'

/** Return rows as CSV (RFC 4180), names first. */
export function csv(table: {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}): string {
  return [table.columns, ...table.rows]
    .map((row) => `${row.map((value) => cell(value, ',')).join(',')}\r\n`)
    .join('')
}
