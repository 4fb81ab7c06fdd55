/** Outputs into DuckDB, which needs no server: issue 8 line 2, issue 6 line 3, row F8. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import tap from 'tap'
import { killedRun, waiting } from './support/kill-run.ts'
import { eventually, Running } from './support/real/running.ts'
import { dstream } from './support/run.ts'

async function rows(path: string, query: string): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(query)).getRowsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const LINES = 'a b a\nc a\nb\n'
const COUNTS = ['--batch-lines', '2', 'flatmap', 'split', 'reduce-by-key', 'to', 'duckdb:a.db']

tap.test('I8.2 DuckDB: pairs, records and other elements become columns with types', async (t) => {
  const cwd = t.testdir()
  const db = join(cwd, 'a.db')
  const ran = await dstream(COUNTS, LINES, { cwd })
  t.strictSame([ran.code, ran.stdout, ran.stderr], [0, '', ''])
  const [first, second] = ['1970-01-01 00:00:01', '1970-01-01 00:00:02']
  const inUtc = "set TimeZone = 'UTC'; select key, value, batch_time::timestamp::text from results"
  t.strictSame(await rows(db, `${inUtc} order by batch_time, key`), [
    ['a', '3', first],
    ['b', '1', first],
    ['c', '1', first],
    ['b', '1', second],
  ])
  const record =
    'l => ({ line: l, size: l.length / 2, odd: l.length % 2 === 1, in: l.split(" "), big: 2n ** 62n, ' +
    'at: new Date(0), bytes: new Uint8Array([1, 255]), none: null })'
  const wrote = await dstream(['map', record, 'to', 'duckdb:a.db', '--table', 'my "records"'], LINES, { cwd })
  t.strictSame([wrote.code, wrote.stderr], [0, ''])
  t.strictSame(
    await rows(db, `select column_name, data_type from duckdb_columns() where table_name = 'my "records"'`),
    [
      ['line', 'VARCHAR'],
      ['size', 'DOUBLE'],
      ['odd', 'BOOLEAN'],
      ['in', 'JSON'],
      ['big', 'BIGINT'],
      ['at', 'TIMESTAMP WITH TIME ZONE'],
      ['bytes', 'BLOB'],
      ['none', 'VARCHAR'],
      ['batch_time', 'TIMESTAMP WITH TIME ZONE'],
    ],
  )
  t.strictSame(
    await rows(
      db,
      'select line, size, odd, "in", big, epoch("at"), bytes::text from "my ""records""" limit 1',
    ),
    [['a b a', 2.5, true, '["a","b","a"]', String(2n ** 62n), 0, '\\x01\\xFF']],
  )
  t.strictSame(await rows(db, 'from dstream_batches'), [], 'a run without a checkpoint leaves nothing behind')
})

tap.test('I8.2 DuckDB: append, upsert by key and replace; what does not fit is said', async (t) => {
  const cwd = t.testdir()
  for (const mode of ['append', 'upsert', 'replace'])
    t.equal((await dstream([...COUNTS, '--table', mode, '--mode', mode], LINES, { cwd })).code, 0)
  const found = async (table: string): Promise<readonly unknown[]> =>
    rows(join(cwd, 'a.db'), `select key, value from ${table} order by batch_time, key`)
  t.strictSame(await found('append'), [
    ['a', '3'],
    ['b', '1'],
    ['c', '1'],
    ['b', '1'],
  ])
  t.strictSame(await found('upsert'), [
    ['a', '3'],
    ['c', '1'],
    ['b', '1'],
  ])
  t.strictSame(await found('replace'), [['b', '1']])
  const said = async (...words: readonly string[]): Promise<string> => {
    const { code, stderr } = await dstream(words, 'x\n', { cwd })
    t.equal(code, 1)
    t.notMatch(stderr, /\n\s+at /)
    return stderr
  }
  t.match(
    await said('map', 'l => ({ word: l })', 'to', 'duckdb:a.db', '--table', 'append'),
    /table append has no column word; it has key, value, batch_time/,
  )
  t.match(
    await said('map', 'l => [l, l]', 'to', 'duckdb:a.db', '--table', 'append'),
    /Could not convert string/,
  )
  t.match(await said('map', 'l => 2n ** 70n', 'to', 'duckdb:a.db'), /1180591620717411303424 .*64 bits/)
  t.match(await said('to', 'duckdb:/missing/a.db'), /missing/)
})

const TOTAL = 15_000
const PER_BATCH = 10
/** A line that takes 10 ms a batch at least, so that it is killed under way on any machine. */
function slowly(cwd: string, url: string): readonly string[] {
  writeFileSync(join(cwd, 'in'), Array.from({ length: TOTAL }, (_, index) => `${index}\n`).join(''))
  const wait = waiting(10, `n % ${PER_BATCH} === 0`)
  const kept = ['--checkpoint', 'kept', '--checkpoint-interval', '200ms']
  return [
    'text',
    'in',
    '--batch-lines',
    String(PER_BATCH),
    ...kept,
    'map',
    `n => (${wait}, Number(n))`,
    'to',
    url,
  ]
}
const whole = (table: string): string => `select count(*), count(distinct value), sum(value),
  count(*) filter (epoch(batch_time) <> value // ${PER_BATCH} + 1) from ${table}`
