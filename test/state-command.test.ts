/** I6.2, C2, F10: what `dstream state` shows of a checkpoint, and `dstream resume`. I6.9: a recording that is kept. */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tap from 'tap'
import { safeCell, safeJson } from '../src/cli/state/safe-text.ts'
import { inspectCheckpoint } from '../src/engine/recovery/inspect.ts'
import { StreamingContext } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'
import { until } from './support/program.ts'
import { COMMAND, dstream, type Finished } from './support/run.ts'

tap.setTimeout(120_000)

const COUNTS = ['flatmap', 'split', 'update-state-by-key', 'sum', 'emit']

function run(
  directory: string,
  input: string,
  chain: readonly string[] = COUNTS,
  cwd?: string,
): Promise<Finished> {
  const args = ['--batch-lines', '1', '--checkpoint', directory, ...chain]
  return dstream(args, input, cwd === undefined ? {} : { cwd })
}

const state = (...args: readonly string[]): Promise<Finished> => dstream(['state', ...args])

/** Every file of a folder with its time and bytes. */
const tree = (directory: string): unknown[] =>
  readdirSync(directory)
    .sort()
    .map((name) => {
      const path = join(directory, name)
      return [name, statSync(path).mtimeMs, readFileSync(path).toString('latin1')]
    })

const newest = (directory: string, kind: string): string =>
  join(
    directory,
    readdirSync(directory)
      .filter((name) => name.startsWith(kind))
      .sort()
      .at(-1) as string,
  )

tap.test('I6.2 state ls, show and diff say what a checkpoint keeps, and change nothing', async (t) => {
  const directory = join(t.testdir(), 'words')
  await run(directory, 'to be\nor not to be\n')
  const before = tree(directory)
  const listed = await state('ls', directory, '--format', 'json')
  t.equal(listed.code, 0)
  const rows = listed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  t.match(rows[0], { stage: 'update-state-by-key sum', kind: 'update-state-by-key', count: 4, batch: 't+2s' })
  t.ok((rows[0]?.bytes as number) > 50)
  t.match(rows[1], { stage: 'stdin', kind: 'source', count: 2 })
  t.match(listed.stderr, `line: dstream --batch-lines 1 --checkpoint ${directory} flatmap split`)
  t.match(listed.stderr, /^snapshot 1, as of the batch t\+2s, written (just now|\d+[sm] ago)$/m)

  t.equal((await state('show', directory)).stdout, 'be\t2\nnot\t1\nor\t1\nto\t2\n', 'by key')
  t.equal(
    (await state('show', directory, 'update-state-by-key', '--format=csv', '--limit', '1')).stdout,
    'be,2\n',
  )
  t.match(
    (await state('show', directory, '--format', 'table')).stdout,
    /^t\+2s · update-state-by-key sum · 4\n/,
  )
  t.strictSame(tree(directory), before, 'nothing is touched')

  await run(directory, 'to do\n')
  const differ = await state('diff', directory, '--format', 'json')
  t.strictSame(
    differ.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    [
      { stage: 'update-state-by-key sum', change: 'added', key: 'do', after: 1 },
      { stage: 'update-state-by-key sum', change: 'changed', key: 'to', before: 2, after: 3 },
    ],
  )
  t.match(differ.stderr, /1 added, 0 removed, 1 changed/)
  const other = join(t.testdirName, 'other')
  await run(other, 'be\n')
  const two = await state('diff', directory, other, '--format', 'tsv')
  t.match(two.stdout, /\tremoved\tdo\t1\t\n/)
  t.match(two.stdout, /\tchanged\tbe\t2\t1\n/)
})

