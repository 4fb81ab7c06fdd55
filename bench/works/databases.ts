/** Rows into each database: dstream, and a loop over the driver alone. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { realMariadb } from '../../test/support/real/mariadb.ts'
import { realPostgres } from '../../test/support/real/postgres.ts'
import { realRedis } from '../../test/support/real/redis.ts'
import { java, withJars } from '../contenders.ts'
import { median, run } from '../measure.ts'
import { atLeast, type Section, table, type Work } from '../section.ts'
import { BENCH, CONTENDERS, DSTREAM, dataFolder, type Settings } from '../settings.ts'

/** A database of which every round has an empty one. */
interface Place {
  readonly name: string
  /** The address of the database itself. */
  readonly url: string
  readonly empty: () => void
  readonly remove: () => Promise<void> | void
}

const PAIR = 'line => { const [key, value] = line.split("\\t"); return [key, Number(value)] }'

function fileOf(kind: 'sqlite' | 'duckdb'): Place {
  const path = join(dataFolder('runs'), `database.${kind}`)
  const empty = (): void => {
    for (const end of ['', '-wal', '-shm', '.wal']) rmSync(path + end, { force: true })
  }
  return { name: kind, url: `${kind}:${path}`, empty, remove: empty }
}

/** Those that can be had here; tables of a server are told apart by their names. */
async function placesOf(): Promise<readonly Place[]> {
  const [postgres, mariadb, redis] = [
    await realPostgres(),
    await realMariadb('hidden'),
    await realRedis('hidden'),
  ]
  const servers = [
    { name: 'postgres', server: postgres },
    { name: 'mysql', server: mariadb },
    { name: 'redis', server: redis },
  ]
  return [
    fileOf('sqlite'),
    fileOf('duckdb'),
    ...servers.flatMap(({ name, server }) =>
      server === undefined ? [] : [{ name, url: server.url, empty: () => {}, remove: () => server.remove() }],
    ),
  ]
}

async function measure({ quick, pairs, limit }: Settings): Promise<Section> {
  const count = quick ? 100_000 : 1_000_000
  const input = join(dataFolder('inputs'), `pairs-${count}.tsv`)
  if (!existsSync(input))
    writeFileSync(input, Array.from({ length: count }, (_, at) => `key-${at % 50_021}\t${at}\n`).join(''))
  const places = await placesOf()
  const rows: string[][] = []
  const goals: Section['goals'][number][] = []
  try {
    for (const { name, url, empty } of places) {
      const found: Record<'ours' | 'bare' | 'spark', number[]> = { ours: [], bare: [], spark: [] }
      for (let round = 0; round < Math.min(pairs, 5); round += 1) {
        const commands = {
          ours: [
            DSTREAM,
            'text',
            input,
            '--batch-lines',
            '100000',
            'map',
            PAIR,
            'to',
            url,
            '--table',
            `t${round}`,
          ],
          bare: [join(BENCH, 'engine/database-bare.mjs'), url, input],
        }
        for (const who of ['ours', 'bare'] as const) {
          empty()
          const ran = run([process.execPath, ...commands[who]], { way: 'none', path: '' }, limit)
          if (ran.code !== 0) throw new Error(`${name}, ${who}: ended with ${ran.code}: ${ran.stderr}`)
          found[who].push(ran.wall)
          console.error(`  ${name}, ${who}: ${ran.wall.toFixed(2)} s`)
        }
        if (name === 'postgres' && hasSpark()) {
          const ran = run(sparkJdbc(url, `spark${round}`, input), { way: 'none', path: '' }, limit)
          if (ran.code !== 0) throw new Error(`Spark: ended with ${ran.code}: ${ran.stderr}`)
          found.spark.push(ran.input)
          console.error(`  ${name}, Spark's JDBC writer: ${ran.input.toFixed(2)} s`)
        }
        await dropped(url)
      }
      const [ours, bare] = [median(found.ours), median(found.bare)]
      const rate = (seconds: number): string => Math.round(count / seconds).toLocaleString('en')
      rows.push([name, rate(ours), rate(bare), `${(bare / ours).toFixed(2)} ×`])
      if (found.spark.length > 0) {
        const spark = median(found.spark)
        rows.push(['postgres, by Spark’s JDBC writer, local[2]', rate(spark), '', ''])
        goals.push(
          atLeast('postgres: rows a second against Spark’s JDBC writer, at least 3 ×', spark / ours, 3),
        )
      }
      goals.push(atLeast(`${name}: rows a second against the driver alone, at least 0.9 ×`, bare / ours, 0.9))
    }
  } finally {
    for (const { remove } of places) await remove()
  }
  return {
    title: 'Databases: rows a second',
    text: `${count.toLocaleString('en')} pairs of a file into an empty table, 100,000 in a transaction; the times are those of whole
processes. The loop over the driver alone does the same by the fastest way that the driver has: statements of ten rows for
SQLite, the appender for DuckDB, COPY for PostgreSQL, inserts of 1,000 rows for MariaDB, the next under way before the
last is answered, a pipeline for Redis. dstream
writes the batch's time into the same transaction, too. Servers work on the same two cores. Spark's JDBC writer inserts
them by two tasks, with the driver's option that makes one statement of many; the start of its JVM does not count.

${table(['', 'dstream', 'the driver alone', 'dstream / driver'], rows)}`,
    goals,
  }
}

const hasSpark = (): boolean =>
  existsSync(join(CONTENDERS, 'spark/classes/JdbcPairs.class')) && existsSync(join(CONTENDERS, 'spark-jdbc'))

function sparkJdbc(url: string, name: string, input: string): readonly string[] {
  const { host, pathname, username, password } = new URL(url)
  const address = `jdbc:postgresql://${host}${pathname}?password=${encodeURIComponent(password)}`
  return withJars('spark-jdbc', java('spark', 'JdbcPairs', address, username, name, input))
}

/** The table of the loop, so that the next round makes its own. */
async function dropped(url: string): Promise<void> {
  if (url.startsWith('postgres:')) {
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('drop table bare')
    await client.end()
  } else if (url.startsWith('mysql:')) {
    const { createConnection } = await import('mysql2/promise')
    const connection = await createConnection(url)
    await connection.query('drop table bare')
    await connection.end()
  } else if (url.startsWith('redis:')) {
    const { Redis } = await import('ioredis')
    const client = new Redis(url)
    await client.flushall()
    client.disconnect()
  }
}

/** `npm run bench -- databases`. */
export const databases: Work = {
  name: 'databases',
  summary: 'rows into each database, against a loop over its driver',
  measure,
}
