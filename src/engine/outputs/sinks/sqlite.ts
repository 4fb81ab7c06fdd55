import { SourceError } from '../../plan/errors.ts'
import {
  openDatabase,
  quoteName,
  type SqlDatabase,
  type SqlStatement,
  type SqlValue,
} from '../../sql/sqlite.ts'
import { toSql } from '../../sql/values.ts'
import { pathOf } from './address.ts'
import { BATCH_TIME, type Rows } from './rows.ts'
import { BATCHES_TABLE, type OpenSink, type Sink, SinkLost, type SinkOptions } from './sink.ts'
import { changesOf, checkColumns, columnNames, createTable, type Dialect } from './table.ts'

/** Milliseconds that a write waits for another process to leave the database. */
const BUSY = 5000

/** Values that one statement takes: calls cost more than rows, and beyond some tens nothing is won. */
const VALUES = 60

const DIALECT: Dialect = {
  quote: quoteName,
  types: {
    integer: 'integer',
    number: 'real',
    boolean: 'integer',
    text: 'text',
    bytes: 'blob',
    time: 'text',
    json: 'text',
  },
  batchTime: 'text',
}

/** `sqlite:PATH`: a file of SQLite. A batch is a transaction, on the disk when it has ended. */
export const openSqlite: OpenSink = async (options) => {
  const path = pathOf(options.url)
  if (path === '') throw new SourceError(`${options.shown} names no file`, 'Write it as sqlite:results.db')
  const database = openDatabase(undefined, path)
  if (database === undefined)
    throw new SourceError(
      'sqlite: needs SQLite: Node has it from 22.13 on, older ones by the package @photostructure/sqlite',
      'Install it: npm install @photostructure/sqlite',
    )
  database.exec(`pragma busy_timeout = ${BUSY}`)
  // Readers are not held up by a batch, and a batch that has ended is on the disk.
  database.exec('pragma journal_mode = wal; pragma synchronous = full')
  database.exec(
    `create table if not exists ${BATCHES_TABLE} (output text primary key, ${BATCH_TIME} integer not null)`,
  )
  return new SqliteSink(database, options)
}

class SqliteSink implements Sink {
  readonly #database: SqlDatabase
  readonly #options: SinkOptions
  readonly #last: SqlStatement
  readonly #remember: SqlStatement
  /** By their columns, and by how many rows they insert. */
  readonly #inserts = new Map<string, SqlStatement>()

  constructor(database: SqlDatabase, options: SinkOptions) {
    this.#database = database
    this.#options = options
    this.#last = database.prepare(`select ${BATCH_TIME} as time from ${BATCHES_TABLE} where output = ?`)
    this.#remember = database.prepare(
      `insert into ${BATCHES_TABLE} values (?, ?) on conflict (output) do update set ${BATCH_TIME} = excluded.${BATCH_TIME}`,
    )
  }

  async write(time: number, rows: Rows): Promise<void> {
    const { table, mode, identity } = this.#options
    this.#execute('begin immediate')
    try {
      const [last] = this.#last.all(identity)
      if (last !== undefined && Number(last.time) >= time) {
        this.#database.exec('rollback')
        return
      }
      if (rows.columns.length > 0) this.#make(rows)
      if (mode === 'replace' && this.#columnsOf().length > 0)
        this.#database.exec(`delete from ${quoteName(table)}`)
      if (rows.values.length > 0) this.#fill(time, rows)
      this.#remember.run(identity, time)
      this.#execute('commit')
    } catch (error) {
      // A full disk has ended the transaction already.
      try {
        this.#database.exec('rollback')
      } catch {}
      throw error
    }
  }

  async close(isRecoverable: boolean): Promise<void> {
    if (!isRecoverable)
      this.#database.prepare(`delete from ${BATCHES_TABLE} where output = ?`).run(this.#options.identity)
    this.#database.close()
  }

  /** Another process that holds the database for long is waited for, as a server that is gone. */
  #execute(sql: string): void {
    try {
      this.#database.exec(sql)
    } catch (error) {
      if (/locked|busy/i.test(String(error))) throw new SinkLost('the database is locked by another process')
      throw error
    }
  }

  #columnsOf(): readonly string[] {
    const found = this.#database.prepare(`pragma table_info(${quoteName(this.#options.table)})`).all()
    return found.map(({ name }) => String(name))
  }

  #make(rows: Rows): void {
    const there = this.#columnsOf()
    if (there.length === 0) this.#database.exec(createTable(rows, this.#options, DIALECT))
    else checkColumns(columnNames(rows), there, this.#options.table)
  }

  #fill(time: number, rows: Rows): void {
    const { values } = rows
    const names = columnNames(rows)
    const when = new Date(time).toISOString()
    let first = 0
    for (const count of [Math.max(1, Math.floor(VALUES / names.length)), 1]) {
      if (values.length - first < count) continue
      const statement = this.#statement(names, count)
      for (; first + count <= values.length; first += count) {
        const parameters: SqlValue[] = []
        for (let at = first; at < first + count; at++) {
          for (const value of values[at] as readonly unknown[]) parameters.push(toSql(value))
          parameters.push(when)
        }
        statement.run(...parameters)
      }
    }
  }

  #statement(columns: readonly string[], count: number): SqlStatement {
    const { table, mode, keys } = this.#options
    const names = columns.map(quoteName).join(', ')
    const known = this.#inserts.get(`${count} ${names}`)
    if (known !== undefined) return known
    const conflict =
      mode === 'upsert'
        ? ` on conflict (${keys.map(quoteName).join(', ')}) do update set ${changesOf(columns, keys, quoteName, (name) => `excluded.${name}`)}`
        : ''
    const row = `(${columns.map(() => '?').join(', ')})`
    const rows = Array.from({ length: count }, () => row).join(', ')
    const statement = this.#database.prepare(
      `insert into ${quoteName(table)} (${names}) values ${rows}${conflict}`,
    )
    this.#inserts.set(`${count} ${names}`, statement)
    return statement
  }
}
