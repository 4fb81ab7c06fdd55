/** Kernels against plain TypeScript, on random and hostile bytes; pipelines lowered and not lowered. */
import fc from 'fast-check'
import tap from 'tap'
import { eachLine } from '../src/engine/batch/lines.ts'
import type { LoweringLimits } from '../src/engine/codegen/lowering.ts'
import { KernelInstance } from '../src/engine/kernels/instance.ts'
import { KeyCounter, programFeed } from '../src/engine/kernels/key-counter.ts'
import { runStep } from '../src/functions/run-step.ts'
import type { Step } from '../src/functions/steps.ts'
import { dstream, shellWords } from './support/run.ts'
import { FROM_THE_START, runBytes } from './support/run-bytes.ts'

/** Count in JavaScript, through strings. */
function reference(steps: readonly Step[], bytes: Uint8Array): [unknown, number][] {
  const counts = new Map<unknown, number>()
  eachLine(bytes, (line) => {
    let values: unknown[] = [line]
    for (const step of steps) values = values.flatMap((value) => runStep(step, value))
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  })
  return [...counts]
}

function counter(steps: readonly Step[], pages?: number): KeyCounter {
  return new KeyCounter(programFeed(steps.map((step) => ({ step }))), new KernelInstance(pages), pages)
}

function add(table: KeyCounter, pieces: readonly Uint8Array[]): void {
  let position = 0
  for (const piece of pieces) {
    table.add(piece, position)
    position += piece.length
  }
}

/** Count with the kernel, in pieces of whole lines. */
function counted(table: KeyCounter, pieces: readonly Uint8Array[]): [unknown, number][] {
  add(table, pieces)
  const { keys, counts } = table.drain()
  return keys.map((key, index) => [key, counts[index] as number])
}

const SPACES: Step = { step: 'split', separator: ' ', trailing: 'drop' }

const programs: readonly (readonly Step[])[] = [
  [SPACES],
  [{ step: 'split', separator: ',', trailing: 'drop' }],
  [{ step: 'split', separator: ' ', trailing: 'keep' }],
  [{ step: 'words' }],
  [],
]

/** Bytes in which delimiters, long tokens and pieces of UTF-8 are frequent; no line end inside a line. */
const line = fc.oneof(
  fc.array(fc.constantFrom(32, 32, 44, 9, 97, 98, 0, 255, 0xc3, 0xa9, 0xf0, 0x9f), { maxLength: 90 }),
  fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 }),
  fc.integer({ min: 0, max: 70 }).map((length) => Array<number>(length).fill(120)),
  fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => [...Buffer.from(text)]),
)
const text = fc
  .array(line, { maxLength: 30 })
  .map((lines) =>
    Uint8Array.from(lines.flatMap((bytes) => [...bytes.filter((byte) => byte !== 10 && byte !== 13), 10])),
  )

tap.test('the table of tokens counts as strings do, whatever the bytes', (t) => {
  for (const steps of programs) {
    const table = counter(steps)
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (pieces) => {
        const all = Uint8Array.from(pieces.flatMap((piece) => [...piece]))
        t.strictSame(counted(table, pieces), reference(steps, all))
      }),
      { numRuns: 400 },
    )
  }
  t.end()
})

tap.test('the table grows, over many keys and long ones, and is empty after a batch', (t) => {
  const table = counter([SPACES])
  const words = Array.from({ length: 300_000 }, (_, index) => `key-${index}-${'x'.repeat(index % 50)}`)
  for (const round of [1, 2]) {
    const pieces: Uint8Array[] = []
    for (let at = 0; at < words.length; at += 1000)
      pieces.push(Buffer.from(`${words.slice(at, at + 1000).join(' ')}\n`))
    const found = counted(table, [...pieces, ...pieces])
    t.equal(found.length, words.length, `round ${round}`)
    t.ok(
      found.every(([word, count], index) => word === words[index] && count === 2),
      'in order of first appearance',
    )
  }
  t.end()
})

tap.test('a line longer than a piece, and keys of a megabyte', (t) => {
  const table = counter([SPACES])
  const long = 'k'.repeat(3_000_000)
  t.strictSame(counted(table, [Buffer.from(`${long} a ${long}\n`)]), [
    [long, 2],
    ['a', 1],
  ])
  t.end()
})

