/** The source and the output of Kafka against a real broker: S2, F6, issue 7 line 1; users-asks rows 11, 13, 14, 28. */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Producer, stringSerializers } from '@platformatic/kafka'
import tap, { type Test } from 'tap'
import { openDatabase } from '../../src/engine/sql/sqlite.ts'
import { killedRun } from '../support/kill-run.ts'
import { freePort } from '../support/real/free-port.ts'
import { realKafka, SURE } from '../support/real/kafka.ts'
import { COMMAND, dstream } from '../support/run.ts'

tap.setTimeout(600_000)
const PASSWORD = 'secret-5b9'
const server = await realKafka('reader', PASSWORD)
if (server === undefined) {
  tap.fail('Kafka is not installed, and could not be: it needs java and mvn')
  process.exit(1)
}
tap.teardown(() => server.remove())
const { administer, brokers, create } = server

type Compression = 'none' | 'gzip' | 'snappy' | 'lz4'

/** Produce values, the n-th into partition n modulo `partitions`. */
async function produce(
  topic: string,
  values: readonly string[],
  { partitions = 1, compression = 'none' as Compression } = {},
): Promise<void> {
  const producer = new Producer({
    ...SURE,
    bootstrapBrokers: [brokers],
    serializers: stringSerializers,
    compression,
  })
  try {
    for (let first = 0; first < values.length; first += 5000) {
      const messages = values.slice(first, first + 5000).map((value, index) => ({
        topic,
        key: `k${first + index}`,
        partition: (first + index) % partitions,
        value,
        headers: { n: String(first + index) },
      }))
      await producer.send({ messages, acks: -1 })
    }
  } finally {
    await producer.close()
  }
}

const read = (topic: string, ...more: readonly string[]): ReturnType<typeof dstream> =>
  dstream(['kafka', topic, '--brokers', brokers, ...more], '', { timeout: 60_000 })
const ALL = ['--from', 'earliest', '--until', 'end']
const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))

