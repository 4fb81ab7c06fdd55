import fc from 'fast-check'
import tap from 'tap'
import type { Aggregator } from '../src/functions/aggregator.ts'
import { parseCall } from '../src/functions/call.ts'
import { findFunction, functions } from '../src/functions/registry.ts'
import { StreamingContext } from '../src/index.ts'
import { collectingPort, collectStream } from './support/collect.ts'
import { dstream } from './support/run.ts'

for (const { load } of functions) await load?.()

function aggregatorOf(word: string): Aggregator {
  const call = parseCall(word)
  return findFunction(call?.name ?? '')?.aggregator?.(call?.parameter) as Aggregator
}

/** Reduce values in `parts` combiners that are merged, as a window does. */
function reduced(word: string, values: readonly unknown[], parts = 1): unknown {
  const aggregator = aggregatorOf(word)
  const combiners: unknown[] = []
  for (const [index, value] of values.entries()) {
    const at = Math.floor((index * parts) / values.length)
    combiners[at] =
      combiners[at] === undefined ? aggregator.create(value) : aggregator.mergeValue(combiners[at], value)
  }
  const whole = combiners.reduce((left, right) => aggregator.mergeCombiners(left, right))
  return (aggregator.finish as (combiner: unknown) => unknown)(whole)
}

/** The value at a percentile of sorted values, exactly. */
const exactly = (values: readonly number[], percent: number): number =>
  [...values].sort((left, right) => left - right)[Math.floor((percent / 100) * (values.length - 1))] as number

