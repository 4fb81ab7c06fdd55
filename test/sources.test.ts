import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import tap from 'tap'
import { elementsOf } from '../src/engine/batch/lines.ts'
import type { Partition } from '../src/engine/batch/partition.ts'
import { parseDuration } from '../src/engine/plan/duration.ts'
import type { FlagRecord } from '../src/engine/plan/record.ts'
import { SystemClock } from '../src/engine/scheduler/clock.ts'
import { demoSource } from '../src/engine/sources/demo.ts'
import { filesSource } from '../src/engine/sources/files.ts'
import { createFramer } from '../src/engine/sources/framing/framer.ts'
import { listenSource } from '../src/engine/sources/listen.ts'
import { rateSource } from '../src/engine/sources/rate.ts'
import { globTest } from '../src/engine/sources/reading/glob.ts'
import type {
  PullContext,
  PullInput,
  Receiver,
  SourceCall,
  SourceRecord,
} from '../src/engine/sources/record.ts'
import { socketSource } from '../src/engine/sources/socket.ts'
import { tailSource } from '../src/engine/sources/tail.ts'
import { textSource } from '../src/engine/sources/text.ts'

type Values = Readonly<Record<string, unknown>>

function callOf(record: SourceRecord, values: Values): SourceCall {
  const standard = (flag: FlagRecord | undefined): unknown =>
    flag?.type === 'duration' ? parseDuration(String(flag.default)) : flag?.default
  const value = (name: string): unknown =>
    values[name] ?? standard(record.flags.find((flag) => flag.name === name))
  return {
    label: record.name,
    value,
    string: (name) => String(value(name)),
    number: (name) => Number(value(name)),
    boolean: (name) => value(name) === true,
    strings: (name) => value(name) as readonly string[],
    refuse: (message) => new Error(message),
    callable: (name) => value(name) as () => unknown,
  }
}

/** A receiver that frames and keeps lines; it is full after `room` bytes until `makeRoom()`. */
class Collector {
  readonly lines: string[] = []
  readonly byInput: string[][] = []
  readonly reports: string[] = []
  readonly stop = new AbortController()
  room = Number.POSITIVE_INFINITY
  bytes = 0
  ended = false
  dropped = 0
  finished: Promise<void>
  #wake: (() => void)[] = []

  constructor(record: SourceRecord, values: Values, maxLine = 1 << 20, room = Number.POSITIVE_INFINITY) {
    this.room = room
    this.finished = record.receive?.(callOf(record, values), this.receiver(maxLine)) ?? Promise.resolve()
    this.finished.catch(() => undefined)
  }

  receiver(maxLine: number): Receiver {
    const full = (): boolean => this.bytes >= this.room
    return {
      clock: new SystemClock(),
      interval: 1000,
      maxLine,
      signal: this.stop.signal,
      open: (name, framing = 'lines') => {
        const framer = createFramer(framing, { maxLine, name })
        const own: string[] = []
        this.byInput.push(own)
        const emit = (partition: Partition): void => {
          for (const line of elementsOf(partition) as string[]) {
            this.lines.push(line)
            own.push(line)
          }
        }
        return {
          write: (bytes) => {
            if (this.stop.signal.aborted) throw new Error('written after the stop')
            if (full()) this.reports.push('WRITTEN WHILE FULL')
            this.bytes += bytes.length
            framer.push(bytes, emit)
          },
          end: () => framer.end(emit),
          get pending() {
            return framer.pending
          },
          get held() {
            return framer.held
          },
          discard: () => undefined,
        }
      },
      store: () => undefined,
      at: () => undefined,
      get full() {
        return full()
      },
      ready: async () => {
        while (full() && !this.stop.signal.aborted)
          await new Promise<void>((resolve) => this.#wake.push(resolve))
      },
      end: () => {
        this.ended = true
      },
      fail: (error) => {
        this.reports.push(`FAIL ${error.message}`)
      },
      report: (message) => {
        this.reports.push(message)
      },
      drop: (count) => {
        this.dropped += count
      },
      add: () => undefined,
      tell: () => undefined,
      source: 0,
      stored: () => Promise.resolve(),
      holdEnd: () => {},
      settings: {},
    }
  }

  makeRoom(): void {
    this.room = Number.POSITIVE_INFINITY
    this.wake()
  }

  wake(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }

  async close(): Promise<void> {
    this.stop.abort()
    this.wake()
    await this.finished
  }
}

async function until(what: () => boolean, describe: () => string): Promise<void> {
  for (let waited = 0; !what(); waited += 5) {
    if (waited > 5000) throw new Error(`waited in vain: ${describe()}`)
    await sleep(5)
  }
}

const lines = (collector: Collector, count: number): Promise<void> =>
  until(
    () => collector.lines.length >= count,
    () => JSON.stringify([collector.lines.slice(-5), collector.reports]),
  )
const said = (collector: Collector, what: RegExp): Promise<void> =>
  until(
    () => collector.reports.some((report) => what.test(report)),
    () => `${what} in ${JSON.stringify(collector.reports)}`,
  )

async function listener(
  onSocket: (socket: Socket) => void,
  port = 0,
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function portOf(collector: Collector): Promise<number> {
  await said(collector, /^listening on /)
  return Number(/:(\d+)/.exec(collector.reports[0] as string)?.[1])
}

const BIG = Array.from({ length: 400_000 }, (_, index) => `line ${index} é`)

/** Compares in a moment what a structural comparison takes seconds for. */
const same = (a: readonly unknown[], b: readonly unknown[]): boolean => a.join('\n') === b.join('\n')

let directory = ''
let names = 0
tap.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dstream-sources-'))
})
tap.teardown(() => rm(directory, { recursive: true, force: true }))
const fresh = (name = 'file'): string => join(directory, `${name}-${names++}`)
async function freshDirectory(): Promise<string> {
  const path = fresh('in')
  await mkdir(path)
  return path
}

