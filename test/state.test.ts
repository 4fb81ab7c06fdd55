/** Windows that cost what arrives and what leaves, and states that are changed in place. */
import fc from 'fast-check'
import tap from 'tap'
import type { GroupedPartition } from '../src/engine/batch/partition.ts'
import type { Aggregation } from '../src/engine/operators/record.ts'
import { finishAggregation } from '../src/engine/shuffle/aggregation.ts'
import { KeyedTable } from '../src/engine/shuffle/keyed-table.ts'
import { BitSet } from '../src/engine/state/bit-set.ts'
import { HashIndex } from '../src/engine/state/hash-index.ts'
import { StateTable } from '../src/engine/state/state-table.ts'
import { windowedAggregation } from '../src/engine/state/windowed-aggregation.ts'
import { type Aggregator, counting, listing, reducing } from '../src/functions/aggregator.ts'
import { findFunction } from '../src/functions/registry.ts'
import { collectStream } from './support/collect.ts'

/** A batch that arrives: its time in slides, and its pairs. */
interface Arrival {
  readonly time: number
  readonly pairs: readonly (readonly [unknown, unknown])[]
}

function builtIn(name: string): Aggregator {
  return findFunction(name)?.aggregator?.(name === 'concat' ? '-' : undefined) as Aggregator
}

/** Combines what differs most from numbers: in place, giving back now its left, now its right. */
const record: Aggregator = {
  create: (value) => ({ sum: value, items: 1 }),
  mergeValue: (combiner, value) => {
    const found = combiner as { sum: number; items: number }
    found.sum += value as number
    found.items += 1
    return found
  },
  mergeCombiners: (left, right) => {
    const [found, other] = [left, right] as { sum: number; items: number }[]
    if (found === undefined || other === undefined || found.items === 0) return right
    found.sum += other.sum
    found.items += other.items
    return found
  },
  finish: (combiner) => Object.values(combiner as object).join(),
}

const AGGREGATORS: Readonly<Record<string, Aggregator>> = {
  sum: builtIn('sum'),
  count: builtIn('count'),
  min: builtIn('min'),
  max: builtIn('max'),
  first: builtIn('first'),
  last: builtIn('last'),
  concat: {
    ...builtIn('concat'),
    create: (value) => [String(value)],
    mergeValue: (all, value) => [...(all as []), String(value)],
  },
  list: builtIn('list'),
  listing,
  mean: builtIn('mean'),
  'a function': reducing((left, right) => (left as number) * 2 ** 0 + (right as number)),
  'a function of texts': {
    create: (value) => `${value}`,
    mergeValue: (left, right) => `${left}${right}`,
    mergeCombiners: (left, right) => `${left}${right}`,
  },
  record,
}

function combined(aggregator: Aggregator, { pairs }: Arrival): GroupedPartition {
  const table = new KeyedTable(aggregator)
  for (const [key, value] of pairs) table.add(key, value)
  return table.combiners()
}

const SLIDE = 1000

/** Run arrivals through a window, and return what came out where it was due. */
function incremental(
  aggregator: Aggregator,
  arrivals: readonly Arrival[],
  length: number,
  slide: number,
): (readonly [unknown, unknown])[][] {
  const aggregation: Aggregation = { key: 'pair', aggregator, output: 'pairs' }
  const { next } = windowedAggregation(
    aggregation,
    length * SLIDE,
    slide === 1 ? undefined : slide * SLIDE,
  ).start()
  return arrivals.flatMap((arrival, index) => {
    // Combiners may also come in several partitions.
    const halves = index % 3 === 0 ? [arrival.pairs.slice(0, 2), arrival.pairs.slice(2)] : [arrival.pairs]
    const batch = halves.map((pairs) => combined(aggregator, { ...arrival, pairs }))
    const due = arrival.time % slide === 0
    const found = next(arrival.time * SLIDE, batch, due)
    return due ? [pairsOf(found as GroupedPartition[])] : []
  })
}

/** The same, each window from its elements anew. */
function recomputed(
  aggregator: Aggregator,
  arrivals: readonly Arrival[],
  length: number,
  slide: number,
): (readonly [unknown, unknown])[][] {
  return arrivals
    .filter(({ time }) => time % slide === 0)
    .map(({ time }) => {
      const table = new KeyedTable(aggregator)
      for (const arrival of arrivals) {
        if (arrival.time > time || arrival.time <= time - length) continue
        for (const [key, value] of arrival.pairs) table.add(key, value)
      }
      return pairsOf(
        finishAggregation({ key: 'pair', aggregator, output: 'pairs' }, table) as GroupedPartition[],
      )
    })
}

