import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { StreamingContext } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'
import { dstream } from './support/run.ts'

tap.test('I8.3 a command that fails runs again with the same elements', async (t) => {
  const log = join(t.testdir({}), 'log')
  const command = `echo "$DSTREAM_ATTEMPT $(cat | tr '\\n' ' ')" >> '${log}'; test "$DSTREAM_ATTEMPT" = 3`
  const given = ['--batch-lines', '2', 'for-each', command]
  const { code, stderr } = await dstream([...given, '--retries', '2'], 'a\nb\nc\n')
  t.equal(code, 0, stderr)
  t.equal(readFileSync(log, 'utf8'), '1 a b \n2 a b \n3 a b \n1 c \n2 c \n3 c \n')
  t.match(stderr, /the command ended with exit code 1; trying again in 100ms, 1 of 2/)
  t.match(stderr, /trying again in 200ms, 2 of 2/)

  const failed = await dstream([...given, '--retries', '1'], 'a\nb\nc\n')
  t.equal(failed.code, 1)
  t.match(failed.stderr, /^dstream: the command ended with exit code 1/m)
})

tap.test('I8.3 what fails at last may be skipped: counted, and the exit code says so', async (t) => {
  const command = 'read first; echo "$first"; test "$first" != c || { echo no >&2; exit 4; }'
  const { code, stdout, stderr } = await dstream(
    ['--batch-lines', '2', 'for-each', command, '--on-failure', 'skip'],
    'a\nb\nc\nd\ne\n',
  )
  t.equal(code, 3)
  t.equal(stdout, 'a\nc\ne\n', 'the run goes on')
  t.match(stderr, /dropped 2 elements: for-each .*: the command ended with exit code 4\n {2}no/)
})

tap.test('I8.3 commands side by side share a batch, and write in order', async (t) => {
  const command = 'sleep 0.$((3 - DSTREAM_PART)); sed "s/^/$DSTREAM_PART /"'
  const lines = (more: readonly string[]): string[] => ['--batch-lines', '5', ...more, 'for-each', command]
  const args = ['--parallel', '3']
  const { code, stdout, stderr } = await dstream([...lines([]), ...args], 'a\nb\nc\nd\ne\n')
  t.equal(code, 0, stderr)
  t.equal(stdout, '0 a\n0 d\n1 b\n1 e\n2 c\n')
  const one = await dstream([...lines(['--master', 'local[1]']), ...args], 'a\nb\nc\nd\ne\n')
  t.equal(one.stdout, stdout, 'for any number of threads')

  const few = await dstream(['for-each', 'cat; echo "part $DSTREAM_PART"', ...args], 'a\n')
  t.equal(few.stdout, 'a\npart 0\n', 'a command without elements does not run')
  const csv = await dstream(
    ['map', 'l => ({ l })', 'for-each', 'cat', '--format', 'csv', '--parallel', '2'],
    'a\nb\n',
  )
  t.equal(csv.stdout, 'l\na\nl\nb\n', 'each has its header')
})

tap.test('I8.3 commands meet: each waits until all run', async (t) => {
  // Each makes a file, and ends when all three are there: one after the other they never would.
  const folder = t.testdir({})
  const command = `touch '${folder}'/$DSTREAM_PART; while test "$(ls '${folder}' | wc -l)" -lt 3; do sleep 0.05; done; cat`
  const { code, stdout } = await dstream(['for-each', command, '--parallel', '3'], '1\n2\n3\n')
  t.equal(code, 0)
  t.equal(stdout, '1\n2\n3\n')
})

tap.test(
  'I8.3 more than a pipe holds comes out of each, and one that fails is the only one to run again',
  async (t) => {
    const log = join(t.testdir({}), 'log')
    const command = `cat > /dev/null; echo $DSTREAM_PART >> '${log}'; test "$DSTREAM_PART$DSTREAM_ATTEMPT" != 11 || exit 1; seq 50000`
    const { code, stdout, stderr } = await dstream(
      ['for-each', command, '--parallel', '3', '--retries', '1'],
      'a\nb\nc\n',
    )
    t.equal(code, 0, stderr)
    const once = Array.from({ length: 50_000 }, (_, index) => `${index + 1}\n`).join('')
    t.ok(stdout === once.repeat(3), 'all of it, in order')
    t.same(readFileSync(log, 'utf8').trim().split('\n').sort(), ['0', '1', '1', '2'])
  },
)

tap.test('I8.3 a function is called again, and may be skipped', async (t) => {
  const seen: unknown[] = []
  const port = collectingPort()
  const context = new StreamingContext({ batchDuration: 1000, batchLines: 1, batches: 3, port })
  const stream = context.queueStream([['a'], ['b', 'c'], ['d']])
  stream.forEach(
    (elements) => {
      seen.push(elements)
      if (elements.includes('b') || seen.length === 1) throw new TypeError('not now')
    },
    { retries: 1, onFailure: 'skip' },
  )
  context.start()
  await context.awaitTermination()
  t.same(seen, [['a'], ['a'], ['b', 'c'], ['b', 'c'], ['d']])
  t.match(
    port.reports.join('\n'),
    /not now; trying again in 100ms, 1 of 1[\s\S]*dropped 2 elements: .*not now/,
  )
})

tap.test('I8.3 flags of for-each that make no sense are errors at the start', async (t) => {
  for (const [flag, value, message] of [
    ['--parallel', '0', /--parallel expects 1 or more/],
    ['--retries', '-1', /--retries expects 0 or more/],
    ['--on-failure', 'cry', /fail, skip/],
  ] as const) {
    const { code, stderr } = await dstream(['demo', 'for-each', 'cat', flag, value])
    t.equal(code, 2, flag)
    t.match(stderr, message)
  }
  const both = await dstream(['demo', 'for-each', 'e => e', '--parallel', '2'])
  t.equal(both.code, 2)
  t.match(both.stderr, /--parallel is for commands/)
})

tap.test('I8.3 several outputs stand in one chain, each with every batch', async (t) => {
  const { code, stdout, stderr } = await dstream(
    [
      '--batch-lines',
      '2',
      'to',
      `sqlite:${join(t.testdir({}), 'x.db')}`,
      'emit',
      'for-each',
      'wc -l | tr -d " "',
    ],
    'a\nb\nc\n',
  )
  t.equal(code, 0, stderr)
  t.equal(stdout, 'a\nb\n2\nc\n1\n')
})
