// A driver's own best loop: reads lines `key<TAB>number`, and writes them as rows of key, value and time, 100,000 in a
// transaction. database-bare.mjs URL FILE
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

const [url = '', file = ''] = process.argv.slice(2)
const CHUNK = 100_000
const time = new Date()
const kind = url.slice(0, url.indexOf(':'))

const writers = {
  async sqlite() {
    const { DatabaseSync } = await import('@photostructure/sqlite')
    const database = new DatabaseSync(url.slice('sqlite:'.length))
    database.exec('pragma journal_mode = wal; pragma synchronous = full')
    database.exec('create table bare (key text, value integer, batch_time text)')
    // Ten rows at once take half of the time that ten statements take.
    const insert = database.prepare(`insert into bare values ${Array(10).fill('(?, ?, ?)').join(', ')}`)
    const when = time.toISOString()
    return {
      write(rows) {
        database.exec('begin immediate')
        for (let at = 0; at < rows.length; at += 10)
          insert.run(...rows.slice(at, at + 10).flatMap(([key, value]) => [key, value, when]))
        database.exec('commit')
      },
      close: () => database.close(),
    }
  },
  async duckdb() {
    const { DuckDBInstance, DuckDBTimestampTZValue } = await import('@duckdb/node-api')
    const instance = await DuckDBInstance.create(url.slice('duckdb:'.length))
    const connection = await instance.connect()
    await connection.run('create table bare (key varchar, value bigint, batch_time timestamptz)')
    const when = new DuckDBTimestampTZValue(BigInt(time.getTime()) * 1000n)
    return {
      async write(rows) {
        await connection.run('begin transaction')
        const appender = await connection.createAppender('bare')
        for (const [key, value] of rows) {
          appender.appendVarchar(key)
          appender.appendBigInt(BigInt(value))
          appender.appendTimestampTZ(when)
          appender.endRow()
        }
        appender.closeSync()
        await connection.run('commit')
      },
      close: () => connection.closeSync(),
    }
  },
  async postgres() {
    const { default: pg } = await import('pg')
    const { from } = await import('pg-copy-streams')
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('create table bare (key text, value bigint, batch_time timestamptz)')
    const when = time.toISOString()
    return {
      async write(rows) {
        await client.query('begin')
        const copy = client.query(from('copy bare from stdin'))
        const done = new Promise((resolve, reject) => copy.on('finish', resolve).on('error', reject))
        let text = ''
        for (const [key, value] of rows) {
          text += `${key}\t${value}\t${when}\n`
          if (text.length < 65_536) continue
          if (!copy.write(text)) await new Promise((resolve) => copy.once('drain', resolve))
          text = ''
        }
        copy.end(text)
        await done
        await client.query('commit')
      },
      close: () => client.end(),
    }
  },
  async mysql() {
    const { createConnection } = await import('mysql2/promise')
    const connection = await createConnection(url)
    await connection.query('create table bare (`key` longtext, value bigint, batch_time datetime(3))')
    return {
      async write(rows) {
        await connection.query('begin')
        let before
        for (let at = 0; at < rows.length; at += 1000) {
          const part = rows.slice(at, at + 1000).map(([key, value]) => [key, value, time])
          const now = connection.query('insert into bare values ?', [part])
          await before
          before = now
        }
        await before
        await connection.query('commit')
      },
      close: () => connection.end(),
    }
  },
  async redis() {
    const { Redis } = await import('ioredis')
    const client = new Redis(url)
    const when = String(time.getTime())
    return {
      async write(rows) {
        const pipeline = client.multi()
        for (const [key, value] of rows)
          pipeline.xadd('bare', '*', 'key', key, 'value', String(value), 'batch_time', when)
        for (const [error] of await pipeline.exec()) if (error !== null) throw error
      },
      close: () => client.disconnect(),
    }
  },
}

const { write, close } = await writers[kind]()
let rows = []
for await (const line of createInterface({ input: createReadStream(file) })) {
  const tab = line.indexOf('\t')
  rows.push([line.slice(0, tab), Number(line.slice(tab + 1))])
  if (rows.length < CHUNK) continue
  await write(rows)
  rows = []
}
if (rows.length > 0) await write(rows)
await close()
