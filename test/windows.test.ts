/** Rows D1, D4 to D7, D9 to D14 and P1 to P6 of Spark's surface: batches in, batches out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import tap from 'tap'
import { formatSpark } from '../src/engine/outputs/formats/spark.ts'
import {
  type Aggregator,
  type DStream,
  ManualClock,
  type OutputPort,
  type PrintedBatch,
  type RDD,
  Seconds,
  StreamingContext,
  UsageError,
} from '../src/index.ts'
import { collectChain, collectingPort, collectStream } from './support/collect.ts'
import { dstream } from './support/run.ts'

type Pairs = readonly (readonly [string, number])[]

/** The elements of each batch that came out. */
async function out<T, U>(
  batches: readonly (readonly T[])[],
  make: (stream: DStream<T>, context: StreamingContext) => DStream<U>,
): Promise<unknown[][]> {
  return (await collectStream(batches, make)).map(({ elements }) => elements)
}

/** The same for two streams. */
function outOfTwo<A, B, U>(
  left: readonly (readonly A[])[],
  right: readonly (readonly B[])[],
  make: (left: DStream<A>, right: DStream<B>) => DStream<U>,
): Promise<unknown[][]> {
  return out(left, (stream, context) => make(stream, context.queueStream(right.map((batch) => [...batch]))))
}

/** What a program is refused with when it starts. */
async function refusal(
  make: (numbers: DStream<number>, context: StreamingContext) => unknown,
): Promise<UsageError> {
  const context = new StreamingContext({
    batchDuration: 1000,
    batchLines: 1,
    batches: 1,
    port: collectingPort(),
  })
  const stream = make(context.queueStream([[1]]), context)
  if (stream !== undefined) (stream as DStream<unknown>).foreachRDD(() => {})
  let error: unknown
  try {
    context.start()
    await context.awaitTermination()
  } catch (cause) {
    error = cause
  }
  if (!(error instanceof UsageError)) throw new Error(`not refused: ${String(error)}`)
  return error
}

const add = (left: number, right: number): number => left + right
const subtract = (all: number, gone: number): number => all - gone
const ones = (stream: DStream<string>): DStream<[string, number]> => stream.map((text) => [text, 1])

const word = fc.constantFrom('a', 'b', 'c', 'd')
const wordBatches = fc.array(fc.array(word, { maxLength: 5 }), { minLength: 1, maxLength: 12 })
const pairBatches = fc.array(fc.array(fc.tuple(word, fc.integer({ min: -9, max: 9 })), { maxLength: 5 }), {
  minLength: 1,
  maxLength: 12,
})
const length = fc.integer({ min: 1, max: 5 })
const slide = fc.integer({ min: 1, max: 5 })

/** The elements of each window of `size` batches, one every `every`, computed from the batches anew. */
function windows<T>(batches: readonly (readonly T[])[], size: number, every: number): T[][] {
  return batches.flatMap((_, index) => {
    const end = index + 1
    return end % every === 0 ? [batches.slice(Math.max(0, end - size), end).flat()] : []
  })
}

/** Values by key in order of first appearance. */
function grouped(pairs: Pairs): [string, number[]][] {
  const groups = new Map<string, number[]>()
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value])
  return [...groups]
}

const sorted = (batches: readonly (readonly unknown[])[]): unknown[][] =>
  batches.map((batch) => batch.map((element) => JSON.stringify(element)).sort())

tap.test('D1 map, flatMap and filter work on each element', async (t) => {
  const input = [['a b', 'c'], [], ['d']]
  t.strictSame(await out(input, (lines) => lines.map((line) => line.length)), [[3, 1], [], [1]])
  t.strictSame(await out(input, (lines) => lines.flatMap((line) => line.split(' '))), [
    ['a', 'b', 'c'],
    [],
    ['d'],
  ])
  t.strictSame(await out(input, (lines) => lines.filter((line) => line !== 'c')), [['a b'], [], ['d']])
})

