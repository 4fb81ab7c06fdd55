/** Kernels against plain TypeScript, on random and hostile bytes; pipelines lowered and not lowered. */
import fc from 'fast-check'
import tap from 'tap'
import { parseChain } from '../src/cli/grammar.ts'
import { buildPipeline } from '../src/cli/pipeline.ts'
import { eachLine } from '../src/engine/batch/lines.ts'
import { type KeyKind, TokenTable } from '../src/engine/kernels/token-table.ts'
import { RunningContext } from '../src/engine/scheduler/running-context.ts'
import { splitLikeJava, wordsOf } from '../src/functions/text.ts'
import { collectingPort } from './support/collect.ts'
import { dstream, shellWords } from './support/run.ts'

const cut: Readonly<Record<string, (line: string, kind: KeyKind) => string[]>> = {
  separator: (line, kind) =>
    splitLikeJava(line, String.fromCharCode((kind as { separator: number }).separator)),
  'white-space': (line) => wordsOf(line),
  line: (line) => [line],
}

/** Count in JavaScript, through strings. */
function reference(kind: KeyKind, bytes: Uint8Array): [string, number][] {
  const counts = new Map<string, number>()
  eachLine(bytes, (line) => {
    for (const token of cut[kind.by]?.(line, kind) ?? []) counts.set(token, (counts.get(token) ?? 0) + 1)
  })
  return [...counts]
}

/** Count with the kernel, in pieces of whole lines. */
function counted(table: TokenTable, pieces: readonly Uint8Array[]): [string, number][] {
  for (const piece of pieces) table.add(piece)
  const counts = new Map<string, number>()
  table.drain((token, count) => counts.set(token, (counts.get(token) ?? 0) + count))
  return [...counts]
}

const kinds: readonly KeyKind[] = [
  { by: 'separator', separator: 32 },
  { by: 'separator', separator: 44 },
  { by: 'white-space' },
  { by: 'line' },
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
  for (const kind of kinds) {
    const table = new TokenTable(kind)
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (pieces) => {
        const all = Uint8Array.from(pieces.flatMap((piece) => [...piece]))
        t.strictSame(counted(table, pieces), reference(kind, all))
      }),
      { numRuns: 400 },
    )
  }
  t.end()
})

tap.test('the table grows, over many keys and long ones, and is empty after a batch', (t) => {
  const table = new TokenTable({ by: 'separator', separator: 32 })
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
  const table = new TokenTable({ by: 'separator', separator: 32 })
  const long = 'k'.repeat(3_000_000)
  t.strictSame(counted(table, [Buffer.from(`${long} a ${long}\n`)]), [
    [long, 2],
    ['a', 1],
  ])
  t.end()
})

async function run(chain: string, bytes: Uint8Array, lowering: boolean): Promise<string> {
  const { nodes } = await buildPipeline((await parseChain([...shellWords(chain)])).chain, { output: 'emit' })
  const port = collectingPort()
  const plan = {
    version: 1 as const,
    name: chain,
    interval: 1000,
    nodes: nodes.map((node) =>
      node.command === 'stdin'
        ? { ...node, command: 'bytes', values: { bytes: { type: 'closure' as const, call: bytes } } }
        : node,
    ),
  }
  const running = new RunningContext(plan, { port, parallelism: 1, batchLines: 2000, lowering })
  running.start()
  const failure = await running.terminated.then(
    () => '',
    (error: Error) => `${error.name}: ${error.message}`,
  )
  return port.written.join('') + failure
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
      t.equal(await run(chain, bytes, true), await run(chain, bytes, false), chain)
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
