/** `save-as-text-files s3://BUCKET/PREFIX` against a real server: rows D16, F8, issue 8 line 1. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import tap from 'tap'
import { waiting } from '../support/kill-run.ts'
import { freePort } from '../support/real/free-port.ts'
import { KEYS, realS3 } from '../support/real/s3.ts'
import { dstream } from '../support/run.ts'
import { Session } from '../support/session.ts'

const server = await realS3()
if (server === undefined) throw new Error('moto is not installed, and could not be')
const s3 = server
tap.teardown(() => s3.remove())
tap.comment(s3.name)

const env = { ...process.env, ...KEYS }
const AT = ['--endpoint', s3.url]
const { client } = s3

async function keysIn(bucket: string): Promise<string[]> {
  const keys: string[] = []
  let token: string | undefined
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    )
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key))
    token = page.NextContinuationToken
  } while (token !== undefined)
  return keys.toSorted()
}

async function textOf(bucket: string, key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return (await Body?.transformToString()) ?? ''
}

tap.test('I8.1 D16 batches are objects, with Spark’s names; `files` reads them again', async (t) => {
  await s3.bucket('out')
  const words = ['--batch-lines', '2', 'save-as-text-files', 's3://out/deep/x', 'txt', ...AT]
  const ran = await dstream(words, 'a\nb\nc\n', { env })
  t.strictSame([ran.code, ran.stdout, ran.stderr], [0, '', ''])
  t.strictSame(await keysIn('out'), [
    'deep/x-1000.txt/_SUCCESS',
    'deep/x-1000.txt/part-00000',
    'deep/x-2000.txt/_SUCCESS',
    'deep/x-2000.txt/part-00000',
  ])
  t.equal(await textOf('out', 'deep/x-1000.txt/part-00000'), 'a\nb\n')
  for (const [format, ending] of [
    ['csv', '.gz'],
    ['parquet', '.parquet'],
  ] as const) {
    const more = ['--batch-lines', '9', 'save-as-text-files', `s3://out/${format}`, '--format', format]
    const packed = [...more, ...AT, '--compress', 'gzip']
    t.equal((await dstream(packed, 'a\nb\n', { env })).code, 0)
    t.ok((await keysIn('out')).includes(`${format}-1000/part-00000${ending}`))
  }
  const read = [
    'files',
    's3://out/deep/*',
    ...AT,
    '--existing',
    '--interval',
    '300ms',
    '--batches',
    '1',
    'emit',
  ]
  t.strictSame((await dstream(read, '', { env })).stdout.trim().split('\n').toSorted(), ['a', 'b', 'c'])
})

tap.test('I8.1 D16 a batch of an earlier run is replaced, what is not ours never', async (t) => {
  await s3.bucket('again')
  for (const name of ['part-00000', 'part-00007', '_SUCCESS'])
    await s3.put('again', `x-1000/${name}`, 'old\n')
  const words = ['--batch-lines', '9', 'save-as-text-files', 's3://again/x', ...AT]
  t.equal((await dstream(words, 'new\n', { env })).code, 0)
  t.strictSame(await keysIn('again'), ['x-1000/_SUCCESS', 'x-1000/part-00000'])
  t.equal(await textOf('again', 'x-1000/part-00000'), 'new\n')
  await s3.put('again', 'x-1000/mine.txt', 'mine\n')
  const { code, stderr } = await dstream(words, 'newer\n', { env })
  t.equal(code, 1)
  t.match(stderr, /cannot write s3:\/\/again\/x-1000: it is there already, and holds mine.txt/)
  t.equal(await textOf('again', 'x-1000/part-00000'), 'new\n')
})

tap.test('I8.1 F3 F8 killed again and again: each line is in the bucket once', async (t) => {
  await s3.bucket('killed')
  const cwd = t.testdir()
  const TOTAL = 4000
  const slow = `n => (${waiting(3)}, n)`
  writeFileSync(join(cwd, 'in'), Array.from({ length: TOTAL }, (_, index) => `${index}\n`).join(''))
  const kept = ['--batch-lines', '100', '--checkpoint', join(cwd, 'kept')]
  const whole = ['text', join(cwd, 'in'), ...kept, 'map', slow, 'save-as-text-files', 's3://killed/x', ...AT]
  let kills = 0
  for (let left = 8; ; left -= 1) {
    const run = new Session(whole, KEYS)
    const timer =
      left > 0 ? setTimeout(() => run.child.kill('SIGKILL'), 500 + Math.random() * 700) : undefined
    const { code, stderr } = await run.ended
    clearTimeout(timer)
    if (code === 0) break
    t.equal(code, null, stderr)
    kills += 1
  }
  t.ok(kills >= 6, `${kills} kills`)
  const keys = await keysIn('killed')
  const parts = await Promise.all(
    keys.filter((key) => key.includes('part-')).map((key) => textOf('killed', key)),
  )
  const numbers = parts.join('').trim().split('\n').map(Number)
  t.equal(numbers.length, TOTAL)
  t.equal(new Set(numbers).size, TOTAL)
  t.equal(keys.filter((key) => key.endsWith('/_SUCCESS')).length, TOTAL / 100)
})

tap.test('I8.1 wrong bucket, address and credentials: each a clear error, without a key', async (t) => {
  const port = await freePort()
  const none = { ...process.env, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', HOME: t.testdir() }
  const cases: [words: readonly string[], said: RegExp, env?: NodeJS.ProcessEnv][] = [
    [['s3://nowhere/x', ...AT], /there is no bucket nowhere/],
    [['s3://out/x', '--endpoint', `http://127.0.0.1:${port}`], /connection refused/],
    [['s3://out/x', ...AT], /no credentials are found/, none],
  ]
  for (const [words, said, caseEnv = env] of cases) {
    const ran = await dstream(['save-as-text-files', ...words], 'a\n', { env: caseEnv, timeout: 15_000 })
    t.equal(ran.code, 1, words.join(' '))
    t.match(ran.stderr, said)
    t.notMatch(ran.stderr, /\n\s+at |hidden/)
  }
})
