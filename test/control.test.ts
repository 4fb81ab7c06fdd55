/** `dstream top` and `dstream ask`: which pipelines run, and what they keep. Issue 8 line 6. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tap, { type Test } from 'tap'
import { waiting } from './support/kill-run.ts'
import { dstream } from './support/run.ts'
import { Session } from './support/session.ts'

interface Shown {
  readonly pid: number
  readonly name: string
  readonly records: number
  readonly keys: number | null
  readonly rate: number | null
  readonly memory: number
}

/** A short folder: the path of a socket has a bound. */
function folder(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'ds-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const envOf = (path: string): NodeJS.ProcessEnv => ({
  ...process.env,
  NO_COLOR: '1',
  DSTREAM_RUNTIME_DIR: path,
})

async function ran(
  words: readonly string[],
  path: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return dstream(words, '', { env: envOf(path) })
}

async function shown(path: string): Promise<readonly Shown[]> {
  const { stdout } = await ran(['top', '--json'], path)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Shown)
}

/** Ask until the answer is as it should be. */
async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + 30_000; ; ) {
    const answer = await ask()
    if (isRight(answer) || Date.now() > deadline) return answer
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function started(t: Test, path: string, words: readonly string[]): Session {
  const session = new Session(['--interval', '200ms', '--quiet', ...words], { DSTREAM_RUNTIME_DIR: path })
  t.teardown(() => session.child.kill('SIGKILL'))
  return session
}

const WORDS = ['flatmap', 'split', 'update-state-by-key', 'sum', 'emit']

tap.test('I8.6 top shows a running pipeline, ask reads its state, and both leave it alone', async (t) => {
  const path = folder(t)
  t.equal((await ran(['top', '--once'], path)).stdout, 'no pipeline of yours runs on this machine\n')
  const run = started(t, path, ['--name', 'words', ...WORDS])
  run.child.stdin?.write('a b a\nc a\nb\n')
  const answer = (...question: readonly string[]): ReturnType<typeof ran> =>
    ran(['ask', 'words', ...question], path)
  const top = await eventually(
    () => answer('top 2'),
    ({ stdout }) => stdout === 'a\t3\nb\t2\n',
  )
  t.equal(top.stdout, 'a\t3\nb\t2\n', top.stderr)
  t.equal((await answer('top', '1', '--format', 'json')).stdout, '["a",3]\n')
  t.match((await answer('top', '2', '--format', 'table')).stdout, /update-state-by-key sum · 2 of 3\n/)
  t.equal((await answer('get c')).stdout, 'c\t1\n')
  t.equal((await answer('count')).stdout, '3\n')
  t.equal((await answer('state')).stdout, 'stage\tkeys\taskable\nupdate-state-by-key sum\t3\tyes\n')
  t.match((await answer('batches', '--format', 'json')).stdout, /"status":"completed"/)
  t.equal((await answer('count', '--stage', 'update-state')).stdout, '3\n')
  const [status] = await shown(path)
  t.match(status, { pid: run.child.pid, name: 'words', records: 3, keys: 3 })
  t.ok((status?.memory ?? 0) > 1e7)
  t.equal((await ran(['ask', String(run.child.pid), 'count'], path)).stdout, '3\n')
  t.match(
    (await ran(['top', '--once'], path)).stdout,
    /^NAME +PID +RATE +LAG +BATCH +KEYS +MEMORY +UP\nwords +\d+ /,
  )
  t.equal(statSync(path).mode & 0o777, 0o700)
  run.child.stdin?.end('a\n')
  const { code, stdout, stderr } = await run.ended
  t.strictSame([code, stderr], [0, ''])
  t.match(stdout, /a\t4\n/)
  t.strictSame(readdirSync(path), [], 'nothing is left')
})

tap.test('I8.6 what is asked of each kind of stage is what comes out of it', async (t) => {
  const path = folder(t)
  const chains: [stage: string, words: readonly string[]][] = [
    ['map-with-state sum', []],
    ['reduce-by-key-and-window sum 1h', []],
    ['reduce-by-key-and-window mean 1h', []],
    ['reduce-by-key-and-window sum 1h 1h', []],
    ["update-state-by-key '(values, state = 0) => state + values.length'", []],
  ]
  for (const [stage] of chains) {
    const words = stage.match(/'[^']*'|\S+/g)?.map((word) => word.replaceAll("'", '')) ?? []
    const run = started(t, path, ['--name', stage, 'flatmap', 'split', ...words, 'emit'])
    run.child.stdin?.write('x y x x\nz y\n')
    const expected = stage.includes('mean') ? /^[xyz]\t1\n/ : /^x\t3\ny\t2\nz\t1\n$/
    const top = await eventually(
      () => ran(['ask', stage, 'top'], path),
      ({ stdout }) => expected.test(stdout),
    )
    t.match(top.stdout, expected, `${stage}: ${top.stderr}`)
    run.child.kill('SIGKILL')
    await run.ended
  }
})

tap.test(
  'I8.6 asked all the time, killed and resumed: the state is that of a run nobody asked',
  async (t) => {
    const path = folder(t)
    const cwd = t.testdir()
    const TOTAL = 3000
    writeFileSync(join(cwd, 'in'), Array.from({ length: TOTAL }, (_, index) => `k${index % 50}\n`).join(''))
    const slow = `l => (${waiting(1)}, l)`
    for (const stage of ['update-state-by-key sum', 'reduce-by-key-and-window sum 1h']) {
      const out = join(cwd, stage.split(' ')[0] as string)
      const kept = ['--checkpoint', `${out}.kept`, '--checkpoint-interval', '50ms', '--batch-lines', '20']
      const line = ['text', join(cwd, 'in'), ...kept, 'map', slow, ...stage.split(' ')]
      const whole = [
        '--name',
        'asked',
        ...line,
        'filter',
        '([key]) => key === "k7"',
        'save-as-text-files',
        join(out, 'b'),
      ]
      let answers = 0
      for (let kills = 3; ; kills -= 1) {
        const run = new Session(['--quiet', ...whole], { DSTREAM_RUNTIME_DIR: path })
        t.teardown(() => run.child.kill('SIGKILL'))
        let isOver = false
        void run.ended.then(() => {
          isOver = true
        })
        const until = Date.now() + 1200 + Math.random() * 600
        while (!isOver && (kills === 0 || Date.now() < until)) {
          const socket = join(path, `${run.child.pid}.sock`)
          if (existsSync(socket))
            answers += await question(socket, '{"ask":"top","count":3}\n').then(({ length }) =>
              length > 9 ? 1 : 0,
            )
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
        if (isOver) break
        run.child.kill('SIGKILL')
        await run.ended
      }
      t.ok(answers > 20, `${answers} answers`)
      const last = readdirSync(out)
        .map((name) => Number(name.slice(2)))
        .reduce((one, other) => Math.max(one, other))
      const { stdout } = await dstream(
        ['text', join(out, `b-${last}`, 'part-00000'), '--batch-lines', '9', 'emit'],
        '',
      )
      t.equal(stdout, `k7\t${TOTAL / 50}\n`)
    }
  },
)

function question(socket: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let said = ''
    const client = connect(socket)
    client.on('data', (chunk) => {
      said += String(chunk)
    })
    client.on('error', () => {})
    client.on('close', () => resolve(said))
    client.write(text)
  })
}

