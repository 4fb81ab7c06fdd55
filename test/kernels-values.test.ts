/** The kernel of JSON against JSON.parse, on random and hostile text. */
import fc from 'fast-check'
import tap, { type Test } from 'tap'
import { OtherValues, readElement } from '../src/engine/kernels/elements.ts'
import { KernelInstance, TAG } from '../src/engine/kernels/instance.ts'
import type { EachKernel } from '../src/engine/kernels/step-kernel.ts'
import { compileValueStep } from '../src/engine/kernels/value-steps.ts'
import { runStep } from '../src/functions/run-step.ts'
import type { Step } from '../src/functions/steps.ts'
import { placeTexts, sameValues, type Text, wordsOfElement } from './support/kernel-input.ts'

const kernels = new KernelInstance()
const [vector] = kernels.vectors
const others = new OtherValues()
const THROWS = Symbol('throws')

const textOf = (text: Text): string => Buffer.from(text as string).toString()
const elementAt = (index: number): unknown => readElement(kernels, vector, index, others)

/** The bytes of an element that stands for a number: keys are compared by them. */
function numberTextAt(index: number): string {
  const [at = 0, head = 0] = kernels.words.subarray((vector >>> 2) + 2 * index)
  return kernels.bytes.toString('latin1', at, at + (head & 0x1fffffff))
}

type JsonPath = Step & { step: 'json-path' }
const compiled = new Map<JsonPath, EachKernel>()

function ask(step: Step, text: string): unknown {
  try {
    return runStep(step, text)[0]
  } catch {
    return THROWS
  }
}

/** Read a path by the kernel and by JSON.parse, and compare; returns the indexes of what was left undone. */
function checkPath(t: Test, step: JsonPath, texts: readonly Text[], behind = '5}"]'): Uint32Array {
  const kernel = compiled.get(step) ?? (compileValueStep(kernels, step) as EachKernel)
  compiled.set(step, kernel)
  const raw = placeTexts(kernels, texts, { to: vector, behind })
  t.equal(kernel.run(vector, texts.length), texts.length)
  const undone = kernels.takeUndone()
  const found = texts.map((_, index) => elementAt(index))
  for (const [index, value] of found.entries())
    if (typeof value === 'number' && numberTextAt(index) !== String(value)) t.fail('a number has one text')
  const wanted = texts.map((text) => ask(step, textOf(text)))
  for (const index of undone) {
    if (wordsOfElement(kernels, vector, index) !== raw[index]) t.fail('what was left undone has changed')
    found[index] = wanted[index]
  }
  sameValues(t, found, wanted, { step, texts: texts.map(textOf) })
  return undone
}

const path = (...keys: string[]): JsonPath => ({ step: 'json-path', path: keys, missing: null })
const PATHS: readonly JsonPath[] = [
  path('host'),
  path('user', 'name'),
  path('items', '0'),
  path('0'),
  path('1', 'host'),
  path('host', 'host', '2'),
  path('__proto__'),
  path('length'),
  path(''),
  path('01'),
  path('é'),
  path('toString'),
  ...[['host'], ['items', '1'], ['user', 'name']].map((keys) => ({ ...path(...keys), missing: undefined })),
]
const step = fc.oneof(fc.constantFrom(path('host'), path('user', 'name')), fc.constantFrom(...PATHS))

const white = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  fc.constantFrom(' ', '\t', '\r\n', '   '),
  fc.integer({ min: 1, max: 40 }).map((size) => ' '.repeat(size)),
)
const letters = fc.oneof(
  fc.constantFrom('a', 'host', 'é', '€', '😀', '\u007f', '\u2028', 'x'.repeat(17), 'y'.repeat(70)),
  fc.constantFrom('\\n', '\\"', '\\\\', '\\/', '\\b\\f\\r\\t', '\\u0041', '\\u00e9', '\\u20AC', '\\u0000'),
  fc.constantFrom(
    '\\ud83d\\ude00',
    '\\uD83D\\uDE00',
    '\\ud83d',
    '\\ude00',
    '\\ud83d\\u0041',
    '\\ude00\\ude00',
    '{',
    ']',
    ',',
  ),
)
const plainKey = fc.oneof(
  fc.constantFrom('host', 'user', 'name'),
  fc.constantFrom(...new Set(PATHS.flatMap((known) => known.path))),
)
const jsonString = fc.array(letters, { maxLength: 6 }).map((parts) => `"${parts.join('')}"`)
const jsonNumber = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '-1',
    '12',
    '123456789012345',
    '12345678901234567',
    '0.5',
    '1.50',
    '2.0',
    '-0.0',
  ),
  fc.constantFrom(
    '0.000001',
    '0.0000012',
    '0.00000012',
    '1e5',
    '1E-7',
    '-12.34e+2',
    '1e400',
    '3.1415926535897931',
  ),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
)
const { json } = fc.letrec<{ json: string; object: string; array: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom('true', 'false', 'null'),
    jsonString,
    jsonNumber,
    tie('object'),
    tie('array'),
  ),
  object: fc
    .array(
      fc
        .tuple(
          white,
          fc.oneof(
            { weight: 8, arbitrary: plainKey.map((key) => `"${key}"`) },
            fc.constant('"\\u0068ost"'),
            jsonString,
          ),
          white,
          white,
          tie('json'),
          white,
        )
        .map(([before, key, behind, gap, value, end]) => `${before}${key}${behind}:${gap}${value}${end}`),
      { maxLength: 5 },
    )
    .map((fields) => `{${fields.join(',')}}`),
  array: fc
    .array(
      fc.tuple(white, tie('json'), white).map((parts) => parts.join('')),
      { maxLength: 4 },
    )
    .map((items) => `[${items.join(',')}]`),
}))

