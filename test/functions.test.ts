import assert from 'node:assert/strict'
import fc from 'fast-check'
import tap from 'tap'
import type { Aggregator } from '../src/functions/aggregator.ts'
import { parseCall } from '../src/functions/call.ts'
import { shown } from '../src/functions/check.ts'
import { findJsonFault } from '../src/functions/json-position.ts'
import { camelCase } from '../src/functions/lookup.ts'
import type {
  BuiltInName,
  FlatMapperResult,
  MapperCall,
  MapperResult,
  ReducerCall,
  ReducerResult,
} from '../src/functions/names.ts'
import { pairOfLine } from '../src/functions/pairs.ts'
import { findFunction, functions } from '../src/functions/registry.ts'

for (const { load } of functions) await load?.()

/** The function of a call as the engine makes it: once per pipeline. */
function mapperOf(word: string): (element: unknown) => unknown {
  const call = parseCall(word)
  const make = call && findFunction(call.name)?.mapper
  if (make === undefined) throw new Error(`${word} is no function of one element`)
  return make(call?.parameter)
}

function aggregatorOf(word: string): Aggregator {
  const call = parseCall(word)
  const make = call && findFunction(call.name)?.aggregator
  if (make === undefined) throw new Error(`${word} is no reducer`)
  return make(call?.parameter)
}

function fold(aggregator: Aggregator, values: readonly unknown[]): unknown {
  return values
    .slice(1)
    .reduce((combiner, value) => aggregator.mergeValue(combiner, value), aggregator.create(values[0]))
}

const finish = (aggregator: Aggregator, combiner: unknown): unknown =>
  aggregator.finish === undefined ? combiner : aggregator.finish(combiner)

const apply = (word: string, element: unknown): unknown => mapperOf(word)(element)
const reduce = (word: string, values: readonly unknown[]): unknown =>
  finish(aggregatorOf(word), fold(aggregatorOf(word), values))

/** The message of what a call throws, with the error's name before it. */
function failure(run: () => unknown): string {
  try {
    return `returned ${shown(run())}`
  } catch (error) {
    return String(error)
  }
}

tap.test('the examples of every record hold', async (t) => {
  for (const record of functions) {
    for (const { call, in: input, out } of record.examples) {
      const label = `${call} of ${shown(input)}`
      t.equal(findFunction(parseCall(call)?.name ?? ''), record, `${label}: the call is of this record`)
      const got = record.aggregator ? reduce(call, input as unknown[]) : apply(call, input)
      t.strictSame(got, out, label)
    }
  }
})

tap.test('the registry is in order', async (t) => {
  const words = functions.flatMap((record) => [record.name, ...(record.aliases ?? [])])
  t.equal(new Set(words).size, words.length, 'no name or alias is used twice')
  for (const record of functions) {
    const { name, summary, roles, examples, parameter, mapper, aggregator } = record
    for (const word of [name, ...(record.aliases ?? [])]) {
      t.match(word, /^[a-z]+(-[a-z]+)*$/, `${word} is kebab case`)
      t.equal(findFunction(word), record, `${word} is found`)
      t.equal(findFunction(camelCase(word)), record, `${camelCase(word)} is found`)
    }
    t.match(summary, /^[A-Z][^.]*\.$/, `${name}: the summary is one sentence`)
    t.ok(roles.length > 0 && new Set(roles).size === roles.length, `${name}: has roles`)
    t.equal(mapper !== undefined, roles[0] !== 'reduce', `${name}: a mapper for its roles`)
    t.equal(aggregator !== undefined, roles.includes('reduce'), `${name}: an aggregator for its role`)
    t.not(mapper !== undefined, aggregator !== undefined, `${name}: is one of the two`)
    t.ok(examples.length > 0, `${name}: has an example`)
    if (roles.includes('flatmap'))
      t.ok(
        examples.some(({ out }) => Array.isArray(out)),
        `${name}: flatmap shown`,
      )
    if (roles.includes('filter')) {
      t.ok(examples.some(({ out }) => out) && examples.some(({ out }) => !out), `${name}: passes and refuses`)
    }
    const make = (value: string | undefined): unknown => (mapper ?? aggregator)?.(value)
    if (parameter === undefined) t.throws(() => make('x'), RangeError, `${name} refuses a parameter`)
    else t.ok(parameter.required || make(undefined), `${name} works without its parameter`)
    if (parameter?.required) t.throws(() => make(undefined), RangeError, `${name} asks for its parameter`)
    if (parameter)
      t.ok(
        examples.some(({ call }) => call.includes(':')),
        `${name}: the parameter is shown`,
      )
    if (parameter && !parameter.required)
      t.ok(
        examples.some(({ call }) => !call.includes(':')),
        `${name}: bare`,
      )
  }
  for (const word of ['', 'Split', 'nosuch', '__proto__', 'constructor'])
    t.equal(findFunction(word), undefined)
})