tap.test('when its memory is full, a table goes on in a further one', (t) => {
  const words = Array.from(
    { length: 60_000 },
    (_, index) => `key-${index % 40_000}-${'x'.repeat(index % 30)}`,
  )
  const pieces = Array.from({ length: 60 }, (_, index) =>
    Buffer.from(`${words.slice(index * 1000, index * 1000 + 1000).join(' ')}\n`),
  )
  // 3 MiB: less than the keys need.
  const table = counter([SPACES], 48)
  const all = Buffer.concat(pieces)
  for (const round of [1, 2]) {
    t.strictSame(
      new Map(counted(table, pieces) as [string, number][]),
      new Map(reference([SPACES], all) as [string, number][]),
      `round ${round}`,
    )
  }
  t.end()
})

tap.test('what several tables have counted is one table, in order of first appearance', (t) => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }),
      (pieces, owners) => {
        const tables = [counter([SPACES]), counter([SPACES]), counter([SPACES])]
        let position = 0
        for (const [index, piece] of pieces.entries()) {
          ;(tables[owners[index] as number] as KeyCounter).add(piece, position)
          position += piece.length
        }
        const [first, ...others] = tables as [KeyCounter, ...KeyCounter[]]
        for (const other of others) first.absorb(other.pack())
        const { keys, counts } = first.drain(true)
        const found = keys.map((key, index) => [key, counts[index]])
        t.strictSame(found, reference([SPACES], Uint8Array.from(pieces.flatMap((piece) => [...piece]))))
      },
    ),
    { numRuns: 300 },
  )
  t.end()
})

tap.test('values that have no bytes are counted too, and handed on', (t) => {
  const values = [{ a: 1 }, null, true, 'text', 1.5, [1, 2], '\ud800', { a: 1 }, 1.5, 'a\nb']
  const tables = [counter([]), counter([])] as const
  for (const [index, value] of values.entries()) tables[1].addValue(value, 2, index)
  tables[0].addValue([9], 1, 100)
  tables[0].addValue([1, 2], 1, 101)
  tables[0].absorb(tables[1].pack())
  const { keys, counts } = tables[0].drain(true)
  t.strictSame(keys, [{ a: 1 }, null, true, 'text', 1.5, [1, 2], '\ud800', 'a\nb', [9]])
  t.strictSame(counts, [4, 2, 2, 2, 4, 3, 2, 2, 1])
  t.end()
})

async function run(chain: string, bytes: Uint8Array, lowering: LoweringLimits | false): Promise<string> {
  const { written, failure } = await runBytes([...shellWords(chain)], bytes, 2000, lowering)
  return written + failure
}

tap.test('a pipeline gives the same lowered and not lowered', async (t) => {
  const keys = fc.constantFrom(
    'flatmap split',
    'flatmap split:,',
    'flatmap words',
    'flatmap split:\\t',
    'flatmap chars',
    'filter contains:a',
  )
  const counts = fc.constantFrom(
    'reduce-by-key',
    'reduce-by-key count:',
    'count-by-value',
    'distinct',
    'reduce-by-key max',
    'count',
  )
  const between = fc.constantFrom('', 'window 2s', 'window 3s 2s')
  const shape = fc
    .tuple(fc.option(keys, { nil: '' }), between, counts)
    .map((parts) => parts.filter((part) => part !== '').join(' '))
  // Long enough that the kernel takes over from JavaScript within a batch.
  const long = fc
    .tuple(text, fc.integer({ min: 1, max: 120 }))
    .map(([piece, times]) => Buffer.concat(Array(times).fill(piece)))
  await fc.assert(
    fc.asyncProperty(shape, long, async (chain, bytes) => {
      t.equal(await run(chain, bytes, FROM_THE_START), await run(chain, bytes, false), chain)
    }),
    { numRuns: 150 },
  )
})

tap.test('the command counts a large input as awk does', async (t) => {
  const words = Array.from({ length: 200_000 }, (_, index) => `w${(index * 7919) % 997}`)
  const input = words.map((word, index) => word + (index % 9 === 0 ? '\n' : ' ')).join('')
  const expected = new Map<string, number>()
  for (const word of input.split(/\s+/).filter((part) => part !== ''))
    expected.set(word, (expected.get(word) ?? 0) + 1)
  const { stdout } = await dstream(['--batch-lines', '10000000', 'flatmap', 'split', 'reduce-by-key'], input)
  t.equal(stdout, [...expected].map(([word, count]) => `${word}\t${count}\n`).join(''))
})
