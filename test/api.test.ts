import { execFile, spawn } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import tap from 'tap'
import type { BareName, FilterName, FlatMapperName, OptionalName } from '../src/functions/names.ts'
import { functions } from '../src/functions/registry.ts'
import {
  type Aggregator,
  type DStream,
  ManualClock,
  Milliseconds,
  Minutes,
  type OutputPort,
  type PrintedBatch,
  RDD,
  Seconds,
  StageError,
  StreamingContext,
  type StreamingContextOptions,
  type StreamingListener,
  UsageError,
} from '../src/index.ts'
import { collectStream } from './support/collect.ts'
import { recordingPort, until } from './support/program.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const entry = new URL('../src/index.ts', import.meta.url).href

/** A context whose time the test moves; `begun` resolves when the first batch is open. */
function timedContext(options: Partial<StreamingContextOptions> = {}) {
  const clock = new ManualClock(0)
  const port = recordingPort()
  const ssc = new StreamingContext({ batchDuration: Seconds(1), clock, port, ...options })
  const begun = new Promise<void>((resolve) =>
    ssc.addStreamingListener({ onStreamingStarted: () => resolve() }),
  )
  return { ssc, clock, port, begun }
}

/** The elements of each batch that comes out. */
async function outcome<T, U>(
  batches: readonly (readonly T[])[],
  make: (stream: DStream<T>, context: StreamingContext) => DStream<U>,
  count?: number,
): Promise<unknown[][]> {
  return (await collectStream(batches, make, count)).map(({ elements }) => elements)
}

/** The error that ends a stream over one batch. */
async function failureOf<T>(
  batch: readonly T[],
  make: (stream: DStream<T>) => DStream<unknown>,
): Promise<unknown> {
  try {
    await collectStream([batch], make)
  } catch (error) {
    return error
  }
  return undefined
}

tap.test('a context is made from options or as Spark does (C1)', async (t) => {
  t.equal(new StreamingContext({ batchDuration: Seconds(1) }).plan().interval, 1000)
  const plan = new StreamingContext('local[2]', 'NetworkWordCount', Minutes(1)).plan()
  t.equal(plan.interval, 60_000)
  t.equal(plan.name, 'NetworkWordCount')
  t.throws(() => new StreamingContext({ batchDuration: 0 }), UsageError)
  t.throws(() => new StreamingContext({ batchDuration: 1.5 }), { message: /milliseconds, got 1.5/ })
  t.throws(() => new StreamingContext('local[0]', 'name', 1), {
    message: /the master is local\[N\], got local\[0\]/,
  })
  t.throws(() => new StreamingContext({ batchDuration: 1, master: 'mesos://a' }), UsageError)
  t.equal(Milliseconds(5), 5)
})

tap.test('start, stop and what may not follow (C17, C19, C20)', async (t) => {
  const { ssc: silent } = timedContext()
  silent.queueStream([['a']])
  t.throws(() => silent.start(), { name: 'UsageError', message: /no output operations registered/ })
  t.equal(silent.getState(), 'STOPPED', 'a start that failed stops the context, as in Spark')

  const { ssc, clock, port, begun } = timedContext()
  t.equal(ssc.getState(), 'INITIALIZED')
  const stream = ssc.queueStream([['a']])
  stream.print()
  ssc.start()
  t.equal(ssc.getState(), 'ACTIVE')
  t.throws(() => stream.map('upper'), { message: /after starting a context is not supported/ })
  t.throws(() => ssc.socketTextStream('localhost', 1), UsageError)
  ssc.start()
  t.strictSame(port.reports, ['the context has already been started'])
  await begun
  clock.advance(1000)
  await until(() => port.shown.length === 1)
  await ssc.stop()
  t.equal(ssc.getState(), 'STOPPED')
  await ssc.stop()
  await ssc.stop(true, true)
  await ssc.awaitTermination()
  t.throws(() => ssc.start(), { message: /stopped cannot be started again/ })
  t.throws(() => stream.count(), UsageError)

  const never = new StreamingContext({ batchDuration: 1, port })
  never.queueStream([[1]]).print()
  const ended = never.awaitTermination()
  await never.stop()
  await ended
  t.equal(never.getState(), 'STOPPED')
  t.throws(() => never.start(), UsageError)
})

