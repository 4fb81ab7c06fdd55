/** Kernels of numbers, and of results by key against plain TypeScript, on random and hostile input. */
import fc from 'fast-check'
import tap from 'tap'
import { pairOf } from '../src/engine/batch/pair.ts'
import { OtherValues, readElement } from '../src/engine/kernels/elements.ts'
import { KernelInstance, TAG, VECTOR } from '../src/engine/kernels/instance.ts'
import {
  type AggregateKind,
  aggregateElements,
  readAggregates,
  readNumbers,
  readPairs,
} from '../src/engine/kernels/value-steps.ts'
import { KeyedTable } from '../src/engine/shuffle/keyed-table.ts'
import { functions } from '../src/functions/registry.ts'
import { placeTexts, sameValues } from './support/kernel-input.ts'

const kernels = new KernelInstance()
const { exports } = kernels
const [from] = kernels.vectors
const others = new OtherValues()
const values = exports.constant(8 * VECTOR) >>> 0
exports.openTable()

const elementAt = (index: number): unknown => readElement(kernels, from, index, others)
const valueAt = (index: number): number => kernels.doubles[(values >>> 3) + index] as number

const digits = fc
  .tuple(fc.nat(19), fc.maxSafeNat(), fc.maxSafeNat())
  .map(([size, a, b]) => `${a}${b}`.slice(0, size))
const behinds = fc.constantFrom('5.e', ' ', '.', 'e', '\n', '\t', '0')
const numberText = fc.oneof(
  fc.integer().map(String),
  fc.maxSafeInteger().map(String),
  fc.double().map(String),
  fc.tuple(fc.integer({ min: -99999, max: 99999 }), fc.nat(8)).map(([n, places]) => n.toFixed(places)),
  fc
    .tuple(
      fc.constantFrom('', '-', '+', ' '),
      digits,
      fc.constantFrom('', '.'),
      digits,
      fc.constantFrom('', 'e', 'E-', 'e+'),
      fc.oneof(fc.nat(330), fc.integer({ min: 18, max: 30 })),
    )
    .map(([sign, whole, point, fraction, e, power]) => `${sign}${whole}${point}${fraction}${e}${e && power}`),
  fc.constantFrom(
    '',
    '-',
    '.',
    '0',
    '-0',
    '007',
    '0x1f',
    'NaN',
    'Infinity',
    '-Infinity',
    '1_0',
    '1.',
    '.5',
    '5e',
  ),
  fc.constantFrom(
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740991',
    '1e22',
    '1e23',
  ),
  fc.constantFrom('0.000', '0e5', '-0.0', '1e-22', '123456789012345678901234567890', `0.${'0'.repeat(30)}1`),
  fc.string({ maxLength: 5 }),
)

tap.test('numbers are read as JavaScript reads them', (t) => {
  fc.assert(
    fc.property(
      fc.array(numberText, { maxLength: 20 }),
      behinds,
      fc.constantFrom(0, 1),
      (texts, behind, tag) => {
        placeTexts(kernels, texts, { to: from, behind, tag })
        const left: number[] = []
        readNumbers(kernels, { from, count: texts.length, values }, (index) => {
          left.push(index)
          return Number(texts[index])
        })
        sameValues(
          t,
          texts.map((_, index) => valueAt(index)),
          texts.map(Number),
          texts,
        )
        const plain = left.filter((index) =>
          /^-?(0|[1-9]\d{0,14}|(?=[\d.]{3,15}$)(0|[1-9]\d*)\.\d+)(e-?[0-6])?$/.test(texts[index] as string),
        )
        t.strictSame(plain, [], 'plain numbers are never left')
      },
    ),
    { numRuns: 2000 },
  )
  kernels.words.set([0, (TAG.true << 29) >>> 0], from >>> 2)
  exports.parseNumbers(from, 1, values)
  t.equal(kernels.takeUndone().length, 1, 'true is no number')
  t.end()
})

tap.test('lines are read as pairs', (t) => {
  const key = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('', 'é', '\0', 'x'.repeat(40)))
  const line = fc.oneof(
    fc.tuple(key, numberText).map(([name, value]) => Buffer.from(`${name}\t${value}`)),
    key.map((name) => Buffer.from(name)),
    fc
      .array(fc.constantFrom(9, 9, 0x31, 0x2e, 0x65, 0xff, 0xc3, 0), { maxLength: 12 })
      .map((bytes) => Buffer.from(bytes)),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), behinds, (lines, behind) => {
      placeTexts(kernels, lines, { to: from, behind })
      const left = new Set(readPairs(kernels, { from, count: lines.length, values }))
      const wanted = lines.map((text) => pairOf(text.toString(), true))
      sameValues(
        t,
        lines.map((text, index) => (left.has(index) ? text.toString() : wanted[index]?.[0])),
        lines.map((_, index) => elementAt(index)),
        lines,
      )
      for (const [index, [, value]] of wanted.entries()) {
        if (!left.has(index)) t.ok(Object.is(valueAt(index), value))
        // As it is written: 5.00000000000000000000 is a small number, but has too many digits.
        else t.notMatch(lines[index]?.toString(), /^[^\t]*\t-?[1-9]\d{0,14}$/, 'plain pairs are never left')
      }
    }),
    { numRuns: 1000 },
  )
  t.end()
})

