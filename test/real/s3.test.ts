/** `files s3://BUCKET/PREFIX` against a real server: rows C11 to C13 for objects, issue 7 line 4. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import tap, { type Test } from 'tap'
import { freePort } from '../support/real/free-port.ts'
import { KEYS, realS3 } from '../support/real/s3.ts'
import { dstream } from '../support/run.ts'
import { textIn } from '../support/saved-text.ts'
import { Session } from '../support/session.ts'

const server = await realS3()
if (server === undefined) throw new Error('moto is not installed, and could not be')
const s3 = server
tap.teardown(() => s3.remove())
tap.comment(s3.name)

const env = { ...process.env, ...KEYS }
const AT = ['--endpoint', s3.url]
/** A list has a thousand objects a page. */
const COUNT = 1100
const FAST = ['--interval', '300ms', 'emit']

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')
const numbers = (from: number, until: number): string =>
  Array.from({ length: until - from }, (_, index) => `${from + index}\n`).join('')

function session(t: Test, words: readonly string[]): Session {
  const started = new Session([...words], KEYS)
  t.teardown(() => started.child.kill('SIGKILL'))
  return started
}

tap.test(
  'I7.4 C11 new objects of a prefix are read once: no hidden, no older, no deeper, no changed ones',
  async (t) => {
    await s3.bucket('new')
    await s3.put('new', 'in/old', 'old\n')
    const run = session(t, ['files', 's3://new/in', ...AT, ...FAST])
    // The second batch shows that the list of the start is done with.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    for (const [key, text] of [
      ['in/a', 'a1\na2'],
      ['in/.hidden', 'x\n'],
      ['in/_temporary', 'x\n'],
      ['in/deeper/b', 'x\n'],
      ['other/c', 'x\n'],
      ['in/d', 'd\n'],
    ] as const)
      await s3.put('new', key, text)
    await run.until('stdout', 'd\n')
    await s3.put('new', 'in/a', 'changed\n')
    await s3.put('new', 'in/e.gz', gzipSync('e1\ne2\n'))
    await run.until('stdout', 'e2\n')
    run.child.kill('SIGINT')
    const { code, stdout, stderr } = await run.ended
    t.equal(code, 0, stderr)
    t.strictSame(lines(stdout).sort(), ['a1', 'a2', 'd', 'e1', 'e2'])
  },
)

tap.test(
  'I7.4 C12 C13 --existing takes what is there, in pages; names, directories and records by pattern',
  async (t) => {
    await s3.bucket('there')
    const puts = Array.from(
      { length: 1100 },
      (_, index) => () => s3.put('there', `logs/2026-11-23/${index}.log`, `${index}\n`),
    )
    for (let at = 0; at < puts.length; at += 20)
      await Promise.all(puts.slice(at, at + 20).map((put) => put()))
    await s3.put('there', 'logs/2026-11-24/x.txt', 'x\n')
    await s3.put('there', 'logs/2026-11-24/y.log', 'y\n')
    await s3.put('there', 'logs/2027/z.log', 'z\n')
    await s3.put('there', 'records/r', Buffer.from('aabbcc'))
    const read = (...words: string[]): ReturnType<typeof dstream> =>
      dstream(['files', ...AT, '--existing', ...words, '--interval', '300ms', '--batches', '1'], '', { env })
    const all = await read('s3://there/logs/2026-11-23/', 'map', 'number', 'reduce', 'sum', 'emit')
    t.equal(all.stdout, `${((COUNT - 1) * COUNT) / 2}\n`, all.stderr)
    const matching = await read('s3://there/logs/2026-*', '--match', '[xy].*', 'emit')
    t.strictSame(lines(matching.stdout).sort(), ['x', 'y'], matching.stderr)
    const records = await read('s3://there/records', '--record-bytes', '2', 'emit')
    t.strictSame(lines(records.stdout), ['"6161"', '"6262"', '"6363"'], records.stderr)
    const wrong = await read('s3://there/records', '--record-bytes', '4', 'emit')
    t.equal(wrong.code, 1)
    t.match(wrong.stderr, 's3://there/records/r: its 6 bytes are no multiple of the record length 4')
  },
)

