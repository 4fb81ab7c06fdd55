import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { SourceError } from '../../../plan/errors.ts'
import { quoteName } from '../../../sql/sqlite.ts'
import { jsonText } from '../../formats/encoder.ts'
import type { Column, Rows } from '../rows.ts'
import { SinkLost } from '../sink.ts'
import type { Dialect } from '../table.ts'

/** Where the rows of a batch stand before they are merged or written; gone with the connection. */
const STAGE = 'temp.dstream_rows'

/** How DuckDB writes what a table is made of. */
export const DIALECT: Dialect = {
  quote: quoteName,
  types: {
    integer: 'bigint',
    number: 'double',
    boolean: 'boolean',
    text: 'varchar',
    bytes: 'blob',
    time: 'timestamptz',
    json: 'json',
  },
  batchTime: 'timestamptz',
}

/** Return a connection to a file of DuckDB, or to `:memory:`. */
export async function connect(path: string): Promise<DuckDBConnection> {
  let library: typeof import('@duckdb/node-api')
  try {
    library = await import('@duckdb/node-api')
  } catch {
    throw new SourceError(
      'duckdb: and parquet: need the package @duckdb/node-api',
      'Install it: npm install @duckdb/node-api',
    )
  }
  try {
    return await (await library.DuckDBInstance.create(path)).connect()
  } catch (error) {
    if (/could not set lock|already open|used by another process/i.test(String(error)))
      throw new SinkLost('the database is held by another process')
    throw error
  }
}

/** The rows of one batch in a table of the connection's own. */
export class Stage {
  readonly #connection: DuckDBConnection
  /** The columns that the table has now. */
  #columns = ''

  constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  /** Put rows in the place of those before; returns the name of the table. */
  async fill({ columns, values }: Rows): Promise<string> {
    const types = columns.map(({ name, type = 'text' }) => `${quoteName(name)} ${DIALECT.types[type]}`)
    const wanted = types.join(', ')
    const made =
      this.#columns === wanted ? `delete from ${STAGE}` : `create or replace temp table ${STAGE} (${wanted})`
    // A transaction that fails takes the table back.
    this.#columns = ''
    await this.#connection.run(made)
    const [catalog = '', table = ''] = STAGE.split('.')
    const appender = await this.#connection.createAppender(table, 'main', catalog)
    try {
      for (const row of values) {
        for (let place = 0; place < columns.length; place++)
          append(appender, columns[place] as Column, row[place])
        appender.endRow()
      }
    } catch (error) {
      appender.clear()
      throw error
    }
    appender.closeSync()
    this.#columns = wanted
    return STAGE
  }

  /** What was put there is taken back with its transaction. */
  forget(): void {
    this.#columns = ''
  }
}

function append(appender: DuckDBAppender, { name, type = 'text' }: Column, value: unknown): void {
  if (value === null || value === undefined || Number.isNaN(value)) appender.appendNull()
  else if (type === 'integer') appender.appendBigInt(wholeOf(name, value as number | bigint))
  else if (type === 'number') appender.appendDouble(Number(value))
  else if (type === 'boolean') appender.appendBoolean(value as boolean)
  else if (type === 'bytes') appender.appendBlob(value as Uint8Array)
  else if (value instanceof Date && Number.isNaN(value.getTime())) appender.appendNull()
  else if (value instanceof Date) appender.appendVarchar(value.toISOString())
  else appender.appendVarchar(type === 'json' || typeof value === 'object' ? jsonText(value) : String(value))
}

function wholeOf(name: string, value: number | bigint): bigint {
  const whole = BigInt(value)
  if (BigInt.asIntN(64, whole) === whole) return whole
  throw new TypeError(`${whole} in the field ${name} is no number of 64 bits; make it text with map`)
}