tap.test('parseCall', async (t) => {
  t.strictSame(parseCall('split'), { name: 'split' })
  t.strictSame(parseCall('count:'), { name: 'count' })
  t.strictSame(parseCall('split::'), { name: 'split', parameter: ':' })
  t.strictSame(parseCall('regex:a:b => "\n'), { name: 'regex', parameter: 'a:b => "\n' })
  t.strictSame(parseCall('notEmpty'), { name: 'notEmpty' })
  for (const word of [
    '',
    ':',
    ':x',
    'l => l.split(":")',
    './my.ts#parse',
    '(a, b) => a',
    'x=>x:y',
    '2',
    'é',
  ]) {
    t.equal(parseCall(word), undefined, `${word} is no call`)
  }
})

/** Java's String.split(separator) for a literal, written from its documentation, not from our code. */
function javaSplit(text: string, separator: string): string[] {
  const parts: string[] = []
  let rest = text
  for (let at = rest.indexOf(separator); at >= 0; at = rest.indexOf(separator)) {
    parts.push(rest.slice(0, at))
    rest = rest.slice(at + separator.length)
  }
  if (parts.length === 0) return [text]
  parts.push(rest)
  const kept = parts.findLastIndex((part) => part !== '')
  return parts.slice(0, kept + 1)
}

tap.test('split is Java\u2019s (A5)', async (t) => {
  for (const [text, parts] of [
    ['a ', ['a']],
    [' ', []],
    ['', ['']],
    ['a  b', ['a', '', 'b']],
    [' a', ['', 'a']],
  ] as const) {
    t.strictSame(apply('split', text), parts, `${shown(text)} as the table in spark-surface.md`)
  }
  const alphabet = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '.', '😀') })
  fc.assert(
    fc.property(alphabet, fc.constantFrom(' ', ',', '.', 'ab', '  ', '😀'), (text, separator) => {
      assert.deepEqual(findFunction('split')?.mapper?.(separator)(text), javaSplit(text, separator))
    }),
  )
  t.strictSame(apply('split:\\\\t', 'a\\tb'), ['a', 'b'], 'an escaped backslash')
  t.strictSame(apply('split:\\d', 'a\\d1'), ['a', '1'], 'other backslashes stay')
  t.strictSame(apply('split: ', 'a b'), ['a', 'b'])
})

tap.test('words, chars, length', async (t) => {
  t.strictSame(
    apply('words', 'a\u00a0b c'),
    ['a\u00a0b', 'c'],
    'a no-break space is no white space, as in Java',
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const characters = apply('chars', text) as string[]
      assert.equal(characters.join(''), text)
      assert.equal(apply('length', text), characters.length)
      assert.equal(apply('take:3', text), characters.slice(0, 3).join(''))
      assert.equal(apply('longer-than:3', text), characters.length > 3)
    }),
  )
})

