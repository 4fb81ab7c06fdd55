/** The output to Kafka against a real broker: issue 7 line 1, issue 8 line 2, row F8. */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createSecureServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import tap from 'tap'
import { makeCertificate } from '../support/certificate.ts'
import { killedRun, waiting } from '../support/kill-run.ts'
import { freePort } from '../support/real/free-port.ts'
import { hasProgram } from '../support/real/install.ts'
import { realKafka, SERVERS } from '../support/real/kafka.ts'
import { eventually, Running } from '../support/real/running.ts'
import { writeWhileServerDies } from '../support/real/survives.ts'
import { dstream } from '../support/run.ts'

tap.setTimeout(600_000)
const PASSWORD = 'secret-8e1'
const server = await realKafka('writer', PASSWORD)
if (server === undefined) {
  tap.fail('Kafka is not installed, and could not be: it needs java and mvn')
  process.exit(1)
}
tap.teardown(() => server.remove())
const { administer, brokers, create } = server
const url = (topic: string): string => `kafka://${brokers}/${topic}`

interface Found {
  readonly partition: number
  readonly offset: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

/** What a reader of committed messages finds in a topic. */
async function found(topic: string, ...more: readonly string[]): Promise<readonly Found[]> {
  const words = ['kafka', topic, '--brokers', brokers, '--from', 'earliest', '--until', 'end', ...more]
  const { code, stdout, stderr } = await dstream(
    [...words, '--with', 'record', 'emit', '--format', 'json'],
    '',
    {
      timeout: 60_000,
    },
  )
  if (code !== 0) throw new Error(stderr)
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Found)
}

const PRODUCER = fileURLToPath(new URL('kafka-producer/KeyedProducer.java', import.meta.url))

