/** Kernels of text against the functions that they stand for, on random and hostile bytes. */
import fc from 'fast-check'
import tap, { type Test } from 'tap'
import { eachLine } from '../src/engine/batch/lines.ts'
import { readElement } from '../src/engine/kernels/elements.ts'
import { KernelInstance, TAG, VECTOR } from '../src/engine/kernels/instance.ts'
import type { ManyKernel, StepKernel } from '../src/engine/kernels/step-kernel.ts'
import { compileTextStep } from '../src/engine/kernels/text-steps.ts'
import { runStep } from '../src/functions/run-step.ts'
import type { Step } from '../src/functions/steps.ts'

const kernels = new KernelInstance()
const { exports } = kernels
const [vector, target] = kernels.vectors
const others = { values: ['a value of the host'], index: () => 0 }
const THROWS = Symbol('throws')
const PADDING = 128

/** An element to be: its bytes, and what they stand for. */
interface Item {
  readonly bytes: Uint8Array | readonly number[]
  readonly tag: number
}

const text = (bytes: Item['bytes']): Item => ({ bytes, tag: TAG.text })
const ofText = (value: string): Item => text(Buffer.from(value))

/** Put items side by side into the input buffer, the first at its start, and into vector 0; hostile bytes behind the last. */
function place(items: readonly Item[], behind: readonly number[]): Uint8Array {
  const all = Buffer.concat(items.map(({ bytes }) => Uint8Array.from(bytes)))
  kernels.setInput(all)
  const start = exports.inputBuffer(0) >>> 0
  const { bytes, words } = kernels
  for (let index = 0; index < PADDING; index++)
    bytes[start + all.length + index] = behind[index % behind.length] ?? 32
  let at = start
  items.forEach(({ bytes: own, tag }, index) => {
    words[(vector >>> 2) + 2 * index] = at
    words[(vector >>> 2) + 2 * index + 1] = (own.length | (tag << 29)) >>> 0
    at += own.length
  })
  exports.resetScratch()
  return all
}

const rawAt = (from: number, index: number): string =>
  kernels.words.slice((from >>> 2) + 2 * index, (from >>> 2) + 2 * index + 2).join()

interface Outcome {
  readonly values: unknown[]
  /** Elements that were left to the host, as they stood. */
  readonly undone: string[]
}

/** What stands in a vector, with what the host makes of the elements that were left to it. */
function take(step: Step, from: number, count: number, outcome: Outcome): void {
  const undone = new Set(kernels.takeUndone())
  for (let index = 0; index < count; index++) {
    const value = readElement(kernels, from, index, others)
    if (!undone.has(index)) {
      outcome.values.push(value)
      continue
    }
    outcome.undone.push(rawAt(from, index))
    outcome.values.push(...ask(step, value))
  }
}

function ask(step: Step, value: unknown): unknown[] {
  try {
    return runStep(step, value)
  } catch {
    return [THROWS]
  }
}

const compiled = new Map<string, StepKernel>()

function kernelOf(step: Step): StepKernel {
  // JSON has no NaN and no infinity.
  const key = `${JSON.stringify(step)} ${'than' in step ? step.than : ''}`
  const kernel = compiled.get(key) ?? compileTextStep(kernels, step)
  if (kernel === undefined) throw new Error(`no kernel for ${key}`)
  compiled.set(key, kernel)
  return kernel
}

function run(step: Step, count: number): Outcome {
  const kernel = kernelOf(step)
  const outcome: Outcome = { values: [], undone: [] }
  if (kernel.kind === 'each') {
    take(step, vector, kernel.run(vector, count), outcome)
    return outcome
  }
  kernel.begin(vector, count)
  while (!kernel.isDone()) {
    const made = kernel.next(target)
    if (made > VECTOR) throw new Error(`${made} elements in a vector`)
    take(step, target, made, outcome)
  }
  return outcome
}

