/** StreamingContext row by row: constructors, sources, start and stop, listeners, configuration. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tap from 'tap'
import { configurationPage } from '../scripts/configuration.ts'
import { elementsOf } from '../src/engine/batch/lines.ts'
import { readConfiguration } from '../src/engine/scheduler/configuration.ts'
import { CONFIGURATION_KEYS } from '../src/engine/scheduler/configuration-keys.ts'
import { createFramer } from '../src/engine/sources/framing/framer.ts'
import {
  type BatchInfo,
  type DelayReport,
  type DStream,
  ManualClock,
  Milliseconds,
  Receiver,
  Seconds,
  SparkConf,
  StatsReportListener,
  StreamingContext,
  type StreamingContextOptions,
  type StreamingListener,
  UsageError,
} from '../src/index.ts'
import { collectStream } from './support/collect.ts'
import { recordingPort, until } from './support/program.ts'
import { COMMAND, dstream } from './support/run.ts'

tap.setTimeout(90_000)

/** A context whose time the test moves; `begun` resolves when the first batch is open. */
function timedContext(options: Partial<StreamingContextOptions> = {}) {
  const clock = new ManualClock(0)
  const port = recordingPort()
  const ssc = new StreamingContext({ batchDuration: Seconds(1), clock, port, ...options })
  const begun = new Promise<void>((resolve) =>
    ssc.addStreamingListener({ onStreamingStarted: () => resolve() }),
  )
  /** End `count` batches, one after the other. */
  const batches = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      let done = false
      const listener: StreamingListener = {
        onBatchCompleted: () => {
          done = true
        },
      }
      ssc.addStreamingListener(listener)
      clock.advance(1000)
      await until(() => done || ssc.getState() === 'STOPPED')
      ssc.removeStreamingListener(listener)
    }
  }
  return { ssc, clock, port, begun, batches }
}

/** Every batch of a stream, as it comes out. */
function kept<T>(stream: DStream<T>): T[][] {
  const out: T[][] = []
  stream.foreachRDD((rdd) => out.push(rdd.collect()))
  return out
}