tap.test('C8: socket reads lines of any end, and connects again after end and failure', async (t) => {
  let connections = 0
  const server = await listener((socket) => {
    connections++
    socket.end(connections === 1 ? 'a\r\nb\rc\nhalf' : 'second\n')
  })
  const collector = new Collector(socketSource, { host: '127.0.0.1', port: server.port, retry: 100 })
  await lines(collector, 5)
  t.strictSame(collector.lines.slice(0, 5), ['a', 'b', 'c', 'half', 'second'])
  await server.close()
  await said(collector, /connection refused; connecting again in 100ms/)
  const again = await listener((socket) => socket.write('back\n'), server.port)
  await until(
    () => collector.lines.at(-1) === 'back',
    () => String(collector.lines.at(-1)),
  )
  t.match(collector.reports[0], /the server closed the connection; connecting again in 100ms/)
  t.equal(collector.ended, false)
  await collector.close()
  await again.close()
})

tap.test('socket --once ends with the connection; a record cut off is dropped and said', async (t) => {
  const server = await listener((socket) => socket.end(Buffer.from('\0\0\0\x02ab\0\0\0\x09xy', 'latin1')))
  const values = { host: '127.0.0.1', port: server.port, once: true, framing: 'length' }
  const collector = new Collector(socketSource, values)
  await collector.finished
  t.strictSame(collector.lines, ['ab'])
  t.equal(collector.ended, true)
  t.equal(collector.dropped, 1)
  t.match(collector.reports[0], /at byte 6, after 2 of its 9 bytes/)
  await server.close()
})

tap.test('socket reads no more while the engine is behind, and loses nothing', async (t) => {
  const server = await listener((socket) => socket.end(`${BIG.join('\n')}\n`))
  const values = { host: '127.0.0.1', port: server.port, once: true }
  const collector = new Collector(socketSource, values, 1 << 20, 100_000)
  await until(
    () => collector.bytes >= 100_000,
    () => String(collector.bytes),
  )
  const before = collector.bytes
  await sleep(150)
  t.equal(collector.bytes, before)
  collector.makeRoom()
  await collector.finished
  t.ok(same(collector.lines, BIG))
  t.notOk(collector.reports.includes('WRITTEN WHILE FULL'))
  await server.close()
})

tap.test('socket: a line over the limit fails the source; a port that is none is refused', async (t) => {
  const server = await listener((socket) => socket.write('ok\ntoo long a line\n'))
  const long = new Collector(socketSource, { host: '127.0.0.1', port: server.port }, 5)
  await t.rejects(long.finished, {
    name: 'SourceError',
    message: /127.0.0.1:\d+: the line that starts at byte 3/,
  })
  const wrong = new Collector(socketSource, { host: '127.0.0.1', port: 70_000 })
  await t.rejects(wrong.finished, { name: 'UsageError' })
  await server.close()
})