tap.test('I6.2 every kind of stage can be shown, whole and in increments', async (t) => {
  const root = t.testdir()
  const input = 'a b\na c\nb\n'
  const emitted = ['emit']
  for (const [chain, wanted] of [
    ['map-with-state sum', 'a\t2\nb\t2\nc\t1\n'],
    ['dedup', 'a\t1000\nb\t1000\nc\t2000\n'],
    ['reduce-by-key-and-window sum 2s 1s', 'a\t[[2000,1]]\nb\t[[3000,1]]\nc\t[[2000,1]]\n'],
    ['window 2s 1s', '2000\ta\n2000\tc\n3000\tb\n'],
    ['window 2s 1s count', '\t[[2000,2],[3000,1]]\n'],
    ['reduce-by-key-and-window sum 2s', 'a\t[[2000,1]]\nb\t[[3000,1]]\nc\t[[2000,1]]\n'],
    ['rates 2s', 'a\t[[2000,1]]\nb\t[[3000,1]]\nc\t[[2000,1]]\n'],
    ['take 4 --total', 'value\t4\n'],
    ['sample 0.5', 'value\t5\n'],
  ] as const) {
    for (const interval of ['10s', '1ms']) {
      const directory = join(root, `${chain}-${interval}`.replaceAll(' ', '_'))
      const words = ['--checkpoint-interval', interval, 'flatmap', 'split', ...chain.split(' '), ...emitted]
      t.equal((await run(directory, input, words)).code, 0, chain)
      const found = await state('show', directory, chain.split(' ')[0] as string)
      t.strictSame([found.code, found.stdout], [0, wanted], `${chain}, ${interval}: ${found.stderr}`)
    }
  }
})

tap.test('I6.2 state beside a running pipeline: it reads, and leaves the lock', async (t) => {
  const directory = join(t.testdir(), 'running')
  const child = spawn(process.execPath, [
    COMMAND,
    ...['--batch-lines', '1', '--checkpoint', directory, '--checkpoint-interval', '1ms', ...COUNTS],
  ])
  let out = ''
  let lines = 0
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk
  })
  child.stdin.on('error', () => {})
  const feeding = setInterval(() => child.stdin.write(`w${lines++}\n`), 5)
  t.teardown(() => {
    clearInterval(feeding)
    child.kill('SIGKILL')
  })
  await until(() => out.includes('w3'))
  for (let attempt = 0; attempt < 40; attempt++) {
    const found = await inspectCheckpoint(directory)
    t.equal(found?.process, child.pid)
    const [stage] = found?.header.stages ?? []
    if (stage !== undefined) found?.entriesOf(stage)
  }
  const found = await state('ls', directory)
  t.equal(found.code, 0, found.stderr)
  t.match(found.stderr, `process ${child.pid} works with it`)
  t.match(await state('show', directory), { code: 0, stdout: /^w0\t1\n/ })
  const before = out.length
  await until(() => out.length > before)
  const second = await dstream(['resume', directory])
  t.match(second, { code: 1, stderr: new RegExp(`process ${child.pid} works with it`) })
  clearInterval(feeding)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.on('close', resolve))
})

tap.test('I6.2 damaged and torn files are named', async (t) => {
  const root = t.testdir()
  const directory = join(root, 'whole')
  await run(directory, 'x\n')
  await run(directory, 'x\n')
  const copy = join(root, 'copy')
  cpSync(directory, copy, { recursive: true })
  const snapshot = newest(copy, 'snapshot')
  const bytes = readFileSync(snapshot)
  bytes[20] = (bytes[20] as number) ^ 1
  writeFileSync(snapshot, bytes)
  const shown = await state('show', copy)
  t.match(shown, { code: 1, stdout: 'x\t1\n' })
  t.match(shown.stderr, `dstream: ${snapshot} is damaged`)
  for (const name of readdirSync(copy)) if (name.startsWith('snapshot')) writeFileSync(join(copy, name), 'no')
  t.match(await state('ls', copy), { code: 1, stdout: '', stderr: /no snapshot can be read; damaged: / })

  const torn = join(root, 'torn')
  cpSync(directory, torn, { recursive: true })
  writeFileSync(newest(torn, 'log'), Buffer.from([9, 0, 0, 0, 1, 2]))
  const listed = await state('ls', torn)
  t.equal(listed.code, 0)
  t.match(listed.stderr, /log-\d+: its last record is cut off, by a kill/)
  t.equal(statSync(newest(torn, 'log')).size, 6, 'it is left as it is')
})