tap.test('awaitTermination throws the error of a batch (C18)', async (t) => {
  const { ssc, clock, begun } = timedContext()
  ssc
    .queueStream([['a'], ['b']])
    .map((element) => {
      if (element === 'b') throw new TypeError('no b')
      return element
    })
    .print()
  ssc.start()
  await begun
  t.equal(await ssc.awaitTerminationOrTimeout(20), false, 'false while it runs')
  const ended = ssc.awaitTerminationOrTimeout(10_000)
  clock.advance(2000)
  await t.rejects(ended, { name: 'StageError', message: 'no b', element: '"b"' })
  await t.rejects(ssc.awaitTermination(), StageError)
  t.equal(ssc.getState(), 'STOPPED')

  const other = timedContext({ batches: 1 })
  other.ssc.queueStream([[1]]).foreachRDD(() => Promise.reject(new Error('disk full')))
  other.ssc.start()
  await other.begun
  other.clock.advance(1000)
  await until(() => other.ssc.getState() === 'STOPPED')
  t.strictSame(other.port.reports, ['the context has failed: disk full'], 'said where nobody waits')
  await t.rejects(other.ssc.awaitTermination(), { message: 'disk full' })

  const done = timedContext({ batches: 1 })
  done.ssc.queueStream([[1]]).print()
  done.ssc.start()
  await done.begun
  done.clock.advance(1000)
  t.equal(await done.ssc.awaitTerminationOrTimeout(10_000), true, 'true when it has stopped')
})

/** Serves the next of `texts` to each connection, closing all but the last. */
function serve(texts: readonly string[]): Promise<{ server: Server; port: number; sockets: Socket[] }> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    const text = texts[sockets.length] ?? ''
    sockets.push(socket)
    socket.on('error', () => {})
    if (sockets.length < texts.length) socket.end(text)
    else socket.write(text)
  })
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve({ server, sockets, port: typeof address === 'object' && address !== null ? address.port : 0 })
    }),
  )
}

tap.test('socketTextStream cuts lines as Java does and connects again after 2 s (C8)', async (t) => {
  const { server, port } = await serve(['a\r\nb\rc\nd', 'e\n'])
  const output = recordingPort()
  const ssc = new StreamingContext({ batchDuration: Milliseconds(50), port: output })
  const lines: string[] = []
  ssc.socketTextStream('127.0.0.1', port).foreachRDD((rdd) => lines.push(...rdd.collect()))
  const started = Date.now()
  ssc.start()
  await until(() => lines.length === 5)
  t.ok(Date.now() - started >= 1900, 'it waited')
  t.strictSame(lines, ['a', 'b', 'c', 'd', 'e'])
  t.match(output.reports[0], /closed the connection; connecting again in 2s/)
  await ssc.stop()
  server.close()
})

tap.test('stop drops what was received, a graceful stop processes it (C19)', async (t) => {
  const counted = async (gracefully: boolean): Promise<unknown[]> => {
    const { server, port } = await serve(['to be or\nnot to be\n'])
    const { ssc, begun } = timedContext()
    let seen = 0
    const out: unknown[] = []
    ssc
      .socketTextStream('127.0.0.1', port)
      .flatMap('split')
      .map((word) => {
        seen += 1
        return [word, 1]
      })
      .reduceByKey('sum')
      .foreachRDD((rdd) => out.push(...rdd.collect()))
    ssc.start()
    await begun
    await until(() => seen === 6)
    await ssc.stop(true, gracefully)
    server.close()
    return out
  }
  t.strictSame(await counted(false), [])
  t.strictSame(await counted(true), [
    ['to', 2],
    ['be', 2],
    ['or', 1],
    ['not', 1],
  ])
})

