/** `kafka --registry` against a real broker and a real schema registry, Apicurio: issue 7 line 1; users-asks row 11. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Admin, Producer } from '@platformatic/kafka'
import avro from 'avsc'
import protobuf from 'protobufjs'
import tap from 'tap'
import {
  ConsumerStrategies,
  KafkaUtils,
  LocationStrategies,
  Milliseconds,
  StreamingContext,
} from '../../src/index.ts'
import { freePort } from '../support/real/free-port.ts'
import { realKafka, SURE } from '../support/real/kafka.ts'
import { pythonEnvironment } from '../support/real/python.ts'
import { realRegistry } from '../support/real/registry.ts'
import { dstream } from '../support/run.ts'
import { Session } from '../support/session.ts'

const execute = promisify(execFile)

/** The client of those who made the registry's interface. */
const CONFLUENT = 'confluent-kafka[avro,json,protobuf,schemaregistry]==2.16.0'

tap.setTimeout(600_000)
const kafka = await realKafka('reader', 'secret-2f4')
const registry = kafka === undefined ? undefined : await realRegistry()
if (kafka === undefined || registry === undefined) {
  await kafka?.remove()
  tap.fail('Kafka or Apicurio is not installed, and could not be: they need java and mvn')
  process.exit(1)
}
tap.teardown(async () => {
  await registry.remove()
  await kafka.remove()
})
const { brokers } = kafka

async function create(topic: string): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [brokers] })
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 })
  await admin.close()
}

type Message = readonly [key: Buffer | string, value: Buffer]

async function produce(topic: string, messages: readonly Message[]): Promise<void> {
  const producer = new Producer({ ...SURE, bootstrapBrokers: [brokers] })
  await producer.send({
    messages: messages.map(([key, value]) => ({ topic, key: Buffer.from(key), value })),
    acks: -1,
  })
  await producer.close()
}

/** What stands before a value of a schema. */
function framed(id: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const frame = Buffer.alloc(5)
  frame.writeUInt32BE(id, 1)
  return Buffer.concat([frame, ...parts.map((part) => Uint8Array.from(part))])
}

const words = (topic: string, ...more: readonly string[]): string[] => [
  'kafka',
  topic,
  '--brokers',
  brokers,
  '--registry',
  registry.url,
  '--from',
  'earliest',
  '--until',
  'end',
  ...more,
]
const read = (topic: string, ...more: readonly string[]): ReturnType<typeof dstream> =>
  dstream(words(topic, ...more), '', { timeout: 60_000 })
const elements = (stdout: string): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

const CLICK = {
  type: 'record',
  name: 'Click',
  namespace: 'web',
  fields: [
    { name: 'page', type: 'string' },
    { name: 'ms', type: ['null', 'long'] },
    { name: 'tags', type: { type: 'array', items: 'string' } },
  ],
} as const

tap.test('I7.1 Avro: values are records, framed keys too; each version by its own schema', async (t) => {
  await create('clicks')
  const first = await registry.register('clicks-value', JSON.stringify(CLICK))
  const wider = { ...CLICK, fields: [...CLICK.fields, { name: 'user', type: 'string', default: '' }] }
  const second = await registry.register('clicks-value', JSON.stringify(wider))
  const keys = await registry.register('clicks-key', '"string"')
  t.not(first, second)
  const one = avro.Type.forSchema(CLICK as unknown as avro.Schema).toBuffer({ page: '/', ms: null, tags: [] })
  const two = avro.Type.forSchema(wider as unknown as avro.Schema).toBuffer({
    page: '/a',
    ms: 12,
    tags: ['x', 'y'],
    user: 'ada',
  })
  await produce('clicks', [
    ['plain', framed(first, one)],
    [framed(keys, avro.Type.forSchema('string').toBuffer('of Avro')), framed(second, two)],
    [Buffer.from([0, 0, 0, 0, 0, 0, 0, 7]), framed(first, one)],
  ])
  const values = [
    { page: '/', ms: null, tags: [] },
    { page: '/a', ms: 12, tags: ['x', 'y'], user: 'ada' },
    { page: '/', ms: null, tags: [] },
  ]
  const found = await read('clicks', 'emit', '--format', 'json')
  t.strictSame([found.code, found.stderr], [0, ''])
  t.strictSame(elements(found.stdout), values)
  const pairs = await read('clicks', '--with', 'key', 'emit', '--format', 'json')
  t.strictSame(
    elements(pairs.stdout),
    values.map((value, index) => [['plain', 'of Avro', '\0\0\0\0\0\0\0\x07'][index], value]),
  )
  const records = await read(
    'clicks',
    '--with',
    'record',
    'filter',
    'r => r.value.ms > 0',
    'emit',
    '--format',
    'json',
  )
  t.match(elements(records.stdout), [{ topic: 'clicks', offset: 1, key: 'of Avro', value: values[1] }])
})