/** Values for each reducer, such that its result does not depend on rounding. */
const integers = fc.integer({ min: -1000, max: 1000 })
const REDUCED: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  sum: integers,
  product: fc.constantFrom(-2, -1, 0, 1, 2),
  min: integers,
  max: fc.string(),
  count: fc.jsonValue(),
  mean: integers,
  first: fc.jsonValue(),
  last: fc.jsonValue(),
  concat: fc.string(),
  'concat:, ': fc.string(),
  list: fc.jsonValue(),
  'percentile:50': integers,
  'percentiles:5,95': integers,
  'approx-distinct': fc.jsonValue(),
  'approx-top:3': fc.jsonValue(),
  hyperloglog: fc.jsonValue(),
  't-digest:5,95': integers,
}

tap.test('reducers do not depend on how values are partitioned', async (t) => {
  const tried = new Set(Object.keys(REDUCED).map((word) => parseCall(word)?.name))
  t.strictSame(
    [...tried],
    functions.filter((record) => record.aggregator).map(({ name }) => name),
    'all are tried',
  )
  for (const [word, values] of Object.entries(REDUCED)) {
    const aggregator = aggregatorOf(word)
    const partitions = fc.array(fc.array(values, { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(partitions, fc.infiniteStream(fc.nat()), (parts, choices) => {
        const onePass = finish(aggregator, fold(aggregator, parts.flat()))
        const combiners = parts.map((part) => fold(aggregator, part))
        // Neighbours are merged in any order: the tree has any shape, the sequence stays.
        while (combiners.length > 1) {
          const at = (choices.next().value as number) % (combiners.length - 1)
          const right = combiners[at + 1]
          const before = JSON.stringify(right)
          const merged = aggregator.mergeCombiners(combiners[at], right)
          assert.equal(JSON.stringify(right), before, `${word}: the right combiner is left as it was`)
          combiners.splice(at, 2, merged)
        }
        const before = JSON.stringify(combiners[0])
        const result = finish(aggregator, combiners[0])
        assert.deepEqual(result, onePass, word)
        assert.equal(JSON.stringify(combiners[0]), before, `${word}: finish leaves the combiner as it was`)
        // What checkpoints and workers do to a combiner must not change the result.
        assert.deepEqual(
          finish(aggregator, structuredClone(combiners[0])),
          onePass,
          `${word}: survives a copy`,
        )
      }),
      { numRuns: 60 },
    )
  }
})

tap.test('min and max keep the earlier of equal values', async (t) => {
  for (const word of ['min', 'max']) {
    t.ok(Object.is(reduce(word, [-0, 0]), -0), word)
    t.ok(Object.is(reduce(word, [0, -0]), 0), word)
  }
})

tap.test('what was shown does not grow with the state', async (t) => {
  for (const word of ['list', 'concat']) {
    const aggregator = aggregatorOf(word)
    const left = aggregator.create('a')
    const right = aggregator.create('b')
    const shownBefore = finish(aggregator, left)
    const copy = structuredClone(shownBefore)
    const merged = aggregator.mergeCombiners(left, right)
    aggregator.mergeValue(merged, 'c')
    t.strictSame(shownBefore, copy, `${word}: the earlier result`)
    t.strictSame(
      finish(aggregator, right),
      finish(aggregator, aggregator.create('b')),
      `${word}: the right one`,
    )
  }
})

tap.test('list and concat are linear and keep off the stack', async (t) => {
  const size = 300_000
  for (const word of ['list', 'concat']) {
    const aggregator = aggregatorOf(word)
    const half = (): unknown => fold(aggregator, new Array<string>(size).fill('ab'))
    const result = finish(aggregator, aggregator.mergeCombiners(half(), half())) as { length: number }
    t.equal(result.length, word === 'list' ? 2 * size : 4 * size)
  }
})

tap.test('errors say what was expected and what came', async (t) => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [() => reduce('sum', ['abc']), 'TypeError: sum expects numbers, got "abc"'],
    [() => reduce('sum', [1, '2']), 'TypeError: sum expects numbers, got "2"'],
    [() => reduce('sum', [1, Number.NaN]), 'TypeError: sum expects numbers, got NaN'],
    [() => reduce('sum', [1, undefined]), 'TypeError: sum expects numbers, got undefined'],
    [() => reduce('product', [1, null]), 'TypeError: product expects numbers, got null'],
    [() => reduce('mean', [{ a: 1 }]), 'TypeError: mean expects numbers, got {"a":1}'],
    [() => reduce('max', [1, 'a']), 'TypeError: max expects numbers only, got "a"'],
    [() => reduce('min', ['a', 1]), 'TypeError: min expects text only, got 1'],
    [() => reduce('min', [[1]]), 'TypeError: min expects numbers or text, got [1]'],
    [() => reduce('concat', ['a', 1]), 'TypeError: concat expects text, got 1'],
    [() => apply('split', ['a']), 'TypeError: split expects text, got ["a"]'],
    [() => apply('lower', 5), 'TypeError: lower expects text, got 5'],
    [() => apply('length', 5), 'TypeError: length expects text, an array or an object, got 5'],
    [() => apply('number', ''), 'TypeError: number expects a number, got ""'],
    [() => apply('number', '12px'), 'TypeError: number expects a number, got "12px"'],
    [() => apply('number', '0x10'), 'TypeError: number expects a number, got "0x10"'],
    [() => apply('number', '1e999'), 'TypeError: number expects a number, got "1e999"'],
    [() => apply('number', true), 'TypeError: number expects a number, got true'],
    [() => apply('at-least:2', '3'), 'TypeError: at-least expects numbers, got "3"'],
    [() => apply('swap', ['a']), 'TypeError: swap expects pairs, got ["a"]'],
    [() => apply('key', 'no tab'), 'TypeError: key expects pairs, got "no tab"'],
    [() => apply('equals:x', {}), 'TypeError: equals expects text, a number, a boolean or null, got {}'],
    [() => apply('field:a', 5), 'TypeError: field expects an object, an array or a JSON line of one, got 5'],
    [
      () => apply('field:a', '5'),
      'TypeError: field expects an object, an array or a JSON line of one, got "5"',
    ],
    [() => apply('field:a', 'x'), 'SyntaxError: field expects JSON, got "x": unexpected "x" at column 1'],
    [() => apply('json', ''), 'SyntaxError: json expects JSON, got "": unexpected end at column 1'],
    [
      () => apply('json', '{"a":'),
      'SyntaxError: json expects JSON, got "{\\"a\\":": unexpected end at column 6',
    ],
    [() => apply('json', '[1,]'), 'SyntaxError: json expects JSON, got "[1,]": unexpected "]" at column 4'],
    [
      () => apply('json', '{"a":1 "b"}'),
      'SyntaxError: json expects JSON, got "{\\"a\\":1 \\"b\\"}": unexpected "\\"" at column 8',
    ],
    [
      () => apply('csv', 'a,"b'),
      'SyntaxError: csv expects a line that closes its quotes, got "a,\\"b": column 3 opens one',
    ],
    [
      () => apply('csv', '"a"b'),
      'SyntaxError: csv expects a comma after a closing quote, got "\\"a\\"b": column 4',
    ],
    [() => apply('csv:a', 'x,y'), 'TypeError: csv expects at most 1 fields, got 2 in "x,y"'],
    [
      () => apply('logfmt', 'a=1 =2'),
      'SyntaxError: logfmt expects key=value, got "a=1 =2": no key at column 4',
    ],
    [
      () => apply('logfmt', 'a="b'),
      'SyntaxError: logfmt expects key=value, got "a=\\"b": a quote opens that is not closed at column 3',
    ],
    [
      () => apply('logfmt', 'a="b"c'),
      'SyntaxError: logfmt expects key=value, got "a=\\"b\\"c": no space between fields at column 6',
    ],
  ]
  for (const [run, message] of cases) t.equal(failure(run), message)
})

