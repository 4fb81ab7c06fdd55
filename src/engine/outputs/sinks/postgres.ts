import { once } from 'node:events'
import type { Client } from 'pg'
import { SourceError } from '../../plan/errors.ts'
import { quoteName } from '../../sql/sqlite.ts'
import { copyText, lostOr } from './postgres-text.ts'
import { BATCH_TIME, type Rows } from './rows.ts'
import { BATCHES_TABLE, type OpenSink, type Sink, SinkLost, type SinkOptions } from './sink.ts'
import { changesOf, checkColumns, columnNames, createTable, type Dialect } from './table.ts'

/** Characters of a copy that are gathered before they are sent. */
const CHUNK = 1 << 18

/** Where a batch waits before it is merged into its table. */
const STAGING = 'dstream_staging'

const DIALECT: Dialect = {
  quote: quoteName,
  types: {
    integer: 'bigint',
    number: 'double precision',
    boolean: 'boolean',
    text: 'text',
    bytes: 'bytea',
    time: 'timestamptz',
    json: 'jsonb',
  },
  batchTime: 'timestamptz',
}

/** `postgres://USER@HOST:PORT/DATABASE`. A batch is one `COPY`, in one transaction with its time. */
export const openPostgres: OpenSink = async (options) => {
  const modules = await load()
  const sink = new PostgresSink(options, modules)
  await sink.connect()
  return sink
}

interface Modules {
  readonly pg: typeof import('pg')
  readonly copyFrom: typeof import('pg-copy-streams').from
}

async function load(): Promise<Modules> {
  try {
    const [pg, copy] = await Promise.all([import('pg'), import('pg-copy-streams')])
    return { pg: pg.default as unknown as typeof import('pg'), copyFrom: copy.from ?? copy.default.from }
  } catch {
    throw new SourceError(
      'postgres: needs the packages pg and pg-copy-streams',
      'Install them: npm install pg pg-copy-streams',
    )
  }
}

class PostgresSink implements Sink {
  readonly #options: SinkOptions
  readonly #modules: Modules
  #client: Client | undefined
  /** The columns that the table is known to have. */
  #columns: readonly string[] = []

  constructor(options: SinkOptions, modules: Modules) {
    this.#options = options
    this.#modules = modules
  }

  async connect(): Promise<Client> {
    if (this.#client !== undefined) return this.#client
    const client = new this.#modules.pg.Client({
      connectionString: this.#options.url.href,
      connectionTimeoutMillis: 10_000,
    })
    client.on('error', () => this.#lose(client))
    client.on('end', () => this.#lose(client))
    try {
      await client.connect()
      await client.query(
        `create table if not exists ${BATCHES_TABLE} (output text primary key, ${BATCH_TIME} bigint not null)`,
      )
    } catch (error) {
      void client.end().catch(() => {})
      throw lostOr(error)
    }
    this.#client = client
    return client
  }

  async write(time: number, rows: Rows): Promise<void> {
    const client = await this.connect()
    const { identity, mode, table } = this.#options
    try {
      await client.query('begin')
      const { rows: last } = await client.query(
        `select ${BATCH_TIME} as time from ${BATCHES_TABLE} where output = $1`,
        [identity],
      )
      if (last.length > 0 && Number(last[0].time) >= time) {
        await client.query('rollback')
        return
      }
      if (rows.columns.length > 0) await this.#make(client, rows)
      else if (mode === 'replace') this.#columns = await this.#columnsOf(client)
      if (mode === 'replace' && this.#columns.length > 0)
        await client.query(`delete from ${quoteName(table)}`)
      if (rows.values.length > 0) await this.#fill(client, time, rows)
      await client.query(
        `insert into ${BATCHES_TABLE} values ($1, $2) on conflict (output) do update set ${BATCH_TIME} = excluded.${BATCH_TIME}`,
        [identity, time],
      )
      await client.query('commit')
    } catch (error) {
      const known = lostOr(error)
      if (known instanceof SinkLost) this.#lose(client)
      else await client.query('rollback').catch(() => this.#lose(client))
      throw known
    }
  }

  async close(isRecoverable: boolean): Promise<void> {
    const client = this.#client
    if (client === undefined) return
    try {
      if (!isRecoverable)
        await client.query(`delete from ${BATCHES_TABLE} where output = $1`, [this.#options.identity])
    } finally {
      await client.end().catch(() => {})
    }
  }

  #lose(client: Client): void {
    if (this.#client !== client) return
    this.#client = undefined
    this.#columns = []
    void client.end().catch(() => {})
  }

  async #columnsOf(client: Client): Promise<readonly string[]> {
    const { rows } = await client.query(
      'select attname from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped',
      [quoteName(this.#options.table)],
    )
    return rows.map(({ attname }) => String(attname))
  }

  async #make(client: Client, rows: Rows): Promise<void> {
    const wanted = columnNames(rows)
    if (wanted.every((name) => this.#columns.includes(name))) return
    this.#columns = await this.#columnsOf(client)
    if (this.#columns.length === 0) {
      await client.query(createTable(rows, this.#options, DIALECT))
      this.#columns = wanted
    } else checkColumns(wanted, this.#columns, this.#options.table)
  }

  async #fill(client: Client, time: number, rows: Rows): Promise<void> {
    const { table, mode, keys } = this.#options
    const { values } = rows
    const names = columnNames(rows)
    const list = names.map(quoteName).join(', ')
    if (mode !== 'upsert') return this.#copy(client, quoteName(table), list, time, values)
    await client.query(
      `create temp table ${STAGING} on commit drop as select ${list} from ${quoteName(table)} where false`,
    )
    await this.#copy(client, STAGING, list, time, values)
    const changes = changesOf(names, keys, quoteName, (name) => `excluded.${name}`)
    await client.query(
      `insert into ${quoteName(table)} (${list}) select ${list} from ${STAGING} ` +
        `on conflict (${keys.map(quoteName).join(', ')}) do update set ${changes}`,
    )
  }

  async #copy(
    client: Client,
    table: string,
    list: string,
    time: number,
    values: Rows['values'],
  ): Promise<void> {
    const stream = client.query(this.#modules.copyFrom(`copy ${table} (${list}) from stdin`))
    const done = once(stream, 'finish')
    // Awaited below; what breaks it before must not be taken for unhandled.
    done.catch(() => {})
    const when = new Date(time).toISOString()
    let text = ''
    for (const row of values) {
      for (const value of row) text += `${copyText(value)}\t`
      text += `${when}\n`
      if (text.length < CHUNK) continue
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), done])
      text = ''
    }
    stream.end(text)
    await done
  }
}