/** Whether a kernel may leave this to the host: what is no text, what the function refuses, and what is said to be so. */
function mayLeave(step: Step, { bytes, tag }: Item): boolean {
  if (tag !== TAG.text) return true
  const value = Buffer.from(bytes).toString()
  const [result] = ask(step, value)
  if (result === THROWS || (step.step === 'part' && result === undefined)) return true
  switch (step.step) {
    case 'lower':
    case 'upper':
      return bytes.some((byte) => byte > 0x7f)
    case 'length':
      return !Buffer.from(value).equals(Buffer.from(bytes))
    case 'logfmt-field':
      return value.includes('\\u')
    default:
      return false
  }
}

/** Run a step by its kernel and by its function, and compare. */
function check(t: Test, step: Step, items: readonly Item[], behind: readonly number[] = [32]): void {
  const input = place(items, behind)
  const raw = items.map((_, index) => rawAt(vector, index))
  const expected = items.flatMap((_, index) => ask(step, readElement(kernels, vector, index, others)))
  const { values, undone } = run(step, items.length)
  // Comparing strings first is many times faster than tap's comparison.
  if (same(values, expected)) t.pass()
  else t.strictSame(values, expected, JSON.stringify({ step, items }))
  let at = 0
  for (const element of undone) {
    while (at < raw.length && (raw[at] !== element || !mayLeave(step, items[at] as Item))) at++
    if (at++ === raw.length) t.fail(`left undone without need: ${JSON.stringify({ step, items, element })}`)
  }
  const start = exports.inputBuffer(0) >>> 0
  if (!kernels.bytes.subarray(start, start + input.length).equals(input)) t.fail('the input was written to')
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, index) => value === b[index])

const WHITE = ['\t', '\n', '\v', '\f', '\r', ' ', '\u00a0', '\u1680', '\u2000', '\u200a', '\u200b', '\u2028']
const WIDE = ['\u2029', '\u202f', '\u205f', '\u3000', '\ufeff', '\u180e', '\u0085', '\ufffd', 'à', 'İ', '😀']

/** Bytes in which the given words are frequent, whole and in pieces. */
function hostile(words: readonly string[]): fc.Arbitrary<readonly number[]> {
  const pieces = words.map((word) => [...Buffer.from(word)]).filter(({ length }) => length > 0)
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...pieces, [97]) },
    { weight: 2, arbitrary: fc.constantFrom(...pieces, [97]).map((bytes) => bytes.slice(0, -1)) },
    { weight: 1, arbitrary: fc.constantFrom(...pieces, [97]).map((bytes) => bytes.slice(1)) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('a', 'B', 'z', '[', '@', '`', '{', '0').map((c) => [...Buffer.from(c)]),
    },
    { weight: 1, arbitrary: fc.constantFrom(...WHITE, ...WIDE).map((c) => [...Buffer.from(c)]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom([0], [255], [0xc3], [0xe2, 0x80], [0xf0, 0x9f], [0xed, 0xa0, 0x80]),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 1, max: 90 }).map((length) => Array<number>(length).fill(120)),
    },
  )
  return fc.oneof(
    { weight: 8, arbitrary: fc.array(piece, { maxLength: 30 }).map((parts) => parts.flat()) },
    { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 150 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }).map((s) => [...Buffer.from(s)]) },
  )
}

const foreign: fc.Arbitrary<Item> = fc.constantFrom(
  { bytes: [49, 50], tag: TAG.number },
  { bytes: [], tag: TAG.null },
  { bytes: [], tag: TAG.true },
  { bytes: [], tag: TAG.false },
  { bytes: [0, 0, 0, 0], tag: TAG.other },
)

function itemsOf(bytes: fc.Arbitrary<readonly number[]>): fc.Arbitrary<readonly Item[]> {
  const item = fc.oneof({ weight: 12, arbitrary: bytes.map(text) }, { weight: 1, arbitrary: foreign })
  return fc.array(item, { maxLength: 12 })
}