tap.test('a program may stop its context from within a batch (C19)', async (t) => {
  const { ssc, clock, begun } = timedContext()
  const seen: number[] = []
  ssc.queueStream([[1], [2], [3]]).foreachRDD((rdd, time) => {
    seen.push(time)
    if (rdd.first() === 2) void ssc.stop()
  })
  ssc.start()
  await begun
  clock.advance(3000)
  await ssc.awaitTermination()
  t.strictSame(seen, [1000, 2000])
})

tap.test('queueStream takes one entry per batch, or all, or the default (C14)', async (t) => {
  const run = async (oneAtATime?: boolean, defaultRDD?: number[] | RDD<number>): Promise<number[][]> => {
    const { ssc, clock, begun } = timedContext({ batches: 3 })
    const out: number[][] = []
    const rdd = new RDD<number>([{ kind: 'rows', rows: [3] }])
    ssc
      .queueStream<number>([[1, 2], rdd], oneAtATime, defaultRDD)
      .foreachRDD((found) => out.push(found.collect()))
    ssc.start()
    await begun
    clock.advance(3000)
    await ssc.awaitTermination()
    return out
  }
  t.strictSame(await run(), [[1, 2], [3], []])
  t.strictSame(await run(false), [[1, 2, 3], [], []])
  t.strictSame(await run(true, [9]), [[1, 2], [3], [9]])
  t.strictSame(await run(true, new RDD<number>([{ kind: 'rows', rows: [8] }])), [[1, 2], [3], [8]])
})

tap.test('a queue may be filled while the context runs (C14)', async (t) => {
  const { ssc, clock, begun } = timedContext()
  const queue: string[][] = []
  const out: unknown[][] = []
  ssc.queueStream(queue).foreachRDD((rdd) => out.push(rdd.collect()))
  ssc.start()
  await begun
  for (const batch of [['a'], [], ['b', 'c']]) {
    queue.push(batch)
    clock.advance(1000)
    const count = out.length
    await until(() => out.length > count)
  }
  await ssc.stop()
  t.strictSame(out, [['a'], [], ['b', 'c']])
})

tap.test('listeners are told of each batch, and one that throws harms none (C16, A9)', async (t) => {
  const { ssc, clock, port, begun } = timedContext({ batches: 2 })
  const events: string[] = []
  const listener: StreamingListener = {
    onStreamingStarted: ({ time }) => events.push(`started ${time}`),
    onBatchSubmitted: ({ batchInfo }) =>
      events.push(`submitted ${batchInfo.batchTime} ${batchInfo.numRecords}`),
    onBatchStarted: ({ batchInfo }) => events.push(`processing ${batchInfo.batchTime}`),
    onBatchCompleted: ({ batchInfo }) => {
      events.push(`completed ${batchInfo.batchTime} ${batchInfo.totalDelay}`)
      throw new Error('oops')
    },
  }
  const removed: StreamingListener = { onBatchStarted: () => t.fail('it was removed') }
  ssc.addStreamingListener(listener)
  ssc.addStreamingListener(removed)
  ssc.queueStream([['a', 'b'], []]).print()
  ssc.start()
  ssc.removeStreamingListener(removed)
  await begun
  clock.advance(1000)
  await until(() => port.shown.length === 1)
  clock.advance(1000)
  await ssc.awaitTermination()
  t.strictSame(events, [
    'started 0',
    'submitted 1000 2',
    'processing 1000',
    'completed 1000 0',
    'submitted 2000 0',
    'processing 2000',
    'completed 2000 0',
  ])
  t.match(port.reports, [
    'a listener failed at onBatchCompleted: oops',
    'a listener failed at onBatchCompleted: oops',
  ])
})