/** A copy, for what has come out must not change later. */
function pairsOf(batch: readonly GroupedPartition[]): (readonly [unknown, unknown])[] {
  return structuredClone(
    batch.flatMap(({ keys, values }) => keys.map((key, at) => [key, values[at]] as const)),
  )
}

const keys = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd', '', 'aa'),
  fc.constantFrom(1, 2, null, true, ['a', 1], ['a', '1'], { x: 1, y: 2 }, { y: 2, x: 1 }),
)
const values = fc.integer({ min: -50, max: 50 })
const arrivals = fc
  .array(
    fc.record({
      // Mostly the next one; now and then some are missing.
      step: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 2, 5),
      pairs: fc.array(fc.tuple(keys, values), { maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((steps) => {
    let time = 0
    return steps.map(({ step, pairs }): Arrival => {
      time += step
      return { time, pairs }
    })
  })

tap.test('a window is what its batches give anew, keys in order (D9, P4)', (t) => {
  for (const [name, aggregator] of Object.entries(AGGREGATORS)) {
    t.test(name, async (t) => {
      fc.assert(
        fc.property(
          arrivals,
          fc.integer({ min: 1, max: 9 }),
          fc.integer({ min: 1, max: 12 }),
          (input, length, slide) => {
            const found = incremental(aggregator, input, length, slide)
            t.strictSame(found, recomputed(aggregator, input, length, slide))
          },
        ),
        { numRuns: 150 },
      )
    })
  }
  t.end()
})

tap.test('sums that are not exact are not taken away from', async (t) => {
  const sum = AGGREGATORS.sum as Aggregator
  const single = (...numbers: number[]): Arrival[] =>
    numbers.map((number, index) => ({ time: index + 1, pairs: [['a', number]] }))
  for (const numbers of [
    [1, 2, 0.5, 4, 5, 6, 7, 8],
    [0.1, 0.7, 1e300, 3, 4, 5, 6, 7],
    [-3, -7, Number.MAX_SAFE_INTEGER, -3, -7, Number.MAX_SAFE_INTEGER, -3, -7],
    [1, 2, Number.POSITIVE_INFINITY, 5, -7, 3, 2, 1, 0],
    [5, 4, -0, -0, -0, -0, -0, 1],
  ]) {
    const input = single(...numbers)
    t.strictSame(incremental(sum, input, 3, 1), recomputed(sum, input, 3, 1), `sum of ${numbers}`)
  }
  const close = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(close, fc.integer({ min: 2, max: 9 }), (numbers, length) => {
      const input = single(...numbers)
      const expected = recomputed(sum, input, length, 1).flat()
      for (const [index, [, value]] of incremental(sum, input, length, 1).flat().entries()) {
        const difference = Math.abs((value as number) - (expected[index]?.[1] as number))
        t.ok(difference <= 1e-12, `${value} differs by ${difference} only`)
      }
    }),
    { numRuns: 40 },
  )
})

/** An aggregator that counts how often it is asked. */
function counted(aggregator: Aggregator, inverse: boolean): { aggregator: Aggregator; calls: () => number } {
  let calls = 0
  const { inverse: take, ...others } = aggregator
  return {
    calls: () => calls,
    aggregator: {
      ...others,
      mergeCombiners: (left, right) => {
        calls += 1
        return aggregator.mergeCombiners(left, right)
      },
      ...(inverse && take !== undefined
        ? {
            inverse: (combiner: unknown, leaving: unknown) => {
              calls += 1
              return take(combiner, leaving)
            },
          }
        : {}),
    },
  }
}

tap.test('a slide costs the same for every length of the window, the worst one too', async (t) => {
  const size = 20
  const pairs = Array.from({ length: size }, (_, key) => [`k${key}`, 1] as const)
  for (const inverse of [true, false]) {
    for (const length of [2, 3, 10, 61, 300]) {
      const { aggregator, calls } = counted(counting, inverse)
      const aggregation: Aggregation = { key: 'pair', aggregator, output: 'pairs' }
      const { next } = windowedAggregation(aggregation, length * SLIDE, undefined).start()
      const costs = Array.from({ length: 3 * length + 5 }, (_, index) => {
        const batch = [combined(aggregator, { time: 0, pairs })]
        const before = calls()
        next((index + 1) * SLIDE, batch, true)
        return calls() - before
      })
      // By halves: once into the newest half, once backwards, twice for what comes out. The second batch brings the first.
      const most = inverse ? 3 * size : 4 * size
      t.ok(Math.max(...costs.slice(2)) <= most, `${length}: ${Math.max(...costs.slice(2))} of ${most}`)
    }
  }
})

tap.test('keys that come and go leave nothing behind (P4)', async (t) => {
  const aggregation: Aggregation = { key: 'pair', aggregator: builtIn('sum'), output: 'pairs' }
  const { next } = windowedAggregation(aggregation, 4 * SLIDE, undefined).start()
  for (let time = 1; time <= 60; time++) {
    const pairs = Array.from({ length: 40 }, (_, key) => [`${time}-${key}`, 0] as const)
    const [found] = next(time * SLIDE, [combined(aggregation.aggregator, { time, pairs })], true)
    t.equal(
      (found as GroupedPartition).keys.length,
      40 * Math.min(time, 4),
      'a sum of 0 is no reason to leave',
    )
  }
  for (let time = 61; time <= 64; time++) next(time * SLIDE, [], false)
  t.strictSame(next(65 * SLIDE, [], true), [])
})

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    '\0',
    '\ud800',
    '\udc00\ud800',
    'ÿ',
    'Ā',
    'é',
    'e\u0301',
    '1',
    'null',
    'NaN',
    '[]',
  ),
  fc.constantFrom<unknown>('x'.repeat(47), 'x'.repeat(48), 'x'.repeat(49), 'x'.repeat(600), 'Ā'.repeat(3000)),
  fc.constantFrom<unknown>('y'.repeat((1 << 20) + 5), `${'y'.repeat((1 << 20) + 4)}z`),
  fc.constantFrom<unknown>(
    0,
    -0,
    1,
    -1,
    0.1,
    Number.NaN,
    Infinity,
    2 ** 53,
    null,
    undefined,
    true,
    false,
    5n,
    '5',
  ),
  fc.constantFrom<unknown>([], [1], ['1'], [[1]], {}, { a: 1, b: 'ÿĀ' }, { b: 'ÿĀ', a: 1 }, new Date(5)),
  fc.constantFrom<unknown>(Symbol.iterator, Symbol.asyncIterator, Math.min, Math.max),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
    .map((codes) => String.fromCharCode(...codes)),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer({ min: 0, max: 9 }).map((number) => `k${number}`),
)
const states = fc.oneof(
  fc.integer(),
  fc.constantFrom<unknown>(Number.NaN, -0, undefined, null, 'text', [1, 2], 5n, 1e300),
)

tap.test('a table of states is a table by key, whatever the keys', async (t) => {
  const steps = fc.array(fc.tuple(fc.constantFrom('set', 'set', 'delete', 'get'), hostile, states), {
    maxLength: 200,
  })
  fc.assert(
    fc.property(steps, fc.boolean(), (steps, timed) => {
      const table = new StateTable({ timed })
      const expected = new Map<string, readonly [unknown, unknown]>()
      for (const [index, [step, key, state]] of steps.entries()) {
        const name = nameOf(key)
        const address = table.find(key)
        const has = expected.get(name)
        t.equal(address >= 0, has !== undefined, 'found where it was put')
        if (address >= 0) t.strictSame([table.key(address), table.get(address)], has)
        if (step === 'delete') {
          if (address >= 0) table.remove(address)
          expected.delete(name)
        } else if (step === 'set') {
          const kept = has === undefined ? (Object.is(key, -0) ? 0 : key) : has[0]
          expected.set(name, [kept, state])
          const at = address >= 0 ? address : table.add(key, state)
          table.set(at, state)
          table.touch(at, index)
        }
        t.equal(table.size, expected.size)
      }
      const found = [...table.addresses()].map((address) => nameOf(table.key(address)))
      t.strictSame(found.sort(), [...expected.keys()].sort())
    }),
    { numRuns: 100 },
  )
})

/** Return a name that keys share if they are equal. */
function nameOf(key: unknown): string {
  const found = NAMED.findIndex((named) => {
    const table = new KeyedTable(listing)
    table.add(named, 1)
    return table.get(key) !== undefined
  })
  return String(found < 0 ? NAMED.push(key) - 1 : found)
}
const NAMED: unknown[] = []

tap.test(
  'a table of states grows and shrinks, with as many keys as a segment of its index many times over',
  async (t) => {
    const table = new StateTable({ timed: true })
    const expected = new Map<string, number>()
    let seed = 1
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0
      return Math.floor(((seed >>> 0) / 2 ** 32) * below)
    }
    for (let step = 0; step < 120_000; step++) {
      const key = `key ${random(40_000)}`
      const address = table.find(key)
      if (step % 3 === 2) {
        if (address >= 0) table.remove(address)
        expected.delete(key)
      } else {
        if (address < 0) table.touch(table.add(key, step), step)
        else {
          table.set(address, step)
          table.touch(address, step)
        }
        // As in the order of touching: the latest is last.
        expected.delete(key)
        expected.set(key, step)
      }
    }
    t.equal(table.size, expected.size)
    table.warm([...expected.keys()].slice(0, 300))
    let wrong = 0
    for (const [key, step] of expected) {
      const oldest = table.oldest()
      if (table.key(oldest) !== key || table.get(oldest) !== step || table.time(oldest) !== step) wrong += 1
      if (table.find(key) !== oldest) wrong += 1
      table.remove(oldest)
    }
    t.equal(wrong, 0)
    t.equal(table.oldest(), -1)
    t.strictSame([...table.addresses()], [])
  },
)