/** A server that hands the next of `handlers` each connection. */
async function serve(...handlers: ((socket: Socket) => void)[]): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    handlers.shift()?.(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

function folder(t: { teardown(action: () => void): unknown }): string {
  const path = mkdtempSync(join(tmpdir(), 'dstream-context-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}

tap.test('C1 a context is made in each of the forms of Spark', async (t) => {
  const conf = new SparkConf().setMaster('local[2]').setAppName('Count')
  t.match(new StreamingContext(conf, Seconds(2)).plan(), { name: 'Count', interval: 2000 })
  t.match(new StreamingContext('local', 'Count', Seconds(1)).plan(), { name: 'Count', interval: 1000 })
  t.match(new StreamingContext({ master: 'local[1]', appName: 'Host' }, Seconds(1)).plan(), { name: 'Host' })
  t.match(new StreamingContext({ conf, appName: 'Mine', batchDuration: 5 }).plan(), { name: 'Mine' })
  t.throws(() => new StreamingContext({} as StreamingContextOptions), { message: /needs a batch duration/ })
  t.throws(() => new StreamingContext(new SparkConf().setMaster('yarn'), 1), { message: /got yarn/ })
  const misspelt = { batchDuration: 1, batchLine: 1 } as StreamingContextOptions
  t.throws(() => new StreamingContext(misspelt), { message: /no option batchLine/, hint: /batchLines/ })
  t.throws(() => new StreamingContext({ batchDuration: 1, maxRate: 0 }), {
    message: /maxRate is a number above 0/,
  })
})

/** Stores what it is told to. */
class Told<T> extends Receiver<T> {
  readonly calls: string[] = []
  onStart(): void {
    this.calls.push(`start ${this.isStarted()} ${this.isStopped()}`)
  }
  onStop(): void {
    this.calls.push(`stop ${this.isStarted()} ${this.isStopped()}`)
  }
}

tap.test('C1 local[1] runs receivers: they need no thread of the master', async (t) => {
  const { ssc, port, begun, batches } = timedContext({ master: 'local[1]' })
  const receivers = [new Told<string>(), new Told<string>()] as const
  const out = kept(ssc.union(receivers.map((receiver) => ssc.receiverStream(receiver))))
  ssc.start()
  await begun
  void receivers[0].store('a')
  void receivers[1].store('b')
  await batches(1)
  t.strictSame(out, [['a', 'b']])
  t.strictSame(port.reports, [])
  await ssc.stop()
})

tap.test('C4 one context of a process runs at a time', async (t) => {
  t.equal(StreamingContext.getActive(), undefined)
  const first = timedContext()
  first.ssc.queueStream([]).print()
  t.equal(StreamingContext.getActive(), undefined, 'a context that has not started is not active')
  const second = timedContext()
  second.ssc.queueStream([]).print()
  t.equal(
    StreamingContext.getActiveOrCreate(() => first.ssc),
    first.ssc,
  )
  first.ssc.start()
  t.equal(StreamingContext.getActive(), first.ssc)
  t.equal(
    StreamingContext.getActiveOrCreate(() => second.ssc),
    first.ssc,
  )
  t.throws(() => second.ssc.start(), {
    name: 'UsageError',
    message: /another context .* is running, started .*context\.test\.ts:\d+.*only one/,
    hint: /Stop it first/,
  })
  t.equal(second.ssc.getState(), 'INITIALIZED', 'it may start when the other one has stopped')
  await first.ssc.stop()
  t.equal(StreamingContext.getActive(), undefined)
  second.ssc.start()
  t.equal(StreamingContext.getActive(), second.ssc)
  await second.ssc.stop()
})

tap.test('C4 a context that fails is not active any more', async (t) => {
  const { ssc, begun, clock } = timedContext()
  ssc.queueStream([[1]]).foreachRDD(() => {
    throw new Error('full')
  })
  ssc.start()
  await begun
  clock.advance(1000)
  await t.rejects(ssc.awaitTermination(), { message: 'full' })
  t.equal(StreamingContext.getActive(), undefined)
})

tap.test('C6 remember takes a positive time, once', async (t) => {
  const { ssc } = timedContext()
  t.throws(() => ssc.remember(0), { message: /positive number of milliseconds, got 0/ })
  ssc.remember(Seconds(60))
  t.throws(() => ssc.remember(Seconds(5)), { message: /remembers 1m already/ })
})

tap.test('C7 a receiver stores one, many and what an iterator gives', async (t) => {
  const { ssc, begun, batches } = timedContext()
  const receiver = new Told<readonly [string, number]>()
  const out = kept(ssc.receiverStream(receiver))
  t.throws(() => receiver.store(['a', 1]), { message: /when its context has started/ })
  ssc.start()
  await begun
  t.equal(receiver.streamId, 0)
  void receiver.store(['a', 1])
  void receiver.store(['b', 2], ['c', 3])
  await batches(1)
  void receiver.store([['d', 4] as const, ['e', 5] as const].values())
  await batches(2)
  t.strictSame(out, [
    [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ],
    [
      ['d', 4],
      ['e', 5],
    ],
    [],
  ])
  t.strictSame(receiver.calls, ['start true false'])
  await ssc.stop()
  t.strictSame(receiver.calls, ['start true false', 'stop false true'], 'the context stops it')
  await receiver.store(['f', 6])
  t.equal(out.length, 3, 'what is stored later is lost')
})

tap.test('C7 S9 A6 blockInterval: elements stored one by one are handed over block by block', async (t) => {
  const conf = { 'spark.streaming.blockInterval': '250ms' }
  const { ssc, begun, clock } = timedContext({ conf })
  const receiver = new Told<number>()
  const seen: [element: number, time: number][] = []
  const out = kept(ssc.receiverStream(receiver).map((element) => seen.push([element, clock.now()])))
  ssc.start()
  await begun
  for (const [wait, element] of [
    [0, 1],
    [100, 2],
    [200, 3],
    [620, 4],
  ] as const) {
    clock.advance(wait)
    void receiver.store(element)
  }
  clock.advance(80)
  await until(() => out.length === 1)
  t.strictSame(
    seen,
    [
      [1, 250],
      [2, 250],
      [3, 500],
      [4, 1000],
    ],
    'a block is worked off when it ends, the last one when the batch is cut',
  )
  await ssc.stop()
})

tap.test(
  'C7 A6 receiverRestartDelay: restart stops, waits and starts again; reportError goes on',
  async (t) => {
    const conf = { 'spark.streaming.receiverRestartDelay': '30ms' }
    const { ssc, begun, port, batches } = timedContext({ conf })
    const receiver = new Told<string>()
    const out = kept(ssc.receiverStream(receiver))
    const events: string[] = []
    ssc.addStreamingListener({
      onReceiverStarted: ({ receiverInfo }) => events.push(`started ${receiverInfo.active}`),
      onReceiverError: ({ receiverInfo }) => events.push(`error ${receiverInfo.lastErrorMessage}`),
      onReceiverStopped: ({ receiverInfo }) => events.push(`stopped ${receiverInfo.lastError}`),
    })
    ssc.start()
    await begun
    await until(() => receiver.isStarted())
    receiver.reportError('a bad line', new Error('no number'))
    t.equal(receiver.isStarted(), true)
    receiver.restart('Trying to connect again', new Error('refused'))
    t.equal(receiver.isStopped(), true)
    await until(() => receiver.isStarted())
    void receiver.store('back')
    await batches(1)
    receiver.restart('once more', undefined, 5)
    await until(() => receiver.isStarted())
    t.strictSame(out, [['back']])
    t.strictSame(port.reports, [
      'a bad line: no number',
      'Trying to connect again: refused; starting the receiver again in 30ms',
      'once more; starting the receiver again in 5ms',
    ])
    await ssc.stop()
    const expected = ['started true', 'error a bad line', 'stopped refused', 'started true']
    t.strictSame(events.slice(0, 4), expected)
    t.strictSame(receiver.calls.length, 6, 'three starts, three stops')
  },
)

tap.test('C7 a receiver that stops has ended, one that cannot start ends the context', async (t) => {
  class Finite extends Receiver<number> {
    onStart(): void {
      void this.store(1, 2)
      this.stop()
    }
    onStop(): void {}
  }
  const { ssc } = timedContext()
  const out = kept(ssc.receiverStream(new Finite()))
  ssc.start()
  await ssc.awaitTermination()
  t.strictSame(out, [[1, 2]], 'what was stored is processed')

  class Broken extends Receiver<number> {
    async onStart(): Promise<void> {
      throw new Error('no device')
    }
    onStop(): void {}
  }
  const other = timedContext()
  other.ssc.receiverStream(new Broken()).print()
  other.ssc.start()
  await t.rejects(other.ssc.awaitTermination(), { message: /cannot be started: no device/ })
})

tap.test('C7 receiver ./module.ts#export in a shell: a generator, a list, a class', async (t) => {
  const path = folder(t)
  const entry = new URL('../src/engine/stream/receiver.ts', import.meta.url).href
  writeFileSync(
    join(path, 'sources.ts'),
    `import { Receiver } from '${entry}'
export async function* ticks(count: string) { for (let i = 0; i < Number(count); i++) yield [i % 2 === 0 ? 'even' : 'odd', i] }
export const list = () => ['x', 'y']
export const nothing = () => 5
export class Words extends Receiver<string> {
  constructor(readonly a: string, readonly b: string) { super() }
  onStart() { this.store(this.a, this.b); this.stop('that was all') }
  onStop() {}
}
export class Other {}
`.replace(
      'constructor(readonly a: string, readonly b: string) { super() }',
      'a: string; b: string\n  constructor(a: string, b: string) { super(); this.a = a; this.b = b }',
    ),
  )
  const run = (...words: string[]) => dstream(['receiver', ...words], '', { cwd: path })
  const generator = await run('./sources.ts#ticks', '10', 'reduce-by-key', 'sum', 'emit')
  t.strictSame([generator.stdout, generator.code], ['even\t20\nodd\t25\n', 0], generator.stderr)
  t.equal((await run('./sources.ts#list', 'emit')).stdout, 'x\ny\n')
  const made = await run('./sources.ts#Words', 'hello', 'world', 'map', 'upper', 'emit')
  t.strictSame([made.stdout, made.stderr, made.code], ['HELLO\nWORLD\n', 'that was all\n', 0])
  const wrong = await run('./sources.ts#nothing', 'emit')
  t.match(wrong.stderr, /returns its elements, a list or a generator; this one returned number/)
  t.match((await run('./sources.ts#Other', 'emit')).stderr, /the class Other does not extend Receiver/)
})

tap.test(
  'C8 A6 receiverRestartDelay: socketTextStream cuts lines as readLine does, and connects again',
  async (t) => {
    const { server, port } = await serve(
      (socket) => socket.end('a\r\nb\rc\nd'),
      (socket) => socket.write('e\n'),
    )
    const conf = { 'spark.streaming.receiverRestartDelay': '20ms' }
    const output = recordingPort()
    const ssc = new StreamingContext({ batchDuration: Milliseconds(20), port: output, conf })
    const out = kept(ssc.socketTextStream('127.0.0.1', port))
    const events: string[] = []
    ssc.addStreamingListener({
      onReceiverStarted: () => events.push('started'),
      onReceiverStopped: ({ receiverInfo }) => events.push(receiverInfo.lastErrorMessage),
    })
    ssc.start()
    await until(() => out.flat().length === 5)
    t.strictSame(out.flat(), ['a', 'b', 'c', 'd', 'e'])
    t.match(output.reports[0], /connecting again in 20ms/)
    t.strictSame(events, ['started', 'the server closed the connection', 'started'])
    await ssc.stop()
    server.close()
  },
)

/** Records of two bytes, a letter and a digit, whatever the chunks. */
async function* pairs(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<[string, number]> {
  let letter: number | undefined
  for await (const chunk of bytes) {
    for (const byte of chunk) {
      if (letter === undefined) letter = byte
      else {
        yield [String.fromCharCode(letter), byte]
        letter = undefined
      }
    }
  }
}

tap.test('C9 socketStream gives the bytes of each connection to a converter', async (t) => {
  const { server, port } = await serve(
    (socket) => socket.write(Buffer.from([97, 1, 98]), () => socket.end(Buffer.from([2, 99]))),
    (socket) => socket.write(Buffer.from([97, 5])),
  )
  const conf = { 'spark.streaming.receiverRestartDelay': '20ms' }
  const ssc = new StreamingContext({ batchDuration: Milliseconds(20), port: recordingPort(), conf })
  const out = kept(ssc.socketStream('127.0.0.1', port, pairs))
  ssc.start()
  await until(() => out.flat().length === 3)
  t.strictSame(
    out.flat(),
    [
      ['a', 1],
      ['b', 2],
      ['a', 5],
    ],
    'half a record of one connection joins no other',
  )
  await ssc.stop()
  server.close()

  const bad = await serve((socket) => socket.write('x'))
  const other = new StreamingContext({ batchDuration: Milliseconds(20), port: recordingPort() })
  const broken = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    for await (const chunk of bytes) {
      if (chunk.length === 1) throw new TypeError('no 1')
      yield 'more'
    }
  }
  other.socketStream('127.0.0.1', bad.port, broken).print()
  other.start()
  await t.rejects(other.awaitTermination(), { name: 'StageError', message: 'no 1' })
  bad.server.close()
})

tap.test('C9 socket --decode ./module.ts#function in a shell', async (t) => {
  const path = folder(t)
  writeFileSync(
    join(path, 'decode.ts'),
    'export async function* bytes(chunks: AsyncIterable<Uint8Array>) { for await (const chunk of chunks) yield* chunk }',
  )
  const { server, port } = await serve((socket) => socket.end(Buffer.from([1, 2, 3])))
  const words = ['socket', '127.0.0.1', String(port), '--once', '--decode', './decode.ts#bytes']
  t.equal((await dstream([...words, 'reduce', 'sum', 'emit'], '', { cwd: path })).stdout, '6\n')
  const both = await dstream([...words, '--raw', 'emit'], '', { cwd: path })
  t.match(both.stderr, /--decode and --raw cannot stand together/)
  t.equal(both.code, 2)
  server.close()
})

/** A block as rawSocketStream reads it. */
function block(text: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(text)])
}

tap.test('C10 rawSocketStream reads blocks of lines behind their lengths', async (t) => {
  const bytes = Buffer.concat([block('a\nbé\n'), block(''), block('c\r\nd'), block('e')])
  const { server, port } = await serve((socket) => {
    socket.write(bytes.subarray(0, 7))
    setTimeout(() => socket.write(bytes.subarray(7)), 20)
  })
  const ssc = new StreamingContext({ batchDuration: Milliseconds(20), port: recordingPort() })
  const out = kept(ssc.rawSocketStream('127.0.0.1', port))
  ssc.start()
  await until(() => out.flat().length === 5)
  t.strictSame(out.flat(), ['a', 'bé', 'c', 'd', 'e'])
  await ssc.stop()
  server.close()

  const once = await serve((socket) => socket.end(bytes))
  const shell = await dstream(['socket', '127.0.0.1', String(once.port), '--raw', '--once', 'emit'])
  t.equal(shell.stdout, 'a\nbé\nc\nd\ne\n')
  once.server.close()
})

tap.test('C10 blocks are the same however the bytes are cut, and broken ones are named', async (t) => {
  const bytes = Buffer.concat([block('one\ntwo'), block('three\r\n'), block('\n')])
  for (let size = 1; size <= bytes.length; size++) {
    const framer = createFramer('blocks', { maxLine: 100, name: 'raw' })
    const found: unknown[] = []
    const emit = (partition: Parameters<typeof elementsOf>[0]): void =>
      void found.push(...elementsOf(partition))
    for (let at = 0; at < bytes.length; at += size) framer.push(bytes.subarray(at, at + size), emit)
    framer.end(emit)
    t.strictSame(found, ['one', 'two', 'three', ''], `cut at ${size}`)
  }
  const cut = createFramer('blocks', { maxLine: 100, name: 'raw' })
  cut.push(bytes.subarray(0, 9), () => {})
  t.throws(() => cut.end(() => {}), { message: /raw: .*block that starts at byte 0, after all but 2/ })
  const negative = createFramer('blocks', { maxLine: 100, name: 'raw' })
  t.throws(() => negative.push(Buffer.from([255, 0, 0, 0]), () => {}), {
    message: /block at byte 0 has the length -/,
  })
})

/** Put a whole file into a directory, modified at `time`. */
function put(path: string, name: string, data: string | Uint8Array, time: number): void {
  const hidden = join(path, `.${name}.part`)
  writeFileSync(hidden, data)
  utimesSync(hidden, time / 1000, time / 1000)
  renameSync(hidden, join(path, name))
}

const START = 1_000_000_000_000

tap.test('C11 textFileStream reads new files once, by their modification time, and names them', async (t) => {
  const path = folder(t)
  put(path, 'old.txt', 'old\n', START - 5000)
  const clock = new ManualClock(START)
  const ssc = new StreamingContext({ batchDuration: Seconds(1), clock, port: recordingPort() })
  const out = kept(ssc.textFileStream(path))
  const infos: BatchInfo[] = []
  let open = false
  ssc.addStreamingListener({
    onStreamingStarted: () => {
      open = true
    },
    onBatchCompleted: ({ batchInfo }) => infos.push(batchInfo),
  })
  ssc.start()
  await until(() => open)
  put(path, 'b.txt', 'b\n', START + 500)
  put(path, '.hidden', 'no\n', START + 500)
  put(path, 'later.txt', 'later\n', START + 1500)
  clock.advance(1000)
  await until(() => infos.length === 1)
  put(path, 'b.txt', 'changed\n', START + 1200)
  clock.advance(1000)
  await until(() => infos.length === 2)
  t.strictSame(out, [['b'], ['later']])
  t.strictSame(infos[0]?.streamIdToInputInfo.get(0)?.metadata, {
    files: [join(path, 'b.txt')],
    Description: join(path, 'b.txt'),
  })
  await ssc.stop()
})

tap.test(
  'C12 A6 fileStream.minRememberDuration: newFilesOnly false looks back so far; a filter decides',
  async (t) => {
    const path = folder(t)
    put(path, 'a.log', 'a\n', START - 5000)
    put(path, 'a.txt', 'no\n', START - 5000)
    put(path, 'ancient.log', 'no\n', START - 20_000)
    const clock = new ManualClock(START)
    const conf = { 'spark.streaming.fileStream.minRememberDuration': 10 }
    const ssc = new StreamingContext({ batchDuration: Seconds(1), clock, port: recordingPort(), conf })
    const filter = (file: string): boolean => file.endsWith('.log')
    const out = kept(ssc.fileStream(path, { filter, newFilesOnly: false }))
    const onlyNew = kept(ssc.fileStream(path, { filter }))
    let open = false
    ssc.addStreamingListener({
      onStreamingStarted: () => {
        open = true
      },
    })
    ssc.start()
    await until(() => open)
    put(path, '.new.log', 'new\n', START + 500)
    clock.advance(1000)
    await until(() => onlyNew.length === 1)
    t.strictSame(
      [out, onlyNew],
      [[['a', 'new']], [['new']]],
      'a filter decides on names that begin with . too',
    )
    await ssc.stop()
  },
)

tap.test('C12 files --match --existing in a shell', async (t) => {
  const path = folder(t)
  for (const name of ['a.log', 'b.txt', 'c.log']) writeFileSync(join(path, name), `${name}\n`)
  const words = [
    'files',
    path,
    '--match',
    '*.log',
    '--existing',
    '--interval',
    '100ms',
    '--batches',
    '2',
    'emit',
  ]
  t.strictSame((await dstream(words)).stdout.split('\n').sort(), ['', 'a.log', 'c.log'])
})

tap.test('C13 binaryRecordsStream cuts files into records, and refuses another length', async (t) => {
  const path = folder(t)
  const clock = new ManualClock(START)
  const ssc = new StreamingContext({ batchDuration: Seconds(1), clock, port: recordingPort() })
  const out = kept(ssc.binaryRecordsStream(path, 3).map((record) => [...record]))
  let open = false
  ssc.addStreamingListener({
    onStreamingStarted: () => {
      open = true
    },
  })
  ssc.start()
  await until(() => open)
  put(path, 'good', Uint8Array.of(1, 2, 3, 4, 5, 6), START + 500)
  clock.advance(1000)
  await until(() => out.length === 1)
  t.strictSame(out, [
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ])
  put(path, 'bad', Uint8Array.of(1, 2, 3, 4), START + 1500)
  clock.advance(1000)
  await t.rejects(ssc.awaitTermination(), {
    message: /bad: its 4 bytes are no multiple of the record length 3; 1 /,
  })
})

tap.test('C13 files --record-bytes in a shell shows hexadecimal digits', async (t) => {
  const path = folder(t)
  writeFileSync(join(path, 'data'), Uint8Array.of(0, 255, 16, 1))
  const words = [
    'files',
    path,
    '--existing',
    '--record-bytes',
    '2',
    '--interval',
    '100ms',
    '--batches',
    '1',
    'emit',
  ]
  t.equal((await dstream(words)).stdout, '"00ff"\n"1001"\n')
  const wrong = await dstream(['files', path, '--record-bytes', '2', '--framing', 'nul', 'emit'])
  t.match(wrong.stderr, /--record-bytes and --framing cannot stand together/)
})

tap.test(
  'C14 queueStream takes one entry or all, the default where it is empty, and keeps partitions',
  async (t) => {
    const run = async (oneAtATime: boolean, standard?: readonly number[]): Promise<number[][]> => {
      const { ssc, begun, batches } = timedContext({ batches: 3 })
      const out = kept(ssc.queueStream([[1], [2, 3]], oneAtATime, standard))
      ssc.start()
      await begun
      await batches(3)
      return out
    }
    t.strictSame(await run(true), [[1], [2, 3], []])
    t.strictSame(await run(false), [[1, 2, 3], [], []])
    t.strictSame(await run(true, [9]), [[1], [2, 3], [9]])

    const { ssc, begun, batches } = timedContext()
    const rdds = kept(
      ssc
        .queueStream([[1, 2, 3, 4]])
        .repartition(2)
        .glom(),
    )
    ssc.start()
    await begun
    await batches(1)
    t.equal(rdds[0]?.length, 2)
    await ssc.stop()
  },
)

tap.test('C15 union of a context keeps the order of its streams, and wants equal slides', async (t) => {
  const out = await collectStream([[1], [4]], (stream, ssc) =>
    ssc.union([stream, ssc.queueStream([[2], []]), ssc.queueStream([[3]])]),
  )
  t.strictSame(
    out.map(({ elements }) => elements),
    [[1, 2, 3], [4]],
  )
  const { ssc } = timedContext()
  const stream = ssc.queueStream([[1]])
  ssc.union([stream, stream.window(Seconds(2), Seconds(2))]).print()
  t.throws(() => ssc.start(), { message: /union: .* equal slides, these slide by 1s and 2s/ })
})

tap.test('A9 C16 all events of a batch and a receiver, in order', async (t) => {
  const { ssc, begun, batches } = timedContext()
  const events: string[] = []
  const names = [
    'onStreamingStarted',
    'onReceiverStarted',
    'onReceiverError',
    'onReceiverStopped',
    'onBatchSubmitted',
    'onBatchStarted',
    'onBatchCompleted',
    'onOutputOperationStarted',
    'onOutputOperationCompleted',
  ] as const
  for (const name of names) ssc.addStreamingListener({ [name]: () => events.push(name) })
  const receiver = new Told<string>()
  ssc.receiverStream(receiver).print()
  ssc.start()
  await begun
  await until(() => receiver.isStarted())
  receiver.reportError('strange')
  await batches(1)
  await ssc.stop()
  t.strictSame(events, [
    'onStreamingStarted',
    'onReceiverStarted',
    'onReceiverError',
    'onBatchSubmitted',
    'onBatchStarted',
    'onOutputOperationStarted',
    'onOutputOperationCompleted',
    'onBatchCompleted',
    'onReceiverStopped',
  ])
})

tap.test('A9 BatchInfo says what each stream gave, when, and what each output did', async (t) => {
  const { ssc, begun, batches, clock } = timedContext()
  const infos: BatchInfo[] = []
  ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => infos.push(batchInfo) })
  ssc.queueStream([['a', 'b']]).print()
  ssc.queueStream([[1]]).foreachRDD(() => clock.advance(40))
  ssc.start()
  await begun
  await batches(1)
  const [info] = infos
  t.match(info, {
    batchTime: 1000,
    numRecords: 3,
    submissionTime: 1000,
    processingStartTime: 1000,
    processingEndTime: 1040,
    schedulingDelay: 0,
    processingDelay: 40,
    totalDelay: 40,
  })
  t.strictSame(
    [...(info?.streamIdToInputInfo.values() ?? [])].map(({ numRecords }) => numRecords),
    [2, 1],
  )
  const outputs = [...(info?.outputOperationInfos.values() ?? [])]
  t.match(outputs, [
    { id: 0, name: 'print', batchTime: 1000, duration: 0 },
    { id: 1, name: 'foreach-rdd', startTime: 1000, endTime: 1040, duration: 40 },
  ])
  t.ok(outputs.every(({ failureReason }) => failureReason === undefined))
  await ssc.stop()
})