tap.test('I6.2 what is no checkpoint is an error of usage', async (t) => {
  const root = t.testdir({ file: '', empty: {} })
  for (const [args, said] of [
    [['state'], /state expects ls, show or diff/],
    [['state', 'shw', root], /Did you mean show\?/],
    [['state', 'ls'], /expects the directory/],
    [['state', 'ls', join(root, 'gone')], /there is no directory/],
    [['state', 'ls', join(root, 'file')], /is no directory/],
    [['state', 'ls', join(root, 'empty')], /there is no checkpoint in .*empty/],
    [['state', 'ls', root, 'more'], /takes no more words/],
    [['state', 'ls', root, '--limit', '0'], /--limit expects at least 1/],
    [['state', 'ls', root, '--format', 'xml'], /xml/],
    [['resume'], /resume expects the directory/],
    [['resume', join(root, 'empty')], /there is no checkpoint in/],
    [['resume', root, 'map', 'upper'], /takes flags only/],
    [['resume', root, '--checkpoint', root], /takes no --checkpoint/],
  ] as const)
    t.match(await dstream(args), { code: 2, stdout: '', stderr: said }, args.join(' '))
  t.strictSame(readdirSync(join(root, 'empty')), [], 'nothing is made')
})

tap.test('I6.2 100,000 keys stream out, and head may leave', async (t) => {
  const directory = join(t.testdir(), 'big')
  const words = Array.from({ length: 100_000 }, (_, index) => `key-${String(index).padStart(6, '0')}`)
  const made = await dstream(
    ['--batch-lines', '100000', '--checkpoint', directory, 'update-state-by-key', 'count:', '-q', 'emit'],
    `${words.join('\n')}\n`,
  )
  t.equal(made.code, 0, made.stderr)
  const all = await state('show', directory)
  t.equal(all.stdout, words.map((word) => `${word}\t1\n`).join(''))
  const child = spawn(process.execPath, [COMMAND, 'state', 'show', directory, '-q'])
  let err = ''
  const chunks: number[] = []
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk
  })
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk.length)
    child.stdout.destroy()
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  t.strictSame([code, err], [0, ''])
  t.ok((chunks[0] as number) <= 1 << 17, 'the first part alone')
})

tap.test('I6.2 keys of any bytes are shown safely', async (t) => {
  const directory = join(t.testdir(), 'hostile')
  await run(directory, '\x1b]0;x\x07\n\x9b31m\n\0\n=1+1\n', ['update-state-by-key', 'sum', 'emit'])
  for (const format of ['json', 'csv', 'tsv', 'table']) {
    const { stdout, code } = await state('show', directory, '--format', format)
    t.equal(code, 0)
    t.notMatch(stdout.replaceAll('\n', ''), /\p{Cc}(?<!\t)/u, format)
    t.match(stdout, /31m/)
  }
  const { stdout } = await state('show', directory, '--format', 'json')
  t.ok(
    stdout
      .trim()
      .split('\n')
      .some((line) => (JSON.parse(line) as unknown[])[0] === '\x1b]0;x\x07'),
    'JSON gives it back',
  )
  const circular: unknown[] = []
  circular.push(circular)
  t.equal(typeof JSON.parse(safeJson(circular)), 'string')
  t.equal(
    safeJson([new Map([['a', 1n]]), new Set([2]), Buffer.from([1, 255]), Number.NaN]),
    '[[["a","1"]],[2],[1,255],"NaN"]',
  )
  t.equal(safeCell('a"b\n', ','), '"a""b\n"')
  t.equal(safeCell('a\\b\t\x1b', '\t'), 'a\\\\b\\t\\x1b')
})

