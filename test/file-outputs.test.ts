/** Files as outputs: formats, packing, one file that rolls. Issue 8 line 1, rows D16 and D17. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableFromIPC } from 'apache-arrow'
import tap, { type Test } from 'tap'
import { killedRun, waiting } from './support/kill-run.ts'
import { dstream } from './support/run.ts'

const LINES = 'a b a\nc a\nb\n'
const COUNTS = ['--batch-lines', '2', 'flatmap', 'split', 'reduce-by-key']
const RECORDS = ['map', 'l => ({ line: l, size: l.length / 2, odd: l.length % 2 === 1, none: null })']

async function rows(query: string): Promise<readonly unknown[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const found = (await connection.runAndReadAll(query)).getRowsJson()
  connection.closeSync()
  return found
}

/** What is below a folder, by its path; what is hidden too. */
function filesBelow(folder: string): Record<string, Buffer> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return [path.slice(folder.length + 1), readFileSync(path)]
      }),
  )
}

async function ran(t: Test, words: readonly string[], input: string, cwd: string): Promise<void> {
  const { code, stdout, stderr } = await dstream(words, input, { cwd })
  t.strictSame([code, stdout, stderr], [0, '', ''], words.join(' '))
}

tap.test('I8.1 D16 Parquet and Arrow: a typed column per field, read back as it was', async (t) => {
  const cwd = t.testdir()
  await ran(t, [...COUNTS, 'save-as-text-files', 'p/x', 'sums', '--format', 'parquet'], LINES, cwd)
  t.strictSame(Object.keys(filesBelow(join(cwd, 'p'))).toSorted(), [
    'x-1000.sums/_SUCCESS',
    'x-1000.sums/part-00000.parquet',
    'x-2000.sums/_SUCCESS',
    'x-2000.sums/part-00000.parquet',
  ])
  t.strictSame(await rows(`select key, value from '${cwd}/p/*/*.parquet' order by filename, key`), [
    ['a', '3'],
    ['b', '1'],
    ['c', '1'],
    ['b', '1'],
  ])
  for (const compress of ['gzip', 'zstd']) {
    const words = [...RECORDS, 'save-as-text-files', compress, '--format', 'parquet', '--compress', compress]
    await ran(t, words, LINES, cwd)
    const codec = `select distinct compression from parquet_metadata('${cwd}/${compress}-*/*.parquet')`
    t.strictSame(await rows(codec), [[compress.toUpperCase()]])
    t.strictSame(await rows(`select * from '${cwd}/${compress}-*/*.parquet' where odd`), [
      ['a b a', 2.5, true, null],
      ['c a', 1.5, true, null],
      ['b', 0.5, true, null],
    ])
  }
  await ran(t, ['--batch-lines', '9', ...RECORDS, 'save-as-text-files', 'a', '--format', 'arrow'], LINES, cwd)
  const table = tableFromIPC(readFileSync(join(cwd, 'a-1000/part-00000.arrow')))
  t.strictSame(
    table.toArray().map((row) => ({ ...row.toJSON() })),
    [
      { line: 'a b a', size: 2.5, odd: true, none: null },
      { line: 'c a', size: 1.5, odd: true, none: null },
      { line: 'b', size: 0.5, odd: true, none: null },
    ],
  )
})

tap.test('I8.1 D16 all parts of a batch have the columns of the batch; an empty one has none', async (t) => {
  const cwd = t.testdir()
  for (const format of ['parquet', 'arrow']) {
    const fields = 'l => l === "b" ? { text: l } : { size: l.length }'
    const words = ['--batch-lines', '3', 'map', fields, 'repartition', '2', 'save-as-text-files', format]
    await ran(t, [...words, '--format', format], LINES, cwd)
    t.strictSame(Object.keys(filesBelow(join(cwd, `${format}-1000`))).toSorted(), [
      '_SUCCESS',
      `part-00000.${format}`,
      `part-00001.${format}`,
    ])
    await ran(t, ['filter', 'l => false', 'save-as-text-files', `e${format}`, '--format', format], LINES, cwd)
    const [empty = ''] = readdirSync(cwd).filter((name) => name.startsWith(`e${format}`))
    t.strictSame(readdirSync(join(cwd, empty)), ['_SUCCESS'])
  }
  const found = `select size, text from '${cwd}/parquet-1000/*.parquet' order by size`
  t.strictSame(await rows(found), [
    ['3', null],
    ['5', null],
    [null, 'b'],
  ])
  const schemas = ['part-00000', 'part-00001'].map((name) =>
    tableFromIPC(readFileSync(join(cwd, `arrow-1000/${name}.arrow`))).schema.toString(),
  )
  t.equal(schemas[0], schemas[1])
})

