/** `dstream test`: scripts and programs of users, unchanged, under a clock that no one waits for. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tap, { type Test } from 'tap'
import { diffText } from '../src/cli/test/diff.ts'
import { readTestWords } from '../src/cli/test/words.ts'
import { dstream, type Finished, shellWords } from './support/run.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Files in a folder of their own, where programs find the package. */
interface Desk {
  /** Run `dstream test` with the words of a line. */
  test(line: string): Promise<Finished>
  read(name: string): string
  readonly folder: string
}

function desk(t: Test, files: Readonly<Record<string, string>>): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-script-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(ROOT, join(folder, 'node_modules/dstream'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const [name, text] of Object.entries({ 'a.txt': 'to be\nor not\n', 'b.txt': 'to be\n', ...files }))
    writeFileSync(join(folder, name), text)
  return {
    folder,
    test: (line) => dstream(['test', ...shellWords(line)], '', { cwd: folder }),
    read: (name) => readFileSync(join(folder, name), 'utf8'),
  }
}

/** What `print --format spark` writes of a batch. */
function sparkBatch(time: number, ...lines: string[]): string {
  const rule = '-'.repeat(43)
  return `${[rule, `Time: ${time} ms`, rule, ...lines, ''].join('\n')}\n`
}

const COUNT =
  '#!/bin/sh\nexec dstream socket localhost 9999 flatmap split reduce-by-key print --format spark "$@"\n'
const COUNTED =
  sparkBatch(1000, '(to,1)', '(be,1)', '(or,1)', '(not,1)') + sparkBatch(2000, '(to,1)', '(be,1)')
const FEEDS = '--at 0s a.txt --at 1s b.txt'

tap.test('a word count over a socket that nobody serves, as the script has it', async (t) => {
  const { test } = desk(t, { 'count.sh': COUNT, 'out.txt': COUNTED })
  const { code, stdout, stderr } = await test(`count.sh ${FEEDS} --expect out.txt`)
  t.same({ code, stdout, stderr }, { code: 0, stdout: 'count.sh: as expected, 14 lines\n', stderr: '' })
})

tap.test('arguments behind -- are those of the script, and its interval cuts the batches', async (t) => {
  const out = sparkBatch(500, '(to,1)', '(be,1)', '(or,1)', '(not,1)') + sparkBatch(1000, '(to,1)', '(be,1)')
  const { test } = desk(t, { 'count.sh': COUNT, 'out.txt': out })
  const { code, stderr } = await test(
    'count.sh --at 499ms a.txt --at 500ms b.txt --expect out.txt -- --interval 500ms',
  )
  t.same({ code, stderr }, { code: 0, stderr: '' })
})

tap.test('a difference is shown by lines, exits 1 and changes nothing', async (t) => {
  const { test, read } = desk(t, { 'count.sh': COUNT, 'out.txt': COUNTED.replace('(or,1)', '(or,2)') })
  const { code, stdout, stderr } = await test(`count.sh ${FEEDS} --expect out.txt`)
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, '\n  (be,1)\n- (or,2)\n+ (or,1)\n  (not,1)\n')
  t.match(stderr, 'dstream: count.sh does not print what out.txt holds\n')
  t.match(read('out.txt'), '(or,2)')
})

tap.test('--update writes what comes out, once', async (t) => {
  const { test, read } = desk(t, { 'count.sh': COUNT })
  const line = `count.sh ${FEEDS} --expect out.txt`
  const missing = await test(line)
  t.equal(missing.code, 2)
  t.match(missing.stderr, /there is no file out\.txt to compare with[\s\S]*With --update/)
  const written = await test(`${line} --update`)
  t.same([written.code, written.stdout], [0, 'count.sh: wrote out.txt, 14 lines\n'])
  t.equal(read('out.txt'), COUNTED)
  t.equal((await test(`${line} --update`)).stdout, 'count.sh: as expected, 14 lines\n')
})