tap.test('I8.6 no end of a pipeline leaves a socket; what kill -9 leaves is removed', async (t) => {
  const path = folder(t)
  const there = (): Promise<readonly string[]> =>
    eventually(
      async () => readdirSync(path),
      (names) => names.length > 0,
    )
  for (const signals of [['SIGINT'], ['SIGTERM', 'SIGTERM'], ['SIGKILL']] as const) {
    const run = started(t, path, WORDS)
    t.strictSame(await there(), [`${run.child.pid}.sock`])
    for (const signal of signals) run.child.kill(signal)
    await run.ended
    t.equal(readdirSync(path).length, signals[0] === 'SIGKILL' ? 1 : 0, signals.join(' '))
  }
  const killed = readdirSync(path)
  const next = started(t, path, WORDS)
  const left = await eventually(
    async () => readdirSync(path),
    (names) => names.length === 1 && names[0] !== killed[0],
  )
  t.strictSame(left, [`${next.child.pid}.sock`], 'the next pipeline removes it')
  next.child.kill('SIGKILL')
  await next.ended
  t.strictSame(await shown(path), [])
  t.strictSame(readdirSync(path), [], 'and so does top')
  const failing = started(t, path, ['map', 'l => l.missing.field', 'emit'])
  await there()
  failing.child.stdin?.write('x\n')
  t.equal((await failing.ended).code, 1)
  t.strictSame(readdirSync(path), [])
})