tap.test('D4 union keeps the batches of both streams together', async (t) => {
  const found = await outOfTwo([['a'], [], ['b']], [[1, 2], [3], []], (left, right) => left.union(right))
  t.strictSame(found, [['a', 1, 2], [3], ['b']])
  const thrice = await out([['a'], ['b']], (one, context) =>
    context.union([one, context.queueStream([['x']]), context.queueStream([[], ['y']])]),
  )
  t.strictSame(thrice, [
    ['a', 'x'],
    ['b', 'y'],
  ])
})

tap.test('D4 union refuses streams of unequal slides when it starts, and says what to write', async (t) => {
  const error = await refusal((numbers) => numbers.union(numbers.window(4000, 2000)))
  t.match(error.message, 'union: its streams must have equal slides, these slide by 1s and 2s')
  t.match(error.hint, 'window LENGTH SLIDE')
})

tap.test('D5 count gives one number per batch, 0 for an empty one', async (t) => {
  t.strictSame(await out([['a', 'a'], [], ['b']], (stream) => stream.count()), [[2], [0], [1]])
})

tap.test('D6 reduce gives one element per batch, none for an empty one', async (t) => {
  t.strictSame(await out([[1, 2, 3], [], [4]], (numbers) => numbers.reduce(add)), [[6], [], [4]])
})

tap.test('D7 countByValue counts, in as many partitions as it is told', async (t) => {
  const input = [['a', 'b', 'a', 'c'], []]
  t.strictSame(await out(input, (stream) => stream.countByValue()), [
    [
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ],
    [],
  ])
  const parts = await out(input, (stream) => stream.countByValue(3).glom())
  t.strictSame(parts, [
    // By the hash of Java: 97, 98 and 99 modulo 3.
    [[['c', 1]], [['a', 2]], [['b', 1]]],
    [[], [], []],
  ])
})

tap.test('D9 window holds the batches of its length at each slide', async (t) => {
  await fc.assert(
    fc.asyncProperty(wordBatches, length, slide, async (batches, size, every) => {
      const found = await out(batches, (stream) => stream.window(Seconds(size), Seconds(every)))
      t.strictSame(found, windows(batches, size, every))
    }),
    { numRuns: 40 },
  )
})

tap.test(
  'D9 a length or slide that is no multiple of the slide of its stream is refused at start',
  async (t) => {
    const pairs = (numbers: DStream<number>): DStream<[number, number]> => numbers.map((n) => [n, 1])
    const made: readonly ((numbers: DStream<number>) => unknown)[] = [
      (numbers) => numbers.window(2500),
      (numbers) => numbers.reduceByWindow(add, 2500, 1000),
      (numbers) => numbers.reduceByWindow(add, subtract, 2500, 1000),
      (numbers) => numbers.countByWindow(2500, 1000),
      (numbers) => numbers.countByValueAndWindow(2500, 1000),
      (numbers) => pairs(numbers).groupByKeyAndWindow(2500),
      (numbers) => pairs(numbers).reduceByKeyAndWindow(add, 2500),
      (numbers) => pairs(numbers).reduceByKeyAndWindow(add, subtract, 2500),
    ]
    for (const make of made) {
      const error = await refusal(make)
      t.match(error.message, "its length 2500ms is no multiple of the stream's slide, 1s")
      t.match(error.hint, 'Use 3s')
    }
    const slid = await refusal((numbers) => numbers.window(4000, 2000).countByWindow(4000, 1000))
    t.match(slid.message, "count-by-window: its slide 1s is no multiple of the stream's slide, 2s")
  },
)

tap.test('D10 reduceByWindow reduces a window to one element, none for an empty one', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 3 }), { minLength: 1, maxLength: 9 }),
      length,
      slide,
      async (batches, size, every) => {
        const largest = windows(batches, size, every).map((all) =>
          all.length === 0 ? [] : [Math.max(...all)],
        )
        const max = await out(batches, (stream) =>
          stream.reduceByWindow((a, b) => Math.max(a, b), Seconds(size), Seconds(every)),
        )
        t.strictSame(max, largest)
      },
    ),
    { numRuns: 40 },
  )
})