tap.test('I5.3 percentiles are within 1 % of a value of the stream, however it is cut', async (t) => {
  const number = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.double({ min: 1e-6, max: 1, noNaN: true }),
  )
  fc.assert(
    fc.property(
      fc.array(number, { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(0, 1, 50, 90, 99, 99.9, 100),
      (all, parts, percent) => {
        // What is nearer to 0 than any bin counts as 0.
        const values = all.map((value) => (Math.abs(value) < 1e-300 ? 0 : value))
        const found = reduced(`percentile:${percent}`, values, parts) as number
        const exact = exactly(values, percent)
        return Math.abs(found - exact) <= 0.010_000_1 * Math.abs(exact)
      },
    ),
    { numRuns: 500 },
  )
  const values = Array.from({ length: 10_000 }, (_, index) => index + 1)
  t.not(reduced('percentile:50', values), exactly(values, 50), 'it is an approximation')
  t.strictSame(
    reduced('percentiles:50,99.9', values, 4),
    { p50: reduced('percentile:50', values), 'p99.9': reduced('percentile:99.9', values) },
    'a window that merges four batches has what one batch has',
  )
  t.throws(() => reduced('percentile:50', [1, Number.POSITIVE_INFINITY]), { message: /finite numbers/ })
  t.throws(() => aggregatorOf('percentile:101'), { message: /numbers from 0 to 100, got "101"/ })
  t.throws(() => aggregatorOf('percentiles:50,x'), { message: /got "x"/ })
})

tap.test('I5.3 approx-distinct is exact up to 4,096, and within 6 % beyond', async (t) => {
  for (const size of [1, 100, 4096]) {
    const values = Array.from({ length: 3 * size }, (_, index) => `user-${index % size}`)
    t.equal(reduced('approx-distinct', values, Math.min(size, 5)), size)
  }
  // Four standard errors of 1.6 %; hashes have no seed, so that the same values give the same count anywhere.
  for (const [size, make] of [
    [20_000, (index: number) => index],
    [100_000, (index: number) => `10.0.${index >> 8}.${index & 255}`],
    [300_000, (index: number) => `k${index}`],
  ] as const) {
    const values = Array.from({ length: size }, (_, index) => make(index))
    const found = reduced('approx-distinct', values, 3) as number
    t.ok(Math.abs(found - size) <= 0.0625 * size, `${found} for ${size}`)
    t.not(found, size, 'it is an approximation')
    t.equal(reduced('approx-distinct', [...values].reverse(), 1), found, 'in any order and cut')
  }
})

tap.test('I5.3 approx-top is exact for few values, and misses one in 2,048 at most', async (t) => {
  t.strictSame(
    reduced('approx-top:2', [['a', 1], ['b', 1], ['a', 1], { x: 1, y: 2 }, { y: 2, x: 1 }, { x: 1, y: 2 }]),
    [
      [{ x: 1, y: 2 }, 3],
      [['a', 1], 2],
    ],
    'lists and records are compared by value',
  )
  // 20 frequent values between 50,000 others that come once each.
  const values: string[] = []
  for (let index = 0; index < 50_000; index++) {
    values.push(`once-${index}`)
    for (let rank = 1; rank <= 20; rank++) if (index % (rank * 4) === 0) values.push(`often-${rank}`)
  }
  const exact = new Map<string, number>()
  for (const value of values) exact.set(value, (exact.get(value) ?? 0) + 1)
  for (const parts of [1, 6]) {
    const found = reduced('approx-top:10', values, parts) as [string, number][]
    t.strictSame(
      found.map(([value]) => value),
      Array.from({ length: 10 }, (_, index) => `often-${index + 1}`),
    )
    for (const [value, count] of found) {
      const missing = (exact.get(value) as number) - count
      t.ok(missing >= 0 && missing <= values.length / 2048, `${value} lacks ${missing}`)
    }
  }
})

tap.test('I5.3 approximations reduce batches, keys and windows', async (t) => {
  const input: [string, number][][] = [
    [
      ['a', 1],
      ['a', 3],
      ['b', 5],
    ],
    [['a', 100]],
    [],
  ]
  const windows = await collectStream(input, (stream) =>
    stream.map(([key, value]) => [key, value] as const).reduceByKeyAndWindow('percentile:100', 2000),
  )
  const near = (value: unknown, exact: number): boolean => Math.abs((value as number) - exact) <= 0.01 * exact
  t.strictSame(
    windows.map(({ elements }) => elements.map((pair) => (pair as [string, number])[0])),
    [['a', 'b'], ['a', 'b'], ['a']],
  )
  const shown = windows.map(({ elements }) => (elements[0] as [string, number])[1])
  t.ok(near(shown[0], 3) && near(shown[1], 100) && near(shown[2], 100), shown.join())
  const distinct = await collectStream([['a', 'b', 'a'], ['c'], []], (stream) =>
    stream.window(2000).reduce('approx-distinct'),
  )
  t.strictSame(
    distinct.map(({ elements }) => elements),
    [[2], [3], [1]],
    'what leaves the window is not counted, and the first batch is left as it was',
  )
})

tap.test('I5.3 rates are events a second by key, and keys leave', async (t) => {
  const { batches } = await runRates([['a', 'a', 'b'], ['a'], [], [], ['b']], 3000)
  t.strictSame(batches, [
    [
      ['a', 2],
      ['b', 1],
    ],
    [
      ['a', 1.5],
      ['b', 0.5],
    ],
    [
      ['a', 1],
      ['b', 1 / 3],
    ],
    [['a', 1 / 3]],
    [['b', 1 / 3]],
  ])
  t.strictSame((await runRates([['a', 'a'], [], ['a']])).batches, [[['a', 2]], [], [['a', 1]]])
  await t.rejects(runRates([['a']], 1500), { message: /rates: its length 1500ms is no multiple/ })
})

async function runRates(input: string[][], length?: number): Promise<{ batches: unknown[][] }> {
  const found = await collectStream(input, (stream) => stream.rates(length))
  return { batches: found.map(({ elements }) => elements) }
}

tap.test('I5.3 the command: event time of a log, counted drops, exit code 3', async (t) => {
  const log = [
    '{"ts":"2026-11-23T10:00:01Z","host":"a","ms":10}',
    '{"ts":"2026-11-23T10:00:59Z","host":"b","ms":20}',
    '{"ts":"2026-11-23T10:01:30Z","host":"a","ms":30}',
    '{"ts":"2026-11-23T10:00:30Z","host":"a","ms":40}',
    '{"ts":"2026-11-23T10:02:00Z","host":"a","ms":50}',
  ]
  const chain = ['map', 'json', 'event-time', 'ts', 'map', 'pair:host,ms', 'tumbling-window', '1m', 'emit']
  const start = Date.UTC(2026, 10, 23, 10)
  const lines = [
    `["a",${start},${start + 60_000}]\t10`,
    `["b",${start},${start + 60_000}]\t20`,
    `["a",${start + 60_000},${start + 120_000}]\t30`,
    `["a",${start + 120_000},${start + 180_000}]\t50`,
  ]
  const { stdout, stderr, code } = await dstream(chain, `${log.join('\n')}\n`)
  t.strictSame(stdout.trimEnd().split('\n'), lines)
  t.match(stderr, /dropped 1 elements: late for tumbling-window 1m/)
  t.equal(code, 3)
  const patient = await dstream([...chain.slice(0, 4), '--lateness', '1m', ...chain.slice(4)], log.join('\n'))
  t.match(patient.stdout, `["a",${start},${start + 60_000}]\t50`)
  t.equal(patient.code, 0, patient.stderr)
  const percentiles = await dstream(['reduce', 'percentiles:0,100'], '0\n0\n')
  t.equal(percentiles.code, 1, 'lines are no numbers')
  const numbers = await dstream(['map', 'number', 'reduce', 'percentiles:0,100', 'emit'], '0\n0\n')
  t.equal(numbers.stdout, '{"p0":0,"p100":0}\n', numbers.stderr)
  const wrong = await dstream(['tumbling-window', '1m'], 'a\n')
  t.match(wrong.stderr, /its elements have no event time/)
  t.equal(wrong.code, 2)
})

tap.test('I5.3 drops reach listeners and the report of the context', async (t) => {
  const port = collectingPort()
  const context = new StreamingContext({ batchDuration: 1000, batchLines: 1, batches: 2, port })
  const events: unknown[] = []
  context.addStreamingListener({ onElementsDropped: (event) => void events.push(event) })
  context
    .queueStream([[30], [5, 7]])
    .eventTime((time) => time)
    .tumblingWindow(10, 'count', { all: true })
    .print()
  context.start()
  await context.awaitTermination()
  t.strictSame(events, [{ count: 2, reason: 'late for tumbling-window 10 count' }])
})
