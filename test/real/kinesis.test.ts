/** Streams of a real server of Kinesis, shared by leases in a real DynamoDB: row S6, A6 kinesis.*, issue 7 line 3. */
import { execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { MergeShardsCommand, SplitShardCommand } from '@aws-sdk/client-kinesis'
import tap from 'tap'
import { aggregated } from '../support/aggregated.ts'
import { killedRun } from '../support/kill-run.ts'
import { freePort } from '../support/real/free-port.ts'
import { installServers, KEYS, type Put, realDynamodb, realKinesis } from '../support/real/kinesis.ts'
import { eventually, Running } from '../support/real/running.ts'
import { throttled } from '../support/real/throttled.ts'
import { dstream, type Finished } from '../support/run.ts'

if (!(await installServers())) {
  tap.fail('kinesalite and dynalite could not be installed')
  process.exit(1)
}
const kinesis = await realKinesis()
const dynamodb = await realDynamodb()
tap.teardown(() => Promise.all([kinesis.remove(), dynamodb.remove()]))

const AT = ['--endpoint', kinesis.url]
const ALL = [...AT, '--from', 'trim-horizon', '--until', 'now']

function read(words: readonly string[], options: { readonly timeout?: number } = {}): Promise<Finished> {
  return dstream(['kinesis', ...words], '', { env: KEYS, ...options })
}

function numbers(from: number, to: number, keys = 50): readonly Put[] {
  return Array.from({ length: to - from }, (_, index) => ({
    data: `${from + index}`,
    key: `key${(from + index) % keys}`,
  }))
}

/** What of `lines` is missing of the numbers below `total`, and what is there twice. */
function wrong(
  lines: readonly string[],
  total: number,
): { readonly missing: number; readonly twice: number } {
  const distinct = new Set(lines)
  let missing = 0
  for (let number = 0; number < total; number++) if (!distinct.has(`${number}`)) missing += 1
  return { missing, twice: lines.length - distinct.size }
}

const NONE = { missing: 0, twice: 0 }

tap.test('S6 I7.3 trim-horizon, a time and latest begin where they say', async (t) => {
  await kinesis.create('places', 2)
  await kinesis.put('places', numbers(0, 100))
  await new Promise((resolve) => setTimeout(resolve, 1100))
  const between = new Date().toISOString()
  await new Promise((resolve) => setTimeout(resolve, 1100))
  await kinesis.put('places', numbers(100, 150))
  const all = await read(['places', ...ALL])
  t.strictSame([all.code, all.stderr], [0, ''])
  t.strictSame(wrong(all.stdout.trim().split('\n'), 150), NONE)
  const since = await read(['places', ...AT, '--from', between, '--until', 'now'])
  t.strictSame(
    since.stdout
      .trim()
      .split('\n')
      .map(Number)
      .sort((a, b) => a - b),
    numbers(100, 150).map(({ data }) => Number(data)),
  )
  const latest = new Running(['kinesis', 'places', ...AT, '--interval', '200ms'], KEYS)
  await new Promise((resolve) => setTimeout(resolve, 2500))
  await kinesis.put('places', [{ data: 'new' }])
  await eventually(
    () => latest.lines.length > 0,
    () => `nothing came: ${latest.stderr}`,
  )
  t.strictSame([await latest.stop(), latest.lines, latest.stderr], [0, ['new'], ''])
})

tap.test('S6 I7.3 100,000 records of 4 shards are counted exactly; aggregated ones among them', async (t) => {
  await kinesis.create('many', 4)
  const plain = numbers(0, 20_000)
  const packed = Array.from({ length: 800 }, (_, index) => {
    const inside = Array.from({ length: 100 }, (_, place) => ({
      key: `user${place % 3}`,
      data: Buffer.from(`${20_000 + index * 100 + place}`),
    }))
    return { data: aggregated(inside), key: `key${index % 50}` }
  })
  await Promise.all([kinesis.put('many', plain), kinesis.put('many', packed)])
  const ran = await read(['many', ...ALL, 'count'], { timeout: 60_000 })
  const counts = ran.stdout.trim().split('\n').map(Number)
  t.equal(
    counts.reduce((sum, count) => sum + count, 0),
    100_000,
    ran.stderr,
  )
  const lines = (await read(['many', ...ALL], { timeout: 60_000 })).stdout.trim().split('\n')
  t.strictSame(wrong(lines, 100_000), NONE)
})

tap.test('S6 I7.3 elements: text with line ends, fields, a message handler with bytes', async (t) => {
  await kinesis.create('fields', 1)
  await kinesis.put('fields', [
    { data: 'one\ntwo', key: 'k1' },
    { data: aggregated([{ key: 'inner', data: Buffer.from('three') }]), key: 'outer' },
  ])
  const fields = async (...words: string[]): Promise<unknown[]> =>
    (await read(['fields', ...ALL, ...words])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  t.strictSame(await fields('map', 'text => ({ text })'), [{ text: 'one\ntwo' }, { text: 'three' }])
  t.strictSame(await fields('--with', 'partition-key'), [
    { partitionKey: 'k1', data: 'one\ntwo' },
    { partitionKey: 'inner', data: 'three' },
  ])
  const all = (await fields('--with', 'all')) as Record<string, unknown>[]
  t.match(all[0], {
    partitionKey: 'k1',
    sequenceNumber: /^\d{56}$/,
    shard: 'shardId-000000000000',
    data: 'one\ntwo',
  })
  t.ok(Math.abs(Number(all[0]?.timestamp) - Date.now()) < 60_000)
  t.strictSame(await fields('--handler', 'm => ({ key: m.partitionKey, size: m.data.length })'), [
    { key: 'k1', size: 7 },
    { key: 'inner', size: 5 },
  ])
})

tap.test(
  'S6 I7.3 shards are split and merged while they are read: all comes, each key in order',
  async (t) => {
    await kinesis.create('moving', 2)
    const words = [
      'kinesis',
      'moving',
      ...AT,
      '--from',
      'trim-horizon',
      '--interval',
      '200ms',
      '--idle',
      '50ms',
    ]
    const run = new Running([...words, '--with', 'partition-key'], KEYS)
    const open = async (): Promise<readonly (string | undefined)[]> =>
      (await kinesis.shards('moving'))
        .filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined)
        .sort((a, b) =>
          BigInt(a.HashKeyRange?.StartingHashKey ?? 0) < BigInt(b.HashKeyRange?.StartingHashKey ?? 0)
            ? -1
            : 1,
        )
        .map(({ ShardId }) => ShardId)
    await kinesis.put('moving', numbers(0, 1000))
    const [first] = await open()
    const split = { ShardToSplit: first, NewStartingHashKey: (2n ** 125n).toString() }
    await kinesis.client.send(new SplitShardCommand({ StreamName: 'moving', ...split }))
    await kinesis.active('moving')
    await kinesis.put('moving', numbers(1000, 2000))
    const [, left, right] = await open()
    const merge = { ShardToMerge: left, AdjacentShardToMerge: right }
    await kinesis.client.send(new MergeShardsCommand({ StreamName: 'moving', ...merge }))
    await kinesis.active('moving')
    await kinesis.put('moving', numbers(2000, 3000))
    await eventually(
      () => run.lines.length >= 3000,
      () => `${run.lines.length} came: ${run.stderr}`,
    )
    t.equal(await run.stop(), 0)
    const byKey = new Map<string, number[]>()
    for (const line of run.lines) {
      const { partitionKey, data } = JSON.parse(line) as { partitionKey: string; data: string }
      byKey.set(partitionKey, [...(byKey.get(partitionKey) ?? []), Number(data)])
    }
    t.equal(byKey.size, 50)
    for (const [key, got] of byKey) {
      t.strictSame(
        got,
        [...got].sort((a, b) => a - b),
        `${key} keeps its order`,
      )
      t.equal(got.length, 60)
    }
    t.equal((await kinesis.shards('moving')).length, 5)
  },
)

tap.test(
  'S6 I7.3 two processes share the shards; one is killed, the other takes over; one that stops lets go',
  async (t) => {
    await kinesis.create('shared', 4)
    const app = [
      '--app',
      'counter',
      '--dynamodb-endpoint',
      dynamodb.url,
      '--lease-duration',
      '2s',
      '--app-interval',
      '200ms',
    ]
    const words = ['kinesis', 'shared', ...AT, '--from', 'trim-horizon', '--interval', '200ms', ...app]
    const owners = async (): Promise<readonly (string | undefined)[]> =>
      ((await dynamodb.client.send(new ScanCommand({ TableName: 'counter' }))).Items ?? []).map(
        ({ leaseOwner }) => leaseOwner?.S,
      )
    await kinesis.put('shared', numbers(0, 500))
    const one = new Running(words, KEYS)
    await eventually(
      () => one.lines.length === 500,
      () => one.stderr,
    )
    const two = new Running(words, KEYS)
    for (const end = Date.now() + 20_000; Date.now() < end; ) {
      const held = await owners()
      const counts = [...new Set(held)].map((name) => held.filter((owner) => owner === name).length)
      if (counts.length === 2 && counts.every((count) => count === 2)) break
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    t.equal(new Set(await owners()).size, 2, 'two owners')
    await kinesis.put('shared', numbers(500, 2000))
    await eventually(
      () => one.lines.length + two.lines.length >= 2000,
      () => one.stderr + two.stderr,
    )
    t.strictSame(
      wrong([...one.lines, ...two.lines], 2000),
      NONE,
      'given from one to the other, nothing comes twice',
    )
    t.ok(one.lines.length > 500 && two.lines.length > 0, 'both read')
    await one.stop('SIGKILL')
    await kinesis.put('shared', numbers(2000, 3000))
    const all = (): readonly string[] => [...one.lines, ...two.lines]
    await eventually(
      () => new Set(all()).size === 3000,
      () => `${new Set(all()).size} came: ${two.stderr}`,
    )
    t.equal(wrong(all(), 3000).missing, 0, 'nothing is lost')
    t.equal(await two.stop(), 0)
    t.strictSame(new Set(await owners()), new Set([undefined]), 'who stops lets go')
    await kinesis.put('shared', numbers(3000, 3100))
    const three = new Running(words, KEYS)
    await eventually(
      () => three.lines.length >= 100,
      () => three.stderr,
    )
    t.strictSame(
      three.lines.map(Number).sort((a, b) => a - b),
      numbers(3000, 3100).map(({ data }) => Number(data)),
    )
    t.equal(await three.stop(), 0)
  },
)

tap.test('S6 I7.3 I7.7 killed 20 times with a checkpoint, each record is in the files once', async (t) => {
  await kinesis.create('killed', 3)
  const total = 30_000
  await kinesis.put('killed', numbers(0, total))
  const cwd = t.testdir()
  const words = ['kinesis', 'killed', ...ALL, '--idle', '50ms', '--interval', '100ms', '--max-rate', '800']
  const { kills } = await killedRun(
    [...words, '--checkpoint', 'log', '--checkpoint-interval', '500ms', 'save-as-text-files', 'out/n'],
    20,
    2400,
    { cwd, env: KEYS },
  )
  t.ok(kills >= 10, `${kills} kills`)
  const lines = readdirSync(join(cwd, 'out'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith('part-'))
    .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n').slice(0, -1))
  t.strictSame(wrong(lines, total), NONE)
})

tap.test(
  'S6 A6 kinesis.retry: waitTime, maxAttempts; who is throttled reads more slowly, and all',
  async (t) => {
    await kinesis.create('slow', 4)
    await kinesis.put('slow', numbers(0, 3000))
    const gate = await throttled(kinesis.url, 3)
    t.teardown(() => gate.close())
    const words = ['slow', '--endpoint', gate.url, '--from', 'trim-horizon', '--until', 'now']
    const conf = [
      '--conf',
      'spark.streaming.kinesis.retry.waitTime=40ms',
      '--conf',
      'spark.streaming.kinesis.retry.maxAttempts=2',
    ]
    const ran = await read([...words, ...conf])
    t.equal(ran.code, 0, ran.stderr)
    t.ok(gate.refused() > 0, `${gate.refused()} calls were refused`)
    t.match(ran.stderr, /ProvisionedThroughputExceededException: reading more slowly/)
    t.strictSame(wrong(ran.stdout.trim().split('\n'), 3000), NONE)
    const port = await freePort()
    const gone = await read(['slow', '--endpoint', `http://127.0.0.1:${port}`, ...conf])
    t.equal(gone.code, 1)
  },
)

tap.test('S6 I7.7 the server is killed and comes again: nothing is lost, nothing twice', async (t) => {
  await kinesis.create('mortal', 2)
  await kinesis.put('mortal', numbers(0, 2000))
  const run = new Running(['kinesis', 'mortal', ...AT, '--from', 'trim-horizon', '--interval', '200ms'], KEYS)
  await eventually(
    () => run.lines.length === 2000,
    () => run.stderr,
  )
  for (let round = 1; round <= 3; round++) {
    await kinesis.kill()
    await new Promise((resolve) => setTimeout(resolve, 700))
    await kinesis.start()
    await kinesis.put('mortal', numbers(2000 * round, 2000 * (round + 1)))
    await eventually(
      () => run.lines.length >= 2000 * (round + 1),
      () => `${run.lines.length}: ${run.stderr}`,
    )
  }
  t.match(run.stderr, /kinesis at http.*connection (refused|was reset).*asking again.*there again/s)
  t.equal(await run.stop(), 0)
  t.strictSame(wrong(run.lines, 8000), NONE)
})

tap.test(
  'S6 I7.7 wrong stream, address, credentials and words: each a clear error within 10 s, without a key',
  async (t) => {
    const began = Date.now()
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = KEYS
    const none = { ...process.env, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: t.testdir() }
    const cases: readonly [words: readonly string[], code: number, said: RegExp, env?: NodeJS.ProcessEnv][] =
      [
        [['nowhere', ...AT], 1, /there is no stream nowhere/],
        [['words', '--endpoint', `http://127.0.0.1:${await freePort()}`], 1, /connection refused/],
        [['words', ...AT], 1, /no credentials are found/, none],
        [['words'], 2, /needs a region/],
        [['words', '--endpoint', 'localhost:4567'], 2, /--endpoint expects a URL/],
        [['words', ...AT, '--from', 'yesterday'], 2, /--from expects trim-horizon, latest or a time/],
        [['words', ...AT, '--app-interval', '1s'], 2, /--app-interval is for --app/],
        [['words', ...AT, '--app', 'x y'], 2, /no name of a table/],
        [
          ['places', ...AT, '--app', 'app', '--dynamodb-endpoint', `http://127.0.0.1:${await freePort()}`],
          1,
          /dynamodb at .*connection refused/,
        ],
      ]
    for (const [words, code, said, env = KEYS] of cases) {
      const ran = await dstream(['kinesis', ...words], '', { env, timeout: 10_000 })
      t.equal(ran.code, code, words.join(' '))
      t.match(ran.stderr, said)
      t.notMatch(ran.stderr, /\n\s+at /)
      for (const key of [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY]) t.notOk(ran.stderr.includes(key))
    }
    t.ok(Date.now() - began < 10_000 * cases.length)
  },
)

tap.test('A12-12 the producer and the word count: what is sent is counted', async (t) => {
  await kinesis.create('sentences', 2)
  const env = { ...process.env, ...KEYS }
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const program = ['--import=tsx', 'examples/kinesis-word-count.ts']
  const count = spawn(process.execPath, [...program, 'words', 'sentences', kinesis.url, dynamodb.url], {
    cwd: root,
    env,
  })
  let counted = ''
  let said = ''
  count.stdout.on('data', (chunk: Buffer) => {
    counted += chunk
  })
  count.stderr.on('data', (chunk: Buffer) => {
    said += chunk
  })
  t.teardown(() => count.kill('SIGKILL'))
  await eventually(
    () => counted.split('Time').length > 2,
    () => said,
  )
  const words = ['--import=tsx', 'examples/kinesis-word-producer.ts', 'sentences', kinesis.url, '10', '5']
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root, env })
  t.match(stdout, /^(Sent 10 records\n){5}Totals for the words sent\n(\(\d,\d+\)\n)+$/)
  const sums = (text: string): Map<string | undefined, number> => {
    const found = new Map<string | undefined, number>()
    for (const [, word, , total] of text.matchAll(/(\d)(,| +)(\d+)\)?$/gm))
      found.set(word, (found.get(word) ?? 0) + Number(total))
    return found
  }
  const sent = sums(stdout)
  const isAll = (): boolean => [...sent].every(([word, total]) => sums(counted).get(word) === total)
  await eventually(isAll, () => `${counted}\n${stdout}\n${said}`)
  t.equal(sums(counted).size, sent.size)
})