tap.test('listen takes many senders, whose lines never mix, and ends with the last (--once)', async (t) => {
  const collector = new Collector(listenSource, { port: 0, once: true })
  const port = await portOf(collector)
  const SENDERS = 20
  const LINES = 300
  await Promise.all(
    Array.from({ length: SENDERS }, async (_, sender) => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      for (let line = 0; line < LINES; line++) {
        socket.write(`${sender} is wri`)
        if (line % 50 === 0) await sleep(1)
        socket.write(`ting ${line}\r\n`)
      }
      socket.end('last, without an end')
      await once(socket, 'close')
    }),
  )
  await collector.finished
  t.equal(collector.ended, true)
  t.equal(collector.lines.length, SENDERS * (LINES + 1))
  for (const own of collector.byInput) {
    const sender = own[0]?.split(' ')[0]
    const sent = Array.from({ length: LINES }, (_, line) => `${sender} is writing ${line}`)
    t.strictSame(own, [...sent, 'last, without an end'])
  }
})

tap.test('listen reads no more while the engine is behind; it stops with its connections', async (t) => {
  const collector = new Collector(listenSource, { port: 0 }, 1 << 20, 50_000)
  const socket = connect(await portOf(collector), '127.0.0.1')
  socket.end(`${BIG.join('\n')}\n`)
  await until(
    () => collector.bytes >= 50_000,
    () => String(collector.bytes),
  )
  const before = collector.bytes
  await sleep(150)
  t.equal(collector.bytes, before)
  collector.makeRoom()
  await lines(collector, BIG.length)
  t.ok(same(collector.lines, BIG))
  t.notOk(collector.reports.includes('WRITTEN WHILE FULL'))
  const other = connect(await portOf(collector), '127.0.0.1')
  await once(other, 'connect')
  await sleep(20)
  other.on('error', () => undefined)
  other.resume()
  await collector.close()
  if (!other.closed) await once(other, 'close')
  t.equal(collector.ended, false)
})

tap.test('listen: a port in use is said with the way to find its owner', async (t) => {
  const server = await listener(() => undefined)
  const collector = new Collector(listenSource, { port: server.port })
  await t.rejects(collector.finished, { name: 'SourceError', message: /is in use/, hint: /lsof -i :\d+/ })
  await server.close()
})

/** Read the batch of a pull source at `time`. */
async function batch(input: PullInput, time: number): Promise<unknown[]> {
  const elements: unknown[] = []
  for await (const partition of input.blocks(time)) elements.push(...elementsOf(partition))
  return elements
}

const T0 = 1_700_000_000_000
function pulled(
  record: SourceRecord,
  values: Values,
  maxLine = 1 << 20,
): { input: PullInput; reports: string[] } {
  const reports: string[] = []
  const context: PullContext = {
    clock: new SystemClock(),
    interval: 1000,
    signal: new AbortController().signal,
    startTime: T0,
    maxLine,
    report: (message) => {
      reports.push(message)
    },
    drop: () => undefined,
  }
  if (record.pull === undefined) throw new Error('no pull source')
  return { input: record.pull(callOf(record, values), context), reports }
}

async function put(path: string, content: string | Uint8Array, seconds: number): Promise<void> {
  await writeFile(path, content)
  await utimes(path, T0 / 1000 + seconds, T0 / 1000 + seconds)
}

tap.test('C11: files takes new files by modification time, once, and no hidden ones', async (t) => {
  const dir = await freshDirectory()
  await put(join(dir, 'there'), 'there at the start\n', -5)
  const { input, reports } = pulled(filesSource, { dir })
  t.strictSame(await batch(input, T0 + 1000), [])
  await put(join(dir, 'b'), 'b1\nb2', 1.5)
  await put(join(dir, 'z'), 'z\n', 1.2)
  await put(join(dir, 'a'), 'a\r\n', 1.5)
  await put(join(dir, 'c.gz'), gzipSync('zipped\n'), 1.6)
  await put(join(dir, '.hidden'), 'no\n', 1.5)
  await put(join(dir, '_temporary'), 'no\n', 1.5)
  await mkdir(join(dir, 'subdirectory'))
  await put(join(dir, 'later'), 'later\n', 2.5)
  t.strictSame(await batch(input, T0 + 2000), ['z', 'a', 'b1', 'b2', 'zipped'], 'in order of time, then name')
  await put(join(dir, 'a'), 'a\nchanged\n', 2.7)
  await put(join(dir, 'there'), 'changed\n', 2.7)
  t.strictSame(await batch(input, T0 + 3000), ['later'], 'changes to a seen file are ignored')
  await put(join(dir, 'a'), 'changed again\n', 89)
  t.strictSame(await batch(input, T0 + 90_000), [], 'also after the remember window')
  await put(join(dir, 'old'), 'old\n', 20)
  t.strictSame(await batch(input, T0 + 91_000), [])
  t.match(reports, [/old is left out/])
  t.strictSame(await batch(input, T0 + 92_000), [])
  t.equal(reports.length, 1, 'said once')
})