tap.test('I8.1 CSV: a header, and quotes as in RFC 4180; DuckDB reads what was written', async (t) => {
  const cwd = t.testdir()
  const nasty = ['a,b', 'say "x"', 'two\nlines', '', ' spaces ', 'é\u{1F600}', '\r']
  const text = `n => ({ n: Number(n), text: ${JSON.stringify(nasty)}[n], none: null })`
  const input = nasty.map((_, index) => `${index}\n`).join('')
  const words = ['--batch-lines', '9', 'map', text, 'save-as-text-files', 'x', 'csv', '--format', 'csv']
  await ran(t, words, input, cwd)
  const options =
    "allow_quoted_nulls = false, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"'"
  const columns = "columns = { n: 'INTEGER', text: 'VARCHAR', none: 'VARCHAR' }"
  const read = `read_csv('${cwd}/x-1000.csv/part-00000', ${options}, ${columns})`
  t.strictSame(
    await rows(`select * from ${read} order by n`),
    nasty.map((value, index) => [index, value, null]),
  )
  await ran(t, [...COUNTS, 'save-as-text-files', 'y', '--format', 'csv'], LINES, cwd)
  t.equal(String(filesBelow(cwd)['y-1000/part-00000']), 'key,value\na,3\nb,1\nc,1\n')
  const mixed = await dstream(
    ['map', 'l => ({ [l[0]]: 1 })', 'save-as-text-files', 'z', '--format', 'csv'],
    LINES,
    { cwd },
  )
  t.equal(mixed.code, 1)
  t.match(
    mixed.stderr,
    /cannot write z-\d+: the field c is no column of the file, which has a; choose fields/,
  )
})

tap.test('I8.1 --compress gzip: Spark’s names, and `files` reads the lines again', async (t) => {
  const cwd = t.testdir()
  const input = Array.from({ length: 300_000 }, (_, index) => `line ${index}\n`).join('')
  const words = ['--batch-lines', '200000', 'save-as-text-files', 'out/x', '--compress', 'gzip']
  await ran(t, words, input, cwd)
  const written = filesBelow(join(cwd, 'out'))
  t.strictSame(Object.keys(written).toSorted(), [
    'x-1000/_SUCCESS',
    'x-1000/part-00000.gz',
    'x-2000/_SUCCESS',
    'x-2000/part-00000.gz',
  ])
  t.ok((written['x-1000/part-00000.gz']?.length ?? input.length) < input.length / 6, 'they are small')
  const read = ['files', 'out/x-*', '--existing', '--interval', '300ms', '--batches', '1', 'emit']
  const again = await dstream(read, '', { cwd })
  t.ok(again.stdout === input, `${again.stdout.length} of ${input.length} characters`)
  // Nothing in an empty batch is still a file that can be unpacked.
  await ran(t, ['filter', 'l => false', ...words.slice(2, 3), 'e', '--compress', 'gzip'], LINES, cwd)
  const [empty = ''] = readdirSync(cwd).filter((name) => name.startsWith('e-'))
  t.strictSame(readdirSync(join(cwd, empty)).toSorted(), ['_SUCCESS', 'part-00000.gz'])
})

tap.test('I8.1 zstd where Node has it, else an error that says so', async (t) => {
  const cwd = t.testdir()
  const there = 'zstd' in process.versions
  for (const words of [
    ['save-as-text-files', 'x', '--compress', 'zstd'],
    ['to', 'file:x.txt.zst'],
  ]) {
    const { code, stderr } = await dstream(['--batch-lines', '9', ...words], LINES, { cwd })
    t.equal(code, there ? 0 : 2)
    if (!there) t.match(stderr, /needs Node 22.15 or newer, and this is 20/)
  }
  if (!there) return
  for (const folder of ['x-1000', '.']) {
    const read = ['files', folder, '--match', '*.zst', '--existing', '--interval', '300ms', '--batches', '1']
    t.equal((await dstream([...read, 'emit'], '', { cwd })).stdout, LINES)
  }
})

