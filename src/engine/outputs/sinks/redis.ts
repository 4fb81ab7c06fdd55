import type { Redis } from 'ioredis'
import { SourceError } from '../../plan/errors.ts'
import { jsonText } from '../formats/encoder.ts'
import { isConnectionCode } from './connection-codes.ts'
import { BATCH_TIME, type Rows } from './rows.ts'
import { BATCHES_TABLE, type OpenSink, type Sink, SinkLost, type SinkOptions } from './sink.ts'

/**
 * `redis://HOST:PORT/DATABASE`: rows are added to a stream, or are fields of a hash by their key. A batch is one
 * transaction with its time.
 */
export const openRedis: OpenSink = async (options) => {
  const client = await connect(options)
  return new RedisSink(client, options)
}

async function connect({ url }: SinkOptions): Promise<Redis> {
  let module: Pick<typeof import('ioredis'), 'Redis'>
  try {
    module = await import('ioredis')
  } catch {
    throw new SourceError('redis: needs the package ioredis', 'Install it: npm install ioredis')
  }
  const password = url.password === '' ? process.env.REDISCLI_AUTH : undefined
  const client = new module.Redis(url.href, {
    lazyConnect: true,
    connectTimeout: 10_000,
    maxRetriesPerRequest: 0,
    // Who writes tries again, and says so.
    retryStrategy: () => null,
    ...(password === undefined ? {} : { password }),
  })
  let reason: unknown
  client.on('error', (error) => {
    reason = error
  })
  try {
    await client.connect()
    // A wrong password shows with the first command.
    await client.ping()
    return client
  } catch (error) {
    client.disconnect()
    throw lostOr(reason ?? error)
  }
}

class RedisSink implements Sink {
  readonly #options: SinkOptions
  #client: Redis | undefined

  constructor(client: Redis, options: SinkOptions) {
    this.#client = client
    this.#options = options
  }

  async write(time: number, rows: Rows): Promise<void> {
    this.#client ??= await connect(this.#options)
    const client = this.#client
    const { identity, mode, table } = this.#options
    try {
      const last = await client.hget(BATCHES_TABLE, identity)
      if (last !== null && Number(last) >= time) return
      const batch = client.multi()
      if (mode === 'replace') batch.del(table)
      const when = String(time)
      for (const row of rows.values) {
        if (mode === 'append') batch.xadd(table, '*', ...fieldsOf(rows, row), BATCH_TIME, when)
        else batch.hset(table, ...entryOf(rows, row, this.#options.keys))
      }
      batch.hset(BATCHES_TABLE, identity, time)
      for (const [error] of (await batch.exec()) ?? []) if (error !== null) throw error
    } catch (error) {
      const known = lostOr(error)
      if (known instanceof SinkLost) {
        client.disconnect()
        this.#client = undefined
      }
      throw known
    }
  }

  async close(isRecoverable: boolean): Promise<void> {
    if (this.#client === undefined) return
    try {
      if (!isRecoverable) await this.#client.hdel(BATCHES_TABLE, this.#options.identity)
    } finally {
      this.#client.disconnect()
    }
  }
}

function fieldsOf({ columns }: Rows, row: readonly unknown[]): string[] {
  const fields: string[] = []
  for (const [place, { name }] of columns.entries())
    if (row[place] !== null) fields.push(name, textOf(row[place]))
  return fields
}

/** Return the field of a hash that a row is, and its value: as it is where it is one, else as JSON. */
function entryOf({ columns }: Rows, row: readonly unknown[], keys: readonly string[]): [string, string] {
  const known = keys.length > 0 ? keys : [columns[0]?.name]
  const isKey = columns.map(({ name }) => known.includes(name))
  const key = row.filter((_, place) => isKey[place] === true).map(textOf)
  const others = columns.filter((_, place) => isKey[place] !== true)
  const values = row.filter((_, place) => isKey[place] !== true)
  const value =
    values.length === 1
      ? textOf(values[0])
      : jsonText(Object.fromEntries(others.map(({ name }, place) => [name, values[place]])))
  return [key.join(','), value]
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'object' && value !== null ? jsonText(value) : String(value)
}

function lostOr(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code = '', message } = error as Error & { readonly code?: string }
  const isLost =
    isConnectionCode(code) ||
    /Connection is closed|max retries|connect ETIMEDOUT|^(LOADING|BUSY|MASTERDOWN|TRYAGAIN)/i.test(message)
  return isLost ? new SinkLost(message || code) : error
}