/** Start a run that reads until it is told to stop; `said` resolves when its stderr or stdout match. */
function follow(t: Test, words: readonly string[]) {
  const child = spawn(process.execPath, [COMMAND, ...words], {
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return {
    ended,
    stop: () => child.kill('SIGTERM'),
    stdout: () => stdout,
    stderr: () => stderr,
    said: async (pattern: RegExp, milliseconds = 30_000): Promise<void> => {
      const deadline = performance.now() + milliseconds
      while (!pattern.test(stdout + stderr)) {
        if (performance.now() > deadline || child.exitCode !== null)
          throw new Error(`never said ${pattern}: ${stdout.slice(-500)} ${stderr}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
  }
}

tap.test(
  'S2 I7.1 values of all partitions from the first to the end, which is pinned at the start',
  async (t) => {
    await create('plain', 3)
    await produce('plain', numbers(1000), { partitions: 3 })
    const all = await read('plain', ...ALL, 'emit')
    t.strictSame([all.code, all.stderr], [0, ''])
    t.strictSame(
      all.stdout
        .trim()
        .split('\n')
        .map(Number)
        .sort((a, b) => a - b),
      numbers(1000).map(Number),
    )
    const offsets = await read('plain', '--from', 'plain:0=330,1=332,2=333', '--until', 'end', 'emit')
    t.strictSame(offsets.stdout.trim().split('\n').sort(), ['990', '993', '996', '997', '999'].sort())
    const one = await read('plain', ...ALL, '--partitions', '1', 'count', 'emit')
    t.equal(Number(one.stdout.trim().split('\n')[0]), 333)
    const pattern = await read('pla.*', '--pattern', ...ALL, 'count', 'emit')
    t.equal(Number(pattern.stdout.trim().split('\n')[0]), 1000)
  },
)

tap.test(
  'S2 asks-28 keys, headers, times, partitions and offsets are fields; a value may be anything',
  async (t) => {
    await create('odd')
    await produce('odd', ['two\nlines', '', '\u{1F600}', 'plain'])
    const records = await read('odd', ...ALL, '--with', 'record', 'emit', '--format', 'json')
    const first = JSON.parse(records.stdout.split('\n')[0] ?? '') as Record<string, unknown>
    t.match(first, {
      topic: 'odd',
      partition: 0,
      offset: 0,
      key: 'k0',
      value: 'two\nlines',
      headers: { n: '0' },
    })
    t.ok(Math.abs(Number(first.timestamp) - Date.now()) < 600_000)
    const pairs = await read('odd', ...ALL, '--with', 'key', 'emit', '--format', 'json')
    t.strictSame(JSON.parse(pairs.stdout.split('\n')[3] ?? ''), ['k3', 'plain'])
    const values = await read('odd', ...ALL, 'map', 'v => [v.length]', 'emit', '--format', 'json')
    t.strictSame(values.stdout.trim().split('\n'), ['[9]', '[0]', '[2]', '[5]'])
  },
)

tap.test('S2 gzip, snappy and lz4 are read', async (t) => {
  for (const compression of ['gzip', 'snappy', 'lz4'] as const) {
    await create(compression)
    await produce(compression, numbers(5000), { compression })
    const found = await read(compression, ...ALL, 'emit')
    t.strictSame(found.stdout.trim().split('\n'), numbers(5000), compression)
  }
})

tap.test(
  'S2 messages of transactions that were aborted are not there, and markers hide nothing behind them',
  async (t) => {
    await create('transactions')
    const producer = new Producer({
      clientId: 'test',
      bootstrapBrokers: [brokers],
      serializers: stringSerializers,
      transactionalId: 'test',
      idempotent: true,
    })
    for (const [index, ends] of ['commit', 'abort', 'abort', 'commit', 'abort'].entries()) {
      const transaction = await producer.beginTransaction()
      for (const part of [0, 1])
        await transaction.send({
          messages: [{ topic: 'transactions', key: 'k', value: `${ends} ${index}.${part}` }],
        })
      await (ends === 'commit' ? transaction.commit() : transaction.abort())
    }
    await producer.close()
    const committed = await read('transactions', ...ALL, 'emit')
    t.equal(committed.code, 0)
    t.strictSame(committed.stdout.trim().split('\n'), [
      'commit 0.0',
      'commit 0.1',
      'commit 3.0',
      'commit 3.1',
    ])
    const whole = await read('transactions', ...ALL, '--isolation', 'read_uncommitted', 'count', 'emit')
    t.equal(Number(whole.stdout.split('\n')[0]), 10)
  },
)

tap.test('I7.7 1,000,000 messages are counted exactly', async (t) => {
  await create('million', 4)
  await produce(
    'million',
    Array.from({ length: 1_000_000 }, (_, index) => `w${index % 1000}`),
    { partitions: 4 },
  )
  const counted = await read(
    'million',
    ...ALL,
    'count-by-value',
    'reduce-by-key',
    'map',
    '([w, n]) => n',
    'emit',
  )
  t.equal(counted.code, 0)
  const found = counted.stdout.trim().split('\n').map(Number)
  t.equal(
    found.reduce((sum, n) => sum + n, 0),
    1_000_000,
  )
})

tap.test(
  'I7.7 wrong broker, wrong topic, wrong password and no password: a clear error within 10 s',
  async (t) => {
    const began = performance.now()
    const broker = await dstream(['kafka', 'plain', '--brokers', `127.0.0.1:${await freePort()}`, 'emit'], '')
    t.equal(broker.code, 1)
    t.match(broker.stderr, /ECONNREFUSED|connect/i)
    t.match(broker.stderr, /Is the broker there/)
    const topic = await read('nowhere', ...ALL, 'emit')
    t.equal(topic.code, 1)
    t.match(topic.stderr, /there is no topic nowhere/)
    const words = ['kafka', 'plain', '--brokers', server.secured, '--user', 'reader', ...ALL, 'count', 'emit']
    const wrong = await dstream(words, '', { env: { DSTREAM_KAFKA_PASSWORD: 'mistaken' } })
    t.equal(wrong.code, 1)
    t.match(wrong.stderr, /refuses/)
    t.notMatch(wrong.stderr, /mistaken|\n\s+at /)
    t.ok(performance.now() - began < 30_000, 'each within 10 s')
    const none = await dstream(words, '', { env: { DSTREAM_KAFKA_PASSWORD: undefined } })
    t.equal(none.code, 2)
    t.match(none.stderr, /DSTREAM_KAFKA_PASSWORD/)
    const right = await dstream(words, '', { env: { DSTREAM_KAFKA_PASSWORD: PASSWORD } })
    t.equal(Number(right.stdout.split('\n')[0]), 1000, right.stderr)
    t.equal((await read('plain', '--from', 'yesterday', 'emit')).code, 2)
  },
)

tap.test(
  'I7.7 a topic that is made late is waited for, partitions that are added are read from their start',
  async (t) => {
    const run = follow(t, ['kafka', 'late', '--brokers', brokers, '--interval', '200ms', 'emit'])
    await run.said(/there is no topic late: waiting for it/)
    await create('late')
    await run.said(/the topic late is there now/)
    await produce('late', ['first'])
    await run.said(/first/)
    await administer((admin) =>
      admin.createPartitions({ topics: [{ name: 'late', count: 2, assignments: [{ brokerIds: [1] }] }] }),
    )
    await produce('late', ['a', 'b', 'c'], { partitions: 2 })
    await run.said(/late:1 is new/)
    await run.said(/b/)
    await administer((admin) => admin.deleteTopics({ topics: ['late'] }))
    await run.said(/there is no topic late: waiting for it[\s\S]*there is no topic late: waiting for it/)
    run.stop()
    t.equal(await run.ended, 0, run.stderr())
    t.strictSame(run.stdout().trim().split('\n').sort(), ['a', 'b', 'c', 'first'])
  },
)

tap.test('I7.7 asks-11 the broker is killed and started again: nothing is lost, nothing twice', async (t) => {
  await create('outage')
  const words = ['--from', 'earliest', '--interval', '200ms', 'emit']
  const run = follow(t, ['kafka', 'outage', '--brokers', brokers, ...words])
  await produce('outage', numbers(1000))
  await run.said(/\n999\n/)
  await server.kill()
  await run.said(/trying again/)
  await server.start()
  await run.said(/answers again/)
  await produce('outage', ['1000', '1001'])
  await run.said(/\n1001\n/, 60_000)
  run.stop()
  t.equal(await run.ended, 0)
  t.strictSame(run.stdout().trim().split('\n'), numbers(1002))
})

tap.test('S2 a group has what the outputs have, and --from committed goes on behind it', async (t) => {
  await create('grouped')
  await produce('grouped', numbers(100))
  const first = await read('grouped', ...ALL, '--group', 'g', 'count', 'emit')
  t.equal(Number(first.stdout.split('\n')[0]), 100)
  await produce('grouped', ['more'])
  const second = await read('grouped', '--from', 'committed', '--group', 'g', '--until', 'end', 'emit')
  t.equal(second.stdout, 'more\n')
})

tap.test('A6 kafka.maxRatePerPartition and --max-rate bound each batch', async (t) => {
  for (const words of [
    ['--conf', 'spark.streaming.kafka.maxRatePerPartition=100'],
    ['--max-rate', '300'],
    ['--max-rate-per-partition', '100'],
  ]) {
    const counts = await read('plain', ...ALL, '--interval', '500ms', ...words, 'count', 'emit')
    const found = counts.stdout.trim().split('\n').map(Number)
    t.equal(
      found.reduce((sum, n) => sum + n, 0),
      1000,
      words.join(' '),
    )
    t.ok(Math.max(...found) <= 150, `${found}`)
  }
})

tap.test(
  'F6 I7.7 killed 20 times and started again: each message once, in files and in SQLite',
  async (t) => {
    const cwd = t.testdir()
    await create('killed', 3)
    await produce('killed', numbers(60_000), { partitions: 3 })
    const source = [
      'kafka',
      'killed',
      '--brokers',
      brokers,
      ...ALL,
      '--interval',
      '500ms',
      '--max-rate',
      '2500',
    ]
    const checkpoint = ['--checkpoint', 'checkpoint', '--checkpoint-interval', '300ms']
    const outputs = ['to', 'sqlite:killed.db', 'save-as-text-files', 'out/batch']
    const killed = await killedRun([...source, ...checkpoint, ...outputs], 20, 2500, { cwd })
    t.comment(`${killed.kills} kills`)
    t.ok(killed.kills >= 10, `${killed.kills} kills`)
    const files = readdirSync(join(cwd, 'out')).flatMap((name) =>
      readdirSync(join(cwd, 'out', name))
        .filter((part) => part.startsWith('part-'))
        .flatMap((part) => readFileSync(join(cwd, 'out', name, part), 'utf8').split('\n')),
    )
    const lines = files.filter((line) => line !== '')
    t.equal(lines.length, 60_000)
    t.equal(new Set(lines).size, 60_000)
    const database = openDatabase(undefined, join(cwd, 'killed.db'))
    t.strictSame(
      database
        ?.prepare('select count(*) as n, count(distinct value) as d from results')
        .all()
        .map(Object.values),
      [[60_000, 60_000]],
    )
    database?.close()
  },
)

tap.test('asks-27 the ranges of a batch are told to listeners', async (t) => {
  const cwd = t.testdir()
  await dstream(['kafka', 'plain', '--brokers', brokers, ...ALL, '--events', 'events', 'count', 'emit'], '', {
    cwd,
  })
  const events = readFileSync(join(cwd, 'events'), 'utf8')
  t.match(events, /plain:0 offsets 0 to 334/)
  t.match(events, /"from":0,"until":333/)
})

tap.test(
  'S2 I7.1 a compacted topic: gaps between offsets are no loss, and end where the topic does',
  async (t) => {
    const configs = Object.entries({
      'cleanup.policy': 'compact',
      'segment.ms': '500',
      'min.cleanable.dirty.ratio': '0.01',
      'max.compaction.lag.ms': '1',
    }).map(([name, value]) => ({ name, value }))
    await administer((admin) =>
      admin.createTopics({ topics: ['compacted'], partitions: 1, replicas: 1, configs }),
    )
    const producer = new Producer({
      ...SURE,
      bootstrapBrokers: [brokers],
      serializers: stringSerializers,
    })
    t.teardown(() => producer.close())
    // The first ten and the last of each key are left.
    const keyOf = (number: number): string => (number < 10 ? `only-${number}` : `k${number % 10}`)
    const send = (values: readonly string[]): Promise<unknown> =>
      producer.send({
        messages: values.map((value) => ({ topic: 'compacted', key: keyOf(Number(value)), value })),
        acks: -1,
      })
    await send(numbers(1000))
    let number = 1000
    let found: Awaited<ReturnType<typeof read>>
    // The broker compacts when it likes, and never the segment that is written to: each message may begin a new one.
    for (let round = 0; ; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 700))
      await send([String(number++)])
      found = await read('compacted', ...ALL, '--with', 'record', 'map', 'field:offset', 'emit')
      t.equal(found.code, 0, found.stderr)
      if (found.stdout.split('\n').length < 200) break
      if (round > 80) return t.fail('the broker does not compact')
    }
    const offsets = found.stdout.trim().split('\n').map(Number)
    t.equal(offsets.at(-1), number - 1)
    t.strictSame(
      offsets,
      [...offsets].sort((one, other) => one - other),
    )
    t.ok(
      offsets.some((offset, at) => at > 0 && offset > (offsets[at - 1] as number) + 1),
      'there are gaps',
    )
    t.strictSame(offsets.slice(0, 10), numbers(10).map(Number))
    t.strictSame(
      offsets.filter((offset) => offset > 990 && offset < 1000),
      [991, 992, 993, 994, 995, 996, 997, 998, 999],
    )
    const every = await read(
      'compacted',
      ...ALL,
      '--max-rate-per-partition',
      '100',
      '--interval',
      '100ms',
      'emit',
    )
    t.match(every.stdout, /^0\n1\n[\s\S]*\n991\n992\n/)
    t.notMatch(every.stderr, /lost|deleted/)
  },
)