tap.test('I8.1 to file: one file of all batches, with its name when it is whole', async (t) => {
  const cwd = t.testdir()
  const once = ['--batch-lines', '1', ...RECORDS, 'to']
  await ran(t, [...once, 'file:out/all.csv'], LINES, cwd)
  await ran(t, [...once, 'file:out/all.json.gz'], LINES, cwd)
  await ran(t, ['--batch-lines', '1', 'to', 'file:out/all.txt'], LINES, cwd)
  await ran(t, ['--batch-lines', '1', 'to', `file://${cwd}/out/all.txt`], LINES, cwd)
  await ran(t, [...COUNTS, 'to', 'file:out/named.tsv', '--columns', 'word,n'], LINES, cwd)
  const written = filesBelow(join(cwd, 'out'))
  t.strictSame(Object.keys(written).toSorted(), [
    'all-1.txt',
    'all.csv',
    'all.json.gz',
    'all.txt',
    'named.tsv',
  ])
  t.equal(String(written['all.csv']), 'line,size,odd,none\na b a,2.5,true,\nc a,1.5,true,\nb,0.5,true,\n')
  t.equal(String(written['named.tsv']), 'word\tn\na\t3\nb\t1\nc\t1\nb\t1\n')
  t.equal(String(written['all.txt']), LINES)
  t.equal(String(written['all-1.txt']), LINES, 'what is there is not replaced')
  const packed = gunzipSync(written['all.json.gz'] ?? '')
  t.strictSame(
    String(packed)
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).line),
    ['a b a', 'c a', 'b'],
  )
})

tap.test('I8.1 --roll: the next file at each multiple of the time, or behind so many bytes', async (t) => {
  const cwd = t.testdir()
  const input = Array.from({ length: 10 }, (_, index) => `${index}\n`).join('')
  await ran(t, ['--batch-lines', '1', 'to', 'file:h/x.txt', '--roll', '4s'], input, cwd)
  const texts = (folder: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(filesBelow(join(cwd, folder))).map(([name, bytes]) => [name, String(bytes)]),
    )
  // The first batch is that of second 1.
  t.strictSame(texts('h'), {
    'x-1970-01-01T00-00-00Z.txt': '0\n1\n2\n',
    'x-1970-01-01T00-00-04Z.txt': '3\n4\n5\n6\n',
    'x-1970-01-01T00-00-08Z.txt': '7\n8\n9\n',
  })
  await ran(t, ['--batch-lines', '1', 'to', 'file:s/x.csv', '--roll', '13b'], input, cwd)
  t.strictSame(texts('s'), {
    'x-1970-01-01T00-00-01Z.csv': 'value\n0\n1\n2\n3\n',
    'x-1970-01-01T00-00-05Z.csv': 'value\n4\n5\n6\n7\n',
    'x-1970-01-01T00-00-09Z.csv': 'value\n8\n9\n',
  })
})

tap.test('I8.1 what cannot be written is said, and nothing half-written is left', async (t) => {
  const cwd = t.testdir({ file: 'x' })
  const cases: [words: readonly string[], code: number, said: RegExp][] = [
    [['to', 'file:x.parquet'], 2, /write parquet:FOLDER for files of Parquet/],
    [['to', 'file:x'], 2, /the ending says how it is written: \.json, /],
    [['to', 'file:x.csv', '--roll', 'never'], 2, /--roll expects a time or a size, and got never/],
    [['to', 'file:x.csv', '--roll', '0s'], 2, /--roll expects a time or a size/],
    [['to', 'sqlite:x.db', '--roll', '1h'], 2, /--roll is for file:PATH/],
    [['to', 'file:x.csv', '--table', 'y'], 2, /--table is for databases/],
    [['to', 'file:file/x.csv'], 1, /cannot write file\/x\.csv: (is not a directory|there is a file)/],
    [['save-as-text-files', 'file/x', '--format', 'parquet'], 1, /cannot write to file/],
    [['save-as-text-files', 'x', '--format', 'arrow', '--compress', 'gzip'], 2, /arrow are not packed/],
    [['save-as-text-files', 'x', '--region', 'r'], 2, /--region is for s3:/],
    [['save-as-text-files', 's3:///x'], 2, /names no bucket/],
    [['save-as-text-files', 'gs://b/x'], 2, /gs:\/\/b\/x is no path/],
  ]
  for (const [words, code, said] of cases) {
    const { code: found, stderr } = await dstream(words, LINES, { cwd, timeout: 20_000 })
    t.equal(found, code, `${words.join(' ')}: ${stderr}`)
    t.match(stderr, said)
    t.notMatch(stderr, /\n\s+at /)
  }
  const mixed = ['--batch-lines', '1', 'map', 'l => ({ [l[0]]: 1 })', 'to', 'file:mixed.csv']
  const { code, stderr } = await dstream(mixed, LINES, { cwd })
  t.equal(code, 1)
  t.match(stderr, /the field c is no column of the file, which has a; .* \(batch at 2000 ms, of 1 element\)/)
  t.strictSame(Object.keys(filesBelow(cwd)).toSorted(), ['file', 'mixed.csv'])
})