tap.test('C11: a file renamed into the directory is seen once and whole', async (t) => {
  const dir = await freshDirectory()
  const outside = fresh()
  const { input } = pulled(filesSource, { dir })
  await put(outside, `${BIG.join('\n')}\n`, 0.5)
  t.strictSame(await batch(input, T0 + 1000), [])
  await rename(outside, join(dir, 'whole'))
  t.ok(same(await batch(input, T0 + 2000), BIG))
  t.strictSame(await batch(input, T0 + 3000), [])
})

tap.test('C12: files --existing takes what is there, --match filters', async (t) => {
  const dir = await freshDirectory()
  await put(join(dir, 'a.log'), 'a\n', -86_400)
  await put(join(dir, 'b.txt'), 'b\n', -1)
  const { input } = pulled(filesSource, { dir, existing: true, match: '*.{log,csv}' })
  t.strictSame(await batch(input, T0 + 1000), ['a'])
  await put(join(dir, 'c.csv'), 'c\n', 1.5)
  t.strictSame(await batch(input, T0 + 2000), ['c'])
})

tap.test('C11: a pattern stands for all directories that match it', async (t) => {
  const dir = await freshDirectory()
  for (const name of ['x1', 'x2', 'y1']) await mkdir(join(dir, name))
  const { input } = pulled(filesSource, { dir: join(dir, 'x*') })
  for (const name of ['x1', 'x2', 'y1']) await put(join(dir, name, 'f'), `${name}\n`, 0.5)
  t.strictSame(await batch(input, T0 + 1000), ['x1', 'x2'])
})

tap.test('files: what is deleted is said, what is missing or too long is an error', async (t) => {
  const dir = await freshDirectory()
  t.throws(() => pulled(filesSource, { dir: join(dir, 'nowhere') }), {
    name: 'SourceError',
    message: /nowhere: no such file or directory/,
  })
  await put(join(dir, 'file'), '', 0)
  t.throws(() => pulled(filesSource, { dir: join(dir, 'file') }), {
    name: 'SourceError',
    message: /not a directory/,
  })
  const { input, reports } = pulled(filesSource, { dir }, 5)
  await put(join(dir, '1'), 'one\n', 0.1)
  await put(join(dir, '2'), 'two\n', 0.2)
  await put(join(dir, '3'), 'three\n', 0.3)
  const read: unknown[] = []
  for await (const partition of input.blocks(T0 + 1000)) {
    read.push(...elementsOf(partition))
    await rm(join(dir, '2'), { force: true })
  }
  t.strictSame(read, ['one', 'three'])
  t.match(reports, [/2 was deleted before it could be read/])
  await put(join(dir, '4'), 'ok\ntoo long\n', 1.1)
  await t.rejects(batch(input, T0 + 2000), {
    name: 'SourceError',
    message: /4: the line that starts at byte 3/,
  })
  await rm(dir, { recursive: true })
  t.strictSame(await batch(input, T0 + 3000), [])
  t.strictSame(await batch(input, T0 + 4000), [])
  t.match(reports[1], /no such file or directory; looking again/)
  t.equal(reports.length, 2)
})

