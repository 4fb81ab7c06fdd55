/** local[N]: what several threads count is what one counts. */
import fc from 'fast-check'
import tap from 'tap'
import type { PlainStep } from '../src/engine/codegen/lowering.ts'
import { programSteps } from '../src/engine/codegen/program-steps.ts'
import { KernelInstance } from '../src/engine/kernels/instance.ts'
import { KeyCounter, programFeed } from '../src/engine/kernels/key-counter.ts'
import { CountingThreads, FailedBlock } from '../src/engine/masters/threads.ts'
import { dstream } from './support/run.ts'

const SPLIT: PlainStep = { step: { step: 'split', separator: ' ', trailing: 'drop' } }

interface Side {
  readonly threads: CountingThreads
  readonly own: KeyCounter
}

async function start(steps: readonly PlainStep[], count: number): Promise<Side> {
  const own = new KeyCounter(programFeed(programSteps(steps)), new KernelInstance())
  const threads = new CountingThreads({ kind: 'kernels', steps }, count, (block, position) =>
    own.add(block, position),
  )
  while (!threads.isReady) await new Promise((resolve) => setTimeout(resolve, 5))
  return { threads, own }
}

/** Give a batch in, in blocks; return its keys and counts. */
async function batch({ threads, own }: Side, blocks: readonly Uint8Array[]): Promise<[unknown, unknown][]> {
  let position = 0
  for (const block of blocks) {
    threads.add(block, position)
    position += block.length
    // A thread that sleeps must have its chance in a batch as small as this.
    if (position % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  for (const table of await threads.finish()) own.absorb(table)
  const { keys, counts } = own.drain(true)
  return keys.map((key, index) => [key, counts[index]])
}

function alone(steps: readonly PlainStep[], blocks: readonly Uint8Array[]): [unknown, unknown][] {
  const counter = new KeyCounter(programFeed(programSteps(steps)), new KernelInstance())
  let position = 0
  for (const block of blocks) {
    counter.add(block, position)
    position += block.length
  }
  const { keys, counts } = counter.drain()
  return keys.map((key, index) => [key, counts[index]])
}

const words = fc.array(fc.constantFrom('a', 'b', 'to', 'be', 'é', '', 'x'.repeat(40), 'k1', 'k2', 'k3'), {
  maxLength: 60,
})
const block = fc
  .array(words, { minLength: 1, maxLength: 20 })
  .map((lines) => Buffer.from(`${lines.map((line) => line.join(' ')).join('\n')}\n`))

tap.test('local[1] = local[N]: the same keys, counts and order, batch after batch', async (t) => {
  for (const count of [1, 3]) {
    const side = await start([SPLIT], count)
    await fc.assert(
      fc.asyncProperty(fc.array(block, { maxLength: 40 }), async (blocks) => {
        t.strictSame(await batch(side, blocks), alone([SPLIT], blocks))
      }),
      { numRuns: 100 },
    )
    await side.threads.close()
  }
})

tap.test('more than a ring holds, and lines longer than a slot', async (t) => {
  const side = await start([SPLIT], 1)
  const long = Buffer.from(`${'y'.repeat(300_000)} z\n`)
  const many = Buffer.from(Array.from({ length: 30_000 }, (_, n) => `w${n % 777} v${n % 13}\n`).join(''))
  const blocks = Array.from({ length: 60 }, (_, n) => (n % 20 === 7 ? long : many))
  for (let round = 0; round < 3; round++)
    t.strictSame(await batch(side, blocks), alone([SPLIT], blocks), `round ${round}`)
  await side.threads.close()
})

tap.test('what a thread fails at comes back with its lines', async (t) => {
  const steps: PlainStep[] = [{ step: { step: 'logfmt-field', name: 'a' } }]
  const side = await start(steps, 1)
  const blocks = Array.from({ length: 40 }, () => Buffer.from('a=1\n'.repeat(500)))
  await t.rejects(batch(side, [...blocks, Buffer.from('="\n'), ...blocks]))
  await side.threads.close()
  t.equal(new FailedBlock(Buffer.from('x\n'), 'why').message, 'why')
})

tap.test('the command gives the same on one thread and on two', async (t) => {
  const line = Array.from({ length: 40 }, (_, n) => `word-${(n * 7919) % 301}`).join(' ')
  const input = Array.from({ length: 90_000 }, (_, n) => `${line} n${n % 999} é${n % 3}\n`).join('')
  const [one, two] = await Promise.all(
    ['local[1]', 'local[2]'].map((master) =>
      dstream(['--master', master, '--batch-lines', '45000', 'flatmap', 'split', 'reduce-by-key'], input),
    ),
  )
  t.ok((one?.stdout.length ?? 0) > 1000)
  t.equal(two?.stdout, one?.stdout)
})