tap.test('an index keeps keys that share their hash, however many', async (t) => {
  let wanted = -1
  const index = new HashIndex((address) => address === wanted)
  const count = 9_000
  for (let address = 0; address < count; address++) index.add(7, address)
  index.add(8, count)
  const find = (hash: number, address: number): number => {
    wanted = address
    return index.find(hash)
  }
  t.equal([0, 1, 4000, count - 1].filter((address) => find(7, address) !== address).length, 0)
  t.equal(find(8, count), count)
  for (let address = 0; address < count; address += 2) index.remove(7, address)
  for (let address = 0; address < 200; address++) t.equal(find(7, address), address % 2 === 0 ? -1 : address)
  t.equal(find(7, count - 1), count - 1)
})

tap.test('a set of bits is walked in order', async (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 4999 })), (numbers) => {
      const bits = new BitSet(5000)
      for (const number of numbers) bits.add(number)
      const found: number[] = []
      for (let number = bits.next(0); number >= 0; number = bits.next(number + 1)) found.push(number)
      t.strictSame(
        found,
        [...numbers].sort((a, b) => a - b),
      )
    }),
  )
  t.equal(new BitSet(0).next(0), -1)
})

const batches = fc.array(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), values), { maxLength: 6 }), {
  minLength: 1,
  maxLength: 8,
})