tap.test('I7.1 JSON and Protobuf, each message of a file, and schemas that refer to others', async (t) => {
  await create('mixed')
  const json = await registry.register(
    'json-value',
    '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}',
    'JSON',
  )
  const source = `syntax = "proto3"; package web;
    message Other { string it = 1; }
    message Hit { string page = 1; int64 ms = 2; Kind kind = 3; bytes raw = 4; message Inner { uint64 n = 1; } }
    enum Kind { NONE = 0; FAST = 1; }`
  const proto = await registry.register('proto-value', source, 'PROTOBUF')
  const { root } = protobuf.parse(source, new protobuf.Root())
  const encode = (name: string, message: object): Uint8Array => root.lookupType(name).encode(message).finish()
  await registry.register('web-id', JSON.stringify({ type: 'fixed', name: 'Id', namespace: 'web', size: 2 }))
  const refers = await registry.register(
    'user-value',
    JSON.stringify({ type: 'record', name: 'User', fields: [{ name: 'id', type: 'web.Id' }] }),
    'AVRO',
    [{ name: 'web.Id', subject: 'web-id', version: 1 }],
  )
  await produce('mixed', [
    ['', framed(json, Buffer.from('{"a":[1,"\u{1F600}"]}'))],
    ['', framed(proto, [0], encode('web.Other', { it: 'first' }))],
    ['', framed(proto, [2, 2], encode('web.Hit', { page: '/', ms: 5, kind: 1, raw: Buffer.from('ab') }))],
    ['', framed(proto, [4, 2, 0], encode('web.Hit.Inner', { n: 7 }))],
    ['', framed(refers, Buffer.from('hi'))],
  ])
  const found = await read('mixed', 'emit', '--format', 'json')
  t.strictSame([found.code, found.stderr], [0, ''])
  t.strictSame(elements(found.stdout), [
    { a: [1, '\u{1F600}'] },
    { it: 'first' },
    { page: '/', ms: 5, kind: 'FAST', raw: 'YWI=' },
    { n: 7 },
    { id: 'aGk=' },
  ])
})

tap.test(
  'I7.1 what the client of Confluent wrote is read: logical types, recursion, unions, imports',
  async (t) => {
    const python = await pythonEnvironment('confluent', CONFLUENT)
    if (python === undefined) {
      t.fail('confluent-kafka is not installed, and could not be: it needs python3 with venv')
      return
    }
    await create('confluent')
    const program = fileURLToPath(new URL('kafka-registry/producer.py', import.meta.url))
    await execute(join(python, 'bin/python'), [program, brokers, registry.url, 'confluent'])
    const found = await read('confluent', 'emit', '--format', 'json')
    t.strictSame([found.code, found.stderr], [0, ''])
    const order = {
      ...{
        number: 1,
        ratio: 0.1,
        small: 0.5,
        paid: true,
        price: '-12.05',
        at: 1_767_323_045_678,
        note: '\u00fc',
      },
      ...{ state: 'DONE', counts: { a: 1, \u00e4: -2 }, next: null, raw: 'AP8=' },
    }
    t.strictSame(elements(found.stdout), [
      { ...order, next: { ...order, number: 2, note: null } },
      { ...order, number: String(2n ** 62n + 1n), note: 7 },
      { page: '/\u2028' },
      { stops: [{ name: 'a' }, { name: '' }], at: { seconds: 5, nanos: 0 }, big: String(2n ** 64n - 1n) },
      { name: 'alone' },
    ])
  },
)

tap.test('I7.1 what cannot be decoded fails its batch, or is left out and counted', async (t) => {
  await create('broken')
  const id = await registry.register('broken-value', '"int"')
  await produce('broken', [
    ['a', framed(id, [2])],
    ['b', Buffer.from('plain text')],
    ['c', framed(987_654, [2])],
    ['d', framed(id, [])],
    ['e', framed(id, [4, 4])],
    ['f', framed(id, [6])],
  ])
  const failed = await read('broken', 'emit')
  t.equal(failed.code, 1)
  t.match(failed.stderr, /not framed/)
  t.match(failed.stderr, /"topic":"broken","partition":0,"offset":1/)
  t.notMatch(failed.stderr, /\n\s+at /)
  const cwd = t.testdir()
  const skipped = await dstream(['--on-error', 'letters', ...words('broken', 'emit')], '', { cwd })
  t.equal(skipped.code, 3, skipped.stderr)
  t.strictSame(skipped.stdout.trim().split('\n'), ['1', '3'])
  t.match(skipped.stderr, /4 elements/)
  const letters = elements(readFileSync(join(cwd, 'letters'), 'utf8')) as { error: string; element: object }[]
  t.match(letters, [
    { error: /not framed/, element: { topic: 'broken', offset: 1, value: 'cGxhaW4gdGV4dA==' } },
    { error: /no schema 987654/, element: { offset: 2 } },
    { error: /1 bytes expected, 0 are left/, element: { offset: 3 } },
    { error: /1 bytes are left/, element: { offset: 4 } },
  ])
})

