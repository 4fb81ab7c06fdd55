/**
 * What may happen to a machine while a pipeline runs, issue-6 line 4: a signal in the middle of a batch, a full disk, a
 * directory that cannot be written to, a clock that is set, a sleep.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import tap, { type Test } from 'tap'
import { SystemClock } from '../src/engine/scheduler/clock.ts'
import { ManualClock, StreamingContext } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'
import { until } from './support/program.ts'
import { COMMAND, dstream } from './support/run.ts'

/** Milliseconds of a sleep of the machine. */
const SLEEP = Number(process.env.DSTREAM_SLEEP ?? 3000)
const NO_MOUNT = mountFailure()

/** Return why this process cannot mount a file system; false where it can. */
function mountFailure(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root of Linux can mount a small disk'
  const path = mkdtempSync(join(tmpdir(), 'dstream-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' })
    execFileSync('umount', [path], { stdio: 'ignore' })
    return false
  } catch {
    return 'this machine lets nobody mount a small disk'
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

/** Mount a disk of `size` for a test. */
function disk(t: Test, size: string): string {
  const path = mkdtempSync(join(tmpdir(), 'dstream-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path])
  t.teardown(() => {
    execFileSync('umount', ['-l', path])
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

const remount = (path: string, options: string): void =>
  void execFileSync('mount', ['-o', `remount,${options}`, path])

/** What files of batches hold, by batch and part. */
function written(directory: string): Readonly<Record<string, string>> {
  if (!existsSync(directory)) return {}
  const batches = readdirSync(directory).filter((name) => !name.startsWith('.'))
  return Object.fromEntries(
    batches.sort().flatMap((batch) =>
      readdirSync(join(directory, batch))
        .filter((part) => part.startsWith('part-'))
        .map((part) => [`${batch}/${part}`, readFileSync(join(directory, batch, part), 'utf8')]),
    ),
  )
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.on('close', resolve))

const SUM = ['update-state-by-key', '(values, state = 0) => state + values.length']

tap.test('I6.4 SIGTERM in the middle of a batch: it is finished, and the next run goes on', async (t) => {
  const root = t.testdir()
  const input = join(root, 'input')
  const lines = Array.from({ length: 400 }, (_, index) => `w${index % 7}`)
  writeFileSync(input, `${lines.join('\n')}\n`)
  const slow = 'l => { const end = performance.now() + 3; while (performance.now() < end); return l }'
  const args = (name: string, map: string): string[] => [
    ...['text', input, '--batch-lines', '50', '--checkpoint', join(root, `${name}-checkpoint`)],
    ...['map', map, ...SUM, 'save-as-text-files', join(root, name, 'b')],
  ]
  t.equal((await dstream(args('whole', 'l => l'))).code, 0)
  mkdirSync(join(root, 'broken'))
  let signals = 0
  for (let life = 0; life < 20; life++) {
    const child = spawn(process.execPath, [COMMAND, ...args('broken', slow)], { stdio: 'ignore' })
    const end = ended(child)
    // Behind a batch, so that the next one is at work: it takes 150 ms.
    const before = Object.keys(written(join(root, 'broken'))).length
    for (let wait = 0; wait < 400 && child.exitCode === null; wait++) {
      if (Object.keys(written(join(root, 'broken'))).length > before) break
      await sleep(5)
    }
    await sleep(60)
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      signals += 1
    }
    t.equal(await end, 0)
    if (Object.keys(written(join(root, 'broken'))).length >= 8) break
  }
  t.ok(signals > 0, `${signals} signals`)
  // Each end is a border of a batch: what matters is that every line is counted once.
  const last = (name: string): string[] => {
    const files = Object.entries(written(join(root, name)))
    const time = (file: string): number => Number(/b-(\d+)/.exec(file)?.[1])
    const newest = Math.max(...files.map(([file]) => time(file)))
    return files.flatMap(([file, text]) => (time(file) === newest ? text.trim().split('\n').sort() : []))
  }
  t.strictSame(last('broken'), last('whole'))
})

tap.test(
  'I6.4 a full disk for the log: an error that names the file; with room, it goes on',
  { skip: NO_MOUNT },
  async (t) => {
    const path = disk(t, '1m')
    const root = t.testdir()
    const input = join(root, 'input')
    const lines = Array.from({ length: 3000 }, (_, index) => `${index} ${'x'.repeat(990)}`)
    writeFileSync(input, `${lines.join('\n')}\n`)
    const run = (checkpoint: string, out: string) =>
      dstream(
        [
          'text',
          input,
          '--batch-lines',
          '100',
          '--checkpoint',
          checkpoint,
          'map',
          'l => Number(l.split(" ")[0])',
          'save-as-text-files',
          out,
        ],
        '',
      )
    t.equal((await run(join(root, 'checkpoint'), join(root, 'whole', 'b'))).code, 0)
    const full = await run(join(path, 'checkpoint'), join(root, 'broken', 'b'))
    t.equal(full.code, 1, full.stderr)
    t.match(full.stderr, new RegExp(`^dstream: checkpoint ${path}/checkpoint/log-\\d+: .*no space`, 'mi'))
    t.match(full.stderr, /Make room and run the same line again/)
    t.notMatch(full.stderr, /^ +at /m, 'no stack')
    const whole = written(join(root, 'whole'))
    const early = written(join(root, 'broken'))
    t.ok(Object.keys(early).length < Object.keys(whole).length, 'not all came out')
    for (const [file, text] of Object.entries(early)) t.equal(text, whole[file], `${file} is right`)
    remount(path, 'size=20m')
    const again = await run(join(path, 'checkpoint'), join(root, 'broken', 'b'))
    t.equal(again.code, 0, again.stderr)
    t.strictSame(written(join(root, 'broken')), whole)
  },
)

tap.test('I6.4 a full disk for the snapshot: likewise', { skip: NO_MOUNT }, async (t) => {
  const path = disk(t, '300k')
  const root = t.testdir()
  const input = join(root, 'input')
  // The lines are short, and what is kept of each is long.
  writeFileSync(input, `${Array.from({ length: 2000 }, (_, index) => `k${index}`).join('\n')}\n`)
  const run = (checkpoint: string, out: string) =>
    dstream(
      [
        ...[
          'text',
          input,
          '--batch-lines',
          '100',
          '--checkpoint',
          checkpoint,
          '--checkpoint-interval',
          '1ms',
        ],
        ...['map', 'l => [l, l.padEnd(500)]', 'update-state-by-key', '(values, state) => values[0] ?? state'],
        ...['map', '([key]) => key', 'save-as-text-files', out],
      ],
      '',
    )
  t.equal((await run(join(root, 'checkpoint'), join(root, 'whole', 'b'))).code, 0)
  const full = await run(join(path, 'checkpoint'), join(root, 'broken', 'b'))
  t.equal(full.code, 1, full.stderr)
  t.match(
    full.stderr,
    new RegExp(`^dstream: checkpoint ${path}/checkpoint/(snapshot|log)-\\d+: .*no space`, 'mi'),
  )
  const whole = written(join(root, 'whole'))
  for (const [file, text] of Object.entries(written(join(root, 'broken')))) t.equal(text, whole[file], file)
  remount(path, 'size=50m')
  const again = await run(join(path, 'checkpoint'), join(root, 'broken', 'b'))
  t.equal(again.code, 0, again.stderr)
  t.strictSame(written(join(root, 'broken')), whole)
})

tap.test(
  'I6.4 a full disk for the output: no batch is there in part, and it goes on',
  { skip: NO_MOUNT },
  async (t) => {
    const path = disk(t, '1m')
    const root = t.testdir()
    const input = join(root, 'input')
    writeFileSync(
      input,
      `${Array.from({ length: 3000 }, (_, index) => `${index} ${'x'.repeat(990)}`).join('\n')}\n`,
    )
    const run = (checkpoint: string, out: string) =>
      dstream(
        [
          'text',
          input,
          '--batch-lines',
          '100',
          '--checkpoint',
          join(root, checkpoint),
          'save-as-text-files',
          out,
        ],
        '',
      )
    t.equal((await run('whole-checkpoint', join(root, 'whole', 'b'))).code, 0)
    const full = await run('checkpoint', join(path, 'b'))
    t.equal(full.code, 1, full.stderr)
    t.match(full.stderr, new RegExp(`${path}/b-\\d+.*no space`, 'i'))
    const whole = written(join(root, 'whole'))
    const early = written(path)
    t.ok(Object.keys(early).length > 0 && Object.keys(early).length < Object.keys(whole).length)
    for (const [file, text] of Object.entries(early)) t.equal(text, whole[file], `${file} is whole`)
    remount(path, 'size=20m')
    const again = await run('checkpoint', join(path, 'b'))
    t.equal(again.code, 0, again.stderr)
    t.strictSame(written(path), whole)
  },
)

tap.test(
  'I6.4 a disk that can only be read: refused before anything is read',
  { skip: NO_MOUNT },
  async (t) => {
    const path = disk(t, '1m')
    const line = ['--batch-lines', '1', '--checkpoint', join(path, 'checkpoint'), ...SUM, 'emit']
    t.match(await dstream(line, 'a\n'), { code: 0, stdout: 'a\t1\n' })
    remount(path, 'ro')
    const refused = await dstream(line, 'a\n')
    t.match(refused, { code: 1, stdout: '' })
    t.match(
      refused.stderr,
      new RegExp(`^dstream: checkpoint ${path}/checkpoint/lock: the disk can only be read`, 'm'),
    )
    t.match(refused.stderr, /Name a directory that can be written to/)
    remount(path, 'rw')
    t.match(await dstream(line, 'a\n'), { code: 0, stdout: 'a\t2\n' }, 'nothing has changed')
  },
)

/** Run a context of batches of 50 ms, and set its clock by `step` milliseconds after some; return the times of batches. */
async function stepped(
  t: Test,
  step: number,
): Promise<{ readonly times: number[]; readonly seen: number[] }> {
  let offset = 0
  const clock = new SystemClock(() => Date.now() + offset)
  const root = t.testdir()
  const times: number[] = []
  const seen: number[] = []
  const ssc = new StreamingContext({
    batchDuration: 50,
    clock,
    port: collectingPort(),
    checkpoint: join(root, 'checkpoint'),
  })
  t.teardown(() => ssc.stop())
  const file = join(root, 'input')
  writeFileSync(file, '')
  ssc.source('tail', [file], { 'from-start': true }).foreachRDD((rdd, time) => {
    times.push(time)
    seen.push(...(rdd.collect() as string[]).map(Number))
  })
  ssc.start()
  let number = 0
  const writer = setInterval(() => appendFileSync(file, `${number++}\n`), 10)
  await until(() => seen.length > 20)
  offset = step
  const before = seen.length
  await until(() => seen.length > before + 50)
  clearInterval(writer)
  await until(() => seen.length === number)
  await ssc.stop()
  return { times, seen }
}

tap.test('I6.4 a clock that is set back an hour: batches go on, none twice, nothing lost', async (t) => {
  const { times, seen } = await stepped(t, -3_600_000)
  t.strictSame(
    seen,
    seen.map((_, index) => index),
  )
  t.ok(
    times.every((time, index) => index === 0 || time === (times[index - 1] as number) + 50),
    'every time once',
  )
})

tap.test('I6.4 a clock that is set forward: every batch time is a batch, nothing lost', async (t) => {
  const { times, seen } = await stepped(t, 60_000)
  t.strictSame(
    seen,
    seen.map((_, index) => index),
  )
  t.ok(
    times.every((time, index) => index === 0 || time === (times[index - 1] as number) + 50),
    'every time once',
  )
  t.ok(times.length > 60_000 / 50, `${times.length} batches`)
})

tap.test(
  'I6.4 a clock that was set back while nothing ran: the next run goes on from its last batch',
  async (t) => {
    const directory = join(t.testdir(), 'checkpoint')
    const run = async (offset: number): Promise<number[]> => {
      const times: number[] = []
      const clock = new SystemClock(() => Date.now() + offset)
      const ssc = new StreamingContext({
        batchDuration: 50,
        clock,
        port: collectingPort(),
        checkpoint: directory,
      })
      ssc.source('demo', []).foreachRDD((_, time) => void times.push(time))
      ssc.start()
      await until(() => times.length > 4)
      await ssc.stop()
      return times
    }
    const first = await run(0)
    const second = await run(-3_600_000)
    t.ok((second[0] as number) > (first.at(-1) as number) - 51, 'behind the last one, and at once')
    t.ok(second.every((time, index) => index === 0 || time === (second[index - 1] as number) + 50))
  },
)

tap.test('I6.4 the clock of the machine never goes back, and follows it again', async (t) => {
  let read = 1_000_000
  const clock = new SystemClock(() => read)
  const set = (to: number): number => {
    read = to
    return clock.now()
  }
  t.equal(clock.now(), 1_000_000)
  t.equal(set(999_900), 1_000_000, 'a little: it is waited for')
  t.equal(set(1_000_010), 1_000_010)
  t.equal(set(500_000), 1_000_010, 'far: it goes on')
  t.equal(set(500_100), 1_000_110)
  t.equal(set(300_000), 1_000_110, 'again')
  t.equal(set(300_001), 1_000_111)
  t.equal(set(1_000_200), 1_000_200, 'set right')
  t.equal(set(1_000_201), 1_000_201)
})

tap.test('I6.4 a manual clock that does not go on cuts no batch', async (t) => {
  const clock = new ManualClock(10_000)
  const times: number[] = []
  const ssc = new StreamingContext({ batchDuration: 1000, clock, port: collectingPort() })
  ssc.source('demo', []).foreachRDD((_, time) => void times.push(time))
  ssc.start()
  await sleep(50)
  clock.advance(1000)
  await until(() => times.length === 1)
  clock.advance(-500)
  clock.advance(500)
  await sleep(50)
  t.strictSame(times, [11_000], 'the same moment again is no batch')
  clock.advance(1000)
  await until(() => times.length === 2)
  t.strictSame(times, [11_000, 12_000])
  await ssc.stop()
})

tap.test(`I6.4 a sleep of the machine: the results are those of a night without one`, async (t) => {
  const root = t.testdir({ out: {} })
  const input = join(root, 'input')
  writeFileSync(input, '')
  const args = [
    ...['tail', input, '--interval', '200ms', '--checkpoint', join(root, 'checkpoint')],
    ...['--checkpoint-interval', '400ms', ...SUM, 'save-as-text-files', join(root, 'out', 'b')],
  ]
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  const end = ended(child)
  await until(() => readdirSync(join(root, 'out')).length > 0)
  let count = 0
  const writer = setInterval(() => appendFileSync(input, `w${count++ % 5}\n`), 10)
  await sleep(500)
  child.kill('SIGSTOP')
  await sleep(SLEEP)
  child.kill('SIGCONT')
  await sleep(600)
  clearInterval(writer)
  const expected = Array.from({ length: 5 }, (_, word) => `w${word}\t${Math.floor((count + 4 - word) / 5)}`)
  const last = (): string[] => {
    const files = Object.entries(written(join(root, 'out'))).filter(([file]) => file.startsWith('b-'))
    const [, text = ''] = files.sort(([a], [b]) => a.localeCompare(b)).at(-1) ?? []
    return text.trim().split('\n').sort()
  }
  await until(() => last().join() === expected.join())
  child.kill('SIGTERM')
  t.equal(await end, 0)
  t.strictSame(last(), expected)
  const times = [
    ...new Set(Object.keys(written(join(root, 'out'))).map((file) => Number(/\d+/.exec(file)?.[0]))),
  ]
  times.sort((a, b) => a - b)
  t.ok(
    times.every((time, index) => index === 0 || time === (times[index - 1] as number) + 200),
    'every batch time once',
  )
  t.ok(times.length * 200 >= SLEEP, `${times.length} batches`)
})