/** A value where the paths lead to, between others. */
const direct = fc
  .tuple(json, fc.constantFrom('host', 'user'), fc.constantFrom('host', 'user'))
  .map(([value, outer, inner]) => `{"${outer}":{"name":${value}},"x":1,"${inner}":${value}}`)
const document = fc
  .tuple(
    white,
    fc.oneof(
      { weight: 2, arbitrary: direct },
      { weight: 4, arbitrary: json.filter((text) => /^[{[]/.test(text)) },
      json,
    ),
    white,
  )
  .map((parts) => parts.join(''))

/** The same with one fault: a byte changed, taken out, put in, or the end cut off. */
const broken = fc
  .tuple(
    document,
    fc.nat(),
    fc.nat(3),
    fc.constantFrom(...Buffer.from('{}[]",:\\ 01-+.eEtnu\n\0\x1f\x80\xff\xc3', 'latin1')),
  )
  .map(([text, at, how, byte]) => {
    const bytes = [...Buffer.from(text)]
    const index = at % (bytes.length + 1)
    if (how === 0) bytes.splice(index)
    else bytes.splice(index, how === 3 ? 0 : 1, ...(how === 1 ? [] : [byte]))
    return Uint8Array.from(bytes)
  })
const behinds = fc.constantFrom('5}"]', '"}', '}', ']', ' ', ' 0', '\n', '0', 'e', '\\', ',')

tap.test('a path into JSON gives what JSON.parse gives', (t) => {
  const texts = fc.array(fc.oneof(document, broken, fc.json()), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(step, texts, behinds, (known, list, behind) => {
      checkPath(t, known, list, behind)
    }),
    { numRuns: 3000 },
  )
  fc.assert(
    fc.property(step, fc.uint8Array({ maxLength: 40 }), behinds, (known, bytes, behind) => {
      checkPath(t, known, [bytes], behind)
    }),
    { numRuns: 300 },
  )
  t.end()
})

tap.test('common JSON is never left to the host', (t) => {
  const plain = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '"', '\\', '\n', ' '), maxLength: 40 })
  const decimal = fc
    .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(4))
    .map(([n, digits]) => n / 10 ** digits)
  const value = fc.oneof(
    plain,
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeNat().map((n) => n % 1e15),
    decimal,
  )
  const record = fc.record({
    ts: value,
    host: value.filter((known) => !Object.is(known, -0)),
    tags: fc.array(value),
    user: fc.record({ name: value, more: fc.dictionary(fc.constantFrom('a', 'b'), fc.array(value)) }),
  })
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 20 }),
      fc.constantFrom(0, 2),
      (records, space) => {
        for (const known of [
          path('host'),
          path('user', 'name'),
          path('tags', 'x'),
          path('nothing'),
          path('host', 'x'),
        ]) {
          const undone = checkPath(
            t,
            known,
            records.map((one) => JSON.stringify(one, null, space)),
            ' 0',
          )
          t.equal(undone.length, 0)
        }
      },
    ),
    { numRuns: 300 },
  )
  t.end()
})

tap.test('JSON that is long or deep', (t) => {
  const long = 'x'.repeat(3_000_000)
  const deep = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)},"host":1}`
  const fine = [JSON.stringify({ a: long, host: `${long}\n` }), `{${' '.repeat(1e6)}"host":1}`, deep(50)]
  t.equal(checkPath(t, path('host'), fine).length, 0)
  t.equal(checkPath(t, path('host'), [deep(100_000), '['.repeat(1e6), `{"host":"${long}`]).length, 3)
  t.equal(compileValueStep(kernels, path()), undefined)
  t.equal(compileValueStep(kernels, path('\ud800')), undefined)
  kernels.words.set([0, (TAG.null << 29) >>> 0], vector >>> 2)
  const kernel = compileValueStep(kernels, path('a')) as EachKernel
  kernel.run(vector, 1)
  t.equal(kernels.takeUndone().length, 1, 'null is no text')
  t.end()
})
