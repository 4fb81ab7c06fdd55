import { type Aggregator, counting, type Mean, subtract } from './aggregator.ts'
import { expected, numberOf, refuseParameter } from './check.ts'
import type { FunctionRecord } from './record.ts'

/** Return the `aggregator` of a function that takes no parameter. */
export function plain(name: string, aggregator: Aggregator): (parameter: string | undefined) => Aggregator {
  return (parameter) => {
    refuseParameter(name, parameter)
    return aggregator
  }
}

/** Values are checked as they come; combiners are not, because a sum of infinities may rightly be NaN. */
function arithmetic(name: string, compute: (left: number, right: number) => number): Aggregator {
  return {
    create: (value) => numberOf(name, value),
    mergeValue: (combiner, value) => compute(combiner as number, numberOf(name, value)),
    mergeCombiners: (left, right) => compute(left as number, right as number),
  }
}

/** The value that comes first in order; of equal ones the earlier. Text goes by UTF-16 units, as in Java. */
function extreme(
  name: string,
  precedes: (left: string | number, right: string | number) => boolean,
): Aggregator {
  const check = (value: unknown): string | number => {
    if (typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value))) return value
    throw expected(name, 'numbers or text', value)
  }
  const choose = (left: unknown, right: unknown): unknown => {
    const candidate = check(right)
    if (typeof left !== typeof candidate) {
      throw expected(name, typeof left === 'number' ? 'numbers only' : 'text only', right)
    }
    return precedes(candidate, left as string | number) ? candidate : left
  }
  return { create: check, mergeValue: choose, mergeCombiners: choose }
}

/** `sum`: values added up. */
export const sum: FunctionRecord = {
  name: 'sum',
  aliases: ['add'],
  summary: 'Add numbers up.',
  roles: ['reduce'],
  examples: [{ call: 'sum', in: [1, 2.5, -1], out: 2.5 }],
  aggregator: plain('sum', {
    ...arithmetic('sum', (left, right) => left + right),
    inverse: subtract,
    countsOnes: true,
    folds: 'sum',
  }),
}

/** `product`: values multiplied. */
export const product: FunctionRecord = {
  name: 'product',
  aliases: ['multiply'],
  summary: 'Multiply numbers.',
  roles: ['reduce'],
  examples: [{ call: 'product', in: [2, 3, 4], out: 24 }],
  aggregator: plain(
    'product',
    arithmetic('product', (left, right) => left * right),
  ),
}

/** `min`: the smallest value. */
export const min: FunctionRecord = {
  name: 'min',
  summary: 'Take the smallest of numbers, or the first of texts in order.',
  roles: ['reduce'],
  examples: [
    { call: 'min', in: [10, 9, 11], out: 9 },
    { call: 'min', in: ['b', 'a', 'c'], out: 'a' },
  ],
  aggregator: plain('min', { ...extreme('min', (left, right) => left < right), folds: 'min' }),
}

/** `max`: the greatest value. */
export const max: FunctionRecord = {
  name: 'max',
  summary: 'Take the greatest of numbers, or the last of texts in order.',
  roles: ['reduce'],
  examples: [
    { call: 'max', in: [10, 9, 11], out: 11 },
    { call: 'max', in: ['10', '9'], out: '9' },
  ],
  aggregator: plain('max', { ...extreme('max', (left, right) => left > right), folds: 'max' }),
}

/** `count`: how many values. */
export const count: FunctionRecord = {
  name: 'count',
  summary: 'Count the values, whatever they are.',
  roles: ['reduce'],
  examples: [{ call: 'count', in: ['a', null, 3], out: 3 }],
  aggregator: plain('count', counting),
}

/** `mean`: the arithmetic mean. */
export const mean: FunctionRecord = {
  name: 'mean',
  aliases: ['avg', 'average'],
  summary: 'Take the arithmetic mean of numbers.',
  roles: ['reduce'],
  examples: [{ call: 'mean', in: [1, 2, 6], out: 3 }],
  aggregator: plain('mean', {
    create: (value): Mean => ({ sum: numberOf('mean', value), count: 1 }),
    mergeValue: (combiner, value): Mean => {
      const { sum, count } = combiner as Mean
      return { sum: sum + numberOf('mean', value), count: count + 1 }
    },
    mergeCombiners: (left, right): Mean => ({
      sum: (left as Mean).sum + (right as Mean).sum,
      count: (left as Mean).count + (right as Mean).count,
    }),
    finish: (combiner) => (combiner as Mean).sum / (combiner as Mean).count,
    folds: 'mean',
  }),
}
