import tap from 'tap'
import { parseChain } from '../src/cli/grammar.ts'
import { buildPipeline } from '../src/cli/pipeline.ts'
import { dstream } from './support/run.ts'

/** The nodes of a chain, each with those that it reads. */
async function nodesOf(words: string): Promise<string[]> {
  const { nodes } = await buildPipeline((await parseChain(words.split(' '))).chain, { output: 'emit' })
  return nodes.map(({ label, inputs }) => `${label} ← ${inputs.join(' ')}`)
}

tap.test('I8.3 tee gives the stream to a branch, and goes on with it', async (t) => {
  const words =
    'map upper tee [ filter contains:B emit ] tee [ tee [ count emit ] map lower emit ] count emit'
  for (const master of ['local[1]', 'local[4]']) {
    const { code, stdout, stderr } = await dstream(
      ['--batch-lines', '2', '--master', master, ...words.split(' ')],
      'ab\ncd\nb\n',
    )
    t.equal(code, 0, stderr)
    t.same(stdout.split('\n').sort(), ['', '1', '1', '2', '2', 'AB', 'B', 'ab', 'b', 'cd'], master)
  }
})

tap.test('I8.3 a branch leaves nothing of itself in the plan', async (t) => {
  t.same(await nodesOf('demo tee [ count emit ] distinct print'), [
    'demo ← ',
    'count ← 0',
    'emit ← 1',
    'distinct ← 0',
    'print ← 3',
  ])
  t.same(await nodesOf('tee [ emit ]'), ['stdin ← ', 'emit ← 0'], 'nothing is added behind it')
  t.same(await nodesOf('demo tee [ emit ] count'), ['demo ← ', 'emit ← 0', 'count ← 0', 'emit ← 2'])
  t.same(await nodesOf('demo tee [ join [ demo ] emit ]'), ['demo ← ', 'demo ← ', 'join ← 0 1', 'emit ← 2'])
})

tap.test('I8.3 what a branch cannot be is said at its word', async (t) => {
  for (const [words, message] of [
    ['tee [ count ]', 'this branch has no output'],
    ['tee [ demo print ]', 'the source demo stands in a branch'],
    ['tee count', 'tee expects a branch here'],
    ['tee @file', 'tee expects a branch here'],
    ['tee [ ]', 'these brackets are empty'],
    ['tee', 'tee expects a branch'],
    ['tee [ print', "this '\\[' is not closed"],
    ['tee [ print count ]', 'the operator count stands behind an output'],
    ['print tee [ emit ] count', 'the operator count stands behind an output'],
    ['join [ demo tee [ print ] ]', 'a second stream has no output of its own'],
  ] as const) {
    const { code, stderr } = await dstream(words.split(' '))
    t.equal(code, 2, words)
    t.match(stderr, new RegExp(message), words)
  }
})

tap.test('I8.3 a branch keeps its state over a restart', async (t) => {
  const folder = t.testdir({ 'in.txt': 'a\nb\na\n' })
  const given = ['--checkpoint', 'kept', '--batch-lines', '3', 'text', 'in.txt']
  const words = [...given, 'tee', '[', 'update-state-by-key', 'sum', 'emit', ']', 'count', 'emit']
  const first = await dstream(words, '', { cwd: folder })
  t.equal(first.code, 0, first.stderr)
  t.same(first.stdout.split('\n').sort(), ['', '3', 'a\t2', 'b\t1'])
  const again = await dstream(words, '', { cwd: folder })
  t.equal(again.code, 0, again.stderr)
  t.notMatch(again.stdout, 'a\t4', 'nothing is counted twice')
})