tap.test('mapWithState gives each pair the state of its key so far (P8)', async (t) => {
  await fc.assert(
    fc.asyncProperty(batches, fc.integer({ min: 0, max: 3 }), async (input, idle) => {
      const timeout = idle * SLIDE
      const found = await collectStream(input, (stream) =>
        stream.mapWithState((a, b) => a + b, idle === 0 ? {} : { timeout }),
      )
      const sums = new Map<string, { sum: number; time: number }>()
      const expected = input.map((batch, index) => {
        const time = (index + 1) * SLIDE
        const elements = batch.map(([key, value]) => {
          const sum = (sums.get(key)?.sum ?? 0) + value
          sums.set(key, { sum, time })
          return [key, sum]
        })
        for (const [key, state] of sums) if (idle > 0 && state.time < time - timeout) sums.delete(key)
        return { time, elements }
      })
      t.strictSame(found, expected)
    }),
    { numRuns: 40 },
  )
})

tap.test('what mapWithState has given does not change with the state (P8)', async (t) => {
  const found = await collectStream(
    [
      [
        ['a', 1],
        ['a', 2],
      ],
      [['a', 3]],
    ] as [string, number][][],
    (stream) => stream.mapWithState('list'),
  )
  t.strictSame(
    found.map(({ elements }) => elements),
    [
      [
        ['a', [1]],
        ['a', [1, 2]],
      ],
      [['a', [1, 2, 3]]],
    ],
  )
})
