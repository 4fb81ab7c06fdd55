import type { Aggregator } from './aggregator.ts'
import { finiteOf, requireParameter } from './check.ts'
import { percentOf } from './percentiles.ts'
import type { FunctionRecord } from './record.ts'

/** How fine a digest is: it has so many centroids at most, and about half as many. */
const COMPRESSION = 200
/** Numbers that wait until they become parts of centroids. */
const WAITING = 1000

/** Numbers in order, those near to each other as one: few at both ends, many in the middle. Plain data, which a checkpoint can copy. */
interface Digest {
  means: number[]
  weights: number[]
  waiting: number[]
  least: number
  most: number
}

function add(digest: Digest, value: number): Digest {
  digest.waiting.push(value)
  digest.least = Math.min(digest.least, value)
  digest.most = Math.max(digest.most, value)
  return digest.waiting.length < WAITING ? digest : compressed(digest)
}

/** Return the digest with nothing waiting: the merging digest of Dunning and Ertl, Computing extremely accurate quantiles, 2019, with their scale k1. */
function compressed({ means, weights, waiting, least, most }: Digest): Digest {
  const all = means.map((mean, at) => [mean, weights[at] as number] as const)
  all.push(...waiting.map((value) => [value, 1] as const))
  all.sort(([one], [other]) => one - other)
  const total = all.reduce((sum, [, weight]) => sum + weight, 0)
  const merged: Digest = { means: [], weights: [], waiting: [], least, most }
  let [mean, weight, before] = [0, 0, 0]
  let limit = total * partAt(1, 0)
  for (const [nextMean, nextWeight] of all) {
    if (weight > 0 && before + weight + nextWeight > limit) {
      merged.means.push(mean)
      merged.weights.push(weight)
      before += weight
      limit = total * partAt(1, before / total)
      ;[mean, weight] = [0, 0]
    }
    weight += nextWeight
    mean += ((nextMean - mean) * nextWeight) / weight
  }
  if (weight > 0) {
    merged.means.push(mean)
    merged.weights.push(weight)
  }
  return merged
}

/** Return which part of all numbers lies `steps` of the scale beyond a part. */
function partAt(steps: number, part: number): number {
  const scale = COMPRESSION / (2 * Math.PI)
  const reached = scale * Math.asin(2 * part - 1) + steps
  return reached >= COMPRESSION / 4 ? 1 : (Math.sin(reached / scale) + 1) / 2
}

function quantile({ means, weights, least, most }: Digest, part: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const rank = part * total
  let [before, beforeRank] = [least, 0]
  let passed = 0
  for (const [at, mean] of means.entries()) {
    const weight = weights[at] as number
    // A centroid of one number is that number; others have half of theirs on each side.
    const middle = passed + weight / 2
    if (rank < middle) return between(before, beforeRank, mean, middle, rank)
    ;[before, beforeRank] = [mean, middle]
    passed += weight
  }
  return between(before, beforeRank, most, total, rank)
}

function between(low: number, lowRank: number, high: number, highRank: number, rank: number): number {
  return highRank === lowRank ? high : low + ((high - low) * (rank - lowRank)) / (highRank - lowRank)
}

function digestOf(percents: readonly number[]): Aggregator {
  const empty = (): Digest => ({
    means: [],
    weights: [],
    waiting: [],
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
  })
  return {
    create: (value) => add(empty(), finiteOf('t-digest', value)),
    mergeValue: (combiner, value) => add(combiner as Digest, finiteOf('t-digest', value)),
    mergeCombiners: (left, right) => {
      const [one, other] = [left as Digest, right as Digest]
      return compressed({
        means: [...one.means, ...other.means],
        weights: [...one.weights, ...other.weights],
        waiting: [...one.waiting, ...other.waiting],
        least: Math.min(one.least, other.least),
        most: Math.max(one.most, other.most),
      })
    },
    finish: (combiner) => {
      const digest = compressed(combiner as Digest)
      return Object.fromEntries(percents.map((percent) => [`p${percent}`, quantile(digest, percent / 100)]))
    },
    grows: true,
  }
}

/** `t-digest`: percentiles that are most exact at both ends. */
export const tDigest: FunctionRecord = {
  name: 't-digest',
  summary: 'Take percentiles of numbers by a t-digest: most exact at both ends, in 6 kB at most.',
  parameter: { name: 'P,…', summary: 'numbers from 0 to 100, such as 50,99.9', required: true },
  roles: ['reduce'],
  examples: [{ call: 't-digest:0,50,100', in: [1, 2, 3, 4, 5], out: { p0: 1, p50: 3, p100: 5 } }],
  aggregator: (parameter) =>
    digestOf(
      requireParameter('t-digest', parameter, '50,99')
        .split(',')
        .map((text) => percentOf('t-digest', text)),
    ),
}