function property(t: Test, steps: readonly Step[], words: readonly string[], numRuns = 400): void {
  const bytes = hostile(words)
  fc.assert(
    fc.property(fc.constantFrom(...steps), itemsOf(bytes), bytes, (step, items, behind) => {
      check(t, step, items, behind)
    }),
    { numRuns },
  )
}

const NEEDLES = [
  '',
  'a',
  'é',
  'ab',
  'aba',
  ' \t',
  '\0',
  '€uro',
  'a'.repeat(16),
  'a'.repeat(18),
  'ab'.repeat(50),
]

tap.test('tests of text', (t) => {
  for (const step of ['contains', 'starts-with', 'ends-with', 'equals'] as const) {
    const steps = NEEDLES.flatMap((needle): Step[] => [
      { step, text: needle },
      { step, text: needle, negated: true },
    ])
    property(t, steps, [...NEEDLES, 'a'.repeat(17), 'ab'.repeat(49)], 800)
  }
  t.end()
})

tap.test('tests of length', (t) => {
  const comparisons = ['<', '<=', '>', '>=', '===', '!=='] as const
  const steps = comparisons.flatMap((comparison) =>
    (['utf-16', 'code-point'] as const).flatMap((unit) =>
      [0, 1, 5, 5.5, 17, 60, -1, -0.5, 1e12, Number.NaN, Number.POSITIVE_INFINITY].map(
        (than): Step => ({ step: 'length', unit, comparison, than }),
      ),
    ),
  )
  property(t, steps, ['a', 'é', '€', '😀', 'abcdefghijklmnop', '\u{10ffff}', '\ud7ff', '\ue000'], 1500)
  t.end()
})

tap.test('every two bytes and a third are valid UTF-8 as Node has it', (t) => {
  const third = [0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xff]
  for (let first = 0x80; first < 0x100; first++) {
    for (let from = 0; from < 256; from += 128) {
      const items = Array.from({ length: 128 }, (_, index) => from + index).flatMap((second) =>
        third.flatMap((byte) => [[], [byte], [byte, 0x80]].map((rest) => text([first, second, ...rest]))),
      )
      check(t, { step: 'length', unit: 'code-point', comparison: '===', than: 1 }, items)
    }
  }
  t.end()
})

tap.test('case and white space around text', (t) => {
  const letters = ['a', 'Z', 'azAZ@[`{', 'The Quick Brown Fox Jumps', 'no capitals at all here', 'É']
  for (const step of ['lower', 'upper'] as const) property(t, [{ step }], letters, 800)
  property(t, [{ step: 'trim' }], [...WHITE, ...WIDE, ' '.repeat(40), 'a b'], 1000)
  for (const step of ['lower', 'upper', 'trim'] as const)
    check(
      t,
      { step },
      Array.from({ length: 256 }, (_, byte) => text([byte])),
    )
  t.end()
})

const SEPARATORS = [' ', ',', '\t', '\0', '::', 'aa', 'aba', ', ', 'é', '-'.repeat(18), 'ab'.repeat(40)]

tap.test('split and words', (t) => {
  const steps = SEPARATORS.flatMap((separator): Step[] => [
    { step: 'split', separator, trailing: 'drop' },
    { step: 'split', separator, trailing: 'keep' },
  ])
  property(t, steps, SEPARATORS, 1500)
  property(t, [{ step: 'words' }], [...WHITE, 'a'], 600)
  t.end()
})