tap.test('I8.6 garbage at the socket harms nobody', async (t) => {
  const path = folder(t)
  const run = started(t, path, ['--name', 'x', ...WORDS])
  const socket = join(path, `${run.child.pid}.sock`)
  await eventually(
    async () => existsSync(socket),
    (isThere) => isThere,
  )
  t.match(await question(socket, 'no json\n'), /"error"/)
  t.match(await question(socket, 'null\n'), /"error"/)
  t.match(await question(socket, '{"ask":"shutdown"}\n'), /"error"/)
  t.match(await question(socket, '{"ask":"top","count":"x"}\n'), /"error"|"rows":\[\]/)
  t.equal(await question(socket, 'x'.repeat(200_000)), '')
  connect(socket)
    .on('error', () => {})
    .destroy()
  run.child.stdin?.end('a a\n')
  const { code, stdout } = await run.ended
  t.strictSame([code, stdout.includes('a\t2\n')], [0, true])
})

tap.test('I8.6 a socket that cannot be made is a note: the pipeline runs', async (t) => {
  const open = folder(t)
  chmodSync(open, 0o755)
  const file = join(folder(t), 'file')
  writeFileSync(file, '')
  for (const [path, said] of [
    [open, /note: dstream top and ask do not see this pipeline: .* is open to others: chmod 700/],
    [file, /note: dstream top and ask do not see this pipeline: /],
    [join(open, 'x'.repeat(120)), /too long for a socket; set DSTREAM_RUNTIME_DIR/],
  ] as const) {
    const run = new Session(['--interval', '200ms', ...WORDS], { DSTREAM_RUNTIME_DIR: path })
    t.teardown(() => run.child.kill('SIGKILL'))
    await run.until('stderr', 'do not see this pipeline')
    run.child.stdin?.end('a\n')
    const { code, stdout, stderr } = await run.ended
    t.strictSame([code, stdout.includes('a\t1\n')], [0, true])
    t.match(stderr, said)
  }
  t.match((await ran(['top', '--once'], open)).stderr, /is open to others: chmod 700/)
})

tap.test('I8.6 what a stream brings does not drive the terminal', async (t) => {
  const path = folder(t)
  const run = started(t, path, ['--name', 'esc\u001b[31m', ...WORDS])
  run.child.stdin?.write('\u001b]0;title\u0007\n')
  const top = await eventually(
    () => ran(['ask', 'esc', 'top', '--format', 'table'], path),
    ({ stdout }) => stdout.includes('title'),
  )
  const all =
    top.stdout +
    (await ran(['top', '--once'], path)).stdout +
    (await ran(['ask', 'nobody', 'top'], path)).stderr
  t.match(all, /title/)
  t.match(all, /esc\\x1b\[31m/)
  t.notOk(all.includes('\u001b') || all.includes('\u0007'))
})

tap.test('I8.6 words that are wrong are pointed at; `top N` is still the stage', async (t) => {
  const path = folder(t)
  started(t, path, ['--name', 'x', 'flatmap', 'split', 'emit'])
  await eventually(
    () => shown(path),
    (all) => all.length > 0,
  )
  for (const [words, said] of [
    [['ask'], /ask expects the name of a pipeline[\s\S]*There are x\./],
    [['ask', 'x'], /ask expects a question[\s\S]*top N, count, get KEY, batches, state/],
    [['ask', 'y', 'count'], /no pipeline of yours is called y[\s\S]*\^/],
    [['ask', 'x', 'shutdown'], /not shutdown[\s\S]*\^/],
    [['ask', 'x', 'top', 'ten'], /top expects a number, and got ten/],
    [['ask', 'x', 'count'], /no stage of x keeps anything from batch to batch; ask batches/],
    [['ask', 'x', 'count', '--sage', 'y'], /--sage/],
    [['top', '--every', 'never'], /--every/],
  ] as const) {
    const { code, stderr } = await ran(words, path)
    t.equal(code, 2, words.join(' '))
    t.match(stderr, said)
    t.notMatch(stderr, /\n\s+at /)
  }
  const stage = await dstream(['top', '1', 'emit'], 'a\t1\nb\t3\n', { env: envOf(path) })
  t.equal(stage.stdout, 'b\t3\n')
})

tap.test('I8.6 a short run, and one that is told so, opens nothing', async (t) => {
  const path = join(folder(t), 'none')
  t.equal((await dstream(WORDS, 'a\n', { env: envOf(path) })).code, 0)
  t.notOk(existsSync(path))
  const env = { DSTREAM_RUNTIME_DIR: path, DSTREAM_CONTROL: 'off' }
  const run = new Session(['--interval', '100ms', ...WORDS], env)
  t.teardown(() => run.child.kill('SIGKILL'))
  run.child.stdin?.write('a\n')
  await run.until('stdout', 'a\t1\na\t1\na\t1\na\t1\na\t1\na\t1\na\t1\na\t1\na\t1\n')
  t.notOk(existsSync(path))
})