tap.test(
  'D10 reduceByWindow with an inverse gives the same, and what the inverse leaves for an empty window',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 3 }), {
          minLength: 1,
          maxLength: 12,
        }),
        length,
        slide,
        async (batches, size, every) => {
          let seen = false
          const expected = windows(batches, size, every).map((all) => {
            seen ||= all.length > 0
            return seen ? [all.reduce(add, 0)] : []
          })
          const found = await out(batches, (stream) =>
            stream.reduceByWindow(add, subtract, Seconds(size), Seconds(every)),
          )
          t.strictSame(found, expected)
        },
      ),
      { numRuns: 60 },
    )
  },
)

tap.test('D10 the inverse of the user is called as it is given, on reduced batches', async (t) => {
  const calls: [string, string][] = []
  const found = await out([['a', 'b'], ['c'], ['d'], []], (stream) =>
    stream.reduceByWindow(
      (left, right) => left + right,
      (all, gone) => {
        calls.push([all, gone])
        return all.slice(gone.length)
      },
      Seconds(2),
      Seconds(1),
    ),
  )
  t.strictSame(found, [['ab'], ['abc'], ['cd'], ['d']])
  t.strictSame(calls, [
    ['abc', 'ab'],
    ['cd', 'c'],
  ])
})

tap.test('D11 countByWindow gives one number per slide, 0 for an empty window', async (t) => {
  await fc.assert(
    fc.asyncProperty(wordBatches, length, slide, async (batches, size, every) => {
      const found = await out(batches, (stream) => stream.countByWindow(Seconds(size), Seconds(every)))
      t.strictSame(
        found,
        windows(batches, size, every).map((all) => [all.length]),
      )
    }),
    { numRuns: 40 },
  )
})

tap.test('D12 countByValueAndWindow drops keys whose count reaches 0', async (t) => {
  const found = await out([['a', 'b'], ['b'], [], ['a']], (stream) =>
    stream.countByValueAndWindow(2000, 1000),
  )
  t.strictSame(found, [
    [
      ['a', 1],
      ['b', 1],
    ],
    [
      ['a', 1],
      ['b', 2],
    ],
    [['b', 1]],
    [['a', 1]],
  ])
})

tap.test('D12 countByValueAndWindow is countByValue of the window', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      wordBatches,
      length,
      slide,
      fc.integer({ min: 1, max: 3 }),
      async (batches, size, every, parts) => {
        const one = await out(batches, (stream) =>
          stream.countByValueAndWindow(Seconds(size), Seconds(every), parts),
        )
        const two = await out(batches, (stream) =>
          stream.window(Seconds(size), Seconds(every)).countByValue(parts),
        )
        t.strictSame(one, two)
      },
    ),
    { numRuns: 40 },
  )
})

/** Run a stream whose batches are remembered, and hand over what `ask` finds after the last one. */
async function remembering<T>(
  batches: readonly (readonly string[])[],
  make: (stream: DStream<string>) => DStream<T>,
  duration: number,
): Promise<{ stream: DStream<T>; reports: readonly string[] }> {
  const port = collectingPort()
  const context = new StreamingContext({ batchDuration: 1000, batchLines: 1, batches: batches.length, port })
  context.remember(duration)
  const stream = make(context.queueStream(batches.map((batch) => [...batch])))
  stream.count().foreachRDD(() => {})
  context.start()
  await context.awaitTermination()
  return { stream, reports: port.reports }
}

const contents = (rdds: readonly RDD<unknown>[]): unknown[][] => rdds.map((rdd) => rdd.collect())

