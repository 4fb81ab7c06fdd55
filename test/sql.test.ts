import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import tap from 'tap'
import { openDatabase } from '../src/engine/sql/sqlite.ts'
import { type DStream, StreamingContext } from '../src/index.ts'
import { collectingPort, collectStream } from './support/collect.ts'
import { dstream } from './support/run.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The rows that a query gives of each batch. */
async function rowsOf(
  batches: readonly (readonly unknown[])[],
  query: string,
  options: { readonly as?: string; readonly columns?: string } = {},
): Promise<unknown[][]> {
  const found = await collectStream(batches, (stream) => stream.sql(query, options))
  return found.map(({ elements }) => elements)
}

/** The message of what a query fails with, and how many batches came out before. */
async function failureOf(
  batches: readonly (readonly unknown[])[],
  make: (stream: DStream<unknown>) => DStream<unknown>,
): Promise<{ name: string; message: string; hint: string | undefined; batches: number }> {
  const context = new StreamingContext({
    batchDuration: 1000,
    batchLines: 1,
    batches: batches.length,
    port: collectingPort(),
  })
  let count = 0
  make(context.queueStream([...batches])).foreachRDD(() => {
    count += 1
  })
  context.start()
  try {
    await context.awaitTermination()
  } catch (error) {
    const { name, message, hint } = error as Error & { hint?: string }
    return { name, message, hint, batches: count }
  }
  throw new Error('it did not fail')
}

tap.test('SQL a batch is a table: pairs, records, and everything else', async (t) => {
  t.strictSame(
    await rowsOf(
      [
        [
          ['a', 1],
          ['b', 2],
        ],
      ],
      'SELECT value, key FROM batch WHERE value > 1',
    ),
    [[{ value: 2, key: 'b' }]],
  )
  t.strictSame(await rowsOf([[{ host: 'a' }, { host: 'b', ms: 3 }]], 'SELECT * FROM batch'), [
    [
      { host: 'a', ms: null },
      { host: 'b', ms: 3 },
    ],
  ])
  t.strictSame(await rowsOf([['x', 7, ['k', 'v'], { f: 1 }, [1, 2, 3]]], 'SELECT value, key, f FROM batch'), [
    [
      { value: 'x', key: null, f: null },
      { value: 7, key: null, f: null },
      { value: 'v', key: 'k', f: null },
      { value: null, key: null, f: 1 },
      { value: '[1,2,3]', key: null, f: null },
    ],
  ])
  const [rows] = await rowsOf([[['b', 1]]], 'SELECT value AS z, key AS a, 1 AS m FROM batch')
  t.strictSame(Object.keys(rows?.[0] as object), ['z', 'a', 'm'], "fields stand in the query's order")
})

tap.test('SQL values keep their types, or become what the page says', async (t) => {
  const values: readonly (readonly [unknown, unknown, string])[] = [
    [3, 3, 'integer'],
    [-0.5, -0.5, 'real'],
    [1e300, 1e300, 'real'],
    ['007', '007', 'text'],
    ["it's", "it's", 'text'],
    ['', '', 'text'],
    [true, 1, 'integer'],
    [false, 0, 'integer'],
    [null, null, 'null'],
    [undefined, null, 'null'],
    [Number.NaN, null, 'null'],
    [2 ** 53 - 1, 2 ** 53 - 1, 'integer'],
    [2n ** 53n + 1n, '9007199254740993', 'integer'],
    [2n ** 70n, '1180591620717411303424', 'text'],
    [{ a: [1, null] }, '{"a":[1,null]}', 'text'],
    [new Date(0), '1970-01-01T00:00:00.000Z', 'text'],
    [new Uint8Array([0, 255]), new Uint8Array([0, 255]), 'blob'],
  ]
  const rows = await rowsOf(
    [values.map(([given]) => ({ given }))],
    'SELECT given, typeof(given) AS type FROM batch',
  )
  t.strictSame(
    rows[0],
    values.map(([, given, type]) => ({ given, type })),
  )
  t.strictSame(
    await rowsOf([[7]], 'SELECT value / 2 AS half, 9007199254740993 AS big FROM batch'),
    [[{ half: 3, big: '9007199254740993' }]],
    'whole numbers divide as integers; a number that would not be exact is text',
  )
  t.strictSame(await rowsOf([[{ a: { b: 5 } }]], "SELECT json_extract(a, '$.b') AS b FROM batch"), [
    [{ b: 5 }],
  ])
})

