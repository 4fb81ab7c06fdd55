/** Rows C2, C3, C5, F1, F8 and F10: what a checkpoint finds, refuses and gives back. */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import tap from 'tap'
import type { Partition } from '../src/engine/batch/partition.ts'
import { partitionRecord, readPartition } from '../src/engine/recovery/partition-record.ts'
import { readRecords, recordHeader } from '../src/engine/recovery/records.ts'
import { matchStages } from '../src/engine/recovery/stage-names.ts'
import { StreamingContext } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'
import { waiting } from './support/kill-run.ts'
import { COMMAND, dstream, type Finished } from './support/run.ts'

const CHAIN = [
  'flatmap',
  'split',
  'update-state-by-key',
  '(values, state = 0) => state + values.length',
  'emit',
]

/** Run a chain on two lines a batch, with a checkpoint. */
function run(
  directory: string,
  lines: string,
  { chain = CHAIN, flags = [] }: { chain?: readonly string[]; flags?: readonly string[] } = {},
): Promise<Finished> {
  const args = ['--batch-lines', '1', '--checkpoint', directory, ...flags, ...chain]
  return dstream(args, lines, { timeout: 60_000 })
}

const files = (directory: string, kind: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.startsWith(kind))
    .sort()
    .map((name) => join(directory, name))

tap.test('F1 the same line, run again, goes on with the states of the run before', async (t) => {
  const directory = join(t.testdir(), 'a', 'b')
  t.match(await run(directory, 'x\nx y\n'), { code: 0, stdout: 'x\t1\nx\t2\ny\t1\n' })
  const again = await run(directory, 'y\n')
  t.match(again, { code: 0, stdout: 'x\t2\ny\t2\n' })
  t.match(again.stderr, /^going on behind the batch of 2000 ms$/m)
  t.match(await run(directory, ''), { code: 0, stdout: '' }, 'nothing new is no batch')
})

tap.test('F1 a snapshot that is damaged at any byte is named, and the one before is used', async (t) => {
  const root = t.testdir()
  const directory = join(root, 'whole')
  await run(directory, 'x\n')
  await run(directory, 'x\n')
  const last = files(directory, 'snapshot').at(-1) as string
  const whole = readFileSync(last)
  for (const at of [0, 5, 9, Math.floor(whole.length / 2), whole.length - 1]) {
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] as number) ^ 0x40
    const copy = join(root, `damaged-${at}`)
    mkdirSync(copy, { recursive: true })
    for (const path of [...files(directory, 'snapshot'), ...files(directory, 'log')])
      writeFileSync(join(copy, path.split('/').at(-1) as string), path === last ? bytes : readFileSync(path))
    const found = await run(copy, 'x\n')
    t.equal(found.code, 0)
    t.equal(found.stdout, 'x\t3\n', `byte ${at}`)
    t.match(found.stderr, /snapshot-\d+ is damaged: going on from the one before/)
  }
})

tap.test('C3 F1 where nothing can be read, that is said; --create-on-error begins anew', async (t) => {
  const directory = t.testdir()
  await run(directory, 'x\n')
  for (const path of files(directory, 'snapshot')) writeFileSync(path, 'no snapshot')
  const refused = await run(directory, 'x\n')
  t.equal(refused.code, 1)
  t.match(refused.stderr, /no snapshot can be read; damaged: .*snapshot-000000/)
  t.match(refused.stderr, /--create-on-error/)
  const anew = await run(directory, 'x\n', { flags: ['--create-on-error'] })
  t.match(anew, { code: 0, stdout: 'x\t1\n' })
})

tap.test(
  'F1 a log that a kill has cut off is whole up to there; damage before its end is refused',
  async (t) => {
    const directory = t.testdir()
    const child = spawn(process.execPath, [
      COMMAND,
      '--batch-lines',
      '1',
      '--checkpoint',
      directory,
      ...CHAIN,
    ])
    child.stdin.write('x\ny\nz\n')
    await new Promise<void>((resolve) => {
      let out = ''
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk
        if (out.includes('z\t1')) resolve()
      })
    })
    child.kill('SIGKILL')
    await new Promise((resolve) => child.on('close', resolve))
    const log = files(directory, 'log').at(-1) as string
    const whole = readFileSync(log)
    t.ok(whole.length > 60, 'the log holds what no snapshot does')
    const damaged = Buffer.from(whole)
    damaged[12] = (damaged[12] as number) ^ 1
    writeFileSync(log, damaged)
    const refused = await run(directory, '')
    t.equal(refused.code, 1)
    t.match(refused.stderr, /log-000000: damaged at byte 0 of \d+/)
    // A word of the last record is missing: the batch of z has not been cut, and is run again.
    writeFileSync(log, whole.subarray(0, whole.length - 20))
    const found = await run(directory, 'x\n')
    t.equal(found.code, 0, found.stderr)
    t.match(found.stdout, /x\t2\n/)
  },
)