tap.test('D13 slice gives the batches of a span of time, both ends included', async (t) => {
  const input = [['a'], ['b', 'c'], [], ['d'], ['e']]
  const { stream, reports } = await remembering(
    input,
    (lines) => lines.map((line) => line.toUpperCase()),
    60_000,
  )
  t.strictSame(contents(stream.slice(2000, 4000)), [['B', 'C'], [], ['D']])
  t.strictSame(contents(stream.slice({ beginTime: 5000, endTime: 9000 })), [['E']])
  t.strictSame(contents(stream.slice(-1000, 1000)), [['A']])
  t.strictSame(contents(stream.slice(4000, 2000)), [])
  t.strictSame(reports, [])
})

tap.test('D13 slice floors times between two batches, with a warning', async (t) => {
  const { stream, reports } = await remembering([['a'], ['b'], ['c'], ['d']], (lines) => lines, 60_000)
  t.strictSame(contents(stream.slice(2400, 3999)), [['b'], ['c']])
  t.equal(reports.length, 2)
  t.match(reports[0], 'slice: fromTime 2400 ms is no time of a batch, which come every 1s; taking 2000 ms')
  t.match(reports[1], 'taking 3000 ms')
})

tap.test(
  'D13 slice of a window goes by its own slide, and remember keeps no more than its duration',
  async (t) => {
    const input = [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]
    const { stream, reports } = await remembering(input, (lines) => lines.window(3000, 2000), 4000)
    t.strictSame(contents(stream.slice(1000, 6000)), [
      ['b', 'c', 'd'],
      ['d', 'e', 'f'],
    ])
    t.match(reports, ['slice: fromTime 1000 ms is no time of a batch, which come every 2s; taking 0 ms'])
  },
)

tap.test('D13 slice finds batches while the context runs', async (t) => {
  const clock = new ManualClock(0)
  const context = new StreamingContext({ batchDuration: 1000, port: collectingPort(), clock })
  const stream = context.queueStream([['a'], ['b'], ['c']])
  context.remember(10_000)
  const found: unknown[][] = []
  stream.foreachRDD((_, time) => void found.push(contents(stream.slice(time - 1000, time - 1000)).flat()))
  context.start()
  for (let second = 1; second <= 3; second++) {
    await clock.advance(1000)
    while (found.length < second) await new Promise((resolve) => setImmediate(resolve))
  }
  await context.stop()
  t.strictSame(found, [[], ['a'], ['b']])
})

tap.test('D13 slice says what is missing', async (t) => {
  const context = new StreamingContext({
    batchDuration: 1000,
    batchLines: 1,
    batches: 1,
    port: collectingPort(),
  })
  const stream = context.queueStream([[1]])
  stream.foreachRDD(() => {})
  t.throws(() => stream.slice(1000, 2000), {
    message: 'slice() finds batches once the context has been started',
  })
  t.throws(() => context.remember(0), {
    message: 'remember expects a positive number of milliseconds, got 0',
  })
  context.start()
  await context.awaitTermination()
  t.throws(() => stream.slice(1000, 2000), { message: 'slice() finds remembered batches only' })
  t.throws(() => context.remember(1000), { message: 'remember() comes before start()' })
})

tap.test('D13 the stage slice floors its times, and ends the stream', async (t) => {
  const input = [['a'], ['b'], ['c'], ['d']]
  const { stdout, stderr, code } = await dstream(
    ['slice', '1s', '2500ms', 'emit', '--format', 'lines', '--batch-lines', '1'],
    input.flat().join('\n'),
  )
  t.equal(stdout, 'a\nb\n')
  t.match(stderr, "slice: 2500ms is no multiple of the stream's slide, 1s; taking 2s")
  t.equal(code, 0)
})

tap.test('D14 cache, persist and checkpoint hand the stream on', async (t) => {
  const input = [['a', 'b'], [], ['a']]
  const found = await out(input, (stream) =>
    ones(stream).cache().window(2000).persist('MEMORY_ONLY').reduceByKey(add).checkpoint(Seconds(10)),
  )
  t.strictSame(found, await out(input, (stream) => ones(stream).window(2000).reduceByKey(add)))
  const twice = await out(input, (stream) => {
    const cached = stream.cache()
    return cached.union(cached)
  })
  t.strictSame(twice, [['a', 'b', 'a', 'b'], [], ['a', 'a']])
})

