import { countParameter, numberOf, numberParameter } from './check.ts'
import type { FunctionRecord } from './record.ts'
import { lengthOf } from './text.ts'

function numberTest(
  name: string,
  relation: string,
  test: (value: number, bound: number) => boolean,
  examples: FunctionRecord['examples'],
): FunctionRecord {
  return {
    name,
    summary: `Tell whether a number is ${relation} N.`,
    parameter: { name: 'N', summary: 'the bound', required: true },
    roles: ['filter', 'map'],
    examples,
    mapper: (parameter) => {
      const bound = numberParameter(name, parameter)
      return (element) => test(numberOf(name, element), bound)
    },
  }
}

function lengthTest(
  name: string,
  relation: string,
  test: (length: number, bound: number) => boolean,
  examples: FunctionRecord['examples'],
): FunctionRecord {
  return {
    name,
    summary: `Tell whether text has ${relation} than N characters, an array items or an object keys.`,
    parameter: { name: 'N', summary: 'the length', required: true },
    roles: ['filter', 'map'],
    examples,
    mapper: (parameter) => {
      const bound = countParameter(name, parameter, Number.MAX_SAFE_INTEGER)
      return (element) => test(lengthOf(name, element), bound)
    },
  }
}

/** `longer-than`: whether an element has more characters, items or keys. */
export const longerThan: FunctionRecord = lengthTest(
  'longer-than',
  'more',
  (length, bound) => length > bound,
  [
    { call: 'longer-than:3', in: 'word', out: true },
    { call: 'longer-than:3', in: 'a😀b', out: false },
  ],
)

/** `shorter-than`: whether an element has fewer characters, items or keys. */
export const shorterThan: FunctionRecord = lengthTest(
  'shorter-than',
  'fewer',
  (length, bound) => length < bound,
  [
    { call: 'shorter-than:3', in: 'a😀', out: true },
    { call: 'shorter-than:3', in: ['a', 'b', 'c'], out: false },
  ],
)

/** `greater-than`: whether a number is above a bound. */
export const greaterThan: FunctionRecord = numberTest(
  'greater-than',
  'greater than',
  (value, bound) => value > bound,
  [
    { call: 'greater-than:5', in: 5.5, out: true },
    { call: 'greater-than:5', in: 5, out: false },
  ],
)

/** `at-least`: whether a number is a bound or above. */
export const atLeast: FunctionRecord = numberTest('at-least', 'at least', (value, bound) => value >= bound, [
  { call: 'at-least:5', in: 5, out: true },
  { call: 'at-least:5', in: 4, out: false },
])

/** `less-than`: whether a number is below a bound. */
export const lessThan: FunctionRecord = numberTest(
  'less-than',
  'less than',
  (value, bound) => value < bound,
  [
    { call: 'less-than:-1', in: -2, out: true },
    { call: 'less-than:-1', in: -1, out: false },
  ],
)

/** `at-most`: whether a number is a bound or below. */
export const atMost: FunctionRecord = numberTest('at-most', 'at most', (value, bound) => value <= bound, [
  { call: 'at-most:5', in: 5, out: true },
  { call: 'at-most:5', in: 6, out: false },
])