tap.test('windows of hours pass without waiting, and end as at the end of input', async (t) => {
  const { test, read } = desk(t, {
    'window.sh': 'dstream --interval 1h flatmap split window 3h 1h count-by-value emit --format batches',
  })
  const { code, stderr } = await test(
    'window.sh --at 0s a.txt --at 2h b.txt --at 3h b.txt --expect out.txt --update --timeout 50s',
  )
  t.same({ code, stderr }, { code: 0, stderr: '' })
  const batches = read('out.txt')
    .split(/#begin /)
    .slice(1)
  const hour = 3_600_000
  const counts = batches.map((batch): [number, Record<string, number>] => {
    const [time = '', ...rows] = batch.trim().split('\n')
    const pairs = rows.filter((row) => !row.startsWith('#')).map((row) => JSON.parse(row) as [string, number])
    return [Number(time) / hour, Object.fromEntries(pairs)]
  })
  t.same(counts.slice(0, 4), [
    [1, { to: 1, be: 1, or: 1, not: 1 }],
    [2, { to: 1, be: 1, or: 1, not: 1 }],
    [3, { to: 2, be: 2, or: 1, not: 1 }],
    [4, { to: 2, be: 2 }],
  ])
})

const PROGRAM = `
import { Seconds, StreamingContext } from 'dstream'
const [host = 'localhost'] = process.argv.slice(2)
const ssc = new StreamingContext({ batchDuration: Seconds(1) })
const one: number = 1
ssc.socketTextStream(host, 9999).flatMap('split').map((word) => [word, one] as const).reduceByKey((a, b) => a + b).print()
ssc.start()
await ssc.awaitTermination()
console.log('end of ' + host)
`

tap.test('a program in TypeScript over the API', async (t) => {
  const { test } = desk(t, { 'count.ts': PROGRAM, 'out.txt': `${COUNTED}end of example.org\n` })
  const { code, stdout, stderr } = await test(`count.ts ${FEEDS} --expect out.txt -- example.org`)
  t.same({ code, stdout, stderr }, { code: 0, stdout: 'count.ts: as expected, 15 lines\n', stderr: '' })
})

tap.test('queues of a program keep their batches, up to --until', async (t) => {
  const program = `
import { Seconds, StreamingContext } from 'dstream'
const ssc = new StreamingContext({ batchDuration: Seconds(1) })
ssc.queueStream([['a'], ['b', 'c']]).count().print()
ssc.start()
await ssc.awaitTermination()
`
  const out = sparkBatch(1000, '1') + sparkBatch(2000, '2') + sparkBatch(3000, '0')
  const { test } = desk(t, { 'queue.ts': program, 'out.txt': out })
  const { code, stderr } = await test('queue.ts --until 3s --expect out.txt')
  t.same({ code, stderr }, { code: 0, stderr: '' })
})

tap.test('with several sources a place or a name says which one is fed', async (t) => {
  const join = 'dstream socket localhost 1 map-values upper join [ tail log.txt ] print --format spark\n'
  const out = sparkBatch(1000, '(k,(A,x))') + sparkBatch(2000)
  const files = {
    'join.sh': join,
    'left.txt': 'k\ta\n',
    'right.txt': 'k\tx\n',
    'out.txt': out,
  }
  const { test } = desk(t, files)
  for (const [left, right] of [
    ['', 'tail='],
    ['socket=', '2='],
  ]) {
    const { code, stderr } = await test(
      `join.sh --at 0s ${left}left.txt --at 0s ${right}right.txt --at 1s ${left}left.txt --expect out.txt`,
    )
    t.same({ code, stderr }, { code: 0, stderr: '' }, `${left} ${right}`)
  }
  const { code, stderr } = await test('join.sh --at 0s 3=left.txt --expect out.txt')
  t.equal(code, 1)
  t.match(stderr, 'no source of join.sh takes --at 0s 3=left.txt\n  Its sources are 1 socket, 2 tail')
})

tap.test('of two pipelines in a pipe the first is fed', async (t) => {
  const files = {
    'lines.sh': 'dstream flatmap split emit | dstream count-by-value emit\n',
    'batches.sh': 'dstream flatmap split emit --format batches | dstream count-by-value emit --format csv\n',
    'once.txt': 'to\t2\nbe\t2\nor\t1\nnot\t1\n',
    'twice.txt': 'to,1\nbe,1\nor,1\nnot,1\nto,1\nbe,1\n',
  }
  const { test } = desk(t, files)
  const lines = await test(`lines.sh ${FEEDS} --expect once.txt`)
  t.same([lines.code, lines.stderr], [0, ''], 'lines are one batch, for they bring no time')
  const batches = await test(`batches.sh ${FEEDS} --expect twice.txt`)
  t.same([batches.code, batches.stderr], [0, ''], 'batches keep their times')
})

tap.test('--replace takes the place of a program that writes into the pipe', async (t) => {
  const { test } = desk(t, {
    'nc.sh': 'nc -lk 9999 | dstream flatmap split reduce-by-key print --format spark | cat\n',
    'out.txt': COUNTED,
    'dash.sh': 'cat | dstream text - flatmap split reduce-by-key print --format spark\n',
  })
  for (const line of ['nc.sh --replace nc', 'dash.sh --replace cat']) {
    const { code, stderr } = await test(`${line} ${FEEDS} --expect out.txt`)
    t.same({ code, stderr }, { code: 0, stderr: '' }, line)
  }
})

tap.test('--batches and --timeout of the pipeline hold, in virtual time', async (t) => {
  const one = sparkBatch(1000, '2')
  const { test } = desk(t, {
    'batches.sh': 'dstream --batches 1 count print --format spark\n',
    'timeout.sh': 'dstream --timeout 3s count print --format spark\n',
    'one.txt': one,
    'three.txt': one + sparkBatch(2000, '0') + sparkBatch(3000, '0'),
  })
  for (const [script, expected] of [
    ['batches.sh', 'one.txt'],
    ['timeout.sh', 'three.txt'],
  ] as const) {
    const { code, stderr } = await test(`${script} --at 0s a.txt --at 1h b.txt --expect ${expected}`)
    t.same({ code, stderr }, { code: 0, stderr: '' }, script)
  }
})

tap.test('batches by number take the files in their order', async (t) => {
  const { test } = desk(t, { 'pairs.sh': 'dstream --batch-lines 2 count emit\n', 'out.txt': '2\n1\n' })
  const { code, stderr } = await test(`pairs.sh ${FEEDS} --expect out.txt`)
  t.same({ code, stderr }, { code: 0, stderr: '' })
})

tap.test('what is wrong is said in one place', async (t) => {
  const { test, folder } = desk(t, {
    'count.sh': COUNT,
    'out.txt': COUNTED,
    'echo.sh': 'echo hello\n',
    'cat.sh': 'cat a.txt | dstream count\n',
    'slow.sh': 'sleep 50 | dstream count\n',
    'window.sh': 'dstream window 1500ms count\n',
    'broken.sh': 'dstream coutn\n',
  })
  const cases: readonly (readonly [string, number, RegExp])[] = [
    [`none.sh ${FEEDS} --expect out.txt`, 2, /there is no script none\.sh\n/],
    ['count.sh --at 0s none.txt --expect out.txt', 2, /there is no file none\.txt\n/],
    [
      'count.sh --at 2s a.txt --at 1s b.txt --expect out.txt',
      2,
      /--at 1s stands behind --at 2s a\.txt, which is later\n[\s\S]* {2}Times go up/,
    ],
    [
      'count.sh --at soon a.txt --expect out.txt',
      2,
      /--at expects a time such as 0s, 1500ms or 1m, got soon\n/,
    ],
    ['count.sh --at 0s', 2, /--at 0s expects a file behind its time\n/],
    ['count.sh --at 0s a.txt', 2, /test expects --expect FILE/],
    ['count.sh --exepct out.txt', 2, /test has no flag --exepct\n[\s\S]*Did you mean --expect\?/],
    ['count.sh a.txt --expect out.txt', 2, /a\.txt is a second\n[\s\S]*stand behind --\./],
    [`echo.sh ${FEEDS} --expect out.txt`, 1, /echo\.sh has started no pipeline\n/],
    [`cat.sh ${FEEDS} --expect out.txt`, 1, /no source of cat\.sh takes --at 0s a\.txt\n.*--replace/],
    [
      `slow.sh ${FEEDS} --expect out.txt --timeout 500ms`,
      1,
      /not ended within 500ms of real time\n.*--replace/,
    ],
    [`window.sh ${FEEDS} --expect out.txt`, 1, /multiple of[\s\S]*window\.sh ended with exit code 2\n/],
    [`broken.sh ${FEEDS} --expect new.txt --update`, 1, /Did you mean count\?\n[\s\S]*broken\.sh ended with/],
  ]
  for (const [line, expected, text] of cases) {
    const { code, stderr } = await test(line)
    t.equal(code, expected, line)
    t.match(stderr, text, line)
  }
  t.notOk(existsSync(join(folder, 'new.txt')), 'a script that fails updates nothing')
})

tap.test('the words of a test', async (t) => {
  const words = await readTestWords(
    shellWords('s.sh --at=0s ./a=b.txt --at 1m 2=b.txt --expect=out --until 90s --replace nc -- --at x'),
  )
  t.same(
    words.feeds.map(({ time, path, source }) => [time, path, source]),
    [
      [0, './a=b.txt', undefined],
      [60_000, 'b.txt', '2'],
    ],
  )
  t.same([words.expect, words.until, words.replace, words.args], ['out', 90_000, ['nc'], ['--at', 'x']])
})

tap.test('a diff pairs what is equal and leaves out what is far', async (t) => {
  const numbers = Array.from({ length: 20 }, (_, index) => `${index}\n`)
  const changed = numbers.map((line) => (line === '10\n' ? 'ten\nmore\n' : line))
  t.equal(
    diffText(numbers.join(''), changed.join('')),
    '- expected\n+ actual\n\n…\n  7\n  8\n  9\n- 10\n+ ten\n+ more\n  11\n  12\n  13\n…\n',
  )
  t.equal(diffText('a\nb\nc\n', 'b\nc\nd'), '- expected\n+ actual\n\n- a\n  b\n  c\n+ d␄ (no line end)\n')
  t.match(diffText('', 'a\n'), '\n+ a\n')
  t.match(diffText('a\n'.repeat(3000), 'b\n'.repeat(3000)), /(- a\n){3000}(\+ b\n){3000}/)
})