const WHOLE = [[String(TOTAL), String(TOTAL), String((TOTAL * (TOTAL - 1)) / 2), '0']]

tap.test('I6.3 F8 DuckDB: killed 12 times and started again, each batch is there once', async (t) => {
  const cwd = t.testdir()
  const { kills } = await killedRun(slowly(cwd, 'duckdb:broken.db'), 12, 1500, { cwd })
  t.equal(kills, 12)
  t.strictSame(await rows(join(cwd, 'broken.db'), whole('results')), WHOLE)
})

tap.test('I8.2 DuckDB: a file that another process holds is waited for', async (t) => {
  const cwd = t.testdir()
  const path = join(cwd, 'a.db')
  const holder = await DuckDBInstance.create(path)
  writeFileSync(join(cwd, 'in'), 'x\n')
  const run = new Running(['text', 'in', 'to', 'duckdb:a.db'], {}, cwd)
  t.teardown(() => run.child.kill('SIGKILL'))
  await eventually(
    () => /held by another process; trying again/.test(run.stderr),
    () => run.stderr,
  )
  holder.closeSync()
  t.equal(await run.ended, 0, run.stderr)
  t.strictSame(await rows(path, 'select value from results'), [['x']])
})

tap.test(
  'I8.2 I8.1 Parquet: a file per batch with elements, the same one where the batch runs again',
  async (t) => {
    const cwd = t.testdir()
    const to = ['to', 'parquet:out']
    const ran = await dstream(['--batch-lines', '2', 'flatmap', 'split', 'reduce-by-key', ...to], LINES, {
      cwd,
    })
    t.strictSame([ran.code, ran.stdout, ran.stderr], [0, '', ''])
    t.match(readdirSync(join(cwd, 'out')).toSorted(), [/-1000\.parquet$/, /-2000\.parquet$/])
    const found = `select key, value, epoch(batch_time) from '${cwd}/out/*.parquet' order by 3, 1`
    t.strictSame(await rows(':memory:', found), [
      ['a', '3', 1],
      ['b', '1', 1],
      ['c', '1', 1],
      ['b', '1', 2],
    ])
    for (const [words, reason] of [
      [['--table', 'x'], /--table is for databases/],
      [['--mode', 'upsert'], /--mode upsert is for tables/],
      [['--key', 'x'], /--key is for --mode upsert/],
    ] as const)
      t.match((await dstream([...to, ...words], 'x\n', { cwd })).stderr, reason)
  },
)

tap.test('I6.3 F8 Parquet: killed 12 times and started again, each batch is there once', async (t) => {
  const cwd = t.testdir()
  const { kills } = await killedRun(slowly(cwd, 'parquet:broken'), 12, 1500, { cwd })
  t.equal(kills, 12)
  t.strictSame(await rows(':memory:', whole(`'${cwd}/broken/*.parquet'`)), WHOLE)
})