tap.test('SQL each batch stands alone, a window is one table, a table may be named twice', async (t) => {
  t.strictSame(await rowsOf([['a', 'b'], ['c']], 'SELECT count(*) AS n FROM batch'), [[{ n: 2 }], [{ n: 1 }]])
  const windows = await collectStream([['a'], ['b', 'a'], []], (stream) =>
    stream.window(2000).sql('SELECT value AS w, count(*) AS n FROM batch GROUP BY w'),
  )
  t.strictSame(
    windows.map(({ elements }) => elements),
    [
      [{ w: 'a', n: 1 }],
      [
        { w: 'a', n: 2 },
        { w: 'b', n: 1 },
      ],
      [
        { w: 'a', n: 1 },
        { w: 'b', n: 1 },
      ],
    ],
  )
  const query = `WITH best AS (SELECT key, max(value) AS most FROM scores GROUP BY key)
    SELECT scores.key, value FROM scores JOIN best ON best.key = scores.key AND most = value ORDER BY 1;`
  const scores = [
    ['b', 1],
    ['a', 4],
    ['b', 9],
    ['a', 2],
  ]
  t.strictSame(await rowsOf([scores], query, { as: 'scores' }), [
    [
      { key: 'a', value: 4 },
      { key: 'b', value: 9 },
    ],
  ])
})

tap.test('SQL empty batches have the columns of those before', async (t) => {
  const batches = [[], [{ host: 'a' }], [], [{ ms: 2 }], []]
  t.strictSame(
    await rowsOf(batches, 'SELECT count(*) AS n, max(host) AS host FROM batch'),
    [[], [{ n: 1, host: 'a' }], [{ n: 0, host: null }], [{ n: 1, host: null }], [{ n: 0, host: null }]],
    'none are known at first: no rows',
  )
  t.strictSame(await rowsOf([[], ['x']], 'SELECT count(value) AS n FROM batch'), [[{ n: 0 }], [{ n: 1 }]])
  t.strictSame(
    await rowsOf([[], [{ ms: 1 }]], 'SELECT count(error) AS errors FROM batch', { columns: 'ms, error' }),
    [[{ errors: 0 }], [{ errors: 0 }]],
    '--columns says what is not always there',
  )
})

tap.test('SQL faults of a query are found at the start', async (t) => {
  const faults: readonly (readonly [string, RegExp, RegExp?])[] = [
    ['SELEC 1', /^sql: near "SELEC": syntax error$/],
    ['SELECT a FROM batch WHERE', /^sql: incomplete input$/],
    ['SELECT a, nope(b) FROM batch', /^sql: no such function: nope$/],
    [
      'SELECT a FROM words',
      /^sql: no such table: words$/,
      /The batch is the table batch; --as gives it another/,
    ],
    ['SELECT x.a FROM batch b', /^sql: no such column: x\.a$/],
    [
      'SELECT a FROM batch GROUP BY count(*)',
      /^sql: aggregate functions are not allowed in the GROUP BY clause$/,
    ],
    ['SELECT 1; SELECT 2', /^sql: one query is expected/],
    ['DELETE FROM batch', /^sql: one query is expected/],
    ['', /^sql: one query is expected/],
  ]
  for (const [query, message, hint] of faults) {
    const found = await failureOf([[{ a: 1 }]], (stream) => stream.sql(query))
    t.equal(found.name, 'UsageError', query)
    t.match(found.message, message)
    if (hint !== undefined) t.match(found.hint, hint)
    t.equal(found.batches, 0)
  }
  const given = await failureOf([[{ a: 1 }]], (stream) => stream.sql('SELECT b FROM batch', { columns: 'a' }))
  t.match(given, { name: 'UsageError', message: 'sql: no such column: b' })
  const twice = await failureOf([[1]], (stream) => stream.sql('SELECT a, a FROM batch', { columns: 'a' }))
  t.equal(twice.message, 'sql: two columns of the result are called a: give one another name with AS')
  const reserved = await failureOf([[1]], (stream) => stream.sql('SELECT 1', { as: 'sqlite_batch' }))
  t.match(reserved.message, /^sql: object name reserved for internal use: sqlite_batch$/)

  const { code, stderr } = await dstream(['stdin', 'sql', 'SELECT host FROM', '--as', 'x'], 'x\n')
  t.equal(code, 2)
  t.match(stderr, /^dstream: sql: incomplete input\n\n {2}dstream stdin sql .*\n +\^\^\^/)
  const explained = await dstream(['map', 'json', 'sql', 'SELECT host FROM batch WHERE (', '--explain'])
  t.equal(explained.code, 2, '--explain finds them too')
})