tap.test('A9 the batch of a failed output or operator completes with the reason', async (t) => {
  const failed = async (make: (stream: DStream<number>) => void): Promise<BatchInfo[]> => {
    const { ssc, begun, clock } = timedContext()
    const infos: BatchInfo[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => infos.push(batchInfo) })
    make(ssc.queueStream([[1]]))
    ssc.start()
    await begun
    clock.advance(1000)
    await ssc.awaitTermination().catch(() => {})
    return infos
  }
  const reasons = (infos: BatchInfo[]): unknown[] =>
    infos.map(({ batchTime, outputOperationInfos }) => [
      batchTime,
      [...outputOperationInfos.values()].map(({ id, failureReason }) => [id, failureReason]),
    ])
  const output = await failed((stream) => {
    stream.print()
    stream.foreachRDD(() => Promise.reject(new Error('disk full')))
  })
  t.strictSame(reasons(output), [
    [
      1000,
      [
        [0, undefined],
        [1, 'disk full'],
      ],
    ],
  ])
  const operator = await failed((stream) =>
    stream
      .map(() => {
        throw new Error('no map')
      })
      .print(),
  )
  t.strictSame(reasons(operator), [[1000, [[0, 'no map']]]])
})

tap.test('C16 a listener that was removed hears nothing more', async (t) => {
  const { ssc, begun, batches } = timedContext()
  let heard = 0
  const listener: StreamingListener = { onBatchCompleted: () => (heard += 1) }
  ssc.addStreamingListener(listener)
  ssc.queueStream([]).print()
  ssc.start()
  await begun
  await batches(1)
  ssc.removeStreamingListener(listener)
  await batches(1)
  t.equal(heard, 1)
  await ssc.stop()
})