const anyNumber = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, Infinity, -Infinity, 5e-324),
)

tap.test('results by key are those of the functions', (t) => {
  const key = fc.constantFrom(
    '',
    'a',
    'b',
    'é',
    '\0',
    'a key that is not short',
    'k'.repeat(15),
    'k'.repeat(16),
  )
  const kinds = fc.constantFrom<AggregateKind>('sum', 'min', 'max', 'first', 'last', 'mean')
  const vectors = fc.array(fc.array(fc.tuple(key, anyNumber), { minLength: 1, maxLength: 40 }), {
    maxLength: 3,
  })
  fc.assert(
    fc.property(kinds, vectors, (kind, pairs) => {
      const aggregator = functions.find(({ name }) => name === kind)?.aggregator?.(undefined)
      if (aggregator === undefined) return t.fail(kind)
      const table = new KeyedTable(aggregator)
      exports.clearTable()
      let position = 0
      for (const vector of pairs) {
        placeTexts(
          kernels,
          vector.map(([name]) => name),
          { to: from },
        )
        kernels.doubles.set(
          vector.map(([, value]) => value),
          values >>> 3,
        )
        for (const [name, value] of vector) table.add(name, value)
        const refuse = (): void => void t.fail('none is NaN')
        t.equal(
          aggregateElements(kernels, { from, count: vector.length, values }, { kind, position, refuse }),
          0,
        )
        position += vector.length
      }
      const all = pairs.flat()
      const found = readAggregates(kernels, others)
      const wanted = table.results()
      sameValues(t, found.keys, wanted.keys, pairs)
      const results = found.values.map((value, index) =>
        kind === 'mean' ? value / (found.counts[index] as number) : value,
      )
      sameValues(t, results, wanted.values, pairs)
      sameValues(
        t,
        found.counts,
        wanted.keys.map((name) => all.filter(([own]) => own === name).length),
        pairs,
      )
      sameValues(
        t,
        found.positions,
        wanted.keys.map((name) => all.findIndex(([own]) => own === name)),
        pairs,
      )
      sameValues(t, readAggregates(kernels, others).values, found.values, 'read again')
    }),
    { numRuns: 1000 },
  )
  kernels.doubles.set([1, NaN], values >>> 3)
  const refuse = (index: number): void => void t.equal(index, 1)
  aggregateElements(kernels, { from, count: 2, values }, { kind: 'sum', position: 0, refuse })
  t.end()
})

tap.test('a table grows, and gives back what it has no room for', (t) => {
  const small = new KernelInstance(40)
  small.exports.openTable()
  const own = small.exports.constant(8 * VECTOR) >>> 0
  const sums = new Map<string, number>()
  const missed: [string, number][] = []
  for (let round = 0; round < 20; round++) {
    const keys = Array.from({ length: 4000 }, (_, index) => `key ${(round % 15) * 4000 + index}`)
    const text = Buffer.from(`${keys.join('\n')}\n`)
    small.exports.beginScan(small.setInput(text), text.length)
    t.equal(small.exports.scanLines(), keys.length)
    small.doubles.set(
      keys.map((_, index) => index + round),
      own >>> 3,
    )
    const valued = { from: small.vectors[0], count: keys.length, values: own }
    const left = aggregateElements(small, valued, { kind: 'sum', position: round * 4000 })
    for (let index = 0; index < left; index++)
      missed.push([
        readElement(small, valued.from, index, others) as string,
        small.doubles[(own >>> 3) + index] as number,
      ])
    for (const [index, name] of keys.entries()) sums.set(name, (sums.get(name) ?? 0) + index + round)
  }
  const { keys, values: found } = readAggregates(small, others)
  t.ok(missed.length > 0 && keys.length > 5000, `${keys.length} keys, ${missed.length} elements given back`)
  const all = new Map(keys.map((name, index) => [name as string, found[index] as number]))
  for (const [name, value] of missed) all.set(name, (all.get(name) ?? 0) + value)
  t.strictSame([...all].sort(), [...sums].sort())
  t.end()
})