/** Produce lines KEY<TAB>VALUE by Kafka's own client. */
async function produceByJava(topic: string, input: string): Promise<void> {
  if (!(await hasProgram('javac', 'openjdk-17-jdk-headless'))) throw new Error('javac is not installed')
  const java = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', join(SERVERS, 'kafka/libs/*')]
  const running = promisify(execFile)('java', [...java, PRODUCER, brokers, topic])
  running.child.stdin?.end(input)
  await running
}

const LINES = 'a b a\nc a\nb\n'
const COUNTS = ['flatmap', 'split', 'reduce-by-key']

tap.test(
  'I7.1 I8.2 a pair is key and value, a record is JSON, text is a value, null is a tombstone',
  async (t) => {
    await create('shapes')
    const lines = async (input: string, ...words: readonly string[]): Promise<void> => {
      const { code, stderr } = await dstream(['--batch-lines', '2', ...words], input)
      t.strictSame([code, stderr], [0, ''])
    }
    const record = 'l => ({ word: l, size: l.length, in: [1] })'
    await lines(LINES, ...COUNTS, 'to', url('shapes'))
    await lines('x\n', 'map', record, 'to', url('shapes'))
    await lines('x\n', 'map', record, 'to', url('shapes'), '--key', 'word')
    await lines('x\n', 'map', 'l => [l, 1]', 'to', url('shapes'), '--columns', 'word,n', '--key', 'n')
    await lines('\nline\n', 'to', url('shapes'))
    await lines('gone\n', 'map', 'l => [l, null]', 'to', url('shapes'))
    t.strictSame(
      (await found('shapes')).map(({ key, value, headers }) => [key, value, headers.batch_time]),
      [
        ['a', '3', '1000'],
        ['b', '1', '1000'],
        ['c', '1', '1000'],
        ['b', '1', '2000'],
        [null, '{"word":"x","size":1,"in":[1]}', '1000'],
        ['x', '{"word":"x","size":1,"in":[1]}', '1000'],
        ['1', '{"word":"x","n":1}', '1000'],
        [null, '', '1000'],
        [null, 'line', '1000'],
        ['gone', null, '1000'],
      ],
    )
    const mixed = 'l => l === "a" ? { a: 1 } : { b: 2 }'
    await create('mixed')
    await lines('a\nb\n', 'map', mixed, 'to', url('mixed'))
    t.strictSame(
      (await found('mixed')).map(({ value }) => value),
      ['{"a":1}', '{"b":2}'],
    )
  },
)

tap.test(
  'I7.1 a key goes to the partition to which Java clients send it, also as bytes beyond ASCII',
  async (t) => {
    await create('by-java', 7)
    await create('by-us', 7)
    const keys = Array.from(
      { length: 300 },
      (_, index) => `${'käß\u{1F600}'.slice(0, index % 6)}${index ** 3}`,
    )
    const input = keys.map((key) => `${key}\tx\n`).join('')
    await produceByJava('by-java', input)
    const wrote = await dstream(['map', 'l => l.split("\t")', 'to', url('by-us')], input)
    t.strictSame([wrote.code, wrote.stderr], [0, ''])
    const places = async (topic: string): Promise<readonly string[]> =>
      (await found(topic)).map(({ key, partition }) => `${key} ${partition}`).toSorted()
    const byUs = await places('by-us')
    t.equal(byUs.length, keys.length)
    t.equal(new Set(byUs.map((place) => place.split(' ')[1])).size, 7)
    t.strictSame(byUs, await places('by-java'))
  },
)

tap.test('I7.1 what has no key is dealt to all partitions; gzip, snappy and lz4 are written', async (t) => {
  for (const compression of ['none', 'gzip', 'snappy', 'lz4']) {
    await create(compression, 3)
    const lines = Array.from({ length: 9000 }, (_, index) => `${compression} ${index}`)
    const address = `${url(compression)}?compression=${compression}`
    const wrote = await dstream(['--batch-lines', '4000', 'to', address], `${lines.join('\n')}\n`)
    t.strictSame([wrote.code, wrote.stderr], [0, ''])
    const messages = await found(compression)
    t.strictSame(messages.map(({ value }) => value).toSorted(), lines.toSorted())
    for (const partition of [0, 1, 2])
      t.ok(messages.filter((message) => message.partition === partition).length > 2000)
  }
  const unknown = await dstream(['to', `${url('none')}?compression=rar`], 'x\n')
  t.equal(unknown.code, 1)
  t.match(unknown.stderr, /compression=rar is not known. Known: none, gzip, snappy, lz4/)
})

tap.test('I7.1 I7.7 a missing topic, and a message that is too large, end it with an error', async (t) => {
  const began = performance.now()
  for (const more of [[], ['--checkpoint', join(t.testdir(), 'missing')]]) {
    const missing = await dstream([...more, 'to', url('nowhere-at-all')], 'x\n', { timeout: 20_000 })
    t.equal(missing.code, 1)
    t.match(missing.stderr, /there is no topic nowhere-at-all at kafka:.*Create it first/)
    t.notMatch(missing.stderr, /\n\s+at /)
  }
  t.ok(performance.now() - began < 20_000)
  await create('small')
  const large = 'l => l.repeat(l === "y" ? 2e6 : 6e5)'
  for (const more of [[], ['--checkpoint', join(t.testdir(), 'large')]]) {
    const refused = await dstream([...more, 'map', large, 'to', url('small')], 'x\nx\nx\ny\n')
    t.equal(refused.code, 1)
    t.match(refused.stderr, /a message of 20000\d\d bytes is larger than the topic small takes/)
    t.match(refused.stderr, /max.message.bytes/)
  }
  t.equal((await found('small')).length, 3, 'the messages before it, and none of a transaction')
})

tap.test('I7.1 more than a topic takes at once goes in parts', async (t) => {
  await administer((admin) =>
    admin.createTopics({
      topics: ['parts'],
      partitions: 1,
      replicas: 1,
      configs: [{ name: 'max.message.bytes', value: '20000' }],
    }),
  )
  const lines = Array.from({ length: 3000 }, (_, index) => `${index} ${'x'.repeat(60)}`)
  for (const more of [[], ['--checkpoint', join(t.testdir(), 'parts')]]) {
    const wrote = await dstream([...more, 'to', url('parts')], `${lines.join('\n')}\n`)
    t.strictSame([wrote.code, wrote.stderr.replace(/^.*checkpoint.*\n/gm, '')], [0, ''])
  }
  t.strictSame(
    (await found('parts')).map(({ value }) => value),
    [...lines, ...lines],
  )
})

tap.test(
  'I7.7 no broker, and a port that is no broker’s, are said within 10 s and asked again',
  async (t) => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => sockets.push(socket.on('error', () => {})))
    const mistaken = createServer((socket) =>
      socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    )
    const ports: number[] = [await freePort()]
    for (const listener of [silent, mistaken]) {
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
      ports.push((listener.address() as { port: number }).port)
    }
    for (const port of ports) {
      writeFileSync(join(t.testdir(), 'in'), 'x\n')
      const run = new Running(['text', join(t.testdirName, 'in'), 'to', `kafka://127.0.0.1:${port}/any`])
      t.teardown(() => run.child.kill('SIGKILL'))
      await eventually(
        () => /trying again in/.test(run.stderr),
        () => `${port}: ${run.stderr}`,
        10_000,
      )
      t.equal(run.child.exitCode, null)
      t.comment(run.stderr)
      run.child.kill('SIGKILL')
      await run.ended
    }
    for (const socket of sockets) socket.destroy()
    silent.close()
    mistaken.close()
  },
)

tap.test('I8.2 flags that a topic has no use for are refused by their names', async (t) => {
  const said = async (...words: readonly string[]): Promise<string> => {
    const { code, stderr } = await dstream(['to', ...words], 'x\n')
    t.not(code, 0)
    t.notMatch(stderr, /\n\s+at /)
    return stderr
  }
  t.match(await said(url('shapes'), '--mode', 'upsert'), /--mode upsert is for tables/)
  t.match(await said(url('shapes'), '--table', 'x'), /--table is for databases/)
  t.match(await said(url('shapes'), '--key', 'a,b'), /--key names one field/)
  t.match(await said(url('shapes'), '--key', 'a'), /no field a to be the key; fields: value/)
  t.match(await said(`kafka://${brokers}`), /names no topic/)
  t.match(await said(`${url('shapes')}?acks=1`), /kafka knows no setting acks/)
  t.match(await said(`${url('shapes')}?tls-ca=/missing.pem`), /tls-ca \/missing.pem: .*ENOENT/)
})

tap.test('I8.2 by TLS, with PLAIN and SCRAM', async (t) => {
  await create('by-tls')
  const env = { DSTREAM_KAFKA_PASSWORD: PASSWORD }
  for (const sasl of ['plain', 'scram-sha-256', 'scram-sha-512']) {
    const address = `kafka://writer@${server.tls}/by-tls?sasl=${sasl}&tls-ca=${server.authority}`
    const wrote = await dstream(['to', address], `${sasl}\n`, { env })
    t.strictSame([wrote.code, wrote.stderr], [0, ''])
  }
  t.strictSame(
    (await found('by-tls')).map(({ value }) => value),
    ['plain', 'scram-sha-256', 'scram-sha-512'],
  )
})

tap.test('I8.2 a certificate for which nobody vouches ends it, and says how to name who does', async (t) => {
  const cwd = t.testdir()
  const [cert, key] = [join(cwd, 'cert.pem'), join(cwd, 'key.pem')]
  makeCertificate(cert, key)
  const secure = createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }, (socket) =>
    socket.on('error', () => {}),
  )
  secure.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
  const { port } = secure.address() as { port: number }
  const refused = await dstream(['to', `kafka://127.0.0.1:${port}/any?tls`], 'x\n', { timeout: 20_000 })
  secure.close()
  t.equal(refused.code, 1)
  t.match(refused.stderr, /self-signed certificate. Name the certificate of who signed it: tls-ca=FILE/)
})

tap.test(
  'I8.2 several brokers, and the password of the user; a wrong one is said, and none is shown',
  async (t) => {
    await create('secured')
    const [before, port] = [await freePort(), server.secured]
    const address = (user: string): string => `kafka://${user}@127.0.0.1:${before},${port}/secured?sasl=plain`
    const env = { DSTREAM_KAFKA_PASSWORD: PASSWORD }
    const ways: readonly [string, NodeJS.ProcessEnv][] = [
      ['writer', env],
      [`writer:${PASSWORD}`, {}],
    ]
    for (const [user, environment] of ways) {
      const wrote = await dstream(['to', address(user)], 'x\n', { env: environment })
      t.strictSame([wrote.code, wrote.stderr], [0, ''])
    }
    t.equal((await found('secured')).length, 2)
    const wrong = await dstream(['to', address('writer:mistaken')], 'x\n', { timeout: 10_000 })
    t.equal(wrong.code, 1)
    t.match(wrong.stderr, /refuses: .*[Aa]uthentication failed/)
    const none = await dstream(['to', address('writer')], 'x\n', {
      env: { DSTREAM_KAFKA_PASSWORD: undefined },
    })
    t.match(none.stderr, /needs a password. Set DSTREAM_KAFKA_PASSWORD/)
    t.notMatch(wrong.stderr + none.stderr, /secret-8e1|mistaken|\n\s+at /)
  },
)

/** Milliseconds that each batch takes at least, so that it is killed under way on any machine. */
const SLOW = 10
const PER_BATCH = 10
const slowly = (total: number, cwd: string, ...to: readonly string[]): readonly string[] => {
  writeFileSync(join(cwd, 'in'), Array.from({ length: total }, (_, index) => `${index}\n`).join(''))
  const wait = waiting(SLOW, `n % ${PER_BATCH} === 0`)
  return [
    ...['text', join(cwd, 'in'), '--batch-lines', String(PER_BATCH), '--checkpoint-interval', '200ms'],
    ...['map', `n => (${wait}, ["k" + n % 37, n])`, 'to'],
    ...to,
  ]
}

tap.test('I6.3 F8 killed 12 times and started again, each message is there once', async (t) => {
  await create('broken', 3)
  const total = 15_000
  const words = slowly(total, t.testdir(), url('broken'), '--checkpoint', join(t.testdirName, 'kept'))
  const { kills } = await killedRun(words, 12, 1500)
  t.equal(kills, 12)
  const messages = await found('broken')
  t.strictSame(
    messages.map(({ value }) => Number(value)).toSorted((one, other) => one - other),
    Array.from({ length: total }, (_, index) => index),
  )
  t.strictSame(
    messages.filter(
      ({ value, headers }) =>
        Number(headers.batch_time) !== 1000 * (Math.floor(Number(value) / PER_BATCH) + 1),
    ),
    [],
    'each in its batch',
  )
  const values = messages.filter(({ key }) => key === 'k5').map(({ value }) => Number(value))
  t.strictSame(
    values,
    values.toSorted((one, other) => one - other),
    'those of a key in their order',
  )
})

tap.test('I8.2 of two runs behind the same checkpoint only the later one writes', async (t) => {
  await create('twins')
  const cwd = t.testdir()
  const kept = join(cwd, 'kept')
  const first = new Running(slowly(30_000, cwd, url('twins'), '--checkpoint', kept))
  t.teardown(() => first.child.kill('SIGKILL'))
  await eventually(
    () => existsSync(kept) && readdirSync(kept).length > 2,
    () => first.stderr,
  )
  await new Promise((resolve) => setTimeout(resolve, 1000))
  cpSync(kept, `${kept}-2`, { recursive: true })
  rmSync(`${kept}-2/lock`, { recursive: true })
  const second = new Running(slowly(30_000, cwd, url('twins'), '--checkpoint', `${kept}-2`))
  t.teardown(() => second.child.kill('SIGKILL'))
  t.equal(await first.ended, 1, second.stderr)
  t.match(first.stderr, /another run goes on behind the same checkpoint/)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  t.equal(second.child.exitCode, null, second.stderr)
  second.child.kill('SIGKILL')
  await second.ended
  const values = (await found('twins')).map(({ value }) => Number(value))
  t.strictSame(
    values,
    values.map((_, index) => index),
    'each once, in their order',
  )
})

for (const more of [[], ['--checkpoint', 'kept']])
  tap.test(
    `I8.2 the server is killed in the middle and started again: every message is there, each once${more[0] === undefined ? '' : ', with a checkpoint'}`,
    async (t) => {
      const total = 60_000
      const topic = `survivors${more.length}`
      await create(topic, 3)
      const { code, stderr } = await writeWhileServerDies(server, total, t.testdir(), [
        ...more,
        'to',
        url(topic),
      ])
      t.equal(code, 0, stderr)
      t.match(stderr, /trying again/)
      const values = (await found(topic)).map(({ value }) => value)
      t.equal(values.length, total)
      t.equal(new Set(values).size, total)
    },
  )
