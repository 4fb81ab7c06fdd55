/** Spark's programs of streaming learning: row A12-18. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import tap, { type Test } from 'tap'
import { blocksOf, type Left, live, ran } from './support/examples.ts'

tap.jobs = 4

/** Run an example on new directories; at its first block, files come into them one after the other, a block apart. */
async function moved(
  t: Test,
  name: string,
  files: readonly (readonly [directory: string, text: string])[],
  args: (path: (name: string) => string) => readonly string[],
  isDone: (stdout: string) => boolean,
): Promise<Left> {
  const path = (word: string): string => join(t.testdirName, word)
  t.testdir()
  for (const directory of new Set(files.map(([directory]) => directory))) mkdirSync(path(directory))
  let next = 0
  let last = 0
  return live(name, args(path), (stdout, stop) => {
    const blocks = blocksOf(stdout).length
    const file = files[next]
    if (file !== undefined && blocks > last) {
      const [directory, text] = file
      last = blocks
      next += 1
      writeFileSync(path(`.${next}`), text)
      renameSync(path(`.${next}`), path(`${directory}/${next}`))
    }
    if (isDone(stdout) && stdout.endsWith('\n\n')) stop()
  })
}

const shown = ({ stdout }: Left): string[] => blocksOf(stdout).filter((block) => block !== '')

const NEAR = '[0.1,0.2]\n[0.2,0.1]\n'
const FAR = '[9.0,9.1]\n[9.1,9.0]\n'

tap.test('A12-18 M1 streaming-k-means.ts', async (t) => {
  const left = await moved(
    t,
    'streaming-k-means.ts',
    [
      ['training', NEAR + FAR],
      ['test', '(1.0,[0.0,0.1])\n(2.0,[8.0,9.0])\n(2.0,[9.5,9.5])\n'],
    ],
    (path) => [path('training'), path('test'), '1', '2', '2'],
    (stdout) => stdout.includes('(2,'),
  )
  t.equal(left.stderr, '')
  const pairs = [...(shown(left)[0] ?? '').matchAll(/^\((\d),(\d)\)$/gm)].map(([, , cluster]) => cluster)
  t.equal(pairs.length, 3)
  t.ok(pairs[0] !== pairs[1] && pairs[1] === pairs[2], `${pairs}`)
})

tap.test('A12-18 M1 streaming-k-means.sh', async (t) => {
  const left = await moved(
    t,
    'streaming-k-means.sh',
    [
      ['in', NEAR + FAR],
      ['in', '(1,[0.0,0.1])\n(2,[9.5,9.5])\n'],
    ],
    (path) => [path('in'), '1', '2', '2', path('clusters.json')],
    (stdout) => stdout.includes('(2,'),
  )
  t.equal(left.stderr, '')
  const pairs = [...(shown(left).at(-1) ?? '').matchAll(/^\((\d),(\d)\)$/gm)].map(([, , cluster]) => cluster)
  t.ok(pairs.length === 2 && pairs[0] !== pairs[1], `${pairs}`)
  t.ok(existsSync(join(t.testdirName, 'clusters.json')))
  t.equal(JSON.parse(readFileSync(join(t.testdirName, 'clusters.json'), 'utf8')).centers.length, 2)
})

for (const [kind, row, points, tested, right] of [
  ['linear', 'M2', '(1,[1,0,0])\n(2,[0,1,0])\n(3,[0,0,1])\n', '(3,[1,1,0])\n', 3],
  ['logistic', 'M3', '(1,[1,0.5])\n(0,[-1,0.4])\n(1,[2,-0.5])\n(0,[-2,0.1])\n', '(1,[1.5,0])\n', 1],
] as const) {
  tap.test(`A12-18 ${row} streaming-${kind}-regression.ts`, async (t) => {
    const left = await moved(
      t,
      `streaming-${kind}-regression.ts`,
      [
        ['training', points],
        ['training', points],
        ['test', tested],
      ],
      (path) => [path('training'), path('test')],
      (stdout) => /^\(\d/m.test(stdout),
    )
    t.equal(left.stderr, '')
    const [, label, told] = /^\(([^,]+),([^)]+)\)$/m.exec(shown(left)[0] ?? '') ?? []
    t.equal(Number(label), right)
    t.ok(Math.abs(Number(told) - right) < 1.5, `${told}`)
  })

  tap.test(`A12-18 ${row} streaming-${kind}-regression.sh`, async (t) => {
    const left = await moved(
      t,
      `streaming-${kind}-regression.sh`,
      [
        ['in', points],
        ['in', points],
        ['in', tested],
      ],
      (path) => [path('in')],
      (stdout) => blocksOf(stdout).filter((block) => block !== '').length === 3,
    )
    t.equal(left.stderr, '')
    const [, label, told] = /^\(([^,]+),([^)]+)\)$/m.exec(shown(left)[2] ?? '') ?? []
    t.equal(Number(label), right)
    t.ok(Math.abs(Number(told) - right) < 1.5, `${told}`)
  })
}

for (const form of ['ts', 'sh'] as const)
  tap.test(`A12-18 M4 streaming-test.${form}`, async (t) => {
    const left = await moved(
      t,
      `streaming-test.${form}`,
      [
        ['in', 'true,1.5\ntrue,2.5\nfalse,1\nfalse,2\n'],
        ['in', 'true,9\ntrue,9.5\ntrue,9.2\nfalse,1\nfalse,2\nfalse,1.5\ntrue,9\n'],
        ['in', 'true,9\ntrue,9.5\ntrue,9.2\nfalse,1\nfalse,2\nfalse,1.5\ntrue,9\n'],
      ],
      (path) => [path('in'), '1', '0.01'],
      () => false,
    )
    t.strictSame([left.code, left.stderr], [0, ''], 'it ends by itself')
    t.match(left.stdout, /Welch's 2-sample t-test/)
  })

tap.test('A12-18 no example is forgotten', { buffered: false }, async (t) => {
  const files = readdirSync('examples').filter((name) => name.startsWith('streaming-'))
  t.strictSame([...ran].sort(), files.sort())
})
