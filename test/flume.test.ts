/** `flume` and `flume-polling` with avsc as the peer: another implementation of Avro's calls. `test/real` has Flume itself. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import avro from 'avsc'
import tap, { type Test } from 'tap'
import { AVRO_SOURCE, isSameLayout, SPARK_SINK } from '../src/engine/sources/flume/protocols.ts'
import { FlumeUtils, type SparkFlumeEvent, StreamingContext } from '../src/index.ts'
import { recordingPort, until } from './support/program.ts'
import { freePort } from './support/real/free-port.ts'
import { Session } from './support/session.ts'

interface Event {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const event = (body: string | Buffer, headers = {}): Event => ({ headers, body: Buffer.from(body) })

/** A sender: a connection, and what its calls are answered. */
async function sender(
  t: Test,
  port: string,
): Promise<{ socket: Socket; send: (events: Event[]) => Promise<string> }> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  const client = avro.Service.forProtocol(JSON.parse(AVRO_SOURCE.json)).createClient()
  // The end of a connection is what some of the tests are about.
  client.createChannel(socket).on('error', () => {})
  const send = (events: Event[]): Promise<string> =>
    new Promise((resolve, reject) =>
      // biome-ignore lint/suspicious/noExplicitAny: the methods of a client are made from its protocol
      (client as any).appendBatch(events, { timeout: 20_000 }, (error: Error | null, status: string) =>
        error === null || error === undefined ? resolve(status) : reject(error),
      ),
    )
  return { socket, send }
}

/** The command, listening. */
async function listening(
  t: Test,
  flags: readonly string[],
  stages: readonly string[] = ['emit'],
): Promise<[Session, string]> {
  const session = new Session(['flume', '0', ...flags, '--interval', '100ms', ...stages])
  t.teardown(() => void session.child.kill('SIGKILL'))
  await session.until('stderr', 'listening on')
  return [session, /listening on 127\.0\.0\.1:(\d+)/.exec(session.stderr)?.[1] as string]
}

async function stopped(session: Session): Promise<number | null> {
  session.child.kill('SIGTERM')
  return (await session.ended).code
}

tap.test('I7.2 S4 a body is an element, whatever stands in it', async (t) => {
  const [session, port] = await listening(t, [], ['emit', '--format', 'json'])
  const { send } = await sender(t, port)
  t.equal(await send([event('plain'), event(''), event('grüße')]), 'OK')
  t.equal(
    await send([event('two\nlines'), event('a\r\n'), event('#dstream batches 1 s'), event('nul\0')]),
    'OK',
  )
  t.equal(await send([]), 'OK')
  t.equal(await send([event(Buffer.of(0x61, 0xff))]), 'OK')
  t.equal(await send([event('last')]), 'OK')
  await session.until('stdout', 'last')
  t.equal(await stopped(session), 0)
  t.strictSame(
    session.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    ['plain', '', 'grüße', 'two\nlines', 'a\r\n', '#dstream batches 1 s', 'nul\0', 'a\ufffd', 'last'],
  )
  t.match(session.stderr, 'not all text is UTF-8')
})

tap.test('I7.2 S4 with headers an element is a record', async (t) => {
  const [session, port] = await listening(t, ['--with', 'headers'], ['emit', '--format', 'json'])
  const { send } = await sender(t, port)
  const headers = JSON.parse('{"host":"a","__proto__":"b"}')
  t.equal(await send([event('x', headers), event('y\nz')]), 'OK')
  await session.until('stdout', 'y')
  t.equal(await stopped(session), 0)
  t.equal(
    session.stdout,
    '{"headers":{"host":"a","__proto__":"b"},"body":"x"}\n{"headers":{},"body":"y\\nz"}\n',
  )
})

