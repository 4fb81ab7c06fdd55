import fc from 'fast-check'
import tap from 'tap'
import { operatorTestName } from '../scripts/surface-rows.ts'
import { operators } from '../src/engine/operators/registry.ts'
import { Milliseconds } from '../src/index.ts'
import { atSeconds, decodeBatches, encodeBatches } from './support/batches.ts'
import { collectChain, collectStream } from './support/collect.ts'
import { dstream, shellWords } from './support/run.ts'

tap.test('the examples of every operator hold', { jobs: 4 }, (t) => {
  for (const record of operators.filter(({ internal }) => internal !== true)) {
    t.test(operatorTestName(record.name), async (t) => {
      t.ok(record.examples.length > 0, 'it has examples')
      for (const { chain, in: input, with: other = [], out } of record.examples) {
        const direct = await collectChain(chain, input, other)
        t.strictSame(atSeconds(direct, out.length), out, `${chain}, in this process`)
        const two = await collectChain(chain, input, other, 2)
        t.strictSame(two, direct, `${chain}, local[2]`)
        if (chain.includes('[ with ]')) continue
        const args = [...shellWords(chain), 'emit', '--format', 'batches']
        const { stdout, stderr, code } = await dstream(args, encodeBatches(input))
        t.strictSame(atSeconds(decodeBatches(stdout), out.length), out, `dstream ${chain}`)
        t.equal(code, 0, stderr)
      }
    })
  }
  t.end()
})

const word = fc.constantFrom('a', 'b', 'c', 'dd', '')
const batches = fc.array(fc.array(word, { maxLength: 6 }), { minLength: 1, maxLength: 12 })

tap.test('a window that is incremental gives what one that is recomputed gives (D9, P4)', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      async (input, length, slide) => {
        const found = await collectStream(input, (stream) =>
          stream
            .map((text) => [text, 1] as const)
            .window(Milliseconds(length * 1000), Milliseconds(slide * 1000))
            .reduceByKey((a, b) => a + b),
        )
        const expected = input.flatMap((_, index) => {
          const number = index + 1
          if (number % slide !== 0) return []
          const counts = new Map<string, number>()
          const window = input.slice(Math.max(0, number - length), number).flat()
          for (const text of window) counts.set(text, (counts.get(text) ?? 0) + 1)
          return [{ time: number * 1000, elements: [...counts] }]
        })
        t.strictSame(found, expected)
      },
    ),
    { numRuns: 60 },
  )
})

tap.test('reduceByKeyAndWindow is window and reduceByKey (P4)', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      batches,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      async (input, length, slide) => {
        const one = await collectStream(input, (stream) =>
          stream
            .map((text) => [text, text] as const)
            .reduceByKeyAndWindow((a, b) => a + b, length * 1000, slide * 1000),
        )
        const two = await collectStream(input, (stream) =>
          stream
            .map((text) => [text, text] as const)
            .window(length * 1000, slide * 1000)
            .reduceByKey((a, b) => a + b),
        )
        t.strictSame(one, two)
      },
    ),
    { numRuns: 40 },
  )
})

tap.test('how the elements of a stream are cut into batches changes no total', async (t) => {
  const values = fc.array(fc.tuple(word, fc.integer({ min: -9, max: 9 })), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(values, fc.integer({ min: 1, max: 7 }), async (pairs, size) => {
      const input: [string, number][][] = []
      for (let at = 0; at < pairs.length || at === 0; at += size) input.push(pairs.slice(at, at + size))
      const length = input.length * 1000
      const found = await collectStream(input, (stream) =>
        stream.window(length, length).reduceByKey((a, b) => a + b),
      )
      const totals = new Map<string, number>()
      for (const [key, value] of pairs) totals.set(key, (totals.get(key) ?? 0) + value)
      t.strictSame(found.at(-1)?.elements ?? [], [...totals])
    }),
    { numRuns: 60 },
  )
})

tap.test('keys that are lists and records are compared by value (asks-29)', async (t) => {
  const [batch] = await collectStream(
    [
      [
        [['a', 1], 1],
        [['a', 1], 2],
        [['a', '1'], 4],
        [{ x: 1, y: 2 }, 8],
        [{ y: 2, x: 1 }, 16],
      ],
    ],
    (stream) => stream.map(([key, value]) => [key, value as number] as const).reduceByKey((a, b) => a + b),
  )
  t.strictSame(batch?.elements, [
    [['a', 1], 3],
    [['a', '1'], 4],
    [{ x: 1, y: 2 }, 24],
  ])
})

tap.test('a window keeps no batch longer than its length (D9)', async (t) => {
  const found = await collectStream([['a'], [], [], ['b']], (stream) => stream.window(2000).count())
  t.strictSame(
    found.map(({ elements }) => elements),
    [[1], [1], [0], [1]],
  )
})
