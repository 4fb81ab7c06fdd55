import type { Aggregator } from './aggregator.ts'
import { finiteOf, readNumber, requireParameter, shown } from './check.ts'
import type { FunctionRecord } from './record.ts'

/** How many values each bin holds, by the value that stands for it. Plain data, which a checkpoint can copy. */
type Bins = Map<number, number>

let binOf: ((value: number) => number) | undefined

/** Only runs that take percentiles pay for the library. */
async function load(): Promise<void> {
  binOf ??= (await import('./quantile-bins.ts')).binOf
}

function add(bins: Bins, bin: number, count: number): Bins {
  return bins.set(bin, (bins.get(bin) ?? 0) + count)
}

function binned(name: string, value: unknown): number {
  const number = finiteOf(name, value)
  if (binOf === undefined) throw new Error(`${name} is not loaded`)
  return binOf(number)
}

/** A DDSketch whose bins are a map: the library's own loses values below 0 when two are merged. */
function sketch(name: string, finish: (at: (percent: number) => number) => unknown): Aggregator {
  return {
    create: (value) => add(new Map(), binned(name, value), 1),
    mergeValue: (combiner, value) => add(combiner as Bins, binned(name, value), 1),
    mergeCombiners: (left, right) => {
      for (const [bin, count] of right as Bins) add(left as Bins, bin, count)
      return left
    },
    finish: (combiner) => {
      const bins = [...(combiner as Bins)].sort(([left], [right]) => left - right)
      const total = bins.reduce((sum, [, count]) => sum + count, 0)
      return finish((percent) => valueAt(bins, (percent / 100) * (total - 1)))
    },
    grows: true,
  }
}

function valueAt(bins: readonly (readonly [number, number])[], rank: number): number {
  let seen = 0
  for (const [bin, count] of bins) {
    seen += count
    if (seen > rank) return bin
  }
  return bins.at(-1)?.[0] ?? Number.NaN
}

/** Return a percentage that a parameter says. Throws a RangeError for anything else. */
export function percentOf(name: string, text: string): number {
  const percent = readNumber(text)
  if (percent === undefined || percent < 0 || percent > 100)
    throw new RangeError(`${name} expects numbers from 0 to 100, got ${shown(text)}`)
  return percent
}

/** `percentile`: the value that so many percent of the values do not exceed. */
export const percentile: FunctionRecord = {
  name: 'percentile',
  summary: 'Take a percentile of numbers, within 1 % of its value, in bounded memory.',
  parameter: { name: 'P', summary: '0 to 100, such as 99 or 99.9', required: true },
  roles: ['reduce'],
  examples: [
    { call: 'percentile:50', in: [0, 0, 7], out: 0 },
    { call: 'percentile:99', in: [0, 0, 0], out: 0 },
  ],
  load,
  aggregator: (parameter) => {
    const percent = percentOf('percentile', requireParameter('percentile', parameter, 'P'))
    return sketch('percentile', (at) => at(percent))
  },
}

/** `percentiles`: several at once. */
export const percentiles: FunctionRecord = {
  name: 'percentiles',
  summary: 'Take several percentiles of numbers at once, as a record with a field for each.',
  parameter: { name: 'P,…', summary: 'numbers from 0 to 100, such as 50,95,99', required: true },
  roles: ['reduce'],
  examples: [{ call: 'percentiles:50,99.9', in: [0, 0, 0], out: { p50: 0, 'p99.9': 0 } }],
  load,
  aggregator: (parameter) => {
    const percents = requireParameter('percentiles', parameter, '50,95,99')
      .split(',')
      .map((text) => percentOf('percentiles', text))
    return sketch('percentiles', (at) =>
      Object.fromEntries(percents.map((percent) => [`p${percent}`, at(percent)])),
    )
  },
}