tap.test('I7.2 hostile senders are refused, counted and said, and others go on', async (t) => {
  const [session, port] = await listening(t, ['--max-line', '1k'])
  const good = await sender(t, port)
  const throwing = async (bytes: Buffer): Promise<void> => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.resume()
    socket.write(bytes)
    const timer = setTimeout(() => socket.destroy(), 10_000)
    await once(socket, 'close')
    clearTimeout(timer)
  }
  const frame = (length: number, payload = Buffer.alloc(0)): Buffer => {
    const header = Buffer.alloc(12)
    header.writeInt32BE(1, 4)
    header.writeUInt32BE(length, 8)
    return Buffer.concat([header, payload])
  }
  await throwing(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
  await session.until('stderr', 'a call of')
  await throwing(frame(0xffff_ffff))
  await throwing(frame(0x7fff_ffff))
  await session.until('stderr', 'MiB')
  await throwing(Buffer.from([0x16, 3, 1, 0, 0, 0, 0, 0]))
  await throwing(Buffer.from([0x78, 0x9c, 0, 0, 0, 0, 0, 0]))
  // A count of 2^40 events, in a few bytes.
  const { json, hash } = AVRO_SOURCE
  const long = (value: number): Buffer => avro.Type.forSchema('long').toBuffer(value)
  const text = (value: string): Buffer => avro.Type.forSchema('string').toBuffer(value)
  const hello = Buffer.concat([hash, Buffer.of(2), text(json), hash, Buffer.of(0)])
  const call = Buffer.concat([hello, Buffer.of(0), text('appendBatch'), long(2 ** 40)])
  await throwing(frame(call.length, call))
  const other = Buffer.concat([hash, Buffer.of(2), text('{"protocol":"p"}'), hash, Buffer.of(0)])
  await throwing(frame(other.length, other))
  for (const length of [3, 9, 20, 200]) {
    // A half call, as a sender leaves it that was killed: no loss, for nothing was answered.
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    socket.end(frame(call.length, call).subarray(0, length))
    await once(socket, 'close')
  }
  t.equal(await good.send([event('x'.repeat(2000))]), 'FAILED', 'too large an event stays with Flume')
  t.equal(await good.send([event('good')]), 'OK')
  await session.until('stdout', 'good')
  t.equal(await stopped(session), 3)
  t.equal(session.stdout, 'good\n')
  const dropped = [...session.stderr.matchAll(/dropped (\d+) elements/g)].map(([, count]) => Number(count))
  t.equal(
    dropped.reduce((sum, count) => sum + count, 0),
    7,
    session.stderr,
  )
  t.match(session.stderr, /keep what it sent: .* an event of 2 KiB, where 1 KiB are taken: raise --max-line/)
  t.notMatch(session.stderr, /at .*\.(ts|js):\d+/, 'no stack')
})

tap.test('I7.2 a sender that is set up otherwise is told how', async (t) => {
  for (const [first, hint] of [
    [0x16, 'it speaks TLS: say --tls-cert and --tls-key'],
    [0x78, 'it compresses: say --compression deflate'],
  ] as const) {
    const [session, port] = await listening(t, [])
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(Buffer.of(first, 0x9c, 1, 0))
    await session.until('stderr', hint)
    t.equal(await stopped(session), 3)
  }
})

tap.test('I7.2 a thousand connections that say nothing, or garbage', async (t) => {
  const [session, port] = await listening(t, [])
  const sockets: Socket[] = []
  for (let index = 0; index < 1000; index += 1) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    t.teardown(() => socket.destroy())
    sockets.push(socket)
    if (index % 50 === 0) await once(socket, 'connect')
  }
  const closed = sockets.slice(500).map((socket) => {
    socket.resume()
    socket.write('garbage garbage garbage\n')
    return once(socket, 'close')
  })
  await Promise.all(closed)
  const { send } = await sender(t, port)
  t.equal(await send([event('good')]), 'OK')
  await session.until('stdout', 'good')
  t.equal(await stopped(session), 3)
  const lines = session.stderr.split('\n').filter((line) => line.startsWith('dropped'))
  t.ok(lines.length < 50, `${lines.length} lines about 500 senders`)
  const total = lines.reduce(
    (sum, line) => sum + Number(/dropped ([\d,]+)/.exec(line)?.[1]?.replace(',', '')),
    0,
  )
  t.equal(total, 500)
})