tap.test('D14 checkpoint and persist refuse what Spark refuses', async (t) => {
  const error = await refusal((numbers) => numbers.window(4000, 2000).checkpoint(3000))
  t.match(error.message, "checkpoint: its interval 3s is no multiple of the stream's slide, 2s")
  // @ts-expect-error no such level
  const level = await refusal((numbers) => numbers.persist('MEMORY'))
  t.match(level.message, "persist expects a storage level, got 'MEMORY'")
  const context = new StreamingContext({
    batchDuration: 1000,
    batchLines: 1,
    batches: 1,
    port: collectingPort(),
  })
  const stream = context.queueStream([[1]])
  stream.foreachRDD(() => {})
  context.start()
  t.throws(() => stream.persist(), UsageError)
  await context.awaitTermination()
})

tap.test(
  'P1 groupByKey and reduceByKey work within a batch, in as many partitions as they are told',
  async (t) => {
    const input: Pairs[] = [
      [
        ['a', 1],
        ['b', 2],
        ['a', 3],
      ],
      [],
      [['a', 4]],
    ]
    t.strictSame(await out(input, (pairs) => pairs.reduceByKey(add)), [
      [
        ['a', 4],
        ['b', 2],
      ],
      [],
      [['a', 4]],
    ])
    t.strictSame(await out(input, (pairs) => pairs.reduceByKey(add, 2).glom()), [
      [[['b', 2]], [['a', 4]]],
      [[], []],
      [[], [['a', 4]]],
    ])
    t.strictSame(await out(input, (pairs) => pairs.groupByKey(2).glom()), [
      [[['b', [2]]], [['a', [1, 3]]]],
      [[], []],
      [[], [['a', [4]]]],
    ])
  },
)

tap.test('P1 a partitioner says where keys belong, and is refused where it gives no partition', async (t) => {
  const byLength = { numPartitions: 3, getPartition: (key: string) => key.length }
  const input: Pairs[] = [
    [
      ['bb', 1],
      ['a', 2],
      ['', 3],
    ],
  ]
  t.strictSame(await out(input, (pairs) => pairs.reduceByKey('sum', byLength).glom()), [
    [[['', 3]], [['a', 2]], [['bb', 1]]],
  ])
  t.strictSame(await out(input, (pairs) => pairs.groupByKey(byLength).glom()), [
    [[['', [3]]], [['a', [2]]], [['bb', [1]]]],
  ])
  await t.rejects(
    out([[['long', 1]]] as Pairs[], (pairs) => pairs.groupByKey(byLength)),
    { message: /getPartition must give a whole number from 0 to 2, got 4/, element: '"long"' },
  )
  await t.rejects(
    out(input, (pairs) => pairs.groupByKey(0)),
    { message: /expects at least 1 partition, got 0/ },
  )
})

tap.test('P1 P3 P4 P6 partitions change where elements stand, and none of them', async (t) => {
  const chains = [
    'reduce-by-key',
    'group-by-key',
    'group-by-key-and-window 3s',
    'reduce-by-key-and-window max 3s 2s',
    'join [ with ]',
    'full-outer-join [ with ]',
    'cogroup [ with ]',
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...chains), pairBatches, pairBatches, async (chain, left, right) => {
      const whole = await collectChain(chain, left, right)
      const parts = await collectChain(`${chain} --partitions 3`, left, right)
      t.strictSame(
        sorted(parts.map(({ elements }) => elements)),
        sorted(whole.map(({ elements }) => elements)),
      )
      const glommed = await collectChain(`${chain} --partitions 3 glom`, left, right)
      t.ok(glommed.every(({ elements }) => elements.length === 3))
      for (const { elements } of glommed) {
        const keys = (elements as [unknown, unknown][][]).map((part) => new Set(part.map(([key]) => key)))
        t.equal(
          new Set(keys.flatMap((set) => [...set])).size,
          keys.reduce((sum, set) => sum + set.size, 0),
        )
      }
    }),
    { numRuns: 40 },
  )
})