tap.test('bad parameters are told when the pipeline is made', async (t) => {
  for (const word of [
    'regex:(',
    'regex:/a/g',
    'matches:/a/y',
    'find-all:/a/gg',
    'capture:(a)',
    'replace:a/b',
    'replace:/a/b',
    'replace:/(/b/',
    'replace:/a/b/gg',
    'field:a..b',
    'field:a.',
    'field:a[b]',
    'field:a\\',
    'pair:a,',
    'pair:,a',
    'csv:a,,b',
    'csv:a,a',
    'longer-than:-1',
    'longer-than:1.5',
    'longer-than:x',
    'greater-than:',
    'greater-than:1e999',
    'round:101',
    'take:',
    'contains:',
    'not:split',
    'not:nosuch',
    'not:not:contains:a',
    'not:contains:',
    'not:e => e',
  ]) {
    t.throws(() => mapperOf(word), RangeError, word)
  }
  t.match(
    failure(() => mapperOf('contains')),
    /contains needs a parameter: contains:TEXT/,
  )
})

tap.test('shown cuts at 60 characters and never throws', async (t) => {
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  for (const value of [
    cyclic,
    [1n],
    Symbol('s'),
    () => 1,
    undefined,
    10n,
    'x'.repeat(99),
    { a: 'é'.repeat(99) },
  ]) {
    t.ok(shown(value).length <= 60, shown(value))
  }
  t.match(shown('x'.repeat(99)), /^"x{58}…$/)
  fc.assert(fc.property(fc.anything(), (value) => shown(value).length <= 60 && !shown(value).includes('\n')))
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 50 }),
      (text) => !/\p{Surrogate}/u.test(shown(text)),
    ),
  )
})

