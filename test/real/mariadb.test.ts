/** Outputs into a real MariaDB: issue 8 line 2, row F8. */
import mysql from 'mysql2/promise'
import tap from 'tap'
import { realMariadb } from '../support/real/mariadb.ts'
import { writeWhileKilled, writeWhileServerDies } from '../support/real/survives.ts'
import { dstream } from '../support/run.ts'

const PASSWORD = 'secret-41c'
const server = await realMariadb(PASSWORD)
if (server === undefined) {
  tap.fail('MariaDB is not installed, and could not be')
  process.exit(1)
}
tap.teardown(() => server.remove())

async function rows(query: string): Promise<unknown[][]> {
  const connection = await mysql.createConnection({
    uri: server?.url ?? '',
    timezone: 'Z',
    dateStrings: true,
  })
  try {
    const [found] = await connection.query<never[]>({ sql: query, rowsAsArray: true })
    return found
  } finally {
    await connection.end()
  }
}

const LINES = 'a b a\nc a\nb\n'
const COUNTS = ['--batch-lines', '2', 'flatmap', 'split', 'reduce-by-key', 'to', server.url]

tap.test('I8.2 append, upsert and replace, in a table that is made with its types', async (t) => {
  for (const mode of ['append', 'upsert', 'replace']) {
    const ran = await dstream([...COUNTS, '--table', `t_${mode}`, '--mode', mode], LINES)
    t.strictSame([ran.code, ran.stderr], [0, ''])
  }
  t.strictSame(await rows('select * from t_append order by batch_time, `key` limit 2'), [
    ['a', 3, '1970-01-01 00:00:01.000'],
    ['b', 1, '1970-01-01 00:00:01.000'],
  ])
  t.strictSame(await rows('select `key`, value from t_upsert order by 1'), [
    ['a', 3],
    ['b', 1],
    ['c', 1],
  ])
  t.strictSame(await rows('select `key`, value from t_replace'), [['b', 1]])
  t.strictSame(await rows('select * from dstream_batches'), [])
  const record =
    'l => ({ line: l, half: l.length / 2, odd: l.length % 2 === 1, in: l.split(" "), size: l.length })'
  const made = await dstream(['map', record, 'to', server.url, '--table', 'Records `x`'], LINES)
  t.strictSame([made.code, made.stderr], [0, ''])
  t.strictSame(
    await rows(
      "select column_name, data_type from information_schema.columns where table_name = 'Records `x`' order by ordinal_position",
    ),
    [
      ['line', 'longtext'],
      ['half', 'double'],
      ['odd', 'tinyint'],
      // MariaDB's json is a text that is checked.
      ['in', 'longtext'],
      ['size', 'bigint'],
      ['batch_time', 'datetime'],
    ],
  )
})

tap.test('I8.2 data is never SQL', async (t) => {
  const nasty = ['\\', `'); drop table nasty; --`, '\u{1F600}', '', 'a\tb', '? ?']
  t.equal(
    (await dstream(['to', server.url, '--table', 'nasty'], nasty.map((line) => `${line}\n`).join(''))).code,
    0,
  )
  t.strictSame((await rows('select value from nasty')).flat(), nasty)
})

tap.test('I8.2 what does not fit, and a wrong password, are said without the password', async (t) => {
  await dstream(['map', 'l => 1', 'to', server.url, '--table', 'numbers'], 'x\n')
  const wrong = await dstream(['to', server.url, '--table', 'numbers'], 'x\n')
  t.equal(wrong.code, 1)
  t.match(wrong.stderr, /Incorrect integer value: 'x'/)
  const denied = await dstream(['to', server.url.replace(PASSWORD, 'mistaken')], 'x\n', { timeout: 10_000 })
  t.equal(denied.code, 1)
  t.match(denied.stderr, /Access denied/)
  t.notMatch(wrong.stderr + denied.stderr, /secret-41c|mistaken|\n\s+at /)
})

tap.test('I6.3 F8 killed 12 times and started again, each batch is there once', async (t) => {
  const kills = await writeWhileKilled(12, t.testdir(), (name) => ['to', server.url, '--table', name])
  t.equal(kills, 12)
  const query = (table: string): string =>
    `select batch_time, \`key\`, value, count(*) from ${table} group by 1, 2, 3 order by 1, 2`
  t.strictSame(await rows(query('broken')), await rows(query('whole')))
})

tap.test('I8.2 the server is killed in the middle and started again: counts are exact', async (t) => {
  const total = 20_000
  const { code, stderr } = await writeWhileServerDies(server, total, t.testdir(), [
    'to',
    server.url,
    '--table',
    'survivors',
  ])
  t.equal(code, 0, stderr)
  t.match(stderr, /trying again/)
  t.strictSame(await rows('select count(*), count(distinct value) from survivors'), [[total, total]])
})