tap.test('F1 records: what is written is read back, cut off anywhere and damaged anywhere', async (t) => {
  const partition: fc.Arbitrary<Partition> = fc.oneof(
    fc.uint8Array({ maxLength: 50 }).map((bytes): Partition => ({ kind: 'text', bytes, count: 3 })),
    fc
      .array(
        fc.oneof(
          fc.string(),
          fc.double(),
          fc.constant(undefined),
          fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }),
        ),
      )
      .map((rows): Partition => ({ kind: 'rows', rows })),
    fc.array(fc.tuple(fc.string(), fc.integer())).map(
      (pairs): Partition => ({
        kind: 'grouped',
        keys: pairs.map(([k]) => k),
        values: pairs.map(([, v]) => v),
      }),
    ),
  )
  fc.assert(
    fc.property(fc.array(partition, { maxLength: 6 }), fc.nat(), fc.nat(255), (partitions, at, flip) => {
      let place = 0
      const records = partitions.map((each, source) => {
        const parts = partitionRecord(source, each)
        const record = Buffer.concat([recordHeader(1, parts, { file: 7, at: place }), ...parts])
        place += record.length
        return record
      })
      const bytes = Buffer.concat(records)
      const read = [...readRecords(bytes, 7)].map(({ payload }) => readPartition(payload))
      t.strictSame(
        read.map(({ partition: each }) => each),
        partitions.map((each) => (each.kind === 'text' ? { ...each, bytes: Buffer.from(each.bytes) } : each)),
      )
      const cut = at % (bytes.length + 1)
      const whole = [...readRecords(bytes.subarray(0, cut), 7)]
      t.ok(whole.every(({ end }) => end <= cut))
      if (bytes.length === 0 || flip === 0) return
      const damaged = Buffer.from(bytes)
      damaged[at % bytes.length] = (damaged[at % bytes.length] as number) ^ flip
      t.ok([...readRecords(damaged, 7)].length < partitions.length, 'one flipped byte is found')
    }),
    { numRuns: 300 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const record of readRecords(Buffer.from(bytes), 7)) t.ok(record.end <= bytes.length)
    }),
  )
})

tap.test('F1 one directory serves one process: the second is refused by name', async (t) => {
  const directory = t.testdir()
  const child = spawn(process.execPath, [COMMAND, 'rate', '1', '--checkpoint', directory, 'count', 'emit'])
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  const second = await run(directory, 'x\n')
  t.equal(second.code, 1)
  t.match(second.stderr, new RegExp(`process ${child.pid} works with it`))
  child.kill('SIGKILL')
  await new Promise((resolve) => child.on('close', resolve))
  const after = await dstream(['rate', '1', '--checkpoint', directory, '--batches', '1', 'count', 'emit'])
  t.equal(after.code, 0, `a killed process holds nothing: ${after.stderr}`)
})

