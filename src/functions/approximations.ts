import type { Aggregator } from './aggregator.ts'
import { countParameter, requireParameter } from './check.ts'
import type { FunctionRecord } from './record.ts'
import { plain } from './reducers.ts'
import { hashOf, sortedFields, textOfValue } from './value-hash.ts'

/** Hashes that are kept: up to so many values the count is exact; beyond, its standard error is 1 / √4094, 1.6 %. */
const KEPT_HASHES = 4096
/** Values that `approx-top` counts at least: a count is too low by one in so many of all values at most. */
const KEPT_VALUES = 2048

function smallest(hashes: Set<number>): number[] {
  return [...hashes].sort((left, right) => left - right).slice(0, KEPT_HASHES + 1)
}

function keep(hashes: Set<number>): Set<number> {
  return hashes.size < 4 * KEPT_HASHES ? hashes : new Set(smallest(hashes))
}

/** The k smallest hashes: k - 1 of them lie evenly below the largest. One more than is exact is kept: it says that there are more. */
const distinctValues: Aggregator = {
  create: (value) => new Set([hashOf(textOfValue(value))]),
  mergeValue: (combiner, value) => keep((combiner as Set<number>).add(hashOf(textOfValue(value)))),
  mergeCombiners: (left, right) => {
    const hashes = left as Set<number>
    for (const hash of right as Set<number>) hashes.add(hash)
    return keep(hashes)
  },
  finish: (combiner) => {
    const hashes = combiner as Set<number>
    if (hashes.size <= KEPT_HASHES) return hashes.size
    const largest = smallest(hashes).at(-1) as number
    return Math.round(KEPT_HASHES / (largest / 2 ** 53))
  },
  grows: true,
}

/** `approx-distinct`: how many different values. */
export const approxDistinct: FunctionRecord = {
  name: 'approx-distinct',
  summary: 'Count different values: exactly up to 4,096, with a standard error of 2 % beyond.',
  roles: ['reduce'],
  examples: [
    { call: 'approx-distinct', in: ['a', 'b', 'a'], out: 2 },
    { call: 'approx-distinct', in: [1, '1', { x: 1, y: 2 }, { y: 2, x: 1 }], out: 3 },
  ],
  aggregator: plain('approx-distinct', distinctValues),
}

type Counts = Map<unknown, number>

/** A list or a record is counted by its text; text that begins as such a text does, in the same way. */
function keyOf(value: unknown): unknown {
  const isStructure = typeof value === 'object' && value !== null
  if (isStructure || (typeof value === 'string' && value.startsWith('\0')))
    return `\0${JSON.stringify(value, sortedFields)}`
  return value
}

function valueOfKey(key: unknown): unknown {
  return typeof key === 'string' && key.startsWith('\0') ? JSON.parse(key.slice(1)) : key
}

/** Misra and Gries, as a mergeable summary: take from all counts what the first that does not fit has, and drop empty ones. */
function shrink(counts: Counts, most: number): Counts {
  if (counts.size <= 2 * most) return counts
  const taken = [...counts.values()].sort((left, right) => right - left)[most] as number
  for (const [key, count] of counts) {
    if (count > taken) counts.set(key, count - taken)
    else counts.delete(key)
  }
  return counts
}

function mostFrequent(count: number): Aggregator {
  const most = Math.max(KEPT_VALUES, 16 * count)
  const add = (counts: Counts, key: unknown, by: number): Counts =>
    counts.set(key, (counts.get(key) ?? 0) + by)
  return {
    create: (value) => add(new Map(), keyOf(value), 1),
    mergeValue: (combiner, value) => shrink(add(combiner as Counts, keyOf(value), 1), most),
    mergeCombiners: (left, right) => {
      for (const [key, by] of right as Counts) add(left as Counts, key, by)
      return shrink(left as Counts, most)
    },
    finish: (combiner) =>
      [...(combiner as Counts)]
        .sort(([, left], [, right]) => right - left)
        .slice(0, count)
        .map(([key, by]) => [valueOfKey(key), by]),
    grows: true,
  }
}

/** `approx-top`: the values that are there most often. */
export const approxTop: FunctionRecord = {
  name: 'approx-top',
  summary:
    'List the K most frequent values with their counts, too low by one in 2,048 of all values at most, and exact for up to 4,096 different ones.',
  parameter: { name: 'K', summary: 'how many, up to 1000', required: true },
  roles: ['reduce'],
  examples: [
    {
      call: 'approx-top:2',
      in: ['a', 'b', 'c', 'b', 'c', 'b'],
      out: [
        ['b', 3],
        ['c', 2],
      ],
    },
  ],
  aggregator: (parameter) =>
    mostFrequent(countParameter('approx-top', requireParameter('approx-top', parameter, 'K'), 1000)),
}