tap.test('globs match as in a shell', async (t) => {
  const matching: [string, string, boolean][] = [
    ['*', 'a.b', true],
    ['*', '.a', false],
    ['.*', '.a', true],
    ['*.log', 'a.log.1', false],
    ['a?c', 'abc', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['{a,b*}.txt', 'bcd.txt', true],
    ['a,b', 'a,b', true],
    ['a\\*', 'ab', false],
    ['a+(b)', 'a+(b)', true],
  ]
  for (const [pattern, name, expected] of matching)
    t.equal(globTest(pattern)(name), expected, `${pattern} ${name}`)
})

tap.test('tail follows growth from the end, or from the start', async (t) => {
  const path = fresh()
  await writeFile(path, 'old\n')
  const collector = new Collector(tailSource, { file: path })
  const all = new Collector(tailSource, { file: path, 'from-start': true })
  await lines(all, 1)
  await sleep(50)
  await appendFile(path, 'new\nhal')
  await lines(collector, 1)
  await appendFile(path, 'f\n')
  await lines(collector, 2)
  await lines(all, 3)
  t.strictSame(collector.lines, ['new', 'half'])
  t.strictSame(all.lines, ['old', 'new', 'half'])
  await collector.close()
  await all.close()
})

tap.test(
  'tail waits for its file, and survives rotation without losing the end of the old one',
  async (t) => {
    const path = fresh()
    const collector = new Collector(tailSource, { file: path })
    await said(collector, /^waiting for .* to appear$/)
    await writeFile(path, 'one\n')
    await lines(collector, 1)
    await appendFile(path, 'two\n')
    await rename(path, `${path}.1`)
    await writeFile(path, 'four\n')
    await appendFile(`${path}.1`, 'three\n')
    await lines(collector, 4)
    await said(collector, /was replaced: reading the new file/)
    await appendFile(`${path}.1`, 'late\n')
    await lines(collector, 5)
    await appendFile(path, 'five\n')
    await lines(collector, 6)
    t.strictSame(collector.byInput, [
      ['one', 'two', 'three', 'late'],
      ['four', 'five'],
    ])
    await collector.close()
  },
)

tap.test('tail reads a truncated file from its start; half a line from before is a line', async (t) => {
  const path = fresh()
  await writeFile(path, '')
  const collector = new Collector(tailSource, { file: path })
  await sleep(50)
  await appendFile(path, 'a long line before\nhalf')
  await lines(collector, 1)
  await truncate(path)
  await said(collector, /was truncated/)
  await appendFile(path, 'after\n')
  await lines(collector, 3)
  t.strictSame(collector.lines, ['a long line before', 'half', 'after'])
  await collector.close()
})

tap.test('tail under backpressure loses nothing; a directory is an error', async (t) => {
  const path = fresh()
  await writeFile(path, `${BIG.join('\n')}\n`)
  const collector = new Collector(tailSource, { file: path, 'from-start': true }, 1 << 20, 1)
  await until(
    () => collector.bytes > 0,
    () => 'no bytes',
  )
  const before = collector.bytes
  await sleep(50)
  t.equal(collector.bytes, before)
  collector.makeRoom()
  await lines(collector, BIG.length)
  t.ok(same(collector.lines, BIG))
  await collector.close()
  const wrong = new Collector(tailSource, { file: directory })
  await t.rejects(wrong.finished, { name: 'SourceError', message: /is a directory/ })
})

tap.test('text reads files in order, .gz too, under backpressure', async (t) => {
  const [first, second] = [fresh(), `${fresh()}.gz`]
  await writeFile(first, `\uFEFF${BIG.join('\r\n')}`)
  await writeFile(second, gzipSync('zip\nped'))
  const collector = new Collector(textSource, { file: [first, second] }, 1 << 20, 1)
  await until(
    () => collector.bytes > 0,
    () => 'no bytes',
  )
  const before = collector.bytes
  await sleep(50)
  t.equal(collector.bytes, before)
  collector.makeRoom()
  await collector.finished
  t.ok(same(collector.lines, [...BIG, 'zip', 'ped']))
  t.equal(collector.ended, true)
  t.notOk(collector.reports.includes('WRITTEN WHILE FULL'))
})

tap.test('text names a file that is missing, a directory, or damaged', async (t) => {
  const good = fresh()
  await writeFile(good, 'good\n')
  const missing = new Collector(textSource, { file: [good, `${good}-not`] })
  await t.rejects(missing.finished, { name: 'SourceError', message: /-not: no such file or directory/ })
  t.strictSame(missing.lines, [], 'before anything is read')
  const wrong = new Collector(textSource, { file: [directory] })
  await t.rejects(wrong.finished, { name: 'SourceError', message: /is a directory/, hint: /files DIR/ })
  const damaged = `${fresh()}.gz`
  await writeFile(damaged, gzipSync('a line\n').subarray(0, 15))
  const cut = new Collector(textSource, { file: [damaged] })
  await t.rejects(cut.finished, { name: 'SourceError', message: /\.gz: the compressed file is cut short/ })
})

tap.test('rate and demo give what is due, the same for the same batch times', async (t) => {
  const { input } = pulled(rateSource, { 'rows-per-second': 2.5 })
  t.strictSame(await batch(input, T0 + 1000), [0, 1])
  t.strictSame(await batch(input, T0 + 2000), [2, 3, 4])
  t.strictSame(await batch(input, T0 + 2000), [2, 3, 4])
  t.throws(() => pulled(rateSource, { 'rows-per-second': 0 }), { name: 'UsageError' })
  const many = pulled(rateSource, { 'rows-per-second': 20_000 }).input
  t.strictSame(
    await batch(many, T0 + 2000),
    Array.from({ length: 20_000 }, (_, index) => 20_000 + index),
  )
  const demo = pulled(demoSource, {}).input
  const first = await batch(demo, T0 + 1000)
  t.equal(first.length, 20)
  t.equal(first[0], 'A river is never the same water twice')
  const second = await batch(demo, T0 + 2000)
  t.not(second[0], first[0])
  t.strictSame(await batch(pulled(demoSource, {}).input, T0 + 2000), second)
})

/** A program that reads its standard input with the source and prints what came, as JSON. */
const CHILD = `
import { createFramer } from './src/engine/sources/framing/framer.ts'
import { stdinSource } from './src/engine/sources/stdin.ts'
const lines = [], chunks = []
const framer = createFramer('lines', { maxLine: 1 << 20, name: 'stdin' })
const emit = (partition) => lines.push(...Buffer.from(partition.bytes).toString().split('\\n').slice(0, partition.count))
const room = Number(process.env.ROOM ?? Infinity)
let open = room === Infinity, bytes = 0, ended = false
const receiver = {
  signal: new AbortController().signal,
  open: () => ({ write: (b) => { bytes += b.length; framer.push(b, emit) }, end: () => framer.end(emit) }),
  get full() { return !open && bytes >= room },
  ready: () => new Promise((resolve) => setTimeout(() => { console.error(bytes); open = true; resolve() }, 100)),
  end: () => { ended = true },
  report: () => {},
}
stdinSource.receive({ string: () => 'lines' }, receiver).then(
  () => { console.log(JSON.stringify({ count: lines.length, last: lines.at(-1), ended })); process.exit(0) },
  (error) => { console.log(JSON.stringify({ name: error.name, message: error.message, hint: error.hint })); process.exit(1) },
)`

async function resultOf(child: ChildProcess): Promise<Record<string, unknown>> {
  let out = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  await once(child, 'close')
  return JSON.parse(out)
}
const NODE = [process.execPath, '--import=tsx', '--input-type=module', '-e', CHILD] as const
const shell = (script: string, env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn('sh', ['-c', script, 'sh', ...NODE], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })

tap.test(
  'S1: stdin is read to its end from a pipe, a file and nothing; the last line needs no end',
  async (t) => {
    const path = fresh()
    await writeFile(path, BIG.join('\n'))
    const [piped, file, nothing] = await Promise.all([
      resultOf(shell(`cat ${path} | "$@"`)),
      resultOf(shell(`"$@" < ${path}`)),
      resultOf(shell('"$@" < /dev/null')),
    ])
    t.strictSame(piped, { count: BIG.length, last: BIG.at(-1), ended: true })
    t.strictSame(file, piped)
    t.strictSame(nothing, { count: 0, ended: true })
  },
)

tap.test('S1: stdin that is non-blocking, behind, or a directory', async (t) => {
  const path = fresh()
  await writeFile(path, `${BIG.join('\n')}\n`)
  // Node makes a pipe non-blocking, and blocking again at its exit, but not when it is killed.
  const nonBlocking = `${process.execPath} -e 'process.stdin.resume(); process.kill(process.pid, "SIGKILL")'`
  const slow = shell(`cat ${path} | "$@"`, { ROOM: '100000' })
  let paused = ''
  slow.stderr?.on('data', (chunk) => {
    paused += chunk
  })
  const [events, behind, wrong] = await Promise.all([
    resultOf(shell(`(sleep 0.5; echo one; sleep 0.5; echo two) | (${nonBlocking}; "$@")`)),
    resultOf(slow),
    resultOf(shell(`"$@" < ${directory}`)),
  ])
  t.strictSame(events, { count: 2, last: 'two', ended: true })
  t.strictSame(behind, { count: BIG.length, last: BIG.at(-1), ended: true })
  t.ok(Number(paused) < 100_000 + (1 << 18), `stopped after ${paused.trim()} bytes`)
  t.match(wrong, { name: 'SourceError', message: 'stdin: is a directory', hint: /files DIR/ })
})