tap.test('F1 asks-27 a batch that is run again tells listeners what it has had', async (t) => {
  const root = t.testdir()
  const directory = join(root, 'checkpoint')
  const input = join(root, 'input')
  const events = join(root, 'events')
  writeFileSync(input, 'x\ny\nz\n')
  const args = [
    ...['text', input, '--batch-lines', '3', '--checkpoint', directory, '--events', events],
    ...['for-each', 'l => { if (globalThis.process?.env.FAIL) throw new Error("no") }'],
  ]
  const failed = await dstream(args, '', { env: { FAIL: '1' } })
  t.equal(failed.code, 1, 'the batch is in the log, and no output has it')
  t.match(await dstream(args), { code: 0, stderr: /1 batch run again/ })
  const completed = readFileSync(events, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((event) => event.event === 'onBatchCompleted' && event.batchInfo.numRecords > 0)
  t.equal(completed.at(-1)?.batchInfo.numRecords, 3)
  t.match(completed.at(-1)?.batchInfo.streamIdToInputInfo, { 0: { numRecords: 3 } })
})

tap.test('F10 asks-26 a changed pipeline says what is kept, migrated and dropped, and asks', async (t) => {
  const directory = t.testdir()
  await run(directory, 'x\n')
  const changed = ['flatmap', 'split', 'map-with-state', 'sum', 'emit']
  const refused = await run(directory, 'x\n', { chain: changed })
  t.equal(refused.code, 2)
  t.match(refused.stderr, /dropped: what update-state-by-key .* kept/)
  t.match(refused.stderr, /--yes/)
  t.match(await run(directory, 'x\n', { chain: changed, flags: ['--yes'] }), { code: 0, stdout: 'x\t1\n' })
  t.match(await run(directory, 'x\n', { chain: changed }), { code: 0, stdout: 'x\t2\n' }, 'asked once')
  const filtered = ['flatmap', 'split', 'filter', 'contains:x', 'map-with-state', 'sum', 'emit']
  t.match(
    await run(directory, 'x\n', { chain: filtered }),
    { code: 0, stdout: 'x\t3\n' },
    'a stage without state may come and go',
  )
  const stage = (id: string, command: string) => ({ id, label: id, command })
  t.match(
    matchStages([stage('window 3s', 'window'), stage('take 3', 'take')], [stage('window 5s', 'window')]),
    { migrated: [{ from: { id: 'window 3s' }, to: { id: 'window 5s' } }], dropped: [{ id: 'take 3' }] },
  )
})

tap.test('F1 a run that counts its batches otherwise is refused', async (t) => {
  const directory = t.testdir()
  await run(directory, 'x\n')
  const other = await run(directory, 'x\n', { flags: ['--interval', '2s'] })
  t.match(other, { code: 2, stderr: /the checkpoint was written with --batch-lines/ })
  const clock = await dstream(['--checkpoint', directory, ...CHAIN], 'x\n')
  t.match(clock, { code: 2, stderr: /the checkpoint was written with --batch-lines/ })
})

tap.test('F1 a directory that cannot be written to is refused before anything is read', async (t) => {
  const directory = t.testdir({ file: '' })
  const found = await run(join(directory, 'file'), 'x\n')
  t.equal(found.code, 1)
  t.match(found.stderr, /^dstream: checkpoint .*file: /m)
  t.equal(found.stdout, '')
})

tap.test('C3 C5 getOrCreate goes on; checkpoint(null) turns it off; a queue is refused', async (t) => {
  const directory = t.testdir()
  const path = join(directory, 'input')
  writeFileSync(path, 'x\nx\n')
  const counts = async (): Promise<unknown[]> => {
    const seen: unknown[] = []
    const context = StreamingContext.getOrCreate(join(directory, 'checkpoint'), () => {
      const ssc = new StreamingContext({ batchDuration: 1000, batchLines: 1, port: collectingPort() })
      ssc
        .source('text', [[path]])
        .map((word): [string, number] => [word, 1])
        .updateStateByKey((values: readonly number[], state?: number) => (state ?? 0) + values.length)
        .foreachRDD((rdd) => void seen.push(...rdd.collect()))
      return ssc
    })
    context.start()
    await context.awaitTermination()
    return seen
  }
  t.strictSame(await counts(), [
    ['x', 1],
    ['x', 2],
  ])
  writeFileSync(path, 'x\nx\ny\n')
  t.strictSame(
    await counts(),
    [
      ['x', 2],
      ['y', 1],
    ],
    'a file is read behind what was received',
  )
  const off = new StreamingContext({ batchDuration: 1000, batches: 1, batchLines: 1, port: collectingPort() })
  off.checkpoint(join(directory, 'off'))
  off.checkpoint(null)
  off.queueStream([[1]]).foreachRDD(() => {})
  off.start()
  await off.awaitTermination()
  t.notOk(readdirSync(directory).includes('off'))
  t.throws(() => off.checkpoint(directory), { message: 'checkpoint() comes before start()' })
  const queue = new StreamingContext({ batchDuration: 1000, port: collectingPort() })
  queue.checkpoint(join(directory, 'queue'))
  queue.queueStream([[1]]).foreachRDD(() => {})
  queue.start()
  await t.rejects(queue.awaitTermination(), {
    name: 'UsageError',
    message: /queue cannot be used with a checkpoint/,
  })
})

tap.test('F1 a process that sleeps for seconds goes on with every batch time', async (t) => {
  const directory = t.testdir()
  const args = ['rate', '10', '--interval', '200ms', '--checkpoint', directory, '--batches', '20', 'emit']
  const child = spawn(process.execPath, [COMMAND, ...args])
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk
  })
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  child.kill('SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, 2500))
  child.kill('SIGCONT')
  await new Promise((resolve) => child.on('close', resolve))
  const numbers = out.trim().split('\n').map(Number)
  t.strictSame(
    numbers,
    Array.from({ length: numbers.length }, (_, index) => index),
    'none twice, none missing',
  )
  t.equal(numbers.length, 40)
})

