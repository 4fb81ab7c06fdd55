/** Outputs into a real PostgreSQL: issue 6 line 3, issue 8 line 2, row F8. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import tap from 'tap'
import { freePort } from '../support/real/free-port.ts'
import { PASSWORD, realPostgres } from '../support/real/postgres.ts'
import { writeWhileKilled, writeWhileServerDies } from '../support/real/survives.ts'
import { COMMAND, dstream } from '../support/run.ts'

const server = await realPostgres()
if (server === undefined) {
  tap.fail('PostgreSQL is not installed, and could not be')
  process.exit(1)
}
tap.teardown(() => server.remove())

async function rows(query: string): Promise<readonly unknown[][]> {
  const client = new pg.Client({ connectionString: server?.url ?? '' })
  await client.connect()
  try {
    return (await client.query({ text: query, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

const LINES = 'a b a\nc a\nb\n'
const TIMES = ['--batch-lines', '2']
const COUNTS = ['flatmap', 'split', 'reduce-by-key', 'to', server.url]

tap.test('I8.2 append, upsert and replace, in a table that is made with its types', async (t) => {
  for (const mode of ['append', 'upsert', 'replace']) {
    const ran = await dstream([...TIMES, ...COUNTS, '--table', mode, '--mode', mode], LINES)
    t.strictSame([ran.code, ran.stderr], [0, ''])
  }
  t.strictSame(
    await rows('select key, value::int, batch_time::text from append order by batch_time, key limit 2'),
    [
      ['a', 3, (await rows(`select '1970-01-01T00:00:01Z'::timestamptz::text`))[0]?.[0]],
      ['b', 1, (await rows(`select '1970-01-01T00:00:01Z'::timestamptz::text`))[0]?.[0]],
    ],
  )
  t.strictSame(await rows('select key, value::int from upsert order by key'), [
    ['a', 3],
    ['b', 1],
    ['c', 1],
  ])
  t.strictSame(await rows('select key, value::int from replace'), [['b', 1]])
  t.strictSame(await rows('select * from dstream_batches'), [])
  const record =
    'l => ({ line: l, half: l.length / 2, odd: l.length % 2 === 1, in: l.split(" "), none: null, size: l.length })'
  t.equal((await dstream(['map', record, 'to', server.url, '--table', 'Records "x"'], LINES)).code, 0)
  t.strictSame(
    await rows(
      `select attname::text, format_type(atttypid, null) from pg_attribute where attrelid = '"Records ""x"""'::regclass and attnum > 0`,
    ),
    [
      ['line', 'text'],
      ['half', 'double precision'],
      ['odd', 'boolean'],
      ['in', 'jsonb'],
      ['none', 'text'],
      ['size', 'bigint'],
      ['batch_time', 'timestamp with time zone'],
    ],
  )
})

tap.test('I8.2 data is never SQL, nor the format of the copy', async (t) => {
  const nasty = ['\\.', '\\N', 'a\tb\\n', `'); drop table nasty; --`, '\u{1F600}', '', 'nul\0nul']
  t.equal(
    (await dstream(['to', server.url, '--table', 'nasty'], nasty.map((line) => `${line}\n`).join(''))).code,
    0,
  )
  t.strictSame(
    (await rows('select value from nasty')).flat(),
    nasty.map((line) => line.replace('\0', '\ufffd')),
  )
})

tap.test(
  'I8.2 what does not fit is said with the row; wrong password, database and address within 10 s',
  async (t) => {
    await dstream(['map', 'l => 1', 'to', server.url, '--table', 'numbers'], 'x\n')
    const wrong = await dstream(['to', server.url, '--table', 'numbers'], 'x\n')
    t.equal(wrong.code, 1)
    t.match(wrong.stderr, /invalid input syntax for type bigint: "x".*line 1, column value/s)
    const missing = await dstream([...COUNTS, '--table', 'numbers'], LINES)
    t.match(missing.stderr, /the table numbers has no column key; it has value, batch_time/)
    const database = await dstream(['to', server.url.replace(/postgres$/, 'nowhere')], 'x\n', {
      timeout: 10_000,
    })
    t.equal(database.code, 1)
    t.match(database.stderr, /database "nowhere" does not exist/)
    const unique = await dstream([...COUNTS, '--table', 'append', '--mode', 'upsert'], LINES)
    t.equal(unique.code, 1)
    t.match(unique.stderr, /no unique or exclusion constraint/)
    const away = server.url.replace(String(server.port), String(await freePort()))
    const child = spawn(process.execPath, [COMMAND, 'to', away], { stdio: ['pipe', 'ignore', 'pipe'] })
    child.stdin.end('x\n')
    let stderr = ''
    for await (const chunk of child.stderr) {
      stderr += chunk
      if (/trying again/.test(stderr)) break
    }
    t.match(stderr, /ECONNREFUSED.*trying again in 100ms/s)
    t.notMatch(
      readFileSync(`/proc/${child.pid}/cmdline`, 'utf8'),
      new RegExp(PASSWORD),
      'ps shows no password',
    )
    child.kill('SIGKILL')
    for (const { stderr } of [wrong, missing, database, unique]) {
      t.notMatch(stderr, new RegExp(PASSWORD))
      t.notMatch(stderr, /\n\s+at /)
    }
    t.notMatch(stderr, new RegExp(PASSWORD))
  },
)

tap.test('I6.3 F8 killed 12 times and started again, each batch is there once', async (t) => {
  const kills = await writeWhileKilled(12, t.testdir(), (name) => ['to', server.url, '--table', name])
  t.equal(kills, 12)
  const query = (table: string): string =>
    `select batch_time::text, key, value::int, count(*)::int from ${table} group by 1, 2, 3 order by 1, 2`
  t.strictSame(await rows(query('broken')), await rows(query('whole')))
})

tap.test(
  'I8.2 the server is killed in the middle and started again: counts are exact, the source waits',
  async (t) => {
    const total = 60_000
    const to = ['to', server.url, '--table', 'survivors']
    const { code, stderr } = await writeWhileServerDies(server, total, t.testdir(), to)
    t.equal(code, 0, stderr)
    t.match(stderr, /trying again/)
    t.strictSame(await rows('select count(*)::int, count(distinct value)::int from survivors'), [
      [total, total],
    ])
  },
)
