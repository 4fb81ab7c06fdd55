/** An element at which a function fails: the batch fails, or the element is left out, counted and kept (issue-6, line 6). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import tap, { type Test } from 'tap'
import { type OnError, Seconds, StreamingContext } from '../src/index.ts'
import { recordingPort } from './support/program.ts'
import { dstream } from './support/run.ts'
import { FROM_THE_START, runBytes } from './support/run-bytes.ts'
import { Session } from './support/session.ts'

const folder = mkdtempSync(join(tmpdir(), 'on-error-'))
tap.teardown(() => rmSync(folder, { recursive: true, force: true }))

/** What was left out. */
interface Letter {
  readonly stage: string
  readonly error: string
  readonly element: unknown
}

async function skipping(
  chain: readonly string[],
  text: string | Uint8Array,
  lowering: typeof FROM_THE_START | false = false,
): Promise<{ written: string; failure: string; dropped: number; letters: Letter[] }> {
  const letters: Letter[] = []
  const onError: OnError = (element, error, stage) =>
    letters.push({ stage, error: (error as Error).message, element })
  return { ...(await runBytes(chain, Buffer.from(text), 1000, lowering, onError)), letters }
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`
const MIXED = lines('{"a":1}', 'nope', '{"a":"x"}', '[', '{"a":3}', '')

/** A chain, its input, what comes out, and the elements that are left out. */
const ELEMENTWISE: readonly (readonly [readonly string[], string, string, readonly unknown[]])[] = [
  [['map', 'json', 'map', 'r => r.a'], MIXED, '1\nx\n3\n', ['nope', '[', '']],
  [['map', 'l => JSON.parse(l).a'], MIXED, '1\nx\n3\n', ['nope', '[', '']],
  [['map', 'field:a'], MIXED, '1\nx\n3\n', ['nope', '[', '']],
  [['filter', 'l => JSON.parse(l).a > 1'], MIXED, '{"a":3}\n', ['nope', '[', '']],
  [
    ['flatmap', 'l => JSON.parse(l).b'],
    lines('{"b":[1,2]}', '{"b":"text"}', '{"b":7}'),
    '1\n2\n',
    ['{"b":"text"}', '{"b":7}'],
  ],
  [
    ['flatmap', 'function* (l) { yield l; if (l === "b") throw new Error("half"); yield l }'],
    lines('a', 'b'),
    'a\na\n',
    ['b'],
  ],
  [
    ['map-values', 'v => { if (v > 1) throw new Error("much"); return v }'],
    lines('k\t1', 'k\t2'),
    'k\t1\n',
    ['k\t2'],
  ],
  [['flat-map-values', 'v => v === 2 ? v : [v, v]'], lines('k\t1', 'k\t2'), 'k\t1\nk\t1\n', ['k\t2']],
  [['sort-by', 'l => JSON.parse(l).a'], lines('{"a":2}', 'x', '{"a":1}'), '{"a":1}\n{"a":2}\n', ['x']],
  [['top', '1', 'l => JSON.parse(l).a'], lines('x', '{"a":2}', '{"a":1}', 'y'), '{"a":2}\n', ['x', 'y']],
  [['dedup', 'l => JSON.parse(l).a'], lines('x', '{"a":2}', '{"a":2}'), '{"a":2}\n', ['x']],
  [['event-time', '1'], lines('2026-11-23T10:00:00Z', 'never'), '2026-11-23T10:00:00Z\n', ['never']],
  [['reduce', 'sum'], lines('1', '2'), '', ['1', '2']],
  [
    ['map', 'n => Number(n)', 'reduce', '(a, b) => { if (b === 2) throw new Error("two"); return a + b }'],
    lines('1', '2', '3'),
    '4\n',
    [2],
  ],
  [['reduce-by-key', 'sum'], lines('k\t1', 'k\tx', 'j\ty', 'k\t2'), 'k\t3\n', ['k\tx', 'j\ty']],
  [
    [
      'combine-by-key',
      'v => [v]',
      '(c, v) => { if (v === 2) throw new Error("two"); return [...c, v] }',
      '(a, b) => [...a, ...b]',
    ],
    lines('k\t1', 'k\t2', 'k\t3'),
    'k\t[1,3]\n',
    ['k\t2'],
  ],
  [
    [
      'map-with-state',
      '(k, v, s) => { if (v === 2) throw new Error("two"); s.update((s.exists() ? s.get() : 0) + v); return s.get() }',
    ],
    lines('k\t1', 'k\t2', 'k\t3'),
    '1\n4\n',
    [['k', 2]],
  ],
  [
    ['update-state-by-key', '(vs, s) => { if (vs.includes(2)) throw new Error("two"); return vs.length }'],
    lines('j\t1', 'k\t2', 'k\t3'),
    'j\t1\n',
    [
      ['k', 2],
      ['k', 3],
    ],
  ],
]

for (const [chain, text, written, elements] of ELEMENTWISE) {
  tap.test(`issue-6.6 left out and counted: ${chain.join(' ')}`, async (t) => {
    for (const lowering of [false, FROM_THE_START] as const) {
      const result = await skipping(chain, text, lowering)
      t.equal(result.failure, '')
      t.equal(result.written, written)
      t.strictSame(
        result.letters.map(({ element }) => element),
        elements,
      )
      t.equal(result.dropped, elements.length)
      t.ok(
        result.letters.every(
          ({ stage, error }) => chain.join(' ').includes(stage.split(' ')[0] as string) && error,
        ),
      )
    }
    const failed = await runBytes(chain, Buffer.from(text), 1000, FROM_THE_START)
    t.match(failed.failure, /^StageError: /, 'without the policy the batch fails')
    t.equal(failed.dropped, 0)
  })
}

tap.test('issue-6.6 never a different result lowered or not, nor another element left out', async (t) => {
  const narrow = fc.constantFrom<readonly string[]>(
    ['flatmap', 'split'],
    ['flatmap', 'l => l.split(",")'],
    ['filter', 'contains:a'],
    ['filter', 'l => l.length > 2'],
    ['map', 'lower'],
    ['map', 'field:a'],
    ['map', 'field:2'],
    ['map', 'csv'],
    ['map', 'logfmt'],
    ['map', 'json'],
    ['map', 'l => l.split(",")[1]'],
    ['map', 'l => l.split(",")[1].toUpperCase()'],
    ['map', 'l => JSON.parse(l).a'],
    ['map', 'w => [w, 1]'],
    ['map', 'pair:a,b'],
  )
  const last = fc.constantFrom<readonly string[]>(
    [],
    ['count'],
    ['count-by-value'],
    ['reduce-by-key'],
    ['reduce-by-key', 'max'],
    ['reduce', '(a, b) => a + b'],
    ['sort-by', 'x => x.length'],
  )
  const line = fc.oneof(
    fc.constantFrom(
      '{"a":1,"b":2}',
      '{"a":"x","b":"y"}',
      '{"a":[1,2]}',
      '{"a":',
      'a,b,c',
      'a,"b',
      'a=1 b="',
      'k\t1',
      'k\tx',
      '',
      'null',
      '7',
    ),
    fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\n', ' ')),
  )
  const bytes = fc.oneof(
    fc.array(line, { maxLength: 40 }).map((all) => Buffer.from(`${all.join('\n')}\n`)),
    fc.uint8Array({ maxLength: 100 }).map((all) => Buffer.concat([all, Buffer.from('\n')])),
  )
  let runs = 0
  const chains = fc.tuple(fc.array(narrow, { minLength: 1, maxLength: 3 }), last)
  await fc.assert(
    fc.asyncProperty(chains, bytes, async ([steps, end], input) => {
      const chain = [...steps.flat(), ...end]
      const [plain, lowered] = [await skipping(chain, input), await skipping(chain, input, FROM_THE_START)]
      runs += 1
      const sorted = (letters: readonly Letter[]): string[] =>
        letters.map((letter) => JSON.stringify(letter)).sort()
      t.equal(lowered.failure, plain.failure, chain.join(' '))
      if (plain.failure !== '') return
      t.equal(lowered.written, plain.written, chain.join(' '))
      t.strictSame(sorted(lowered.letters), sorted(plain.letters), chain.join(' '))
      t.equal(lowered.dropped, plain.dropped)
    }),
    { numRuns: 300 },
  )
  t.comment(`${runs} random pipelines`)
})

tap.test('issue-6.6 --on-error FILE keeps what is left out, of every batch, and exits 3', async (t) => {
  const file = join(folder, 'dead.jsonl')
  const input = Buffer.concat([
    Buffer.from('{"a":1}\nnope\n{"a":2}\n'),
    Buffer.from([0x78, 0xff, 10]),
    Buffer.from('{"a":3}\n'),
  ])
  const args = ['--on-error', file, '--batch-lines', '2', 'map', 'field:a', 'emit']
  for (const times of [1, 2]) {
    const { code, stdout, stderr } = await dstream(args, input)
    t.equal(code, 3)
    t.equal(stdout, '1\n2\n3\n')
    t.match(stderr, /left out, map field:a: field expects JSON, got "nope".*\(element "nope"\)/)
    t.equal(stderr.match(/left out/g)?.length, 1, 'the first one in full, then counts')
    t.equal(stderr.match(/dropped 1 elements: map field:a failed at them/g)?.length, 2, 'a count per batch')
    const letters = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    t.equal(letters.length, 2 * times, 'it is added to')
    t.match(letters.at(-2), { time: 1000, stage: 'map field:a', error: /expects JSON/, element: 'nope' })
    t.match(letters.at(-1), {
      time: 2000,
      element: Buffer.from([0x78, 0xff]).toString('base64'),
      encoding: 'base64',
    })
  }
})

tap.test('issue-6.6 a file that cannot be written is an error, and so is a full disk', async (t) => {
  const unwritable = await dstream(['--on-error', join(folder, 'none/x'), 'map', 'json'], 'x\n')
  t.strictSame([unwritable.code, unwritable.stdout], [2, ''])
  t.match(unwritable.stderr, /--on-error: .*ENOENT/)
  const full = await dstream(['--on-error', '/dev/full', 'map', 'json'], 'x\n')
  t.equal(full.code, 1)
  t.match(full.stderr, /--on-error: \/dev\/full: ENOSPC/)
})

tap.test(
  'I6.6 a run that goes on after a kill keeps no element of a batch that was done twice',
  async (t) => {
    const directory = t.testdir()
    const file = join(directory, 'dead.jsonl')
    const args = ['--batch-lines', '1', '--checkpoint', join(directory, 'checkpoint'), '--on-error', file]
    const session = new Session([...args, 'map', 'field:a', 'emit'])
    session.write('nope1\n{"a":1}\nnope2\n{"a":2}\nnope3\n{"a":3}\n')
    await session.until('stdout', '3')
    session.child.kill('SIGKILL')
    await session.ended
    const { stdout } = await dstream([...args, 'map', 'field:a', 'emit'], 'nope4\n')
    t.match(stdout, /^(3\n)?$/, 'no more than the last batch is run again')
    const elements = readFileSync(file, 'utf8').match(/"element":"nope\d"/g)
    t.strictSame(
      elements,
      [1, 2, 3, 4].map((number) => `"element":"nope${number}"`),
    )
  },
)

async function counted(t: Test, master: string): Promise<string> {
  const file = join(folder, `words-${master}`)
  const log = join(folder, 'log')
  const text = Array.from({ length: 200_000 }, (_, index) =>
    index % 1000 === 7 ? 'broken' : `{"a":"k${index % 50}"}`,
  )
  writeFileSync(log, `${text.join('\n')}\n`)
  const args = [
    '--on-error',
    file,
    '--master',
    master,
    '--batch-lines',
    '200000',
    'map',
    'field:a',
    'map',
    'w => [w.length, 1]',
    'reduce-by-key',
    'emit',
  ]
  const { code, stdout } = await dstream(args, readFileSync(log))
  t.equal(code, 3)
  t.equal(readFileSync(file, 'utf8').trimEnd().split('\n').length, 200)
  return stdout
}

tap.test('issue-6.6 local[1] and local[4] leave out the same', async (t) => {
  t.equal(await counted(t, 'local[4]'), await counted(t, 'local[1]'))
})

tap.test('issue-6.6 --explain says what is not run by kernels because of it', async (t) => {
  const chain = ['flatmap', 'split', 'map', 'w => w.split(",")[0].trim()', 'reduce-by-key']
  const plain = await dstream(['--explain', ...chain])
  t.notMatch(plain.stdout, /--on-error must know/)
  const { code, stdout } = await dstream(['--on-error', 'skip', '--explain', ...chain])
  t.equal(code, 0)
  t.match(stdout, /called for each element, because --on-error must know/)
  const safe = await dstream([
    '--on-error',
    'skip',
    '--explain',
    'flatmap',
    'split',
    'map',
    'lower',
    'count-by-value',
  ])
  t.match(safe.stdout, /lower: kernel/, 'what cannot fail stays a kernel')
})

tap.test(
  'issue-6.6 a function of the program, an option checked, a function of whole batches that still fails',
  async (t) => {
    const run = async (
      onError: OnError | undefined,
      make: (ssc: StreamingContext) => void,
    ): Promise<string> => {
      const port = recordingPort()
      const ssc = new StreamingContext({
        batchDuration: Seconds(1),
        batches: 1,
        port,
        ...(onError && { onError }),
      })
      make(ssc)
      ssc.start()
      return ssc.awaitTermination().then(
        () => port.written.join(''),
        (error: Error) => `${error.name}: ${error.message}`,
      )
    }
    const dropped: number[] = []
    const seen: unknown[] = []
    const written = await run(
      (element, error, stage) => seen.push([element, (error as Error).message, stage.startsWith('map')]),
      (ssc) => {
        ssc.addStreamingListener({ onElementsDropped: ({ count }) => dropped.push(count) })
        ssc
          .queueStream([[1, 2, 3]])
          .map((n) => {
            if (n === 2) throw new Error('two')
            return n
          })
          .emit()
      },
    )
    t.equal(written, '1\n3\n')
    t.strictSame(seen, [[2, 'two', true]])
    t.strictSame(dropped, [1])
    const whole = (ssc: StreamingContext): void => {
      ssc
        .queueStream([[1]])
        .transform(() => {
          throw new Error('whole')
        })
        .emit()
    }
    t.match(await run('skip', whole), /^StageError: whole/)
    const raise = (ssc: StreamingContext): void =>
      ssc
        .queueStream([[1]])
        .map(() => {
          throw new Error('inner')
        })
        .emit()
    const outer = await run(() => {
      throw new Error('outer')
    }, raise)
    t.match(outer, /outer/, 'what the function throws fails the batch')
    for (const onError of ['', 7])
      t.throws(() => new StreamingContext({ batchDuration: Seconds(1), onError } as never), /onError is/)
  },
)