tap.test('element by element (D1, D2, D3, D4, C15)', async (t) => {
  const lines = [['to be', 'or'], [], ['not']]
  t.strictSame(await outcome(lines, (s) => s.map((line) => line.length)), [[5, 2], [], [3]])
  t.strictSame(await outcome(lines, (s) => s.map('length')), [[5, 2], [], [3]])
  t.strictSame(await outcome(lines, (s) => s.flatMap((line) => line.split(' '))), [
    ['to', 'be', 'or'],
    [],
    ['not'],
  ])
  t.strictSame(await outcome(lines, (s) => s.flatMap('split')), [['to', 'be', 'or'], [], ['not']])
  t.strictSame(await outcome(lines, (s) => s.filter((line) => line.includes('o'))), [
    ['to be', 'or'],
    [],
    ['not'],
  ])
  t.strictSame(await outcome(lines, (s) => s.filter('contains:or')), [['or'], [], []])
  t.strictSame(await outcome(lines, (s) => s.filter('notEmpty').map('pair')), [
    [
      ['to be', 1],
      ['or', 1],
    ],
    [],
    [['not', 1]],
  ])
  t.strictSame(await outcome(lines, (s) => s.repartition(2).glom()), [
    [['to be'], ['or']],
    [[], []],
    [['not'], []],
  ])
  t.strictSame(await outcome([[1], [2]], (s, ssc) => s.union(ssc.queueStream([[3], []]))), [[1, 3], [2]])
  t.strictSame(
    await outcome([[1]], (s, ssc) => ssc.union([s, ssc.queueStream([[2]]), ssc.queueStream([[3]])])),
    [[1, 2, 3]],
  )
  t.throws(() => new StreamingContext({ batchDuration: 1 }).union([]), UsageError)
})

tap.test('whole batches (D5, D6, D7)', async (t) => {
  const numbers = [[3, 1, 3], []]
  t.strictSame(await outcome(numbers, (s) => s.count()), [[3], [0]], 'an empty batch counts 0')
  t.strictSame(
    await outcome(numbers, (s) => s.reduce((a, b) => a + b)),
    [[7], []],
    'an empty batch gives none',
  )
  t.strictSame(await outcome(numbers, (s) => s.reduce('max')), [[3], []])
  t.strictSame(await outcome(numbers, (s) => s.countByValue()), [
    [
      [3, 2],
      [1, 1],
    ],
    [],
  ])
  t.strictSame(await outcome(numbers, (s) => s.sortBy({ descending: true })), [[3, 3, 1], []])
  t.strictSame(await outcome([['ccc', 'a']], (s) => s.sortBy('length')), [['a', 'ccc']])
  t.strictSame(await outcome([['ccc', 'a']], (s) => s.top(1, 'length')), [['ccc']])
})

tap.test('windows (D9, P4)', async (t) => {
  const batches = [['a'], ['b', 'a'], [], ['c']]
  t.strictSame(await outcome(batches, (s) => s.window(Seconds(2))), [
    ['a'],
    ['a', 'b', 'a'],
    ['b', 'a'],
    ['c'],
  ])
  t.strictSame(await outcome(batches, (s) => s.window(Seconds(4), Seconds(2)).count()), [[3], [4]])
  const sums = await collectStream(batches, (s) =>
    s.map('pair').reduceByKeyAndWindow((a, b) => a + b, Seconds(3), Seconds(2)),
  )
  t.strictSame(sums, [
    {
      time: 2000,
      elements: [
        ['a', 2],
        ['b', 1],
      ],
    },
    {
      time: 4000,
      elements: [
        ['b', 1],
        ['a', 1],
        ['c', 1],
      ],
    },
  ])
  t.match(await failureOf([1], (s) => s.window(1500)), {
    name: 'UsageError',
    message: /no multiple of the stream's slide/,
  })
  t.match(await failureOf([1], (s) => s.window(2000, 1500)), { name: 'UsageError' })
  t.match(await failureOf([1], (s) => s.union(s.window(2000, 2000))), { message: /equal slides/ })
})