tap.test('the position of bad JSON', async (t) => {
  const accepted = (text: string): boolean => {
    try {
      JSON.parse(text)
      return true
    } catch {
      return false
    }
  }
  const pieces = fc.constantFrom(
    ...'{}[]:,"\\ 01-.eEu\u0001'.split(''),
    '"a"',
    '12',
    'true',
    'nul',
    '\\u00e9',
  )
  // Whole JSON, JSON with one piece put in somewhere, and pieces at random.
  const spoilt = fc.tuple(fc.json(), fc.nat(), pieces).map(([text, place, piece]) => {
    const at = place % (text.length + 1)
    return text.slice(0, at) + piece + text.slice(at)
  })
  const texts = fc.oneof(
    fc.json(),
    spoilt,
    fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(texts, (text) => (findJsonFault(text) === undefined) === accepted(text)),
    { numRuns: 5000 },
  )
  // The fault is the first: all before it can still become JSON, so it is no fault when the text ends there.
  fc.assert(
    fc.property(texts, (text) => {
      const fault = findJsonFault(text)
      return fault === undefined || (findJsonFault(text.slice(0, fault)) ?? fault) === fault
    }),
    { numRuns: 5000 },
  )
  t.equal(findJsonFault('"a\tb"'), 2, 'a control character in a string')
  t.equal(findJsonFault('['.repeat(1_000_000)), 1_000_000, 'deep nesting')
  t.match(
    failure(() => apply('json', '['.repeat(1_000_000))),
    /^SyntaxError|^RangeError/,
  )
})

tap.test('field reads data only', async (t) => {
  const hostile: unknown = JSON.parse('{"__proto__":{"admin":true},"constructor":1}')
  for (const path of [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__.polluted',
    'a.__proto__',
  ]) {
    t.equal(apply(`field:${path}`, { a: {} }), null, path)
    t.equal(apply(`field:${path}`, '{"a":{}}'), null, `${path} of a line`)
  }
  t.strictSame(apply('field:constructor', hostile), 1, 'an own property is data')
  t.equal(apply('field:__proto__.admin', hostile), true)
  t.equal(apply('field:length', ['a']), null, 'length is no field of an array')
  t.equal(apply('field:9', ['a']), null)
  const inherits = Object.setPrototypeOf(['a'], Object.assign(Object.create(Array.prototype), { 1: 'x' }))
  t.equal(apply('field:1', inherits), null, 'an item of the prototype is no item')
  t.equal(apply('field:a.b.c', { a: { b: 5 } }), null, 'past a leaf')
  t.equal(apply('field:a', { a: undefined }), null)
  t.equal(apply('field:a', { a: 0 }), 0, 'falsy values stay')
  t.equal(apply('field:a', null), null)
  t.equal(apply('field:0', 'a b '), 'a b ')
  t.equal(apply('field:1', '\t a'), 'a')
  t.equal(apply('field:2', 'a '), null)
  t.equal(apply('field:[1]', '[1,2]'), 2, 'brackets make a line JSON')
  t.strictSame(apply('pair:a\\,b,c', { 'a,b': 1, c: 2 }), [1, 2], 'an escaped comma')
  t.strictSame(apply('pair:host', '{"host":"a"}'), ['a', '{"host":"a"}'])
  t.strictSame(apply('pair:1', 'k v'), ['k', 'k v'])
})