tap.test('I7.1 a registry that is away, wrong, or wants a password: a clear error within 10 s', async (t) => {
  await create('away')
  const id = await registry.register('away-value', '"int"')
  await produce('away', [['', framed(id, [2])]])
  const began = performance.now()
  const asked = async (url: string) => {
    const all = words('away', 'emit').map((word) => (word === registry.url ? url : word))
    return dstream(all, '')
  }
  const nobody = await asked(`http://me:secret-8d1@127.0.0.1:${await freePort()}`)
  t.equal(nobody.code, 1)
  t.match(nobody.stderr, /the registry http:\/\/127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/)
  t.notMatch(nobody.stderr, /secret-8d1/)
  const wrong = await asked(registry.url.replace('ccompat', 'other'))
  t.equal(wrong.code, 1)
  t.match(wrong.stderr, /does not answer as a schema registry does: 404/)
  t.equal((await asked('localhost:8081')).code, 2)

  // The registry itself knows everybody; who stands before it does not.
  const door = createServer(async (request, response) => {
    const isKnown = request.headers.authorization === `Basic ${Buffer.from('ada:p@ss/1').toString('base64')}`
    const answer = isKnown ? await fetch(new URL(request.url ?? '', registry.url)) : undefined
    response.writeHead(answer?.status ?? 401).end(await answer?.text())
  }).listen(0, '127.0.0.1')
  t.teardown(() => door.close())
  await once(door, 'listening')
  const { port } = door.address() as AddressInfo
  const behind = (user: string): string => registry.url.replace(/\/\/[^/]+/, `//${user}127.0.0.1:${port}`)
  const refused = await asked(behind('ada:secret-8d1@'))
  t.equal(refused.code, 1)
  t.match(refused.stderr, /refuses: 401/)
  t.notMatch(refused.stderr, /secret-8d1/)
  const known = await asked(behind('ada:p%40ss%2f1@'))
  t.strictSame([known.code, known.stdout], [0, '1\n'], known.stderr)
  t.ok(performance.now() - began < 30_000, 'each within 10 s')
})

tap.test('I7.1 asks-11 a registry that is killed while it is read by: nothing is lost', async (t) => {
  await create('outage')
  const first = await registry.register('outage-value', '"int"')
  const second = await registry.register('other-value', '{"type":"enum","name":"E","symbols":["A","B"]}')
  const run = new Session([
    ...['kafka', 'outage', '--brokers', brokers, '--registry', registry.url, '--from', 'earliest'],
    ...['--interval', '200ms', 'emit'],
  ])
  t.teardown(() => void run.child.kill('SIGKILL'))
  await produce('outage', [['', framed(first, [2])]])
  await run.until('stdout', '1\n')
  await registry.kill()
  await produce('outage', [['', framed(first, [4])]])
  await run.until('stdout', '2\n')
  t.notMatch(run.stderr, /registry/, 'a schema is asked for once')
  await produce('outage', [['', framed(second, [2])]])
  await run.until('stderr', 'does not answer')
  await registry.start()
  await run.until('stdout', 'B\n')
  t.match(run.stderr, /answers again/)
  run.child.kill('SIGTERM')
  t.equal((await run.ended).code, 0)
  t.strictSame(run.stdout, '1\n2\nB\n')
})

tap.test('I7.1 a program has decoded records by schema.registry.url', async (t) => {
  await create('program')
  const id = await registry.register('program-value', JSON.stringify(CLICK))
  const value = avro.Type.forSchema(CLICK as unknown as avro.Schema).toBuffer({
    page: '/',
    ms: null,
    tags: [],
  })
  await produce('program', [['k', framed(id, value)]])
  const ssc = new StreamingContext({ batchDuration: Milliseconds(100) })
  t.teardown(() => ssc.stop())
  const stream = KafkaUtils.createDirectStream(
    ssc,
    LocationStrategies.PreferConsistent,
    ConsumerStrategies.Subscribe<string, { readonly page: string }>(['program'], {
      'bootstrap.servers': brokers,
      'auto.offset.reset': 'earliest',
      'schema.registry.url': registry.url,
    }),
  )
  const found = new Promise<readonly unknown[]>((resolve) => {
    stream
      .map(({ key, value: click }) => [key, click?.page])
      .foreachRDD((rdd) => {
        if (!rdd.isEmpty()) resolve(rdd.collect())
      })
  })
  ssc.start()
  t.strictSame(await found, [['k', '/']])
  await ssc.stop()
})