tap.test('pairs (P1, P2, P6)', async (t) => {
  const batches: [string, number][][] = [
    [
      ['a', 1],
      ['b', 2],
      ['a', 4],
    ],
    [],
  ]
  const sums = [
    [
      ['a', 5],
      ['b', 2],
    ],
    [],
  ]
  const mean: Aggregator<number, { sum: number; count: number }, number> = {
    create: (value) => ({ sum: value, count: 1 }),
    mergeValue: ({ sum, count }, value) => ({ sum: sum + value, count: count + 1 }),
    mergeCombiners: (left, right) => ({ sum: left.sum + right.sum, count: left.count + right.count }),
    finish: ({ sum, count }) => sum / count,
  }
  t.strictSame(await outcome(batches, (s) => s.reduceByKey((a, b) => a + b)), sums)
  t.strictSame(await outcome(batches, (s) => s.reduceByKey()), sums)
  t.strictSame(await outcome(batches, (s) => s.reduceByKey('sum')), sums)
  t.strictSame(await outcome(batches, (s) => s.reduceByKey(mean)), [
    [
      ['a', 2.5],
      ['b', 2],
    ],
    [],
  ])
  t.strictSame(await outcome(batches, (s) => s.map(([, value]) => value).reduce(mean)), [[7 / 3], []])
  t.strictSame(await outcome(batches, (s) => s.reduceByKeyAndWindow(mean, Seconds(2))), [
    [
      ['a', 2.5],
      ['b', 2],
    ],
    [
      ['a', 2.5],
      ['b', 2],
    ],
  ])
  t.strictSame(await outcome(batches, (s) => s.groupByKey()), [
    [
      ['a', [1, 4]],
      ['b', [2]],
    ],
    [],
  ])
  t.strictSame(await outcome(batches, (s) => s.mapValues((value) => value * 10).take(2)), [
    [
      ['a', 10],
      ['b', 20],
    ],
    [],
  ])
  t.strictSame(await outcome(batches, (s) => s.flatMapValues((value) => Array(value).fill(value)).take(4)), [
    [
      ['a', 1],
      ['b', 2],
      ['b', 2],
      ['a', 4],
    ],
    [],
  ])
  const joined = await outcome(batches, (s, ssc) => {
    return s.join(ssc.queueStream<[string, string]>([[['a', 'x']], [['a', 'y']]]))
  })
  t.strictSame(joined, [
    [
      ['a', [1, 'x']],
      ['a', [4, 'x']],
    ],
    [],
  ])
  const windowed = await outcome(batches, (s, ssc) => {
    const names = ssc.queueStream<[string, string]>([[], [['b', 'y']]])
    return s.window(Seconds(2)).join(names.window(Seconds(2)))
  })
  t.strictSame(windowed, [[], [['b', [2, 'y']]]], 'over windows on both sides')
})

tap.test('print shows n elements and says how many there are (D15)', async (t) => {
  const { ssc, clock, port, begun } = timedContext({ batches: 2 })
  const stream = ssc.queueStream([Array.from({ length: 12 }, (_, index) => index), []])
  stream.print()
  stream.print(2, { format: 'table', title: 'two' })
  stream.emit()
  stream.emit({ format: 'json' })
  ssc.start()
  await begun
  clock.advance(2000)
  await ssc.awaitTermination()
  t.strictSame(
    port.shown.map(({ time, elements, total, title, format }) => [
      time,
      elements.length,
      total,
      title,
      format,
    ]),
    [
      [1000, 10, 12, undefined, 'spark'],
      [1000, 2, 12, 'two', 'table'],
      [2000, 0, 0, undefined, 'spark'],
    ],
    "Spark's block comes for empty batches too",
  )
  t.equal(
    port.written.join(''),
    `${Array.from({ length: 12 }, (_, index) => `${index}\n`).join('')}`.repeat(2),
  )
  t.throws(
    () => new StreamingContext({ batchDuration: 1 }).queueStream([]).print(10, { format: 'xml' as 'table' }),
    {
      message: /print expects one of table, spark as its format/,
    },
  )
})

tap.test('a port may be an object of a class', async (t) => {
  class Port implements OutputPort {
    readonly format = 'spark'
    readonly lines: string[] = []
    write(chunk: string | Uint8Array): undefined {
      this.lines.push(`write ${chunk}`)
    }
    show({ elements }: PrintedBatch): undefined {
      this.lines.push(`show ${elements}`)
    }
    report(message: string): void {
      this.lines.push(`report ${message}`)
    }
  }
  const port = new Port()
  const { ssc, clock, begun } = timedContext({ batches: 1, port })
  const stream = ssc.queueStream([['x']]).tap('seen')
  stream.print()
  stream.emit()
  ssc.start()
  await begun
  clock.advance(1000)
  await ssc.awaitTermination()
  t.strictSame(port.lines, ['report seen: "x"', 'show x', 'write x\n'])
})