tap.test('SQL what only a batch can show fails that batch', async (t) => {
  const missing = await failureOf([[{ a: 1, c: 2 }]], (stream) => stream.sql('SELECT b FROM batch'))
  t.match(missing, {
    name: 'StageError',
    message: 'no such column: b; columns of the batch: a, c',
    batches: 0,
  })
  const lines = await dstream(['sql', 'SELECT host FROM batch'], 'x\n')
  t.equal(lines.code, 1)
  t.match(lines.stderr, /^dstream: no such column: host; columns of the batch: value\n\n {2}stage: {3}sql /)
  const late = await failureOf([[1], [1, 2]], (stream) =>
    stream.sql('SELECT sum(9223372036854775807) AS n FROM batch'),
  )
  t.match(late, {
    name: 'StageError',
    message: /^integer overflow; columns of the batch: value$/,
    batches: 1,
  })
  const both = await failureOf([[{ Host: 1, host: 2 }]], (stream) => stream.sql('SELECT host FROM batch'))
  t.match(both.message, /^two fields of an element are the column host/)
  const star = await failureOf([[['a', 1]]], (stream) =>
    stream.sql('SELECT * FROM batch x JOIN batch y USING (key)'),
  )
  t.match(star.message, /^two columns of the result are called value: give one another name with AS/)
})

tap.test('SQL names of columns differ in more than case', async (t) => {
  t.strictSame(await rowsOf([[{ Host: 1 }, { host: 2 }]], 'SELECT HOST AS h FROM batch'), [
    [{ h: 1 }, { h: 2 }],
  ])
})

tap.test('SQL data and names are never part of the query', async (t) => {
  const evil = `'); DROP TABLE batch; --`
  const field = `a" ); DROP TABLE "batch`
  t.strictSame(await rowsOf([[{ [field]: evil }], [{ [field]: evil }]], 'SELECT * FROM batch'), [
    [{ [field]: evil }],
    [{ [field]: evil }],
  ])
  t.strictSame(await rowsOf([[evil]], 'SELECT value FROM "my ""batch"', { as: 'my "batch' }), [
    [{ value: evil }],
  ])
})

tap.test('SQL is of Node where it has it, else of the package, else an error can say so', async (t) => {
  const asked: string[] = []
  const none = openDatabase((name) => {
    asked.push(name)
    throw new Error(`Cannot find module ${name}`)
  })
  t.equal(none, undefined)
  t.strictSame(asked, ['node:sqlite', '@photostructure/sqlite'])

  class DatabaseSync {
    readonly path: string
    constructor(path: string) {
      this.path = path
    }
  }
  const warnings: string[] = []
  const listen = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', listen)
  const found = openDatabase((name) => {
    process.emitWarning(`${name} is young`)
    return { DatabaseSync }
  })
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', listen)
  t.match(found, { path: ':memory:' })
  t.strictSame(warnings, [], 'the warning of Node is not passed on')
})

tap.test('A12-4 sql-network-word-count shows a table as Spark does, every batch', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('hello world\nhello abcdefghijklmnopqrstuvwxyz\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const args = ['--import=tsx', 'examples/sql-network-word-count.ts', '127.0.0.1', String(port)]
  const child = spawn(process.execPath, args, { cwd: root })
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
  let stdout = ''
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk))
  await new Promise<void>((resolve) => {
    child.on('close', () => resolve())
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk
      // The batch after the words is empty, and shows a table too.
      if (/hello\|[\s\S]*=========[\s\S]*\+\n\n$/.test(stdout)) child.kill()
    })
  })
  clearTimeout(timer)
  server.close()
  t.equal(stderr, '')
  const full = [
    '+--------------------+-----+',
    '|                word|total|',
    '+--------------------+-----+',
    '|abcdefghijklmnopq...|    1|',
    '|               hello|    2|',
    '|               world|    1|',
    '+--------------------+-----+',
  ]
  const empty = ['+----+-----+', '|word|total|', '+----+-----+', '+----+-----+']
  const blocks = stdout.split(/^(?==========)/m)
  const tables = blocks.map((block) => {
    const [head = '', ...rest] = block.split('\n')
    const time = /^========= (\d+) ms =========$/.exec(head)?.[1]
    t.equal(Number(time) % 2000, 0, `${head} is a multiple of 2 s`)
    return rest.join('\n')
  })
  t.ok(tables.includes(`${full.join('\n')}\n\n`), stdout)
  t.equal(tables.at(-1), `${empty.join('\n')}\n\n`)
})

tap.test('A12-4 the same as a line of shell', async (t) => {
  const query = 'SELECT value AS word, count(*) AS total FROM words GROUP BY word'
  const args = [
    '--batch-lines',
    '2',
    'flatmap',
    'split',
    'sql',
    query,
    '--as',
    'words',
    'emit',
    '--format',
    'tsv',
  ]
  const { code, stdout, stderr } = await dstream(args, 'hello world\nhello\nagain\n')
  t.equal(stderr, '')
  t.equal(stdout, 'word\ttotal\nhello\t2\nworld\t1\nagain\t1\n')
  t.equal(code, 0)
})
