import fc from 'fast-check'
import tap from 'tap'
import { type DStream, StreamingContext, type StreamingListener } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'

/** An element: its key, its event time in milliseconds, and its value. */
type Event = readonly [key: string, time: number, value: number]

interface Outcome {
  /** The elements of each batch, the one behind the last included. */
  readonly batches: unknown[][]
  readonly dropped: number
  readonly reports: readonly string[]
}

/** Run a stream to the end of its input. */
async function runToEnd<T, U>(
  batches: readonly (readonly T[])[],
  make: (stream: DStream<T>, context: StreamingContext) => DStream<U>,
  master = 'local[1]',
): Promise<Outcome> {
  const port = collectingPort()
  const context = new StreamingContext({ batchDuration: 1000, batchLines: 1, master, port })
  const found: unknown[][] = []
  let dropped = 0
  const listener: StreamingListener = {
    onElementsDropped: ({ count }) => {
      dropped += count
    },
  }
  context.addStreamingListener(listener)
  make(context.queueStream([...batches]), context).foreachRDD((rdd) => void found.push(rdd.collect()))
  // A queue never ends of itself.
  context.queueStream([]).foreachRDD((_, time) => {
    if (time === batches.length * 1000) void context.stop(true, true)
  })
  context.start()
  await context.awaitTermination()
  return { batches: found, dropped, reports: port.reports }
}

const pairsOf = (stream: DStream<Event>, lateness = 0, idle?: number): DStream<readonly [string, number]> =>
  stream
    .eventTime(([, time]) => time, {
      ...(lateness > 0 && { lateness }),
      ...(idle !== undefined && { idle }),
    })
    .map(([key, , value]) => [key, value] as const)

/** Cut a list into batches of the given sizes. */
function cut<T>(list: readonly T[], sizes: readonly number[]): T[][] {
  const batches: T[][] = []
  let at = 0
  for (const size of sizes) {
    batches.push(list.slice(at, at + size))
    at += size
  }
  batches.push(list.slice(at))
  return batches
}

const event = fc.tuple(
  fc.constantFrom('a', 'b', 'c'),
  fc.integer({ min: -50, max: 300 }),
  fc.integer({ min: 1, max: 9 }),
)
const events: fc.Arbitrary<Event[]> = fc.array(event, { maxLength: 40 })
const sizes = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 8 })
/** Covers every disorder of `events`. */
const COVERING = 1000

/** Windows over the whole input, computed one by one. */
function expectedWindows(input: readonly Event[], length: number, slide: number): unknown[] {
  const sums = new Map<string, number>()
  for (const [key, time, value] of input) {
    for (let start = Math.floor(time / slide) * slide; start > time - length; start -= slide) {
      const id = JSON.stringify([key, start, start + length])
      sums.set(id, (sums.get(id) ?? 0) + value)
    }
  }
  return [...sums].map(([id, sum]) => [JSON.parse(id), sum])
}

/** Sessions over the input sorted by time. */
function expectedSessions(input: readonly Event[], gap: number): unknown[] {
  const sessions: { key: string; start: number; last: number; sum: number }[] = []
  for (const [key, time, value] of [...input].sort((left, right) => left[1] - right[1])) {
    const open = sessions.findLast((session) => session.key === key && time < session.last + gap)
    if (open === undefined) sessions.push({ key, start: time, last: time, sum: value })
    else {
      open.last = time
      open.sum += value
    }
  }
  return sessions.map(({ key, start, last, sum }) => [[key, start, last + gap], sum])
}

const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort()
const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] as number))
const endsOf = (rows: readonly unknown[]): number[] =>
  rows.map((row) => (row as [number[]])[0].at(-1) as number)

tap.test(
  'I5.3 event time: windows equal those over the whole input, for any split into batches',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        events,
        sizes,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        async (input, cuts, one, two) => {
          const [slide, length] = [Math.min(one, two), Math.max(one, two)]
          const all = await runToEnd(cut(input, cuts), (stream) =>
            pairsOf(stream, COVERING).slidingWindow(length, slide, 'sum'),
          )
          t.strictSame(sorted(all.batches.flat()), sorted(expectedWindows(input, length, slide)), 'sliding')
          t.ok(isAscending(endsOf(all.batches.flat())), 'in order of time')
          const tumbling = await runToEnd(cut(input, cuts), (stream) =>
            pairsOf(stream, COVERING).tumblingWindow(length, 'sum'),
          )
          t.strictSame(
            sorted(tumbling.batches.flat()),
            sorted(expectedWindows(input, length, length)),
            'tumbling',
          )
          const sessions = await runToEnd(cut(input, cuts), (stream) =>
            pairsOf(stream, COVERING).sessionWindow(length, 'sum'),
          )
          t.strictSame(sorted(sessions.batches.flat()), sorted(expectedSessions(input, length)), 'session')
          t.ok(isAscending(endsOf(sessions.batches.flat())), 'sessions in order of time')
          t.equal(all.dropped + tumbling.dropped + sessions.dropped, 0)
        },
      ),
      { numRuns: 60 },
    )
  },
)