tap.test('outputs run one after the other, in order of the program (D17)', async (t) => {
  const { ssc, clock, begun } = timedContext({ batches: 2 })
  const order: string[] = []
  const stream = ssc.queueStream([[1], [2]])
  stream.foreachRDD(async (rdd, time) => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    order.push(`first ${time} ${rdd.first()}`)
  })
  stream.map((n) => n * 10).foreachRDD((rdd, time) => order.push(`second ${time} ${rdd.first()}`))
  ssc.start()
  await begun
  clock.advance(2000)
  await ssc.awaitTermination()
  t.strictSame(order, ['first 1000 1', 'second 1000 10', 'first 2000 2', 'second 2000 20'])
})

tap.test('an RDD has what programs of foreachRDD need (D17)', async (t) => {
  const rdd = new RDD<number>([
    { kind: 'rows', rows: [3, 1] },
    { kind: 'rows', rows: [2] },
  ])
  const partitions: number[][] = []
  rdd.foreachPartition((elements) => partitions.push([...elements]))
  const seen: number[] = []
  rdd.foreach((element) => seen.push(element))
  t.strictSame(rdd.collect(), [3, 1, 2])
  t.strictSame(seen, [3, 1, 2])
  t.strictSame(partitions, [[3, 1], [2]])
  t.equal(rdd.count(), 3)
  t.strictSame(rdd.take(2), [3, 1])
  t.equal(rdd.first(), 3)
  t.equal(rdd.isEmpty(), false)
  t.equal(rdd.getNumPartitions(), 2)
  t.strictSame(rdd.map((n) => n * 2).collect(), [6, 2, 4])
  t.equal(rdd.map((n) => n * 2).getNumPartitions(), 2)
  t.strictSame(rdd.filter((n) => n > 1).collect(), [3, 2])
  t.equal(
    rdd.reduce((a, b) => a + b),
    6,
  )
  const empty = new RDD<number>([])
  t.ok(empty.isEmpty())
  t.throws(() => empty.first(), RangeError)
  t.throws(() => empty.reduce((a, b) => a + b), RangeError)
  const text = new RDD<string>([{ kind: 'text', bytes: Buffer.from('a\nb\n'), count: 2 }])
  t.strictSame(text.map((line) => line.toUpperCase()).collect(), ['A', 'B'])
})

tap.test('what is no function is refused where it is written', async (t) => {
  const stream = new StreamingContext({ batchDuration: 1 }).queueStream([['a']])
  const refused = (run: () => unknown, message: RegExp): void => {
    t.throws(run, { name: 'UsageError', message }, message.source)
  }
  refused(() => stream.map('uper' as 'upper'), /^map: there is no function 'uper'$/)
  refused(() => stream.map('sum' as 'upper'), /^map expects a function of one element, got 'sum'$/)
  refused(
    () => stream.reduce('split' as 'max'),
    /^reduce expects a function over the values of a key, got 'split'$/,
  )
  refused(() => stream.map('x => x' as 'upper'), /there is no function 'x => x'/)
  refused(() => stream.map(3 as unknown as 'upper'), /^map expects a function as its function, got number$/)
  refused(() => stream.map(undefined as unknown as 'upper'), /^map expects a function as its function$/)
  refused(() => stream.take('3' as unknown as number), /^take expects a whole number as its count, got '3'$/)
  refused(() => stream.window(0), /^window expects milliseconds as its length, got number$/)
  refused(() => stream.union([] as unknown as DStream<string>), /^union expects a DStream/)
})

