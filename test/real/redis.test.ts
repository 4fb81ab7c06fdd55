/** Outputs into a real Redis: issue 8 line 2, row F8. */
import { Redis } from 'ioredis'
import tap from 'tap'
import { realRedis } from '../support/real/redis.ts'
import { writeWhileKilled, writeWhileServerDies } from '../support/real/survives.ts'
import { dstream } from '../support/run.ts'

const PASSWORD = 'secret-77d'
const server = await realRedis(PASSWORD)
if (server === undefined) {
  tap.fail('Redis is not installed, and could not be')
  process.exit(1)
}
tap.teardown(() => server.remove())

async function ask<T>(what: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(server?.url ?? '')
  try {
    return await what(client)
  } finally {
    client.disconnect()
  }
}

const LINES = 'a b a\nc a\nb\n'
const COUNTS = ['--batch-lines', '2', 'flatmap', 'split', 'reduce-by-key', 'to', server.url]

tap.test('I8.2 rows are added to a stream, or are fields of a hash by their key', async (t) => {
  for (const mode of ['append', 'upsert', 'replace']) {
    const ran = await dstream([...COUNTS, '--table', mode, '--mode', mode], LINES)
    t.strictSame([ran.code, ran.stderr], [0, ''])
  }
  const stream = await ask((client) => client.xrange('append', '-', '+'))
  t.strictSame(
    stream.map(([, fields]) => fields.join(' ')),
    [
      'key a value 3 batch_time 1000',
      'key b value 1 batch_time 1000',
      'key c value 1 batch_time 1000',
      'key b value 1 batch_time 2000',
    ],
  )
  t.strictSame(await ask((client) => client.hgetall('upsert')), { a: '3', b: '1', c: '1' })
  t.strictSame(await ask((client) => client.hgetall('replace')), { b: '1' })
  t.equal(await ask((client) => client.exists('dstream_batches')), 0)
  const record = 'l => ({ line: l, size: l.length, in: [1] })'
  await dstream(
    ['map', record, 'to', server.url, '--table', 'records', '--mode', 'upsert', '--key', 'line'],
    'x y\n',
  )
  t.strictSame(await ask((client) => client.hgetall('records')), { 'x y': '{"size":3,"in":[1]}' })
})

tap.test('I8.2 a wrong password, and a key of another kind, are said without the password', async (t) => {
  const denied = await dstream(['to', server.url.replace(PASSWORD, 'mistaken')], 'x\n', { timeout: 10_000 })
  t.equal(denied.code, 1)
  t.match(denied.stderr, /WRONGPASS/)
  const kind = await dstream([...COUNTS, '--table', 'upsert'], LINES)
  t.equal(kind.code, 1)
  t.match(kind.stderr, /WRONGTYPE/)
  t.notMatch(denied.stderr + kind.stderr, /secret-77d|mistaken|\n\s+at /)
})

tap.test('I6.3 F8 killed 12 times and started again, each batch is there once', async (t) => {
  const kills = await writeWhileKilled(12, t.testdir(), (name) => ['to', server.url, '--table', name])
  t.equal(kills, 12)
  const rows = (table: string): Promise<string[]> =>
    ask(async (client) => (await client.xrange(table, '-', '+')).map(([, fields]) => fields.join(' ')))
  t.strictSame(await rows('broken'), await rows('whole'))
})

tap.test(
  'I8.2 the server is killed in the middle and started again: every row is there, each once',
  async (t) => {
    const total = 60_000
    const { code, stderr } = await writeWhileServerDies(server, total, t.testdir(), [
      'to',
      server.url,
      '--table',
      'survivors',
    ])
    t.equal(code, 0, stderr)
    t.match(stderr, /trying again/)
    const rows = await ask((client) => client.xrange('survivors', '-', '+'))
    t.equal(rows.length, total)
    t.equal(new Set(rows.map(([, [, value]]) => value)).size, total)
  },
)
