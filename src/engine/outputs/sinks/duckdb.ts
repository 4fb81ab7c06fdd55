import type { DuckDBConnection } from '@duckdb/node-api'
import { SourceError } from '../../plan/errors.ts'
import { quoteName } from '../../sql/sqlite.ts'
import { pathOf } from './address.ts'
import { connect, DIALECT, Stage } from './duckdb/stage.ts'
import { BATCH_TIME, type Rows } from './rows.ts'
import { BATCHES_TABLE, type OpenSink, type Sink, type SinkOptions } from './sink.ts'
import { changesOf, checkColumns, columnNames, createTable } from './table.ts'

/** `duckdb:PATH`: a file of DuckDB. A batch is a transaction, on the disk when it has ended. */
export const openDuckdb: OpenSink = async (options) => {
  const path = pathOf(options.url)
  if (path === '')
    throw new SourceError(`${options.shown} names no file`, 'Write it as duckdb:results.duckdb')
  const connection = await connect(path)
  await connection.run(
    `create table if not exists ${BATCHES_TABLE} (output varchar primary key, ${BATCH_TIME} bigint not null)`,
  )
  return new DuckdbSink(connection, options)
}

class DuckdbSink implements Sink {
  readonly #connection: DuckDBConnection
  readonly #options: SinkOptions
  readonly #stage: Stage

  constructor(connection: DuckDBConnection, options: SinkOptions) {
    this.#connection = connection
    this.#options = options
    this.#stage = new Stage(connection)
  }

  async write(time: number, rows: Rows): Promise<void> {
    const { table, mode, identity } = this.#options
    await this.#connection.run('begin transaction')
    try {
      const last = await this.#connection.runAndReadAll(
        `select ${BATCH_TIME} from ${BATCHES_TABLE} where output = $1`,
        [identity],
      )
      if (Number(last.getRows()[0]?.[0] ?? Number.NEGATIVE_INFINITY) >= time) {
        await this.#connection.run('rollback')
        return
      }
      const there = rows.columns.length > 0 || mode === 'replace' ? await this.#columnsOf() : []
      if (rows.columns.length > 0) {
        if (there.length === 0) await this.#connection.run(createTable(rows, this.#options, DIALECT))
        else checkColumns(columnNames(rows), there, table)
      }
      if (mode === 'replace' && there.length > 0)
        await this.#connection.run(`delete from ${quoteName(table)}`)
      if (rows.values.length > 0) await this.#fill(time, rows)
      await this.#connection.run(
        `insert into ${BATCHES_TABLE} values ($1, $2) on conflict (output) do update set ${BATCH_TIME} = excluded.${BATCH_TIME}`,
        [identity, BigInt(time)],
      )
      await this.#connection.run('commit')
    } catch (error) {
      this.#stage.forget()
      // What failed may have ended the transaction already.
      await this.#connection.run('rollback').catch(() => {})
      throw error
    }
  }

  async close(isRecoverable: boolean): Promise<void> {
    if (!isRecoverable)
      await this.#connection.run(`delete from ${BATCHES_TABLE} where output = $1`, [this.#options.identity])
    this.#connection.closeSync()
  }

  async #columnsOf(): Promise<readonly string[]> {
    const found = await this.#connection.runAndReadAll(
      'select column_name from duckdb_columns() where database_name = current_database() and table_name = $1',
      [this.#options.table],
    )
    return found.getRows().map(([name]) => String(name))
  }

  async #fill(time: number, rows: Rows): Promise<void> {
    const { table, mode, keys } = this.#options
    const stage = await this.#stage.fill(rows)
    const names = columnNames(rows)
    const quoted = names.map(quoteName)
    const conflict =
      mode === 'upsert'
        ? ` on conflict (${keys.map(quoteName).join(', ')}) do update set ${changesOf(names, keys, quoteName, (name) => `excluded.${name}`)}`
        : ''
    const from = [...quoted.slice(0, -1), '$1::timestamptz'].join(', ')
    await this.#connection.run(
      `insert into ${quoteName(table)} (${quoted.join(', ')}) select ${from} from ${stage}${conflict}`,
      [new Date(time).toISOString()],
    )
  }
}
