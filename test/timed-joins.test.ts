import fc from 'fast-check'
import tap from 'tap'
import { TimedJoin } from '../src/engine/state/timed-join.ts'
import { type DStream, StreamingContext } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'

/** An element: its key, its event time in milliseconds, and its value. */
type Event = readonly [key: string, time: number, value: number]

/** Run one stream, or two side by side, over batches; return what came out of each batch and how many were dropped. */
async function outcome(
  left: readonly (readonly Event[])[],
  right: readonly (readonly Event[])[],
  make: (left: DStream<Event>, right: DStream<Event>) => DStream<unknown>,
): Promise<{ batches: unknown[][]; dropped: number }> {
  const context = new StreamingContext({
    batchDuration: 1000,
    batchLines: 1,
    batches: Math.max(left.length, right.length),
    port: collectingPort(),
  })
  const batches: unknown[][] = []
  let dropped = 0
  context.addStreamingListener({
    onElementsDropped: ({ count }) => {
      dropped += count
    },
  })
  make(context.queueStream([...left]), context.queueStream([...right])).foreachRDD(
    (rdd) => void batches.push(rdd.collect()),
  )
  context.start()
  await context.awaitTermination()
  return { batches, dropped }
}

const event: fc.Arbitrary<Event> = fc.tuple(fc.constantFrom('a', 'b'), fc.nat(200), fc.nat(99))
const batchesOf = fc.array(fc.array(event, { maxLength: 6 }), { minLength: 1, maxLength: 6 })
const timed = (stream: DStream<Event>, options: object = {}): DStream<readonly [string, number]> =>
  stream.eventTime(([, time]) => time, options).map(([key, , value]) => [key, value] as const)
const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).sort()

tap.test('I5.3 join-within equals the join of both whole streams, for any split into batches', async (t) => {
  await fc.assert(
    fc.asyncProperty(batchesOf, batchesOf, fc.integer({ min: 1, max: 60 }), async (left, right, bound) => {
      const { batches, dropped } = await outcome(left, right, (one, two) =>
        timed(one, { lateness: 1000 }).joinWithin(bound, timed(two, { lateness: 1000 })),
      )
      const expected = left.flat().flatMap(([key, time, value]) =>
        right
          .flat()
          .filter(([other, at]) => other === key && Math.abs(time - at) <= bound)
          .map(([, , met]) => [key, [value, met]]),
      )
      t.strictSame(sorted(batches.flat()), sorted(expected))
      t.equal(dropped, 0)
    }),
    { numRuns: 60 },
  )
})

tap.test('I5.3 join-within drops and counts what is behind both watermarks', async (t) => {
  const left: Event[][] = [[['a', 100, 1]], [['a', 50, 2]], [['a', 90, 3]]]
  const right: Event[][] = [[['a', 80, 7]], [['a', 60, 8]], []]
  const { batches, dropped } = await outcome(left, right, (one, two) => timed(one).joinWithin(20, timed(two)))
  t.strictSame(batches, [[['a', [1, 7]]], [], [['a', [3, 7]]]], 'the watermark is 80, the lower of the two')
  t.equal(dropped, 2)
})

tap.test('I5.3 join-within goes by batch without event times, and waits for no idle stream', async (t) => {
  const left: Event[][] = [[['a', 0, 1]], [], [], [['a', 0, 2]]]
  const right: Event[][] = [[], [['a', 0, 7]], [['a', 0, 8]], []]
  const pairs = (stream: DStream<Event>): DStream<readonly [string, number]> =>
    stream.map(([key, , value]) => [key, value] as const)
  const { batches } = await outcome(left, right, (one, two) => pairs(one).joinWithin(1000, pairs(two)))
  t.strictSame(batches, [[], [['a', [1, 7]]], [], [['a', [2, 8]]]])

  // The right stream is silent: the left one's clock alone says what is late, once two batches have passed.
  const alone: Event[][] = [[['a', 100, 1]], [['a', 200, 1]], [['a', 300, 1]], [['a', 50, 2]]]
  const silent: Event[][] = [[], [], [], []]
  const one = await outcome(alone, silent, (l, r) => timed(l).joinWithin(10, timed(r, { idle: 2000 })))
  t.equal(one.dropped, 1)
  const waiting = await outcome(alone, silent, (l, r) => timed(l).joinWithin(10, timed(r)))
  t.equal(waiting.dropped, 0, 'without --idle it is waited for')
})

tap.test('I5.3 join-within holds no more than the bound needs', async (t) => {
  const join = new TimedJoin(10)
  const rows: unknown[] = []
  for (let time = 0; time < 10_000; time++) {
    join.add(time % 2, 'a', time, time, rows)
    join.forget(time)
    if (join.size > 6) t.fail(`${join.size} slices at ${time}`)
  }
  t.equal(rows.length, 5 * 10_000 - 25, 'each value meets the five odd distances before it')
})

tap.test('I5.3 dedup keeps the first of each key within its time, for any split into batches', async (t) => {
  await fc.assert(
    fc.asyncProperty(batchesOf, fc.integer({ min: 1, max: 80 }), async (input, within) => {
      const { batches, dropped } = await outcome(input, [], (stream) =>
        stream.eventTime(([, time]) => time, { lateness: 1000 }).dedup(([key]) => key, { within }),
      )
      const kept: Event[] = []
      for (const element of input.flat()) {
        const [key, time] = element
        if (!kept.some(([other, at]) => other === key && Math.abs(at - time) < within)) kept.push(element)
      }
      t.strictSame(batches.flat(), kept)
      t.equal(dropped, 0)
    }),
    { numRuns: 60 },
  )
})

tap.test('I5.3 dedup forgets in time, and counts what came too late to know', async (t) => {
  const input: Event[][] = [
    [
      ['a', 0, 1],
      ['a', 9, 2],
    ],
    [
      ['a', 10, 3],
      ['a', 12, 4],
    ],
    [['b', 100, 5]],
    [
      ['a', 95, 6],
      ['a', 90, 7],
      ['a', 12, 8],
    ],
  ]
  const { batches, dropped } = await outcome(input, [], (stream) =>
    stream.eventTime(([, time]) => time).dedup(([key]) => key, { within: 10 }),
  )
  t.strictSame(
    batches.map((rows) => rows.map((row) => (row as Event)[2])),
    [[1], [3], [5], [6]],
  )
  t.equal(dropped, 2, '90 and 12 are ten or more behind 100')
  const forever = await outcome(input, [], (stream) => stream.dedup(([key]) => key))
  t.strictSame(
    forever.batches.flat().map((row) => (row as Event)[2]),
    [1, 5],
  )
})
