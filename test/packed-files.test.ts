/** Files that end in .gz and .zst: what they hold, and what is said of those that are damaged. Issue 7 line 4. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import tap from 'tap'
import { dstream } from './support/run.ts'

/** Written by `zstd`: `one`, `two`; `three`, `four` without a line feed; 100,000 times `a line of a log`. */
const ONE_TWO = Buffer.from('KLUv/QRYQQAAb25lCnR3bwrmpg5A', 'base64')
const THREE_FOUR = Buffer.from('KLUv/QRoUQAAdGhyZWUKZm91chdcs04=', 'base64')
const LOG = Buffer.from(
  'KLUv/QRoxAAAgGEgbGluZSBvZiBhIGxvZwoBANr/J59LVAAAAAEA/f/z/7kGAkQAAAABAP3/OQACRAAAAAEA/f85AAJEAAAAAQD9/zkAAkQAAAAB' +
    'AP3/OQACRAAAAAEA/f85AAJEAAAAAQD9/zkAAkQAAAABAP3/OQACRAAAAAEA/f85AAJEAAAAAQD9/zkAAkQAAAABAP3/OQACPQAAAAEA/ekOgGxX' +
    'E0Y=',
  'base64',
)

const BATCH = ['--existing', '--interval', '200ms', '--batches', '1']

const cases: readonly [name: string, content: Buffer, expected: string][] = [
  ['a.gz', gzipSync('one\ntwo'), 'one\ntwo\n'],
  ['members.gz', Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]), 'one\ntwo\n'],
  ['nothing.gz', gzipSync(''), ''],
  ['a.zst', ONE_TWO, 'one\ntwo\n'],
  ['frames.zst', Buffer.concat([ONE_TWO, THREE_FOUR]), 'one\ntwo\nthree\nfour\n'],
  ['log.zst', LOG, 'a line of a log\n'.repeat(100_000)],
]

tap.test('I7.4 gzip and zstd by the ending of the name, in files and in text', async (t) => {
  const folder = t.testdir()
  for (const [name, content, expected] of cases) {
    const directory = join(folder, `in-${name}`)
    mkdirSync(directory)
    writeFileSync(join(directory, name), content)
    for (const words of [
      ['files', directory, ...BATCH],
      ['text', join(directory, name)],
    ]) {
      const ran = await dstream([...words, 'emit'])
      t.equal(ran.code, 0, ran.stderr)
      t.ok(ran.stdout === expected, `${words[0]} ${name}: ${ran.stdout.length} of ${expected.length} bytes`)
    }
  }
})

const cut = (content: Buffer): Buffer => content.subarray(0, content.length - 6)
const turned = (content: Buffer, at: number): Buffer => {
  const copy = Buffer.from(content)
  copy[at] = (copy[at] as number) ^ 0xff
  return copy
}
const long = gzipSync(Array.from({ length: 50_000 }, (_, index) => `${index * 7919}\n`).join(''))

const damaged: readonly [name: string, content: Buffer, said: RegExp][] = [
  ['cut.gz', cut(long), /cut\.gz: the compressed file is cut short; it was read up to byte \d+/],
  ['turned.gz', turned(long, long.length >> 1), /turned\.gz: .*damaged; it was read up to byte \d+/],
  ['plain.gz', Buffer.from('no gzip at all\n'), /plain\.gz: is no gzip file, or is damaged/],
  ['cut.zst', cut(LOG), /cut\.zst: .*; it was read up to byte \d+/],
  ['plain.zst', Buffer.from('no zstd at all\n'), /plain\.zst: .*; it was read up to byte 0/],
]

tap.test(
  'I7.4 a damaged file is an error that names it and how far it was read; nothing hangs',
  async (t) => {
    const folder = t.testdir()
    for (const [name, content, said] of damaged) {
      const directory = join(folder, `in-${name}`)
      mkdirSync(directory)
      writeFileSync(join(directory, name), content)
      for (const words of [
        ['files', directory, ...BATCH],
        ['text', join(directory, name)],
      ]) {
        const ran = await dstream([...words, 'count', 'emit'], '', { timeout: 20_000 })
        t.equal(ran.code, 1, `${words[0]} ${name}`)
        t.match(ran.stderr, said)
        t.match(ran.stderr, /Move it away/)
        t.notMatch(ran.stderr, /\n\s+at /)
      }
    }
  },
)