tap.test(
  'I7.2 F9 what was answered OK before a graceful stop is processed, and what comes behind is not taken',
  async (t) => {
    const [session, port] = await listening(t, [])
    let answered = 0
    const sending = [1, 2, 3].map(async (name) => {
      const { send, socket } = await sender(t, port)
      const closed = new Promise<string>((resolve) => socket.on('close', () => resolve('gone')))
      for (let index = 0; ; index += 1) {
        const status = await Promise.race([
          send(Array.from({ length: 50 }, (_, place) => event(`${name}-${index}-${place}`))).catch(
            () => 'gone',
          ),
          closed,
        ])
        if (status !== 'OK') break
        answered += 50
      }
    })
    await session.until('stdout', '3-5-49')
    t.equal(await stopped(session), 0)
    await Promise.all(sending)
    const lines = session.stdout.trimEnd().split('\n')
    t.equal(new Set(lines).size, lines.length, 'none twice')
    t.ok(answered > 300 && lines.length >= answered, `${answered} were answered, ${lines.length} came out`)
  },
)

tap.test('I7.2 errors of the command line say what to do', async (t) => {
  for (const [args, message] of [
    [['flume', '70000'], '70000 is no port'],
    [['flume', '0', '--tls-cert', 'a.pem'], '--tls-cert and --tls-key stand together'],
    [['flume', '0', '--tls-cert', 'nowhere.pem', '--tls-key', 'b.pem'], 'nowhere.pem: no such file'],
    [
      ['flume', '0', '--compression', 'deflate', '--tls-cert', 'a', '--tls-key', 'b'],
      'cannot stand together',
    ],
    [['flume-polling', 'localhost'], 'expects HOST:PORT and got localhost'],
    [['flume-polling', 'localhost:1', '--parallelism', '0'], '--parallelism is 1 to 1000'],
  ] as const) {
    const session = new Session([...args, 'emit'])
    const { code, stderr } = await session.ended
    t.equal(code, 2, stderr)
    t.match(stderr, message)
  }
})

/** A sink that is asked, made of avsc: gives each list of bodies once, until it is acknowledged. */
async function sink(
  t: Test,
  batches: readonly (readonly Event[])[],
): Promise<{ port: string; acked: string[]; nacked: string[] }> {
  const open = batches.map((events, index) => ({ events, id: `batch ${index}`, isGiven: false }))
  const [acked, nacked]: [string[], string[]] = [[], []]
  const server = avro.Service.forProtocol(JSON.parse(SPARK_SINK.json)).createServer()
  // biome-ignore lint/suspicious/noExplicitAny: the methods of a server are made from its protocol
  const handlers = server as any
  handlers.onGetEventBatch((most: number, answer: (error: null, batch: unknown) => void) => {
    const next = open.find(
      ({ id, isGiven, events }) => !isGiven && !acked.includes(id) && events.length <= most,
    )
    if (next === undefined) return answer(null, { errorMsg: 'no events', sequenceNumber: 'none', events: [] })
    next.isGiven = true
    answer(null, { errorMsg: '', sequenceNumber: next.id, events: next.events })
  })
  handlers.onAck((id: string, answer: (error: null) => void) => {
    acked.push(id)
    answer(null)
  })
  handlers.onNack((id: string, answer: (error: null) => void) => {
    nacked.push(id)
    answer(null)
  })
  const sockets = new Set<Socket>()
  const tcp: Server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true))
    socket.on('error', () => {})
    server.createChannel(socket)
  })
  const port = String(await freePort())
  tcp.listen(Number(port), '127.0.0.1')
  t.teardown(() => {
    tcp.close()
    for (const socket of sockets) socket.destroy()
  })
  return { port, acked, nacked }
}