tap.test('the types of built-in names say what the records say', async (t) => {
  const filters: Record<FilterName, true> = {
    field: true,
    regex: true,
    capture: true,
    'not-empty': true,
    contains: true,
    'starts-with': true,
    'ends-with': true,
    equals: true,
    matches: true,
    'longer-than': true,
    'shorter-than': true,
    'greater-than': true,
    'at-least': true,
    'less-than': true,
    'at-most': true,
    not: true,
  }
  const lists: Record<FlatMapperName, true> = {
    split: true,
    words: true,
    lines: true,
    chars: true,
    identity: true,
    json: true,
    field: true,
    csv: true,
    tsv: true,
    regex: true,
    'find-all': true,
    value: true,
  }
  const optional: Record<OptionalName, true> = {
    split: true,
    round: true,
    csv: true,
    tsv: true,
    pair: true,
    concat: true,
    hyperloglog: true,
  }
  const bare: Record<BareName, true> = {
    words: true,
    lines: true,
    chars: true,
    lower: true,
    upper: true,
    trim: true,
    identity: true,
    length: true,
    string: true,
    number: true,
    json: true,
    'to-json': true,
    logfmt: true,
    swap: true,
    key: true,
    value: true,
    'not-empty': true,
    sum: true,
    product: true,
    min: true,
    max: true,
    count: true,
    mean: true,
    first: true,
    last: true,
    list: true,
    'approx-distinct': true,
  }
  const names = (keep: (record: (typeof functions)[number]) => boolean): string[] =>
    functions
      .filter(keep)
      .map(({ name }) => name)
      .sort()
  t.strictSame(
    Object.keys(filters).sort(),
    names(({ roles }) => roles.includes('filter')),
  )
  t.strictSame(
    Object.keys(lists).sort(),
    names(({ roles }) => roles.includes('flatmap')),
  )
  t.strictSame(
    Object.keys(optional).sort(),
    names(({ parameter }) => parameter?.required === false),
  )
  t.strictSame(
    Object.keys(bare).sort(),
    names(({ parameter }) => parameter === undefined),
  )
})

tap.test('every file that declares a method of DStream is imported for its declarations', async (t) => {
  const methods = readFileSync(join(root, 'src/engine/stream/methods.ts'), 'utf8')
  const imported = [...methods.matchAll(/^import '\.\.\/(.*)'$/gm)].map(([, path]) => path)
  const declaring = ['operators', 'outputs'].flatMap((folder) =>
    readdirSync(join(root, 'src/engine', folder))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file}`)
      .filter((path) =>
        readFileSync(join(root, 'src/engine', path), 'utf8').includes("declare module '../stream/"),
      ),
  )
  t.ok(declaring.length > 40)
  t.strictSame(
    declaring.filter((path) => !imported.includes(path)),
    [],
  )
})

const CONSUMER = `
import { type DStream, Seconds, StreamingContext } from 'dstream'
const ssc = new StreamingContext({ batchDuration: Seconds(1) })
const ones: DStream<readonly [string, 1]> =
  ssc.socketTextStream('localhost', 9999).flatMap('split').map((word) => [word, 1] as const)
const counts: DStream<[string, number]> = ones.reduceByKey((a, b) => a + b)
counts.window(Seconds(30)).sortBy('value', { descending: true }).print(10, { format: 'table' })
counts.foreachRDD((rdd, time) => { const all: [string, number][] = rdd.collect(); return [all, time.toFixed()] })
// @ts-expect-error there is no such method
counts.nosuch()
// @ts-expect-error there is no such function
counts.map('nosuch')
ssc.start()
await ssc.awaitTermination()
`

tap.test('a program of another package compiles against the declarations', async (t) => {
  const folder = t.testdir({ 'package.json': '{ "type": "module" }', 'use.ts': CONSUMER })
  const home = join(folder, 'node_modules/dstream')
  mkdirSync(home, { recursive: true })
  cpSync(join(root, 'package.json'), join(home, 'package.json'))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const compile = async (...args: string[]): Promise<string> => {
    try {
      return (await promisify(execFile)(process.execPath, [tsc, ...args], { cwd: folder })).stdout
    } catch (error) {
      return (error as { stdout: string }).stdout
    }
  }
  t.equal(await compile('-p', join(root, 'tsconfig.build.json'), '--outDir', join(home, 'dist')), '')
  for (const [module, moduleResolution] of [
    ['NodeNext', 'NodeNext'],
    ['Node16', 'Node16'],
    ['ESNext', 'Bundler'],
  ]) {
    const options = { module, moduleResolution, target: 'ES2022', lib: ['ES2022'], types: [] }
    const strict = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false }
    const config = { compilerOptions: { ...options, ...strict }, files: ['use.ts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    t.equal(
      await compile('-p', folder),
      '',
      `${moduleResolution}, checking the declarations, without Node's types`,
    )
  }
})

