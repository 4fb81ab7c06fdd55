import { writeFileSync } from 'node:fs'
import { loadArrow, vectorOf } from '../formats/arrow.ts'
import type { Rows } from '../sinks/rows.ts'
import type { Compression } from './compression.ts'

/** Formats of files that hold columns, and are written as a whole. */
export const TABLE_FORMATS = ['parquet', 'arrow'] as const
/** One of them. */
export type TableFormat = (typeof TABLE_FORMATS)[number]

/** Writes files of columns. */
export interface TableWriter {
  write(path: string, rows: Rows): Promise<void>
  close(): void
}

/**
 * Return a writer of files of columns; loads the optional package that knows them.
 *
 * @throws UsageError or SourceError where it is not installed.
 */
export async function openTableWriter(
  format: TableFormat,
  compression: Compression | undefined,
): Promise<TableWriter> {
  return format === 'arrow' ? arrowWriter() : parquetWriter(compression ?? 'zstd')
}

async function arrowWriter(): Promise<TableWriter> {
  const arrow = await loadArrow()
  return {
    write: async (path, { columns, values }) => {
      const vectors = columns.map(({ name, type }, place) => {
        const kind = type === 'integer' || type === 'number' ? 'number' : type === 'boolean' ? type : 'text'
        const cells = values.map((row) => (kind === 'number' ? numberOf(row[place]) : row[place]))
        return [name, vectorOf(arrow, kind, cells)] as const
      })
      writeFileSync(path, arrow.tableToIPC(new arrow.Table(Object.fromEntries(vectors)), 'file'))
    },
    close: () => {},
  }
}

function numberOf(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

async function parquetWriter(compression: Compression): Promise<TableWriter> {
  const { connect, Stage } = await import('../sinks/duckdb/stage.ts')
  const connection = await connect(':memory:')
  const stage = new Stage(connection)
  return {
    write: async (path, rows) => {
      const table = await stage.fill(rows)
      const quoted = path.replaceAll("'", "''")
      await connection.run(
        `copy (select * from ${table}) to '${quoted}' (format parquet, compression ${compression})`,
      )
    },
    close: () => connection.closeSync(),
  }
}