async function interrupted(t: Test, name: string, how: 'SIGKILL' | 'SIGINT'): Promise<void> {
  await s3.bucket(name)
  const folder = t.testdir()
  const OBJECTS = 120
  const LINES = 50
  const KILLS = 8
  const words = [
    'files',
    `s3://${name}/in`,
    ...AT,
    '--existing',
    '--interval',
    '200ms',
    '--checkpoint',
    join(folder, 'log'),
  ]
  const whole = [...words, '--checkpoint-interval', '400ms', 'save-as-text-files', join(folder, 'out/b')]
  const putting = (async (): Promise<void> => {
    for (let index = 0; index < OBJECTS; index++) {
      await s3.put(name, `in/${index}`, numbers(index * LINES, (index + 1) * LINES))
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
  })()
  let run = new Session(whole, KEYS)
  t.teardown(() => run.child.kill('SIGKILL'))
  for (let kills = 0; kills < KILLS; kills++) {
    await new Promise((resolve) => setTimeout(resolve, 400 + Math.random() * 800))
    run.child.kill(how)
    const { code, stderr } = await run.ended
    t.equal(code, how === 'SIGINT' ? 0 : null, stderr)
    run = new Session(whole, KEYS)
  }
  await putting
  const deadline = Date.now() + 60_000
  // A batch that is written again is there twice for a moment.
  while (new Set(textIn(folder)).size < OBJECTS * LINES && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 200))
  run.child.kill('SIGINT')
  const { code, stderr } = await run.ended
  t.equal(code, 0, stderr)
  const found = textIn(folder)
  t.comment(`${KILLS} kills, ${found.length} lines`)
  t.equal(found.length, OBJECTS * LINES)
  t.equal(new Set(found).size, OBJECTS * LINES)
}

tap.test('I7.4 F3 killed again and again while objects come: each line is in the files once', (t) =>
  interrupted(t, 'killed', 'SIGKILL'),
)

tap.test('I7.4 F3 stopped again and again while objects come: each line is in the files once', (t) =>
  interrupted(t, 'stopped', 'SIGINT'),
)

/** A way to the server that breaks the first connections after so many bytes. */
async function breaking(
  times: number,
  after: number,
): Promise<{ url: string; server: Server; broken: () => number }> {
  let broken = 0
  const way = createServer((near: Socket) => {
    const far = connect(s3.port, '127.0.0.1')
    let passed = 0
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
    near.pipe(far)
    far.on('data', (chunk: Buffer) => {
      passed += chunk.length
      if (passed > after && broken < times) {
        broken += 1
        near.destroy()
        far.destroy()
      } else near.write(chunk)
    })
    far.on('close', () => near.end())
  })
  const port = await freePort()
  await new Promise<void>((resolve) => way.listen(port, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${port}`, server: way, broken: () => broken }
}

tap.test(
  'I7.4 I7.7 a connection that breaks in the middle of an object: reading goes on from there',
  async (t) => {
    await s3.bucket('broken')
    const text = numbers(0, 300_000)
    await s3.put('broken', 'in/a', text)
    const way = await breaking(3, 400_000)
    t.teardown(() => way.server.close())
    const words = [
      'files',
      's3://broken/in',
      '--endpoint',
      way.url,
      '--existing',
      '--interval',
      '300ms',
      '--batches',
      '1',
      'emit',
    ]
    const ran = await dstream(words, '', { env })
    t.equal(ran.code, 0, ran.stderr)
    t.equal(way.broken(), 3)
    t.ok(ran.stdout === text, `${ran.stdout.length} of ${text.length} bytes`)
    t.match(ran.stderr, /going on from there/)
  },
)

tap.test(
  'I7.4 I7.7 wrong bucket, credentials, address and words: each a clear error within 10 s, without a key',
  async (t) => {
    const port = await freePort()
    const none = { ...process.env, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: t.testdir() }
    const other = { ...env, AWS_SECRET_ACCESS_KEY: 'hidden/other' }
    const cases: [words: readonly string[], code: number, said: RegExp, env?: NodeJS.ProcessEnv][] = [
      [['s3://nowhere/in', ...AT], 1, /there is no bucket nowhere/],
      [['s3://nowhere/in', '--endpoint', `http://127.0.0.1:${port}`], 1, /connection refused/],
      [['s3://new/in', ...AT], 1, /no credentials are found/, none],
      [['s3://new/in', '--endpoint', 'localhost:9000'], 2, /--endpoint expects a URL/],
      [['s3:///in', ...AT], 2, /names no bucket/],
      [['in', ...AT], 2, /--endpoint is for s3:/],
    ]
    // moto takes any.
    if (s3.name !== 'moto')
      cases.push([['s3://new/in', ...AT], 1, /s3 at .*(Signature|AccessDenied|refuse)/, other])
    for (const [words, code, said, caseEnv = env] of cases) {
      const ran = await dstream(['files', ...words, 'emit'], '', { env: caseEnv, timeout: 10_000 })
      t.equal(ran.code, code, words.join(' '))
      t.match(ran.stderr, said)
      t.notMatch(ran.stderr, /\n\s+at |hidden/)
    }
  },
)