const NO_MOUNT = process.platform !== 'linux' || process.getuid?.() !== 0 || !canMount()

function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'dstream-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' })
    execFileSync('umount', [path], { stdio: 'ignore' })
    return true
  } catch {
    return false
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

tap.test(
  'I8.1 a full disk: an error that names the file; with room, it goes on',
  { skip: NO_MOUNT },
  async (t) => {
    const path = mkdtempSync(join(tmpdir(), 'dstream-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', path])
    t.teardown(() => {
      execFileSync('umount', ['-l', path])
      rmSync(path, { recursive: true, force: true })
    })
    const cwd = t.testdir()
    const input = Array.from({ length: 3000 }, (_, index) => `${index} ${'x'.repeat(490)}\n`).join('')
    writeFileSync(join(cwd, 'in'), input)
    for (const [words, said] of [
      [['save-as-text-files', `${path}/b`, '--format', 'json'], /cannot write .*\/b-\d+: no space is left/],
      [['save-as-text-files', `${path}/p`, '--format', 'parquet'], undefined],
    ] as const) {
      const { code, stderr } = await dstream(['text', 'in', '--batch-lines', '100', ...words], '', { cwd })
      if (said !== undefined) {
        t.equal(code, 1, stderr)
        t.match(stderr, said)
        t.notMatch(stderr, /\n\s+at /)
      }
      t.strictSame(
        readdirSync(path).filter((name) => name.startsWith('.')),
        [],
        'nothing half-written is left',
      )
      for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true })
    }
    const words = ['text', 'in', '--batch-lines', '100', '--checkpoint', 'kept', 'to', `file:${path}/all.txt`]
    const full = await dstream(words, '', { cwd })
    t.equal(full.code, 1, full.stderr)
    t.match(full.stderr, /cannot write .*\/all\.txt: no space is left on the disk/)
    execFileSync('mount', ['-o', 'remount,size=20m', path])
    const again = await dstream(words, '', { cwd })
    t.equal(again.code, 0, again.stderr)
    t.ok(String(filesBelow(path)['all.txt']) === input, 'all of it, once')
  },
)

const TOTAL = 12_000
const PER_BATCH = 10
/** A line that takes 10 ms a batch at least, so that it is killed under way on any machine. */
function slowly(cwd: string, ...output: readonly string[]): readonly string[] {
  mkdirSync(cwd, { recursive: true })
  writeFileSync(join(cwd, 'in'), Array.from({ length: TOTAL }, (_, index) => `${index}\n`).join(''))
  const wait = waiting(10, `n % ${PER_BATCH} === 0`)
  const kept = ['--checkpoint', 'kept', '--checkpoint-interval', '200ms']
  const map = ['map', `n => (${wait}, { n: Number(n), text: 'x' })`]
  return ['text', 'in', '--batch-lines', String(PER_BATCH), ...kept, ...map, ...output]
}

for (const [name, ending, roll] of [
  ['a time', '.csv', '100s'],
  ['a size, packed', '.json.gz', '20k'],
] as const) {
  tap.test(
    `I8.1 F3 F8 a file rolled by ${name}: killed 12 times, nothing is lost and nothing doubled`,
    async (t) => {
      const cwd = join(t.testdir(), 'run')
      const words = slowly(cwd, 'to', `file:out/x${ending}`, '--roll', roll)
      const { kills } = await killedRun(words, 12, 1200, { cwd })
      t.equal(kills, 12)
      const names = readdirSync(join(cwd, 'out')).filter((file) => !file.startsWith('.'))
      const read = ending === '.csv' ? 'read_csv' : 'read_json'
      t.strictSame(
        await rows(`select count(*), count(distinct n), sum(n) from ${read}('${cwd}/out/x-*${ending}')`),
        [[String(TOTAL), String(TOTAL), String((TOTAL * (TOTAL - 1)) / 2)]],
      )
      t.strictSame(
        readdirSync(join(cwd, 'out')).filter((file) => file.endsWith('.writing')),
        [],
      )
      if (roll !== '100s') return
      // 1200 batches, a second each: the first file has 99 of them, the last one 1.
      t.equal(names.length, TOTAL / PER_BATCH / 100 + 1)
      const apart = `select count(*) from read_csv('${cwd}/out/x-*.csv', filename = true)
      where strftime(make_timestamp(((n // ${PER_BATCH}) + 1) // 100 * 100000000), '%Y-%m-%dT%H-%M-%SZ') <> regexp_extract(filename, 'x-(.*)\\.csv', 1)`
      t.strictSame(await rows(apart), [['0']], 'each row is in the file of its time')
    },
  )
}