tap.test('I5.3 event time: what is late depends on the order alone, not on batches or threads', async (t) => {
  const lateness = fc.integer({ min: 0, max: 80 })
  const makes: ((stream: DStream<Event>, lateness: number) => DStream<unknown>)[] = [
    (stream, late) => pairsOf(stream, late).tumblingWindow(20, 'sum'),
    (stream, late) => pairsOf(stream, late).slidingWindow(50, 20, 'list'),
    (stream, late) => pairsOf(stream, late).sessionWindow(15, 'list'),
    (stream, late) => pairsOf(stream, late).dedup('key', { within: 30 }),
  ]
  let lost = 0
  await fc.assert(
    fc.asyncProperty(events, sizes, lateness, fc.nat(makes.length - 1), async (input, cuts, late, which) => {
      const make = (stream: DStream<Event>): DStream<unknown> =>
        (makes[which] as (typeof makes)[number])(stream, late)
      const whole = await runToEnd([input], make)
      const parts = await runToEnd(cut(input, cuts), make)
      const threads = await runToEnd(cut(input, cuts), make, 'local[2]')
      t.strictSame(parts.batches.flat(), whole.batches.flat())
      t.equal(parts.dropped, whole.dropped)
      t.strictSame(threads.batches, parts.batches)
      lost += whole.dropped
    }),
    { numRuns: 60 },
  )
  t.ok(lost > 0, 'some were late')
})

tap.test('I5.3 event time: an element is late when all its windows are out', async (t) => {
  const input: Event[][] = [
    [
      ['a', 5, 1],
      ['a', 14, 1],
    ],
    [
      ['a', 9, 2],
      ['a', 15, 1],
      ['a', 9, 4],
      ['a', 12, 8],
    ],
    [['a', 40, 1]],
  ]
  const tumbling = await runToEnd(input, (stream) => pairsOf(stream, 5).tumblingWindow(10, 'sum'))
  t.strictSame(tumbling.batches, [[], [[['a', 0, 10], 3]], [[['a', 10, 20], 10]], [[['a', 40, 50], 1]]])
  t.equal(tumbling.dropped, 1, 'the 9 that came behind 15 with a lateness of 5')
  t.strictSame(tumbling.reports, ['dropped 1 elements: late for tumbling-window 10 sum'])
  const sliding = await runToEnd(input, (stream) => pairsOf(stream, 5).slidingWindow(20, 10, 'sum'))
  t.equal(sliding.dropped, 0, 'the window from 0 to 20 was open')
  t.strictSame(sliding.batches.flat().slice(0, 2), [
    [['a', -10, 10], 3],
    [['a', 0, 20], 17],
  ])
})

tap.test('I5.3 event time: sessions grow on both sides and merge, and begin anew at the gap', async (t) => {
  const { batches } = await runToEnd<Event, unknown>(
    [
      [
        ['a', 100, 1],
        ['a', 118, 2],
        ['b', 100, 1],
        ['b', 110, 2],
      ],
      [['a', 109, 4]],
      [['a', 95, 8]],
    ],
    (stream) => pairsOf(stream, COVERING).sessionWindow(10, 'sum'),
  )
  t.strictSame(batches, [
    [],
    [],
    [],
    [
      [['b', 100, 110], 1],
      [['b', 110, 120], 2],
      [['a', 95, 128], 15],
    ],
  ])
})

tap.test('I5.3 event time: a quiet source closes windows after --idle of batch times, asks-15', async (t) => {
  const batches: Event[][] = [
    [['a', 5, 1]],
    [],
    [],
    [
      ['a', 7, 1],
      ['a', 31, 1],
    ],
    [],
    [],
  ]
  const idle = await runToEnd(batches, (stream) => pairsOf(stream, 0, 2000).tumblingWindow(10, 'sum'))
  t.strictSame(idle.batches, [[], [], [[['a', 0, 10], 1]], [], [], [[['a', 30, 40], 1]]])
  t.equal(idle.dropped, 1, 'what comes for a window that was closed so is late')
  const patient = await runToEnd(batches, (stream) => pairsOf(stream).tumblingWindow(10, 'sum'))
  t.strictSame(patient.batches.slice(0, 4), [[], [], [], [[['a', 0, 10], 2]]], 'without, it waits')
})

