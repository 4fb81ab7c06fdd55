/** Sorting by kernels against Array.sort with compareValues. */
import fc from 'fast-check'
import tap, { type Test } from 'tap'
import { KernelInstance } from '../src/engine/kernels/instance.ts'
import { orderOf, topOf } from '../src/engine/kernels/value-steps.ts'
import { compareValues } from '../src/engine/shuffle/order.ts'
import { placeTexts, sameValues } from './support/kernel-input.ts'

const kernels = new KernelInstance()
const { exports } = kernels
const MOST = 1000
const list = exports.constant(8 * MOST) >>> 0
const order = exports.constant(4 * MOST) >>> 0

const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double(),
  fc.constantFrom(0, -0, Infinity, -Infinity, NaN, 5e-324),
  fc.integer(),
)

/** The indexes of a list in order, and those of its largest. */
function checkOrder(t: Test, items: readonly unknown[], of: 'numbers' | 'texts', keep: number): void {
  const listed = { of, place: list, count: items.length }
  const sorted = (sign: number): number[] =>
    [...items.keys()].sort((a, b) => sign * compareValues(items[a], items[b]))
  sameValues(t, [...(orderOf(kernels, listed, order, false) ?? [])], sorted(1), items)
  sameValues(t, [...(orderOf(kernels, listed, order, true) ?? [])], sorted(-1), items)
  sameValues(t, [...(topOf(kernels, listed, order, keep) ?? [])], sorted(-1).slice(0, keep), items)
}

/** Lists of few and of many, so that both ways of sorting are taken, and the largest are chosen more than once. */
const lists = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof(fc.array(item, { maxLength: 40 }), fc.array(item, { minLength: 60, maxLength: 700, size: 'max' }))

tap.test('numbers are sorted as by compareValues', (t) => {
  fc.assert(
    fc.property(lists(number), fc.nat(50), (items, keep) => {
      kernels.doubles.set(items, list >>> 3)
      checkOrder(t, items, 'numbers', keep)
    }),
    { numRuns: 400 },
  )
  t.end()
})

tap.test('text is sorted by UTF-16 units', (t) => {
  const unit = fc.constantFrom(
    'a',
    'b',
    '\0',
    'é',
    '\ud7ff',
    '\ue000',
    '\ufffd',
    '\uffff',
    '😀',
    '\u{10ffff}',
    '\u{10000}',
  )
  const text = fc.oneof(
    fc.string({ unit, maxLength: 4 }).map((tail) => `\uffff\uffff\uffff${tail}`),
    fc.string({ unit, maxLength: 4 }),
    fc.string({ unit, maxLength: 14 }),
    fc.string({ maxLength: 30 }),
  )
  fc.assert(
    fc.property(
      lists(text),
      fc.constantFrom('', 'prefix', 'a longer prefix of all é'),
      fc.nat(50),
      (tails, prefix, keep) => {
        const items = tails.map((tail) => prefix + tail)
        placeTexts(kernels, items, { to: list, behind: 'a\xff' })
        t.ok(exports.areValidText(list, items.length))
        checkOrder(t, items, 'texts', keep)
      },
    ),
    { numRuns: 400 },
  )
  t.end()
})

tap.test('text is valid where it is UTF-8', (t) => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 5 }),
    fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.nat(6), (pieces, cut) => {
      const bytes = Buffer.concat(pieces).subarray(cut)
      placeTexts(kernels, [bytes], { to: list, behind: '\xa9' })
      t.equal(exports.areValidText(list, 1) !== 0, Buffer.from(bytes.toString()).equals(bytes))
    }),
    { numRuns: 3000 },
  )
  t.end()
})