tap.test('C16 --events FILE writes a line of JSON per event', async (t) => {
  const file = join(folder(t), 'events.jsonl')
  const words = ['--events', file, '--batch-lines', '1', 'flatmap', 'split', 'emit']
  t.equal((await dstream(words, 'a b\nc\n')).stdout, 'a\nb\nc\n')
  const events = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; batchInfo?: { numRecords: number } })
  t.strictSame([...new Set(events.map(({ event }) => event))].sort(), [
    'onBatchCompleted',
    'onBatchStarted',
    'onBatchSubmitted',
    'onOutputOperationCompleted',
    'onOutputOperationStarted',
    'onReceiverStarted',
    'onReceiverStopped',
    'onStreamingStarted',
  ])
  const completed = events.filter(({ event }) => event === 'onBatchCompleted')
  t.strictSame(
    completed.map(({ batchInfo }) => batchInfo?.numRecords),
    [1, 1],
  )
  const nowhere = await dstream(['--events', join(file, 'no'), 'emit'], '')
  t.match(nowhere.stderr, /--events: .*is not a directory/)
  t.equal(nowhere.code, 2)
})

tap.test('A9 A6 extraListeners: StatsReportListener reports percentiles of the last batches', async (t) => {
  const reports: DelayReport[] = []
  const listener = new StatsReportListener(4, (report) => reports.push(report))
  const batch = (delay: number): BatchInfo => ({
    batchTime: 0,
    numRecords: 0,
    streamIdToInputInfo: new Map(),
    submissionTime: 0,
    outputOperationInfos: new Map(),
    processingDelay: delay,
    totalDelay: delay * 2,
  })
  for (const delay of [100, 1, 4, 3, 2]) listener.onBatchCompleted({ batchInfo: batch(delay) })
  const last = reports.at(-1)
  t.equal(reports.length, 5)
  t.match(last?.processingDelay, { count: 4, mean: 2.5, min: 1, max: 4 })
  t.strictSame(last?.processingDelay.percentiles, [
    [0, 1],
    [5, 1],
    [10, 1],
    [25, 2],
    [50, 3],
    [75, 4],
    [90, 4],
    [95, 4],
    [100, 4],
  ])
  t.equal(last?.totalDelay.max, 8)

  const { ssc, begun, batches, port } = timedContext({
    conf: { 'spark.streaming.extraListeners': 'StatsReportListener' },
  })
  ssc.queueStream([]).foreachRDD(() => {})
  ssc.start()
  await begun
  await batches(1)
  t.match(port.reports, [/^Total delay: 1 batches, mean 0\.0ms/, /^Processing time: .*50% 0ms/])
  await ssc.stop()
})