tap.test('a step that gives many goes on in the middle of an element', (t) => {
  for (const separator of [',', ', ', 'aba']) {
    const steps: Step[] = [
      { step: 'split', separator, trailing: 'drop' },
      { step: 'split', separator, trailing: 'keep' },
      { step: 'words' },
    ]
    const long = fc
      .tuple(hostile([separator, separator + separator, 'a', ' ']), fc.integer({ min: 0, max: 9000 }))
      .map(([bytes, size]) =>
        text(
          bytes.length === 0
            ? []
            : Array.from({ length: size }, (_, index) => bytes[index % bytes.length] ?? 0),
        ),
      )
    const items = fc.array(fc.oneof(long, hostile([separator]).map(text), foreign), { maxLength: 5 })
    fc.assert(
      fc.property(fc.constantFrom(...steps), items, (step, some) => check(t, step, some)),
      { numRuns: 150 },
    )
  }
  t.end()
})

tap.test('two cuts at once do not disturb each other', (t) => {
  const lines = Array.from({ length: 3000 }, (_, index) => `a b,c d ${index},,e`)
  place(lines.map(ofText), [32])
  const outer = compileTextStep(kernels, { step: 'split', separator: ',', trailing: 'drop' }) as ManyKernel
  const inner = compileTextStep(kernels, { step: 'words' }) as ManyKernel
  const own = exports.constant(VECTOR * 8) >>> 0
  const found: unknown[] = []
  outer.begin(vector, lines.length)
  do {
    inner.begin(own, outer.next(own))
    do {
      const made = inner.next(target)
      for (let index = 0; index < made; index++) found.push(readElement(kernels, target, index, others))
    } while (!inner.isDone())
  } while (!outer.isDone())
  t.strictSame(
    found,
    lines.flatMap((value) => value.split(/[ ,]+/)),
  )
  t.end()
})

tap.test('fields', (t) => {
  const parts = SEPARATORS.flatMap((separator) =>
    [0, 1, 2, 70].map((index): Step => ({ step: 'part', separator, index })),
  )
  property(t, parts, SEPARATORS, 1200)
  const indexes = [0, 1, 2, 3, 65, 200]
  const words = indexes.map((index): Step => ({ step: 'word', index }))
  property(t, words, [...WHITE, 'a', ' '.repeat(70), 'a b '.repeat(40)], 800)
  const tabs = indexes.map((index): Step => ({ step: 'tsv-field', index, separator: '\t' }))
  property(t, tabs, ['\t', 'a', '\t\t', 'ab\t'.repeat(70)], 400)
  const commas = indexes.map((index): Step => ({ step: 'csv-field', index, separator: ',' }))
  property(t, commas, [',', '"', '"a""b"', '"a, b",', 'a"b', '"",', '""', 'ab,'.repeat(70)], 1500)
  property(t, commas, ['"a",', 'b,', '"c ""d"" e",', `"${'long '.repeat(20)}",`], 500)
  t.end()
})

tap.test('fields of logfmt', (t) => {
  const names = ['a', 'level', '__proto__', 'é', 'constructor', 'message-of-more-than-16', '']
  const steps = names.map((name): Step => ({ step: 'logfmt-field', name }))
  const pairs = names.flatMap((name) => [
    `${name}=1 `,
    `${name} `,
    `${name}="b c" `,
    `${name}="\\"q\\" \\n\\t\\z\\\\" `,
    `${name}= `,
  ])
  property(
    t,
    steps,
    ['=', '"', ' ', '\\', 'a', '\\u0041', '\\u12', 'level=', '\n', '\r', '\t', ...WHITE],
    1000,
  )
  property(t, steps, [...pairs, '\t', 'x="\\u0041" ', 'a="\\u0041" ', 'x="a=1 level=2" '], 1000)
  t.end()
})

tap.test('vectors without an element, and full ones', (t) => {
  const items = Array.from({ length: VECTOR }, (_, index) =>
    index % 97 === 0
      ? { bytes: [], tag: TAG.null }
      : ofText(`${'  '.repeat(index % 4)}K${index}=a, b É`.slice(index % 3)),
  )
  const steps: Step[] = [
    { step: 'contains', text: '=a' },
    { step: 'length', unit: 'utf-16', comparison: '>', than: 12 },
    { step: 'lower' },
    { step: 'trim' },
    { step: 'split', separator: ', ', trailing: 'drop' },
    { step: 'words' },
    { step: 'part', separator: 'a', index: 1 },
    { step: 'word', index: 2 },
    { step: 'csv-field', index: 1, separator: ',' },
    { step: 'logfmt-field', name: 'K' },
  ]
  for (const step of steps) {
    check(t, step, [])
    check(t, step, items)
  }
  t.end()
})