tap.test('parsed records cannot touch a prototype', async (t) => {
  for (const record of [
    apply('logfmt', '__proto__=x constructor=y'),
    apply('csv:__proto__,constructor', 'x,y'),
    apply('tsv:__proto__,constructor', 'x\ty'),
    apply('capture:(?<__proto__>x)(?<constructor>y)', 'xy'),
  ]) {
    t.strictSame(Object.entries(record as object), [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    t.equal(Object.getPrototypeOf(record), Object.prototype)
  }
  t.equal(({} as Record<string, unknown>).x, undefined)
})

tap.test('csv gives back what was written', async (t) => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', ' ', 'é', '\t') })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, fc.boolean()), { minLength: 1 }), (cells) => {
      const line = cells.map(([text, quote]) =>
        quote || /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text,
      )
      assert.deepEqual(
        apply('csv', line.join(',')),
        cells.map(([text]) => text),
      )
    }),
  )
  t.strictSame(apply('csv', ','), ['', ''])
  t.strictSame(apply('csv', '"",""'), ['', ''])
  t.strictSame(apply('csv', '5" pipe,x'), ['5" pipe', 'x'], 'a quote inside is taken as it is')
  t.strictSame(apply('csv:"a,b", c', '1,2'), { 'a,b': '1', c: '2' }, 'names may be quoted')
})

tap.test('logfmt gives back what was written', async (t) => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '_'), minLength: 1 })
  const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', ' ', '=', '\n', '\t', 'é', '😀') })
  fc.assert(
    fc.property(
      fc.dictionary(key, fc.oneof(text, fc.constant(true as const)), { noNullPrototype: true }),
      (record) => {
        const words = Object.entries(record).map(([name, value]) =>
          value === true
            ? name
            : /^[aé]+$/.test(value)
              ? `${name}=${value}`
              : `${name}=${JSON.stringify(value)}`,
        )
        assert.deepEqual(apply('logfmt', `  ${words.join('  ')} `), record)
      },
    ),
  )
  t.strictSame(apply('logfmt', 'a=1 a=2'), { a: '2' })
})

tap.test('patterns keep no state between elements', async (t) => {
  for (const word of ['matches:a', 'regex:a', 'find-all:a', 'capture:(?<x>a)', 'replace:/a/b/g']) {
    const mapper = mapperOf(word)
    t.strictSame(mapper('xa'), mapper('xa'), word)
    t.strictSame(mapper('a'), mapperOf(word)('a'), word)
  }
  t.strictSame(apply('matches:/var/log', 'in /var/log/x'), true, 'slashes alone make no literal')
  t.strictSame(apply('replace:/a/$$/g', 'aa'), '$$')
})

tap.test('pairs of lines', async (t) => {
  for (const [line, pair] of [
    ['a\t1', ['a', 1]],
    ['a\t-1.5e3', ['a', -1500]],
    ['a\t007', ['a', '007']],
    ['a\t12345678901234567890', ['a', '12345678901234567890']],
    ['a\t', ['a', '']],
    ['a\t 1', ['a', ' 1']],
    ['a\tb\t1', ['a', 'b\t1']],
    ['a\t1e999', ['a', '1e999']],
    ['\t1', ['', 1]],
    ['a 1', undefined],
  ] as const) {
    t.strictSame(pairOfLine(line), pair, shown(line))
  }
})

tap.test('round and number', async (t) => {
  t.ok(Object.is(apply('round', -0.2), 0), 'no -0')
  t.equal(apply('round', 1e300), 1e300)
  t.equal(apply('round', Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY)
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (value) => apply('number', String(value)) === value,
    ),
  )
})