tap.test('P2 mapValues and flatMapValues leave the key as it is', async (t) => {
  const input = [[['a', 'x y']], []] as [string, string][][]
  t.strictSame(await out(input, (pairs) => pairs.mapValues((value) => value.length)), [[['a', 3]], []])
  t.strictSame(await out(input, (pairs) => pairs.flatMapValues((value) => value.split(' '))), [
    [
      ['a', 'x'],
      ['a', 'y'],
    ],
    [],
  ])
})

tap.test('P3 groupByKeyAndWindow gathers the values of a window in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(pairBatches, length, slide, async (batches, size, every) => {
      const found = await out(batches, (pairs) => pairs.groupByKeyAndWindow(Seconds(size), Seconds(every)))
      t.strictSame(found, windows(batches, size, every).map(grouped))
    }),
    { numRuns: 40 },
  )
})

tap.test('P4 reduceByKeyAndWindow re-reduces batches, and a dead key leaves', async (t) => {
  await fc.assert(
    fc.asyncProperty(pairBatches, length, slide, async (batches, size, every) => {
      const found = await out(batches, (pairs) =>
        pairs.reduceByKeyAndWindow((a, b) => Math.max(a, b), Seconds(size), Seconds(every), 1),
      )
      const expected = windows(batches, size, every).map((all) =>
        grouped(all).map(([key, values]) => [key, Math.max(...values)]),
      )
      t.strictSame(found, expected)
    }),
    { numRuns: 40 },
  )
})

tap.test(
  'P5 with an inverse, values are those of the window anew, and expired keys stay with 0',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(pairBatches, length, slide, async (batches, size, every) => {
        const seen = new Set<string>()
        const expected = windows(batches, size, every).map((all) => {
          for (const [key] of all) seen.add(key)
          const sums = new Map(grouped(all).map(([key, values]) => [key, values.reduce(add)]))
          return [...seen].map((key) => [key, sums.get(key) ?? 0])
        })
        const found = await out(batches, (pairs) =>
          pairs.reduceByKeyAndWindow(add, subtract, Seconds(size), Seconds(every)),
        )
        t.strictSame(found, expected)
      }),
      { numRuns: 60 },
    )
  },
)

tap.test('P5 a filter lets expired keys go', async (t) => {
  await fc.assert(
    fc.asyncProperty(wordBatches, length, slide, async (batches, size, every) => {
      const found = await out(batches, (words) =>
        ones(words).reduceByKeyAndWindow(
          add,
          subtract,
          Seconds(size),
          Seconds(every),
          1,
          ([, count]) => count !== 0,
        ),
      )
      const plain = await out(batches, (words) =>
        ones(words).reduceByKeyAndWindow(add, Seconds(size), Seconds(every)),
      )
      t.strictSame(sorted(found), sorted(plain))
    }),
    { numRuns: 60 },
  )
})

tap.test('P5 a key that the filter drops too early is an error that says what to do', async (t) => {
  const dropping = out([['a'], [], []], (words) =>
    ones(words).reduceByKeyAndWindow(add, subtract, 2000, 1000, undefined, () => false),
  )
  await t.rejects(dropping, { message: /put `filter` behind this stage/, element: '"a"' })
})

tap.test('P5 values that are changed in place leave what came out as it was', async (t) => {
  const texts: Aggregator<string, string[]> = {
    create: (value) => [value],
    mergeValue: (all, value) => {
      all.push(value)
      return all
    },
    mergeCombiners: (all, others) => {
      all.push(...others)
      return all
    },
  }
  const takeAway = (all: string[], gone: string[]): string[] => {
    all.splice(0, gone.length)
    return all
  }
  const found = await out([['a'], ['a'], ['b'], []], (words) =>
    words.map((text): [string, string] => ['k', text]).reduceByKeyAndWindow(texts, takeAway, 2000),
  )
  t.strictSame(found, [[['k', ['a']]], [['k', ['a', 'a']]], [['k', ['a', 'b']]], [['k', ['b']]]])
})

