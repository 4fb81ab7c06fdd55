/** Outputs into SQLite, which needs no server: issue 6 line 3, issue 8 line 2, rows F6 and F8. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { rowsOf } from '../src/engine/outputs/sinks/rows.ts'
import { openDatabase } from '../src/engine/sql/sqlite.ts'
import { Milliseconds, StreamingContext } from '../src/index.ts'
import { writeWhileKilled } from './support/real/survives.ts'
import { COMMAND, dstream } from './support/run.ts'

function rows(path: string, query: string): readonly unknown[] {
  const database = openDatabase(undefined, path)
  try {
    return (database?.prepare(query).all() ?? []).map((row) => Object.values(row))
  } finally {
    database?.close()
  }
}

const LINES = 'a b a\nc a\nb\n'
const TIMES = ['--batch-lines', '2']

tap.test(
  'I8.2 pairs, records and other elements become columns, in a table that is made for them',
  async (t) => {
    const cwd = t.testdir()
    const db = join(cwd, 'a.db')
    const pairs = ['flatmap', 'split', 'reduce-by-key', 'to', 'sqlite:a.db']
    const ran = await dstream([...TIMES, ...pairs], LINES, { cwd })
    t.strictSame([ran.code, ran.stdout, ran.stderr], [0, '', ''])
    const first = '1970-01-01T00:00:01.000Z'
    const second = '1970-01-01T00:00:02.000Z'
    t.strictSame(rows(db, 'select * from results order by batch_time, key'), [
      ['a', 3, first],
      ['b', 1, first],
      ['c', 1, first],
      ['b', 1, second],
    ])
    await dstream(
      [
        'map',
        'l => ({ line: l, size: l.length / 2, odd: l.length % 2 === 1, in: l.split(" ") })',
        'to',
        'sqlite:a.db',
        '--table',
        'my "records"',
      ],
      LINES,
      { cwd },
    )
    t.strictSame(rows(db, 'select line, size, odd, "in" from "my ""records""" limit 1'), [
      ['a b a', 2.5, 1, '["a","b","a"]'],
    ])
    t.strictSame(rows(db, `select name, type from pragma_table_info('my "records"')`), [
      ['line', 'TEXT'],
      ['size', 'REAL'],
      ['odd', 'INTEGER'],
      ['in', 'TEXT'],
      ['batch_time', 'TEXT'],
    ])
    await dstream([...TIMES, 'to', 'sqlite:a.db', '--table', 'lines', '--columns', 'line'], LINES, { cwd })
    t.strictSame(rows(db, 'select line from lines'), [['a b a'], ['c a'], ['b']])
    t.strictSame(
      rows(db, 'select * from dstream_batches'),
      [],
      'a run without a checkpoint leaves nothing to go on with',
    )
  },
)

tap.test('I8.2 append, upsert by key and replace', async (t) => {
  const cwd = t.testdir()
  const counts = ['flatmap', 'split', 'reduce-by-key', 'to', 'sqlite:a.db']
  for (const mode of ['append', 'upsert', 'replace'])
    t.equal((await dstream([...TIMES, ...counts, '--table', mode, '--mode', mode], LINES, { cwd })).code, 0)
  const db = join(cwd, 'a.db')
  t.strictSame(rows(db, 'select count(*) from append'), [[4]])
  t.strictSame(rows(db, 'select key, value from upsert order by key'), [
    ['a', 3],
    ['b', 1],
    ['c', 1],
  ])
  t.strictSame(rows(db, 'select key, value from replace'), [['b', 1]])
  const renamed = [...counts, '--table', 'renamed', '--mode', 'upsert', '--columns', 'word,n']
  t.equal((await dstream([...TIMES, ...renamed], LINES, { cwd })).code, 0)
  t.strictSame(rows(db, "select n from renamed where word = 'a'"), [[3]])
})

tap.test('I8.2 what does not fit is said with the table, its columns and what to do', async (t) => {
  const cwd = t.testdir({ 'no.db': 'this is no database, and long enough to be read as one'.repeat(40) })
  await dstream(['to', 'sqlite:a.db'], 'x\n', { cwd })
  const missing = await dstream(['flatmap', 'split', 'reduce-by-key', 'to', 'sqlite:a.db'], LINES, { cwd })
  t.equal(missing.code, 1)
  t.match(
    missing.stderr,
    /the table results has no column key; it has value, batch_time.*stage: +to sqlite:a\.db/s,
  )
  t.notMatch(missing.stderr, /\n\s+at /)
  const kind = await dstream(['to', 'mongodb://x'], 'x\n', { cwd })
  t.equal(kind.code, 2)
  t.match(kind.stderr, /mongodb:\/\/x.*not known/s)
  t.equal((await dstream(['to', 'a.db'], 'x\n', { cwd })).code, 2)
  t.equal((await dstream(['to', 'sqlite:a.db', '--key', 'x'], 'x\n', { cwd })).code, 2)
  const text = await dstream(['to', 'sqlite:no.db'], 'x\n', { cwd })
  t.equal(text.code, 1)
  t.match(text.stderr, /not a database/)
  const folder = await dstream(['to', 'sqlite:missing/a.db'], 'x\n', { cwd })
  t.equal(folder.code, 1)
  t.match(folder.stderr, /unable to open/)
  const key = await dstream(['to', 'sqlite:b.db', '--mode', 'upsert', '--key', 'id'], 'x\n', { cwd })
  t.match(key.stderr, /no field id to know a row by; fields: value/)
})

tap.test('I8.2 data is never SQL', async (t) => {
  const cwd = t.testdir()
  const nasty = `x'); drop table results; --\n"\u{1F600}"\n\n`
  t.equal((await dstream(['to', 'sqlite:a.db'], nasty, { cwd })).code, 0)
  t.strictSame(rows(join(cwd, 'a.db'), 'select value from results'), [
    ["x'); drop table results; --"],
    ['"\u{1F600}"'],
    [''],
  ])
})

tap.test('I6.3 F8 SQLite: killed 12 times and started again, each batch is there once', async (t) => {
  const cwd = t.testdir()
  const kills = await writeWhileKilled(12, cwd, (name) => ['to', `sqlite:${name}.db`])
  t.equal(kills, 12)
  const query = 'select batch_time, key, value, count(*) from results group by 1, 2, 3 order by 1, 2'
  t.strictSame(rows(join(cwd, 'broken.db'), query), rows(join(cwd, 'whole.db'), query))
})

tap.test('I8.2 a database that another process holds is waited for', async (t) => {
  const cwd = t.testdir()
  const holder = openDatabase(undefined, join(cwd, 'a.db'))
  holder?.exec(
    'pragma journal_mode = wal; create table dstream_batches (output text primary key, batch_time integer not null); begin immediate',
  )
  const child = spawn(process.execPath, [COMMAND, 'to', 'sqlite:a.db'], {
    cwd,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  child.stdin.end('x\n')
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  while (!/locked by another process; trying again/.test(stderr) && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 50))
  t.match(stderr, /locked by another process; trying again/)
  holder?.exec('rollback')
  holder?.close()
  t.equal(await ended, 0)
  t.strictSame(rows(join(cwd, 'a.db'), 'select value from results'), [['x']])
})

tap.test('I8.2 the same in a program', async (t) => {
  const path = join(t.testdir(), 'a.db')
  const ssc = new StreamingContext({
    master: 'local[2]',
    appName: 'to',
    batchDuration: Milliseconds(20),
    batches: 1,
  })
  const words = ssc.queueStream([['a', 'b', 'a']])
  words
    .map((word) => [word, 1] as const)
    .reduceByKey((a, b) => a + b)
    .to(`sqlite:${path}`, { mode: 'upsert' })
  ssc.start()
  await ssc.awaitTermination()
  t.ok(existsSync(path))
  t.strictSame(rows(path, 'select key, value from results order by key'), [
    ['a', 2],
    ['b', 1],
  ])
})

tap.test('I8.2 a password in an address is not shown', async (t) => {
  const url = 'postgres://me:hidden@127.0.0.1:1/db'
  const explained = await dstream(['--explain', 'to', url], '')
  t.notMatch(explained.stdout + explained.stderr, /hidden/)
  t.match(explained.stdout + explained.stderr, /me:\*\*\*@127/)
  const refused = await dstream(['to', url, '--mode', 'wrong'], '')
  t.equal(refused.code, 2)
  t.notMatch(refused.stderr, /hidden/)
  const unknown = await dstream(['to', url.replace('postgres', 'mongodb')], '')
  t.equal(unknown.code, 2)
  t.notMatch(unknown.stderr, /hidden/)
})

tap.test('rows: types of columns are joined, the last of a key stays', async (t) => {
  const mixed = rowsOf(
    [
      { a: 1, b: null },
      { a: 1.5, c: [1] },
      { b: 'x', a: 2n },
    ],
    [],
    [],
  )
  t.strictSame(
    mixed.columns.map(({ name, type }) => [name, type]),
    [
      ['a', 'number'],
      ['b', 'text'],
      ['c', 'json'],
    ],
  )
  t.strictSame(mixed.values, [
    [1, null, null],
    [1.5, null, [1]],
    [2n, 'x', null],
  ])
  t.strictSame(
    rowsOf(
      [
        ['a', 1],
        ['b', 1],
        ['a', 2],
      ],
      [],
      ['key'],
    ).values,
    [
      ['b', 1],
      ['a', 2],
    ],
  )
  t.throws(() => rowsOf([['a', 1]], ['word'], []), /2 fields \(key, value\), and --columns names 1/)
})
