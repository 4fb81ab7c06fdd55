import { type Aggregator, listing, reducing } from './aggregator.ts'
import { textOf, unescapeText } from './check.ts'
import type { FunctionRecord } from './record.ts'
import { plain } from './reducers.ts'

/** Collects into an array that grows in place, and shows a copy: what was shown must not grow. */
function collecting(
  check: (value: unknown) => unknown,
  finish: (items: readonly unknown[]) => unknown,
): Aggregator {
  return {
    create: (value) => listing.create(check(value)),
    mergeValue: (combiner, value) => listing.mergeValue(combiner, check(value)),
    mergeCombiners: listing.mergeCombiners,
    finish: (combiner) => finish(combiner as readonly unknown[]),
    grows: true,
  }
}

/** `first`: the earliest value. */
export const first: FunctionRecord = {
  name: 'first',
  summary: 'Take the first value in the order of the stream.',
  roles: ['reduce'],
  examples: [{ call: 'first', in: ['b', 'a'], out: 'b' }],
  aggregator: plain('first', { ...reducing((left) => left), folds: 'first' }),
}

/** `last`: the latest value. */
export const last: FunctionRecord = {
  name: 'last',
  summary: 'Take the last value in the order of the stream.',
  roles: ['reduce'],
  examples: [{ call: 'last', in: ['b', 'a'], out: 'a' }],
  aggregator: plain('last', { ...reducing((_, right) => right), folds: 'last' }),
}

/** `concat`: texts joined. */
export const concat: FunctionRecord = {
  name: 'concat',
  summary: 'Join texts in the order of the stream, with nothing between them unless a separator is given.',
  parameter: {
    name: 'SEP',
    summary: 'any literal text; \\t, \\n, \\r and \\\\ are understood',
    required: false,
  },
  roles: ['reduce'],
  examples: [
    { call: 'concat', in: ['a', 'b', ''], out: 'ab' },
    { call: 'concat:, ', in: ['a', 'b'], out: 'a, b' },
  ],
  aggregator: (parameter) => {
    const separator = unescapeText(parameter ?? '')
    return collecting(
      (value) => textOf('concat', value),
      (items) => items.join(separator),
    )
  },
}

/** `list`: all values. */
export const list: FunctionRecord = {
  name: 'list',
  aliases: ['collect'],
  summary: 'Collect the values into an array in the order of the stream.',
  roles: ['reduce'],
  examples: [{ call: 'list', in: ['b', 'a', 'b'], out: ['b', 'a', 'b'] }],
  aggregator: plain(
    'list',
    collecting(
      (value) => value,
      (items) => items.slice(),
    ),
  ),
}