tap.test('P5 what cannot be is refused at start', async (t) => {
  const run = (words: string): ReturnType<typeof dstream> => dstream(words.split(' '), 'a\n')
  const filtered = await run('reduce-by-key-and-window sum 2s --filter not-empty')
  t.match(filtered.stderr, '--filter belongs to --inverse')
  const builtIn = await run('reduce-by-key-and-window sum 2s --inverse sum')
  t.match(builtIn.stderr, "'sum' takes nothing back")
  const mean = await dstream(['reduce-by-window', 'mean', '2s', '1s', '--inverse', '(a, b) => a - b'], '1\n')
  t.match(mean.stderr, 'Leave --inverse out')
  t.strictSame([filtered.code, builtIn.code, mean.code], [2, 2, 2])
})

const left: Pairs[] = [
  [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ],
  [['c', 4]],
  [],
]
const right = [
  [
    ['a', 'x'],
    ['a', 'y'],
    ['d', 'z'],
  ],
  [],
  [['c', 'w']],
] as [string, string][][]

tap.test(
  'P6 join and its outer kinds pair values by key, batch by batch; an absent side is null',
  async (t) => {
    const both = [
      ['a', [1, 'x']],
      ['a', [1, 'y']],
      ['a', [3, 'x']],
      ['a', [3, 'y']],
    ]
    const [x1, y1, x3, y3] = both
    t.strictSame(await outOfTwo(left, right, (a, b) => a.join(b)), [both, [], []])
    t.strictSame(await outOfTwo(left, right, (a, b) => a.leftOuterJoin(b)), [
      [x1, y1, ['b', [2, null]], x3, y3],
      [['c', [4, null]]],
      [],
    ])
    t.strictSame(await outOfTwo(left, right, (a, b) => a.rightOuterJoin(b)), [
      [...both, ['d', [null, 'z']]],
      [],
      [['c', [null, 'w']]],
    ])
    t.strictSame(await outOfTwo(left, right, (a, b) => a.fullOuterJoin(b)), [
      [x1, y1, ['b', [2, null]], x3, y3, ['d', [null, 'z']]],
      [['c', [4, null]]],
      [['c', [null, 'w']]],
    ])
  },
)

tap.test('P6 cogroup gathers the values of both sides', async (t) => {
  t.strictSame(await outOfTwo(left, right, (a, b) => a.cogroup(b)), [
    [
      [
        'a',
        [
          [1, 3],
          ['x', 'y'],
        ],
      ],
      ['b', [[2], []]],
      ['d', [[], ['z']]],
    ],
    [['c', [[4], []]]],
    [['c', [[], ['w']]]],
  ])
})

tap.test('P6 joins are those of a cogroup, over batches and over windows', async (t) => {
  await fc.assert(
    fc.asyncProperty(pairBatches, pairBatches, length, async (one, two, size) => {
      const others = one.map((_, index) => two[index] ?? [])
      const found = await outOfTwo(one, others, (a, b) =>
        a.window(Seconds(size)).fullOuterJoin(b.window(Seconds(size)), 2),
      )
      const expected = windows(one, size, 1).map((all, index) => {
        const mine = new Map(grouped(all))
        const theirs = new Map(grouped(windows(others, size, 1)[index] ?? []))
        return [...new Set([...mine.keys(), ...theirs.keys()])].flatMap((key) =>
          (mine.get(key) ?? [null]).flatMap((value) =>
            (theirs.get(key) ?? [null]).map((other) => [key, [value, other]]),
          ),
        )
      })
      t.strictSame(sorted(found), sorted(expected))
    }),
    { numRuns: 40 },
  )
})