tap.test('F3 files of a directory are read exactly once, however often the reader is killed', async (t) => {
  const root = t.testdir({ in: {}, out: {} })
  const lines: string[] = []
  let number = 0
  const drop = (): void => {
    const text = Array.from({ length: 50 }, (_, index) => `${number} ${index}`)
    lines.push(...text)
    writeFileSync(join(root, `.${number}`), `${text.join('\n')}\n`)
    renameSync(join(root, `.${number}`), join(root, 'in', `file-${number++}`))
  }
  const flags = [
    '--interval',
    '100ms',
    '--checkpoint',
    join(root, 'checkpoint'),
    '--checkpoint-interval',
    '300ms',
  ]
  const start = () =>
    spawn(process.execPath, [
      COMMAND,
      'files',
      join(root, 'in'),
      ...flags,
      'save-as-text-files',
      join(root, 'out', 'b'),
    ])
  const written = (): string[] =>
    readdirSync(join(root, 'out')).flatMap((name) =>
      readdirSync(join(root, 'out', name))
        .filter((part) => part.startsWith('part-'))
        .flatMap((part) =>
          readFileSync(join(root, 'out', name, part), 'utf8')
            .split('\n')
            .filter(Boolean),
        ),
    )
  for (let life = 0; life < 5; life++) {
    const child = start()
    const ends = new Promise((resolve) => child.on('close', resolve))
    // What is there before the first start is not new.
    while (
      !readdirSync(root).includes('checkpoint') ||
      files(join(root, 'checkpoint'), 'snapshot').length === 0
    )
      await new Promise((resolve) => setTimeout(resolve, 20))
    const until = Date.now() + 500 + Math.random() * 400
    while (Date.now() < until) {
      drop()
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    child.kill('SIGKILL')
    await ends
    // What comes while nothing runs is read by the next run.
    drop()
  }
  const last = start()
  const ends = new Promise((resolve) => last.on('close', resolve))
  // A batch that is written again is there twice for a moment.
  for (let wait = 0; wait < 300 && new Set(written()).size < lines.length; wait++)
    await new Promise((resolve) => setTimeout(resolve, 100))
  last.kill('SIGTERM')
  await ends
  t.strictSame(written().sort(), [...lines].sort(), `${number} files, 5 kills`)
})

tap.test(
  'F1 F8 no snapshot is taken while a log is run again: what it holds would count twice',
  async (t) => {
    const cwd = t.testdir({ out: {} })
    const LINES = 600
    writeFileSync(join(cwd, 'in'), Array.from({ length: LINES }, (_, index) => `${index}\n`).join(''))
    const wait = waiting(1)
    const keep = 'cat > out/$DSTREAM_BATCH_TIME && test ! -e stop-$DSTREAM_BATCH_TIME'
    const run = (interval: string): Promise<Finished> => {
      const checkpoint = ['--checkpoint', 'kept', '--checkpoint-interval', interval]
      return dstream(
        ['text', 'in', '--batch-lines', '10', ...checkpoint, 'map', `n => (${wait}, n)`, 'for-each', keep],
        '',
        { cwd },
      )
    }
    // Batches 1 to 29 are in the first log, and no snapshot but that of the start; the 30th has yet to be had.
    writeFileSync(join(cwd, 'stop-30000'), '')
    t.equal((await run('10m')).code, 1)
    // To run them again takes longer than a snapshot waits, and then the 30th is had; the one behind it fails.
    rmSync(join(cwd, 'stop-30000'))
    writeFileSync(join(cwd, 'stop-31000'), '')
    t.equal((await run('250ms')).code, 1)
    rmSync(join(cwd, 'stop-31000'))
    const last = await run('250ms')
    t.equal(last.code, 0, last.stderr)
    for (let batch = 1; batch <= LINES / 10; batch++)
      t.equal(
        readFileSync(join(cwd, 'out', String(batch * 1000)), 'utf8'),
        Array.from({ length: 10 }, (_, index) => `${(batch - 1) * 10 + index}\n`).join(''),
      )
  },
)