tap.test('I5.3 event time: the end of input closes windows, in stages behind each other too', async (t) => {
  const { batches } = await runToEnd<Event, unknown>(
    [
      [
        ['a', 5, 1],
        ['a', 15, 2],
        ['b', 16, 3],
      ],
    ],
    (stream) =>
      pairsOf(stream)
        .tumblingWindow(10, 'sum')
        .eventTime(([[, , end]]) => end - 1)
        .map(([, sum]) => ['all', sum] as const)
        .tumblingWindow(100, 'list'),
  )
  t.strictSame(batches.flat(), [
    [
      ['all', 0, 100],
      [1, 2, 3],
    ],
  ])
  const again = await runToEnd<Event, unknown>([[['a', 5, 1]]], (stream) =>
    pairsOf(stream).tumblingWindow(10, 'sum').window(2000, 2000),
  )
  t.strictSame(again.batches.flat(), [[['a', 0, 10], 1]], 'through a window of batches behind it')
})

tap.test('I5.3 event time: two readers of one stream see the same times', async (t) => {
  const { batches, dropped } = await runToEnd<Event, unknown>(
    [
      [
        ['a', 1, 1],
        ['a', 25, 2],
      ],
      [
        ['a', 30, 3],
        ['a', 28, 4],
      ],
    ],
    (stream) => {
      const timed = stream.eventTime(([, time]) => time)
      const pairs = timed.map(([key, , value]) => [key, value] as const)
      const counts = timed.map(([key]) => [key, 1] as const).tumblingWindow(10, 'count')
      return pairs.tumblingWindow(10, 'sum').union(counts)
    },
  )
  t.strictSame(
    sorted(batches.flat()),
    sorted([
      [['a', 0, 10], 1],
      [['a', 20, 30], 2],
      [['a', 30, 40], 3],
      [['a', 0, 10], 1],
      [['a', 20, 30], 1],
      [['a', 30, 40], 1],
    ]),
  )
  t.equal(dropped, 2, 'the late one, once for each')
})

tap.test('I5.3 event time: fields, units and ISO 8601', async (t) => {
  const at = async (elements: unknown[], args: [field: string, options?: object]): Promise<unknown> => {
    const { batches } = await runToEnd([elements], (stream) =>
      (stream as DStream<string>)
        .eventTime(...(args as ['number']))
        .tumblingWindow(1, 'count', { all: true }),
    )
    return batches.flat().map((row) => (row as [number[]])[0][0])
  }
  t.strictSame(await at([{ a: { ts: 1500 } }], ['field:a.ts']), [1500])
  t.strictSame(await at([{ ts: 1.5 }], ['ts', { unit: 's' }]), [1500])
  t.strictSame(await at([{ ts: '1500' }], ['ts']), [1500])
  t.strictSame(await at(['x 2026-11-23T10:00:00.5Z'], ['2']), [Date.UTC(2026, 10, 23, 10, 0, 0, 500)])
  const hour = Date.UTC(2026, 10, 23, 10)
  for (const text of [
    '2026-11-23T10:00:00',
    '2026-11-23 10:00',
    '2026-11-23T12:00:00+02:00',
    '2026-11-23T12:00:00,000+0200',
    '2026-11-23T09:00-01',
  ])
    t.strictSame(await at([{ ts: text }], ['ts']), [hour], text)
  t.strictSame(await at([{ ts: '2026-11-23' }], ['ts']), [Date.UTC(2026, 10, 23)])
  for (const wrong of ['yesterday', '2026-13-01', null, '', true]) {
    await t.rejects(at([{ ts: wrong }], ['ts']), {
      name: 'StageError',
      message: /expected a time of ISO 8601 or a number, got/,
      element: JSON.stringify({ ts: wrong }),
    })
  }
})

tap.test('I5.3 event time: errors come at start', async (t) => {
  const start = (make: (stream: DStream<Event>) => DStream<unknown>): Promise<unknown> => runToEnd([[]], make)
  await t.rejects(
    start((stream) => stream.map(([key]) => [key, 1] as const).tumblingWindow(10)),
    {
      name: 'UsageError',
      message: 'tumbling-window 10: its elements have no event time',
    },
  )
  await t.rejects(
    start((stream) => pairsOf(stream).reduceByKey('sum').sessionWindow(10)),
    {
      message: /no event time/,
    },
  )
  await t.rejects(
    start((stream) => pairsOf(stream).window(2000).sessionWindow(10)),
    { message: /no event time/ },
  )
  await t.rejects(
    start((stream) => pairsOf(stream).slidingWindow(10, 20)),
    {
      message: /a slide of LENGTH at most, got 20 ms for 10 ms/,
    },
  )
  await t.rejects(
    start((stream) =>
      pairsOf(stream).joinWithin(
        10,
        stream.map(([key]) => [key, 1] as const),
      ),
    ),
    { message: /one of its streams has event times, the other has none/ },
  )
})