tap.test('P6 joins refuse streams of unequal slides', async (t) => {
  const error = await refusal((numbers) => {
    const pairs = numbers.map((n): [number, number] => [n, 1])
    return pairs.leftOuterJoin(pairs.window(2000, 2000))
  })
  t.match(error.message, 'left-outer-join: its streams must have equal slides')
})

tap.test('P6 outer joins and cogroup take a file as their second side', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-windows-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'names.tsv')
  writeFileSync(file, 'a\tAnna\nc\tCarl\n')
  const run = async (name: string): Promise<unknown[]> => {
    const { stdout } = await dstream([name, `@${file}`, 'emit', '--format', 'json'], 'a\t1\nb\t2\n')
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  }
  const [anna, b, c] = [
    ['a', [1, 'Anna']],
    ['b', [2, null]],
    ['c', [null, 'Carl']],
  ]
  t.strictSame(await run('left-outer-join'), [anna, b])
  t.strictSame(await run('right-outer-join'), [anna, c])
  t.strictSame(await run('full-outer-join'), [anna, b, c])
  t.strictSame(await run('cogroup'), [
    ['a', [[1], ['Anna']]],
    ['b', [[2], []]],
    ['c', [[], ['Carl']]],
  ])
})

tap.test(
  'P6 print in the format of Spark shows sides that may be absent as Some and None (A5)',
  async (t) => {
    const shown = async (
      make: (a: DStream<readonly [string, number]>, b: DStream<[string, string]>) => DStream<unknown>,
    ): Promise<string[]> => {
      const batches: PrintedBatch[] = []
      const port: OutputPort = { ...collectingPort(), show: (batch) => void batches.push(batch) }
      const context = new StreamingContext({ batchDuration: 1000, batchLines: 1, batches: 1, port })
      make(
        context.queueStream([
          [
            ['a', 1],
            ['b', 2],
          ],
        ]),
        context.queueStream([
          [
            ['a', 'x'],
            ['c', 'y'],
          ],
        ] as [string, string][][]),
      ).print()
      context.start()
      await context.awaitTermination()
      return batches.flatMap((batch) => formatSpark(batch).split('\n').slice(3, -2))
    }
    t.strictSame(await shown((a, b) => a.join(b)), ['(a,(1,x))'])
    t.strictSame(await shown((a, b) => a.leftOuterJoin(b)), ['(a,(1,Some(x)))', '(b,(2,None))'])
    t.strictSame(await shown((a, b) => a.rightOuterJoin(b)), ['(a,(Some(1),x))', '(c,(None,y))'])
    t.strictSame(
      await shown((a, b) =>
        a
          .fullOuterJoin(b)
          .filter(([key]) => key !== 'b')
          .cache(),
      ),
      ['(a,(Some(1),Some(x)))', '(c,(None,Some(y)))'],
    )
    // What is made of the pairs is what the user made.
    t.strictSame(await shown((a, b) => a.leftOuterJoin(b).mapValues(([, name]) => name)), [
      '(a,x)',
      '(b,null)',
    ])
  },
)

tap.test('D10 D11 D12 P3 P4 P5 P6 local[1] and local[2] give the same', async (t) => {
  const chains = [
    'map value reduce-by-window max 3s 2s',
    "map value reduce-by-window sum 3s 1s --inverse '(all, gone) => all - gone'",
    'count-by-window 2s 1s',
    'count-by-value-and-window 3s 1s',
    'group-by-key-and-window 3s 2s',
    'reduce-by-key-and-window min 4s',
    "reduce-by-key-and-window sum 3s --inverse '(all, gone) => all - gone' --partitions 2",
    'left-outer-join [ with ]',
    'right-outer-join [ with ]',
    'full-outer-join [ with ]',
    'cogroup [ with ]',
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...chains), pairBatches, pairBatches, async (chain, one, two) => {
      t.strictSame(await collectChain(chain, one, two, 2), await collectChain(chain, one, two, 1))
    }),
    { numRuns: 60 },
  )
})