tap.test(
  'C2 F10 resume runs the line again, from its own folder, with more flags for this run',
  async (t) => {
    const root = t.testdir({ 'more.mjs': "export default (line) => line.split(',')" })
    const chain = ['flatmap', './more.mjs#default', 'update-state-by-key', 'sum', 'emit', '--format', 'json']
    const first = await run('state', 'a,b\na\n', ['--timeout', '50s', ...chain], root)
    t.equal(first.code, 0, first.stderr)
    const second = await dstream(['resume', 'state', '--timeout', '40s', '--quiet'], 'b\n', { cwd: root })
    t.strictSame([second.code, second.stdout, second.stderr], [0, '["a",2]\n["b",2]\n', ''])
    const elsewhere = join(root, 'moved')
    cpSync(join(root, 'state'), elsewhere, { recursive: true })
    const third = await dstream(['resume', 'moved', '-q'], 'c\n', { cwd: root })
    t.match(third, { code: 0, stdout: '["a",2]\n["b",2]\n["c",1]\n' }, 'in the directory that is named')
    t.equal((await dstream(['state', 'show', 'state', '-q'], '', { cwd: root })).stdout, 'a\t2\nb\t2\n')
    const listed = await dstream(['state', 'ls', 'moved'], '', { cwd: root })
    t.match(listed.stderr, /line: dstream --batch-lines 1 --checkpoint state --timeout 50s flatmap/)
  },
)

tap.test('C2 a checkpoint of a program, or of a line with a password, is not resumed', async (t) => {
  const root = t.testdir()
  const directory = join(root, 'program')
  writeFileSync(join(root, 'input'), 'x\ny\nx\n')
  const context = StreamingContext.getOrCreate(directory, () => {
    const ssc = new StreamingContext({
      appName: 'Count',
      batchDuration: 1000,
      batchLines: 1,
      port: collectingPort(),
    })
    ssc
      .source('text', [[join(root, 'input')]])
      .map((word): [string, number] => [word, 1])
      .updateStateByKey((values: readonly number[], before?: number) => (before ?? 0) + values.length)
      .foreachRDD(() => {})
    return ssc
  })
  context.start()
  await context.awaitTermination()
  const refused = await dstream(['resume', directory])
  t.match(refused, { code: 2, stdout: '', stderr: /written by a program, Count(.|\n)*getOrCreate/ })
  t.match(await state('show', directory), { code: 0, stdout: 'x\t2\ny\t1\n' }, 'its state can be read')
  t.match((await state('ls', directory)).stderr, /line: Count, a program/)
  t.throws(() => new StreamingContext(...([directory] as unknown as [{ batchDuration: number }])), {
    message: /out of the checkpoint .* alone/,
    hint: /getOrCreate.*dstream resume/,
  })

  const secret = join(root, 'secret')
  await run(secret, 'x\n', ['--conf', 'spark.app.name=http://u:geheim@h/', ...COUNTS])
  const found = await dstream(['resume', secret])
  t.match(found, { code: 2, stderr: /has a password, which is not written down/ })
  t.notMatch(found.stderr, /geheim/)
})

tap.test('I6.9 a recording that is kept in test/recordings gives the same bytes', async (t) => {
  const folder = fileURLToPath(new URL('recordings/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const recordings = readdirSync(folder).filter((name) => name.endsWith('.rec'))
  t.ok(recordings.length > 0)
  for (const name of recordings) {
    const wanted = readFileSync(join(folder, name.replace(/rec$/, 'out')), 'utf8')
    for (const master of ['local[1]', 'local[2]']) {
      const { code, stdout, stderr } = await dstream(['replay', join(folder, name), '--master', master])
      t.strictSame([code, stderr], [0, ''], name)
      t.equal(stdout, wanted, `${name} on ${master}`)
    }
  }
})