tap.test('I7.2 S5 a sink is asked for events, and told when they are safe', async (t) => {
  const { port, acked, nacked } = await sink(t, [
    [event('a', { k: 'v' }), event('b')],
    [event('c\nd')],
    [event('x'.repeat(2000))],
  ])
  const args = [`127.0.0.1:${port}`, '--with', 'headers', '--max-line', '1k', '--interval', '100ms']
  const session = new Session(['flume-polling', ...args, 'emit', '--format', 'json'])
  t.teardown(() => void session.child.kill('SIGKILL'))
  await session.until('stdout', 'c\\nd')
  await until(() => acked.length === 2 && nacked.length > 0)
  t.equal(await stopped(session), 0)
  t.strictSame(session.stdout.trimEnd().split('\n').sort(), [
    '{"headers":{"k":"v"},"body":"a"}',
    '{"headers":{},"body":"b"}',
    '{"headers":{},"body":"c\\nd"}',
  ])
  t.strictSame([...acked].sort(), ['batch 0', 'batch 1'])
  t.strictSame(nacked, ['batch 2'], 'what is too large is given back')
  t.match(session.stderr, /an event of 2 KiB, where 1 KiB are taken/)
})

tap.test('I7.2 S5 a sink that is not there is tried again', async (t) => {
  const port = String(await freePort())
  const session = new Session(['flume-polling', `127.0.0.1:${port}`, '--retry', '100ms', 'emit'])
  t.teardown(() => void session.child.kill('SIGKILL'))
  await session.until('stderr', `127.0.0.1:${port}: connection refused; connecting again in 100ms`)
  await sleep(500)
  t.equal(session.stderr.split('\n').length, 2, 'said once')
  t.equal(await stopped(session), 0)
})

tap.test('I7.2 S4 S5 FlumeUtils makes both streams, of typed events', async (t) => {
  const { port } = await sink(t, [[event('pulled', { from: 'sink' })]])
  const pushed = String(await freePort())
  const output = recordingPort()
  const ssc = new StreamingContext({ batchDuration: 100, port: output })
  const seen: SparkFlumeEvent[] = []
  FlumeUtils.createPollingStream(ssc, '127.0.0.1', Number(port))
    .union(FlumeUtils.createStream(ssc, '127.0.0.1', Number(pushed)))
    .foreachRDD((rdd) => void seen.push(...rdd.collect()))
  ssc.start()
  t.teardown(() => ssc.stop())
  await until(() => output.reports.some((line) => line.startsWith('listening')))
  const { send } = await sender(t, pushed)
  t.equal(await send([event('pushed')]), 'OK')
  await until(() => seen.length === 2)
  t.strictSame(
    seen.sort((a, b) => (a.body < b.body ? -1 : 1)),
    [
      { headers: { from: 'sink' }, body: 'pulled' },
      { headers: {}, body: 'pushed' },
    ],
  )
})

tap.test('I7.2 protocols are compared by what they look like on the wire', async (t) => {
  const changed = (change: (text: string) => string): boolean =>
    isSameLayout(AVRO_SOURCE, change(AVRO_SOURCE.json))
  t.ok(changed((text) => text.replaceAll('"string"', '{"type":"string","avro.java.string":"String"}')))
  t.ok(
    changed((text) =>
      text.replace('"type":"AvroFlumeEvent"', '"type":"org.apache.flume.source.avro.AvroFlumeEvent"'),
    ),
  )
  t.notOk(changed((text) => text.replace('"bytes"', '"string"')))
  t.notOk(changed((text) => text.replace('"name":"headers"', '"name":"head"')))
  t.notOk(changed(() => 'no JSON'))
  t.notOk(isSameLayout(AVRO_SOURCE, SPARK_SINK.json))
})