tap.test('hostile elements take linear time', async (t) => {
  const started = performance.now()
  const long = ' '.repeat(1_000_000)
  for (const word of ['split', 'words', 'trim', 'field:2', 'length', 'logfmt', 'csv', 'tsv', 'not-empty']) {
    for (const element of [
      long,
      `${long}x`,
      `"${'""'.repeat(500_000)}"`,
      'a='.repeat(500_000),
      '\\'.repeat(1_000_000),
    ]) {
      failure(() => apply(word, element))
      if (word !== 'trim') failure(() => apply('number', element))
    }
  }
  failure(() => apply('json', `"${'\\'.repeat(1_000_001)}`))
  t.ok(performance.now() - started < 20_000, `${Math.round(performance.now() - started)} ms`)
})

/** Fails to compile where the two types differ. */
function same<A, B>(
  ..._: (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? [] : [never]
): void {}

tap.test('the types name every function', async (t) => {
  // The compiler holds this list complete, this test holds it equal to the registry.
  const named: Record<BuiltInName, true> = {
    split: true,
    words: true,
    lines: true,
    chars: true,
    lower: true,
    upper: true,
    trim: true,
    take: true,
    replace: true,
    identity: true,
    length: true,
    string: true,
    number: true,
    round: true,
    json: true,
    'to-json': true,
    field: true,
    csv: true,
    tsv: true,
    logfmt: true,
    regex: true,
    capture: true,
    'find-all': true,
    pair: true,
    swap: true,
    key: true,
    value: true,
    'not-empty': true,
    contains: true,
    'starts-with': true,
    'ends-with': true,
    equals: true,
    matches: true,
    'longer-than': true,
    'shorter-than': true,
    'greater-than': true,
    'at-least': true,
    'less-than': true,
    'at-most': true,
    not: true,
    sum: true,
    product: true,
    min: true,
    max: true,
    count: true,
    mean: true,
    first: true,
    last: true,
    concat: true,
    list: true,
    percentile: true,
    percentiles: true,
    'approx-distinct': true,
    'approx-top': true,
    hyperloglog: true,
    't-digest': true,
  }
  t.strictSame(Object.keys(named).sort(), functions.map(({ name }) => name).sort())

  same<MapperResult<'split', string>, string[]>()
  same<FlatMapperResult<'split:,', string>, string>()
  same<FlatMapperResult<'regex:a', string>, string | null>()
  same<FlatMapperResult<'json', string>, unknown>()
  same<MapperResult<'pair', 'a'>, ['a', number]>()
  same<MapperResult<'pair:host', object>, [unknown, unknown]>()
  same<MapperResult<'csv', string>, string[]>()
  same<MapperResult<'csv:', string>, string[]>()
  same<MapperResult<'csv:a,b', string>, Record<string, string | null>>()
  same<MapperResult<'notEmpty', string>, boolean>()
  same<MapperResult<'not:contains:a', string>, boolean>()
  same<MapperResult<'swap', readonly [string, number]>, [number, string]>()
  same<MapperResult<'nosuch', string>, unknown>()
  same<ReducerResult<'sum', number>, number>()
  same<ReducerResult<'list', Date>, Date[]>()
  same<ReducerResult<'concat:, ', string>, string>()
  same<ReducerResult<'nosuch', string>, unknown>()
  const calls: MapperCall<string>[] = ['split', 'split:,', 'notEmpty', 'starts-with:a', 'findAll:a']
  const sums: ReducerCall<number>[] = ['sum', 'max', 'list']
  // @ts-expect-error a number has no lower case
  const lower: MapperCall<number> = 'lower'
  // @ts-expect-error text has no sum
  const sum: ReducerCall<string> = 'sum'
  // @ts-expect-error there is no such function
  const none: MapperCall<unknown> = 'nosuch'
  for (const word of [...calls, ...sums, lower, sum]) t.ok(findFunction(parseCall(word)?.name ?? ''), word)
  t.equal(findFunction(none), undefined)
})