tap.test('C17 a start that fails stops the context; errors come at start', async (t) => {
  const starting = (make: (stream: DStream<number>) => void): StreamingContext => {
    const { ssc } = timedContext()
    make(ssc.queueStream([[1]]))
    return ssc
  }
  const silent = starting(() => {})
  t.throws(() => silent.start(), { message: /no output operations/, hint: /print\(\)/ })
  t.equal(silent.getState(), 'STOPPED')
  await t.rejects(silent.awaitTermination(), UsageError)
  const length = starting((stream) => stream.window(1500).print())
  t.throws(() => length.start(), {
    message: /window: its length 1500ms is no multiple .* 1s/,
    hint: /Use 2s/,
  })
  const slide = starting((stream) => stream.window(2000, 500).print())
  t.throws(() => slide.start(), { message: /its slide 500ms is no multiple/ })
  const nested = starting((stream) => stream.window(2000, 2000).window(3000).print())
  t.throws(() => nested.start(), { message: /its length 3s is no multiple of the stream's slide, 2s/ })
  const joined = starting((stream) =>
    stream
      .map((n) => [n, n] as const)
      .join(stream.map((n) => [n, n] as const).window(2000, 2000))
      .print(),
  )
  t.throws(() => joined.start(), { message: /join: .* equal slides/ })
  t.throws(() => timedContext().ssc.source('socket', ['a', 1], { retyr: 5 }), {
    message: /socket has no option retyr/,
    hint: /retry/,
  })
  t.throws(() => timedContext().ssc.source('sokcet'), { message: /no source 'sokcet'/ })
})

tap.test('C17 a second start says so, a start after a stop throws', async (t) => {
  const { ssc, port } = timedContext()
  ssc.queueStream([]).print()
  ssc.start()
  ssc.start()
  t.strictSame(port.reports, ['the context has already been started'])
  await ssc.stop()
  t.throws(() => ssc.start(), { message: /stopped cannot be started again/ })
})

tap.test('C18 awaitTermination throws the error of a batch, the timeout gives false', async (t) => {
  const { ssc, begun, clock } = timedContext()
  ssc.queueStream([[1]]).foreachRDD(() => {
    throw new RangeError('too far')
  })
  ssc.start()
  await begun
  t.equal(await ssc.awaitTerminationOrTimeout(10), false)
  clock.advance(1000)
  await t.rejects(ssc.awaitTermination(), { message: 'too far' })
  await t.rejects(ssc.awaitTerminationOrTimeout(10), { message: 'too far' })
})

tap.test(
  'C19 a graceful stop processes what was received, the other does not; both may be repeated',
  async (t) => {
    for (const gracefully of [true, false]) {
      const { ssc, begun } = timedContext()
      const receiver = new Told<string>()
      const out = kept(ssc.receiverStream(receiver))
      ssc.start()
      await begun
      await until(() => receiver.isStarted())
      void receiver.store('a')
      const stopped = ssc.stop(true, gracefully)
      await stopped
      t.strictSame(out.flat(), gracefully ? ['a'] : [])
      t.equal(ssc.getState(), 'STOPPED')
      await ssc.stop(false)
      await ssc.stop(true, true)
      await ssc.awaitTermination()
    }
  },
)

tap.test('C19 A6 gracefulStopTimeout: a graceful stop takes no longer', async (t) => {
  const { ssc, begun, clock, port } = timedContext({ conf: { 'spark.streaming.gracefulStopTimeout': '5s' } })
  const idle = (): void => {}
  let release = idle
  ssc.queueStream([[1]]).foreachRDD(
    () =>
      new Promise<void>((resolve) => {
        release = resolve
      }),
  )
  ssc.start()
  await begun
  clock.advance(1000)
  await until(() => release !== idle)
  const stopped = ssc.stop(true, true)
  clock.advance(4999)
  t.equal(ssc.getState(), 'ACTIVE')
  clock.advance(1)
  await stopped
  t.match(port.reports, [/5000 ms .*what is left is dropped/])
  release()
})

tap.test('C20 the state goes from INITIALIZED to ACTIVE to STOPPED', async (t) => {
  const { ssc } = timedContext()
  const stream = ssc.queueStream([])
  stream.print()
  t.equal(ssc.getState(), 'INITIALIZED')
  ssc.start()
  t.equal(ssc.getState(), 'ACTIVE')
  t.throws(() => stream.count(), { message: /after starting a context/ })
  t.throws(() => stream.print(), UsageError)
  const stopping = ssc.stop(true, true)
  await stopping
  t.equal(ssc.getState(), 'STOPPED')
  t.throws(() => ssc.queueStream([]), UsageError)
  const never = timedContext().ssc
  await never.stop()
  t.equal(never.getState(), 'STOPPED', 'one that was never started is stopped too')
})

tap.test('A6 every key is read by its type', async (t) => {
  const read = (key: string, value: string | number | boolean) =>
    readConfiguration([[`spark.streaming.${key}`, value]])
  t.equal(read('blockInterval', '50ms').blockInterval, 50)
  t.equal(read('blockInterval', 70).blockInterval, 70, 'milliseconds where there is no unit')
  t.equal(read('receiverRestartDelay', '2s').receiverRestartDelay, 2000)
  t.equal(read('fileStream.minRememberDuration', '90').minRememberDuration, 90_000, 'here, seconds')
  t.equal(read('fileStream.minRememberDuration', '2min').minRememberDuration, 120_000)
  t.equal(read('receiver.maxRate', 5).maxRate, 5)
  t.equal(read('receiver.maxRate', 0).maxRate, undefined, '0 is no limit')
  t.equal(read('stopGracefullyOnShutdown', 'TRUE').stopGracefullyOnShutdown, true)
  t.equal(read('ui.retainedBatches', '20').retainedBatches, 20)
  t.strictSame(read('extraListeners', './a.ts#A, ./b.ts#B').extraListeners, ['./a.ts#A', './b.ts#B'])
  for (const { name, type } of CONFIGURATION_KEYS) {
    const [good, bad] = {
      boolean: ['true', 'yes'],
      integer: ['3', '1.5'],
      number: ['0.5', 'half'],
      ms: ['5s', '5 parsecs'],
      s: ['5m', '-1s'],
      string: [name === 'backpressure.rateEstimator' ? 'pid' : 'x', ''],
    }[type] as [string, string]
    t.doesNotThrow(() => read(name, good), name)
    t.throws(() => read(name, bad), { message: new RegExp(`spark.streaming.${name} expects`) }, name)
  }
})

tap.test(
  'A6 an unknown key is an error with the nearest one; what has no effect is said once (A6 unpersist, A6 concurrentJobs)',
  async (t) => {
    t.throws(
      () => new StreamingContext({ batchDuration: 1, conf: { 'spark.streaming.blockIntervall': 1 } }),
      {
        name: 'UsageError',
        message: /no key spark\.streaming\.blockIntervall/,
        hint: 'Did you mean spark.streaming.blockInterval?',
      },
    )
    t.throws(() => readConfiguration([['batchDuration', 1]]), {
      message: /no key batchDuration/,
      hint: /docs\/configuration\.md/,
    })
    const { notes } = readConfiguration([
      ['spark.streaming.concurrentJobs', 1],
      ['spark.streaming.concurrentJobs', 2],
      ['spark.streaming.dynamicAllocation.enabled', true],
      ['spark.executor.memory', '1g'],
      ['spark.streaming.blockInterval', 1],
    ])
    t.equal(notes.length, 3)
    t.match(notes[0], /concurrentJobs has no effect here: /)
    t.match(notes[1], /dynamicAllocation\.enabled has no effect yet: /)

    const { ssc, port } = timedContext({ conf: new SparkConf().set('spark.streaming.unpersist', false) })
    ssc.queueStream([]).print()
    ssc.start()
    t.match(port.reports, [/^spark\.streaming\.unpersist has no effect here/])
    await ssc.stop()
  },
)

tap.test('A6 --conf does what it says, and errors point at their word', async (t) => {
  const path = folder(t)
  writeFileSync(
    join(path, 'listener.ts'),
    "export class Count { onBatchCompleted({ batchInfo }) { console.error('heard', batchInfo.numRecords) } }",
  )
  const conf = (...settings: string[]) =>
    dstream([...settings.flatMap((setting) => ['--conf', setting]), '--batch-lines', '2', 'emit'], 'a\nb\n', {
      cwd: path,
    })
  t.match((await conf('spark.streaming.extraListeners=./listener.ts#Count')).stderr, 'heard 2')
  const noted = await conf('spark.streaming.concurrentJobs=2', 'spark.streaming.kafka.consumer.poll.ms=5')
  t.equal(noted.stdout, 'a\nb\n')
  t.equal(noted.stderr.match(/^note: spark\.streaming\.\S+ has no effect/gm)?.length, 2)
  const wrong = await conf('spark.streaming.blockInterval=5ms', 'spark.streaming.blockInterval=soon')
  t.equal(wrong.code, 2)
  t.match(wrong.stderr, /expects a duration such as 200ms, or milliseconds, got soon/)
  t.match((await conf('blockInterval')).stderr, /--conf expects key=value, got blockInterval/)
  t.match((await conf('spark.streaming.extraListeners=Count')).stderr, /Count names no listener/)
  t.equal((await conf('spark.master=local[0]')).code, 2)
})

tap.test('A6 stopGracefullyOnShutdown: a program that is told to end finishes what it has', async (t) => {
  const before = process.listeners('SIGTERM')
  const { ssc, begun } = timedContext({ conf: { 'spark.streaming.stopGracefullyOnShutdown': true } })
  const receiver = new Told<string>()
  const out = kept(ssc.receiverStream(receiver))
  ssc.start()
  await begun
  await until(() => receiver.isStarted())
  void receiver.store('a')
  const [added] = process.listeners('SIGTERM').filter((listener) => !before.includes(listener))
  added?.('SIGTERM')
  await ssc.awaitTermination()
  t.strictSame(out, [['a']])
  t.strictSame(process.listeners('SIGTERM'), before, 'a second signal does what it does without')
})

tap.test('A6 stopGracefullyOnShutdown=false: a command that is told to end drops what it has', async (t) => {
  for (const [value, expected] of [
    ['true', '1\n'],
    ['false', ''],
  ] as const) {
    const conf = `spark.streaming.stopGracefullyOnShutdown=${value}`
    const words = [COMMAND, '--interval', '1h', '--conf', conf, 'tap', 'count', 'emit']
    const child = spawn(process.execPath, words)
    let out = ''
    let seen = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      seen += chunk
    })
    child.stdin.write('a\n')
    await until(() => seen.includes('a'))
    child.kill('SIGTERM')
    const [code] = await once(child, 'close')
    t.strictSame([out, code], [expected, 0], value)
  }
})

tap.test('A6 receiver.maxRate bounds what a batch takes of a receiver', async (t) => {
  const { ssc, begun, batches } = timedContext({ conf: { 'spark.streaming.receiver.maxRate': 2 } })
  const receiver = new Told<number>()
  const out = kept(ssc.receiverStream(receiver))
  ssc.start()
  await begun
  await until(() => receiver.isStarted())
  void receiver.store([1, 2, 3, 4, 5].values())
  await batches(3)
  t.strictSame(out, [[1, 2], [3, 4], [5]])
  await ssc.stop()
})

tap.test('A6 the page of the configuration is what the table says', async (t) => {
  const page = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8')
  t.equal(page, configurationPage())
  t.equal(page.match(/^\| `/gm)?.length, CONFIGURATION_KEYS.length)
  t.equal(new Set(CONFIGURATION_KEYS.map(({ name }) => name)).size, CONFIGURATION_KEYS.length)
})
