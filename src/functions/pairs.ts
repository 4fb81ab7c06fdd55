import { expected, refuseParameter } from './check.ts'
import { fieldReader, jsonPathStep, recordOf } from './field.ts'
import type { FunctionRecord } from './record.ts'
import type { PairSteps } from './steps.ts'

/**
 * Return the pair that a line `key<TAB>value` denotes, else undefined.
 *
 * The value is a number if it is written as JSON writes one and no digit would be lost: `007` and long ids stay text.
 */
export function pairOfLine(line: string): readonly [string, string | number] | undefined {
  const tab = line.indexOf('\t')
  if (tab < 0) return undefined
  const text = line.slice(tab + 1)
  const key = line.slice(0, tab)
  const [, fraction] = /^-?(?:0|[1-9]\d*)((?:\.\d+)?(?:[eE][+-]?\d+)?)$/.exec(text) ?? []
  if (fraction === undefined) return [key, text]
  const number = Number(text)
  return [
    key,
    fraction === ''
      ? Number.isSafeInteger(number)
        ? number
        : text
      : Number.isFinite(number)
        ? number
        : text,
  ]
}

function pairOf(name: string, element: unknown): readonly [unknown, unknown] {
  if (Array.isArray(element) && element.length === 2) return element as [unknown, unknown]
  const pair = typeof element === 'string' ? pairOfLine(element) : undefined
  if (pair === undefined) throw expected(name, 'pairs', element)
  return pair
}

/** Return the paths of key and value; the second is not there where the element is the value. */
function pathsOf(parameter: string): readonly [string, string | undefined] {
  const [, key = '', value] = /^((?:\\.|[^,\\])*)(?:,(.*))?$/s.exec(parameter) ?? ['', parameter]
  return [key, value]
}

function isPosition(path: string): boolean {
  return /^\d+$/.test(path)
}

/** Readers of a pair's key and value out of an element. */
function keyedBy(path: string): (element: unknown) => readonly [unknown, unknown] {
  const [keyPath, valuePath] = pathsOf(path)
  const readKey = fieldReader('pair', keyPath)
  if (valuePath === undefined) return (element) => [readKey(element), element]
  const readValue = fieldReader('pair', valuePath)
  if (keyPath === '' || valuePath === '')
    throw new RangeError(`pair expects pair:KEY or pair:KEY,VALUE, got ${path}`)
  const ofWords = isPosition(keyPath) || isPosition(valuePath)
  return (element) => {
    // Of a JSON line both are read from one parse; the words of a plain line are no JSON.
    const record = ofWords && typeof element === 'string' ? element : recordOf('pair', element)
    return [readKey(record), readValue(record)]
  }
}

function pairSteps(parameter: string | undefined): PairSteps | undefined {
  const [key, value] = pathsOf(parameter ?? '')
  if (key === '' || value === undefined || isPosition(key) || isPosition(value)) return undefined
  return { key: jsonPathStep('pair', key), value: jsonPathStep('pair', value) }
}

/** `pair`: an element into a pair. */
export const pair: FunctionRecord = {
  name: 'pair',
  summary: 'Pair an element with 1, or with its key at a path, or take key and value at two paths.',
  parameter: {
    name: 'KEY[,VALUE]',
    summary: 'paths as in field: pair:host, pair:host,ms, pair:1,3',
    required: false,
  },
  roles: ['map'],
  examples: [
    { call: 'pair', in: 'a', out: ['a', 1] },
    { call: 'pair:host', in: { host: 'a', ms: 3 }, out: ['a', { host: 'a', ms: 3 }] },
    { call: 'pair:host,ms', in: '{"host":"a","ms":3}', out: ['a', 3] },
    { call: 'pair:1,3', in: 'GET / 200', out: ['GET', '200'] },
  ],
  mapper: (parameter) => (parameter === undefined ? (element) => [element, 1] : keyedBy(parameter)),
  steps: (parameter) => (parameter === undefined ? [{ step: 'pair-with', value: 1 }] : undefined),
  pairSteps,
}

/** `swap`: value and key change places. */
export const swap: FunctionRecord = {
  name: 'swap',
  summary: 'Make the value of a pair its key, and the key its value.',
  roles: ['map'],
  examples: [
    { call: 'swap', in: ['a', 1], out: [1, 'a'] },
    { call: 'swap', in: 'a\t1', out: [1, 'a'] },
  ],
  mapper: (parameter) => {
    refuseParameter('swap', parameter)
    return (element) => {
      const [key, value] = pairOf('swap', element)
      return [value, key]
    }
  },
}

/** `key`: a pair's key. */
export const key: FunctionRecord = {
  name: 'key',
  summary: 'Take the key of a pair.',
  roles: ['map'],
  examples: [
    { call: 'key', in: ['a', 1], out: 'a' },
    { call: 'key', in: 'a\t1', out: 'a' },
  ],
  mapper: (parameter) => {
    refuseParameter('key', parameter)
    return (element) => pairOf('key', element)[0]
  },
}

/** `value`: a pair's value. */
export const value: FunctionRecord = {
  name: 'value',
  summary: 'Take the value of a pair.',
  roles: ['map', 'flatmap'],
  examples: [
    { call: 'value', in: ['a', ['x', 'y']], out: ['x', 'y'] },
    { call: 'value', in: 'a\t1', out: 1 },
  ],
  mapper: (parameter) => {
    refuseParameter('value', parameter)
    return (element) => pairOf('value', element)[1]
  },
}