tap.test('importing the API loads no command-line framework', async (t) => {
  const { metafile } = await build({
    entryPoints: [join(root, 'src/index.ts')],
    absWorkingDir: root,
    bundle: true,
    metafile: true,
    write: false,
    outdir: 'dist',
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  })
  const loaded = new Set<string>()
  const load = (path: string): void => {
    if (loaded.has(path)) return
    loaded.add(path)
    for (const { path: next, kind } of metafile.inputs[path]?.imports ?? []) {
      if (kind !== 'dynamic-import') load(next)
    }
  }
  load('src/index.ts')
  t.ok(loaded.has('src/engine/stream/dstream.ts'))
  t.strictSame(
    [...loaded].filter((path) => path.startsWith('src/cli/') || path.startsWith('src/commands/')),
    ['src/cli/screen/colour.ts'],
  )
  t.notOk(loaded.has('chalk') || loaded.has('cli-table3'), 'a table is drawn by what is loaded then')
  const everything = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path))
  t.notOk(
    everything.some((path) => path.includes('oclif')),
    'not even later',
  )
})

/** Run a program and return what it leaves; `onData` sees it come. */
function runProgram(
  args: readonly string[],
  input = '',
  onData: (text: string, child: ReturnType<typeof spawn>) => void = () => {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', COLUMNS: '60' }
    const child = spawn(process.execPath, ['--import=tsx', ...args], { cwd: root, env })
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk
      onData(stdout, child)
    })
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, stdout, stderr })
    })
  })
}

tap.test('a program whose reader goes away ends quietly', async (t) => {
  const program = `
    import { Milliseconds, StreamingContext } from ${JSON.stringify(entry)}
    const ssc = new StreamingContext({ batchDuration: Milliseconds(20) })
    const stream = ssc.queueStream([], true, ['a', 'b'])
    stream.print()
    stream.print(1, { format: 'table' })
    stream.emit({ format: 'tsv' })
    ssc.start()
    await ssc.awaitTermination()
    console.error(ssc.getState())
    console.log('nobody reads this')`
  const { code, stdout, stderr } = await runProgram(
    ['--input-type=module', '-e', program],
    '',
    (text, child) => {
      if (text.includes('a\nb\n\n')) child.stdout?.destroy()
    },
  )
  t.match(stdout, /^-{43}\nTime: \d+ ms\n-{43}\na\nb\n\n/)
  t.equal(stderr, 'STOPPED\n')
  t.equal(code, 0)
})

tap.test('the default port writes results to stdout and messages to stderr', async (t) => {
  const program = `
    import { Milliseconds, StreamingContext } from ${JSON.stringify(entry)}
    const ssc = new StreamingContext({ batchDuration: Milliseconds(20), batches: 1 })
    const stream = ssc.queueStream([[['a', 1]]]).tap('seen')
    stream.print(1, { format: 'table', title: 'counts' })
    stream.emit()
    stream.emit({ format: 'json' })
    stream.print()
    ssc.start()
    ssc.start()
    await ssc.awaitTermination()
    console.log('after')`
  const { code, stdout, stderr } = await runProgram(['--input-type=module', '-e', program])
  const text = stdout.replace(/^[\d:.]+ ·/m, 'TIME ·').replace(/Time: \d+/, 'Time: N')
  t.equal(text.split('\n')[0], 'TIME · counts · 1')
  const rule = '-'.repeat(43)
  const rest = `\na\t1\n["a",1]\n${rule}\nTime: N ms\n${rule}\n(a,1)\n\nafter\n`
  t.equal(text.slice(-rest.length), rest)
  t.equal(stderr, 'the context has already been started\nseen: ["a",1]\n')
  t.equal(code, 0)
})
