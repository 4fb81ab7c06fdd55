import type { Connection } from 'mysql2/promise'
import { SourceError } from '../../plan/errors.ts'
import { jsonText } from '../formats/encoder.ts'
import { isConnectionCode } from './connection-codes.ts'
import { BATCH_TIME, type Rows } from './rows.ts'
import { BATCHES_TABLE, type OpenSink, type Sink, SinkLost, type SinkOptions } from './sink.ts'
import { changesOf, checkColumns, columnNames, createTable, type Dialect } from './table.ts'

/** Rows of one statement: the server refuses statements beyond its `max_allowed_packet`, 16 MiB where nobody set it. */
const ROWS = 1000

const DIALECT: Dialect = {
  quote: quoted,
  types: {
    integer: 'bigint',
    number: 'double',
    boolean: 'boolean',
    text: 'longtext',
    bytes: 'longblob',
    time: 'datetime(3)',
    json: 'json',
  },
  // An index holds no more.
  keyText: 'varchar(512)',
  batchTime: 'datetime(3)',
}

/** `mysql://USER@HOST:PORT/DATABASE`, of MySQL or MariaDB. A batch is inserts of many rows, in one transaction with its time. */
export const openMysql: OpenSink = async (options) => {
  const sink = new MysqlSink(options, await load())
  await sink.connect()
  return sink
}

type Mysql = typeof import('mysql2/promise')

async function load(): Promise<Mysql> {
  try {
    return await import('mysql2/promise')
  } catch {
    throw new SourceError('mysql: needs the package mysql2', 'Install it: npm install mysql2')
  }
}

class MysqlSink implements Sink {
  readonly #options: SinkOptions
  readonly #mysql: Mysql
  #connection: Connection | undefined
  #columns: readonly string[] = []

  constructor(options: SinkOptions, mysql: Mysql) {
    this.#options = options
    this.#mysql = mysql
  }

  async connect(): Promise<Connection> {
    if (this.#connection !== undefined) return this.#connection
    try {
      const { url } = this.#options
      const connection = await this.#mysql.createConnection({
        uri: url.href.replace(/^mariadb:/, 'mysql:'),
        ...(url.password === '' && process.env.MYSQL_PWD !== undefined
          ? { password: process.env.MYSQL_PWD }
          : {}),
        charset: 'utf8mb4',
        connectTimeout: 10_000,
        timezone: 'Z',
      })
      connection.on('error', () => this.#lose(connection))
      this.#connection = connection
      await connection.query("set time_zone = '+00:00'")
      await connection.query(
        `create table if not exists ${BATCHES_TABLE} (output varchar(255) primary key, ${BATCH_TIME} bigint not null)`,
      )
      return connection
    } catch (error) {
      if (this.#connection !== undefined) this.#lose(this.#connection)
      throw lostOr(error)
    }
  }

  async write(time: number, rows: Rows): Promise<void> {
    const connection = await this.connect()
    const { identity, mode, table } = this.#options
    try {
      // Statements that make tables end a transaction here, so they come before it.
      if (rows.columns.length > 0) await this.#make(connection, rows)
      else if (mode === 'replace') this.#columns = await this.#columnsOf(connection)
      await connection.beginTransaction()
      const [last] = await connection.query<never[]>(
        `select ${BATCH_TIME} as time from ${BATCHES_TABLE} where output = ?`,
        [identity],
      )
      const [found] = last as readonly { readonly time: number }[]
      if (found !== undefined && Number(found.time) >= time) {
        await connection.rollback()
        return
      }
      if (mode === 'replace' && this.#columns.length > 0)
        await connection.query(`delete from ${quoted(table)}`)
      if (rows.values.length > 0) await this.#fill(connection, time, rows)
      await connection.query(`replace into ${BATCHES_TABLE} values (?, ?)`, [identity, time])
      await connection.commit()
    } catch (error) {
      const known = lostOr(error)
      if (known instanceof SinkLost) this.#lose(connection)
      else await connection.rollback().catch(() => this.#lose(connection))
      throw known
    }
  }

  async close(isRecoverable: boolean): Promise<void> {
    const connection = this.#connection
    if (connection === undefined) return
    try {
      if (!isRecoverable)
        await connection.query(`delete from ${BATCHES_TABLE} where output = ?`, [this.#options.identity])
    } finally {
      await connection.end().catch(() => {})
    }
  }

  #lose(connection: Connection): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#columns = []
    connection.destroy()
  }

  async #columnsOf(connection: Connection): Promise<readonly string[]> {
    const [rows] = await connection.query<never[]>(
      'select column_name as name from information_schema.columns where table_schema = database() and table_name = ? order by ordinal_position',
      [this.#options.table],
    )
    return (rows as readonly { readonly name: string }[]).map(({ name }) => name)
  }

  async #make(connection: Connection, rows: Rows): Promise<void> {
    const wanted = columnNames(rows)
    if (wanted.every((name) => this.#columns.includes(name))) return
    this.#columns = await this.#columnsOf(connection)
    if (this.#columns.length === 0) {
      const text = createTable(rows, this.#options, DIALECT)
      await connection.query(`${text} character set utf8mb4 collate utf8mb4_bin`)
      this.#columns = wanted
    } else checkColumns(wanted, this.#columns, this.#options.table)
  }

  async #fill(connection: Connection, time: number, rows: Rows): Promise<void> {
    const { table, mode, keys } = this.#options
    const { values } = rows
    const names = columnNames(rows)
    const changes = changesOf(names, keys, quoted, (name) => `values(${name})`)
    const sql =
      `insert into ${quoted(table)} (${names.map(quoted).join(', ')}) values ?` +
      (mode === 'upsert' ? ` on duplicate key update ${changes}` : '')
    // Written as text once, where the driver would do it for each row.
    const text = connection.escape(new Date(time))
    const when = { toSqlString: () => text }
    // The next rows are written as text while the server takes the ones before.
    let before: Promise<unknown> = Promise.resolve()
    for (let first = 0; first < values.length; first += ROWS) {
      const part = values.slice(first, first + ROWS).map((row) => [...row.map(toMysql), when])
      const now = connection.query(sql, [part])
      // Awaited below; the one before may fail first.
      now.catch(() => {})
      await before
      before = now
    }
    await before
  }
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** Return a value as the driver writes it: lists and records as JSON, for it would spread them. */
function toMysql(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return value instanceof Uint8Array ? Buffer.from(value) : jsonText(value)
}

const LOST = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
])

function lostOr(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code = '', message } = error as Error & { readonly code?: string }
  if (isConnectionCode(code) || LOST.has(code) || /closed state/.test(message))
    return new SinkLost(message || code)
  return error
}