tap.test('text of a megabyte', (t) => {
  const long = [
    ofText(' '.repeat(1_000_000)),
    ofText('aB'.repeat(500_000)),
    ofText(`"${'""'.repeat(400_000)}"`),
  ]
  for (const step of ['lower', 'trim', 'words'] as const) check(t, { step }, long)
  check(t, { step: 'contains', text: 'Ba"' }, long)
  check(t, { step: 'split', separator: ' ', trailing: 'drop' }, [...long, ofText(`${' '.repeat(10_000)}a`)])
  check(t, { step: 'part', separator: 'aB', index: 400_000 }, long)
  check(t, { step: 'csv-field', separator: ',', index: 0 }, long)
  t.end()
})

tap.test('lines that contain a text', (t) => {
  const needles = [...NEEDLES, '\n', 'a\nb', 'x']
  const places = new Map(needles.map((needle) => [needle, kernels.constant(needle)]))
  const line = hostile(NEEDLES).map((bytes) => bytes.filter((byte) => byte !== 10))
  const block = fc
    .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom(1, 1, 1, 1, 1, 1, 3, 700), fc.boolean(), line)
    .map(([lines, times, isOpen, rest]) => {
      const whole = Buffer.from(lines.flatMap((bytes) => [...bytes, 10]))
      return Buffer.concat([...Array<Buffer>(times).fill(whole), Buffer.from(isOpen ? rest : [])])
    })
  fc.assert(
    fc.property(
      block,
      fc.constantFrom(...needles),
      fc.boolean(),
      fc.nat(3),
      (bytes, needle, negated, counted) => {
        const expected: string[] = []
        // A line without an end is none.
        eachLine(bytes.subarray(0, bytes.lastIndexOf(10) + 1), (value) => {
          if (value.includes(needle) !== negated) expected.push(value)
        })
        const wanted = places.get(needle) ?? { place: 0, length: 0 }
        exports.beginScan(kernels.setInput(bytes), bytes.length)
        const found: unknown[] = []
        for (let calls = 0; exports.isScanned() === 0 && calls < counted + 1; calls++) {
          const count = exports.scanLinesContaining(wanted.place, wanted.length, negated ? 1 : 0)
          for (let index = 0; index < count; index++) found.push(readElement(kernels, vector, index, others))
        }
        const rest = exports.countLinesContaining(wanted.place, wanted.length, negated ? 1 : 0)
        t.equal(exports.isScanned(), 1)
        t.equal(found.length + rest, expected.length)
        t.ok(same(found, expected.slice(0, found.length)))
      },
    ),
    { numRuns: 700 },
  )
  t.end()
})

tap.test('what no kernel can do exactly is not compiled', (t) => {
  const refused: Step[] = [
    { step: 'contains', text: 'a\ufffd' },
    { step: 'equals', text: '\ud83d' },
    { step: 'split', separator: '', trailing: 'keep' },
    { step: 'split', separator: '\ufffd', trailing: 'drop' },
    { step: 'part', separator: ',', index: -1 },
    { step: 'part', separator: ',', index: 0.5 },
    { step: 'word', index: 2 ** 40 },
    { step: 'csv-field', separator: '"', index: 0 },
    { step: 'tsv-field', separator: ',', index: 0 },
    { step: 'logfmt-field', name: '\ufffd' },
    { step: 'pair-with', value: 1 },
  ]
  for (const step of refused) t.equal(compileTextStep(kernels, step), undefined, JSON.stringify(step))
  t.end()
})
