/** `--record` and `dstream replay`: what sources delivered, again, and with it the same bytes. */
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import tap, { type Test } from 'tap'
import { parseChain } from '../src/cli/grammar.ts'
import { buildPipeline } from '../src/cli/pipeline.ts'
import { batchNumber } from '../src/cli/replay/batch-word.ts'
import { readReplayWords } from '../src/cli/replay/words.ts'
import { checksum, tableChecksum } from '../src/engine/batch/checksum.ts'
import type { Plan } from '../src/engine/plan/plan.ts'
import { openRecording, type Recording } from '../src/engine/recording/reader.ts'
import { headerOf, Recorder } from '../src/engine/recording/recorder.ts'
import { Replay, type ReplayOptions } from '../src/engine/recording/replay.ts'
import { ManualClock } from '../src/engine/scheduler/clock.ts'
import type { RunOptions } from '../src/engine/scheduler/run-options.ts'
import { RunningContext } from '../src/engine/scheduler/running-context.ts'
import { Seconds, StreamingContext } from '../src/index.ts'
import { collectingPort } from './support/collect.ts'
import { recordingPort, until } from './support/program.ts'
import { COMMAND, type Finished, shellWords } from './support/run.ts'
import { FROM_THE_START } from './support/run-bytes.ts'

/** A folder of its own. */
function folderOf(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-recording-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Run the command in a folder; output is bytes, each shown as one character. */
function run(folder: string, line: string, input: string | Uint8Array = ''): Promise<Finished> {
  const child = spawn(process.execPath, [COMMAND, ...shellWords(line)], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  })
  const [out, err]: Buffer[][] = [[], []]
  child.stdout.on('data', (chunk: Buffer) => out?.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err?.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      const stdout = Buffer.concat(out ?? []).toString('latin1')
      resolve({ code, signal, stdout, stderr: Buffer.concat(err ?? []).toString() })
    }),
  )
}

/** The plan of a chain; where `input` is given, it takes the place of standard input. */
async function planOf(chain: string, input?: Uint8Array): Promise<Plan> {
  const { nodes } = await buildPipeline((await parseChain(shellWords(chain))).chain, { output: 'emit' })
  return {
    version: 1,
    name: chain,
    interval: 1000,
    nodes: nodes.map((node) =>
      node.command === 'stdin' && input !== undefined
        ? { ...node, command: 'bytes', values: { bytes: { type: 'closure', call: input } } }
        : node,
    ),
  }
}

interface Run {
  readonly running: RunningContext
  /** The first batch is open. */
  readonly open: Promise<void>
  readonly written: () => string
}

function start(plan: Plan, options: Partial<RunOptions>): Run {
  const port = collectingPort()
  const running = new RunningContext(plan, { port, parallelism: 1, ...options })
  // A manual clock that moves before the first batch is open moves past it.
  const open = new Promise<void>((resolve) => running.listeners.add({ onStreamingStarted: () => resolve() }))
  running.start()
  return { running, open, written: () => port.written.join('') }
}

/** Run a plan, and keep what its sources deliver; return what it writes. */
async function record(path: string, plan: Plan, options: Partial<RunOptions>): Promise<string> {
  const { running, written } = start(plan, { ...options, log: new Recorder(path, headerOf(plan)) })
  await running.terminated
  return written()
}

/** Run a recording through the plan that was recorded; return what it writes. */
async function replay(
  plan: Plan,
  recording: Recording,
  options: ReplayOptions = {},
  run: Partial<RunOptions> = {},
): Promise<string> {
  const replaying = new Replay(recording, options)
  const given = { replay: replaying, clock: replaying.clock, mayAdoptInterval: true, ...run }
  const { running, written } = start(plan, given)
  await running.terminated
  return written()
}

const WORDS = 'to be or\nnot to be\n\nthat is\nthe question\nwhether tis\nnobler in\n'

/** Pipelines with a window, a state, both, and outputs that write as blocks arrive. */
const PIPELINES = [
  'flatmap split window 3s 2s count-by-value emit --format batches',
  'flatmap split map pair update-state-by-key sum emit --format batches',
  'flatmap split reduce-by-key-and-window sum 4s 2s print --format spark',
  'emit',
  'map length reduce-by-window max 3s 1s emit --format csv',
]

tap.test('from standard input: windows, states and plain lines leave the same bytes', async (t) => {
  const folder = folderOf(t)
  for (const [index, chain] of PIPELINES.entries()) {
    const recorded = await run(folder, `--batch-lines 2 --record ${index}.rec ${chain}`, WORDS)
    t.same([recorded.code, recorded.stderr], [0, ''], chain)
    t.ok(recorded.stdout.length > 0, chain)
    const again = await run(folder, `replay ${index}.rec`)
    t.same(again, recorded, chain)
  }
})

tap.test('from TCP under the clock of batches: a window and a state leave the same bytes', async (t) => {
  const path = join(folderOf(t), 'tcp.rec')
  const sockets: Socket[] = []
  const server = createServer((socket) => sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as { port: number }
  const chain = `socket 127.0.0.1 ${port} flatmap split map pair reduce-by-key-and-window sum 3s 1s update-state-by-key sum emit --format batches`
  const plan = await planOf(chain)
  const clock = new ManualClock(1_700_000_000_000)
  const recorder = new Recorder(path, { ...headerOf(plan), words: shellWords(chain), output: 'emit' })
  let received = 0
  const log = new Proxy(recorder, {
    get: (target, name: keyof Recorder) => {
      if (name === 'block') received += 1
      const value = target[name] as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const { running, written } = start(plan, { clock, log })
  await until(() => sockets.length === 1)
  for (const text of ['to be\n', 'or not ', 'to be\nthat\n', '', 'is\n']) {
    const before = received
    sockets[0]?.write(text)
    if (text.includes('\n')) await until(() => received > before)
    const { batches } = running.totals
    clock.advance(1000)
    await until(() => running.totals.batches > batches)
  }
  await running.stopGracefully()
  for (const socket of sockets) socket.destroy()

  const recording = await openRecording(path)
  t.equal(recording.times[0], 1_700_000_001_000)
  t.ok(recording.times.length >= 5)
  const again = await run(folderOf(t), `replay ${path}`)
  t.same([again.code, again.stderr], [0, ''], 'nothing is connected to')
  t.equal(again.stdout, written())
  t.match(again.stdout, '#begin 1700000003000')
})

tap.test('recorded on several threads, replayed on one', async (t) => {
  const folder = folderOf(t)
  const words = Array.from({ length: 60_000 }, (_, index) => `w${(index * 7919) % 1009} x${index % 13}\n`)
  const shared = { parallelism: 2, lowering: { kernelBytes: 0, startingBytes: 0, sharedBytes: 1 } }
  const chain = 'flatmap split window 2s 1s count-by-value emit'
  const plan = await planOf(chain, Buffer.from(words.join('')))
  const written = await record(join(folder, 'a.rec'), plan, { batchLines: 20_000, ...shared })
  const recording = await openRecording(join(folder, 'a.rec'))
  t.ok(written.length > 1000)
  t.equal(await replay(plan, recording, {}, { parallelism: 1 }), written)
  t.equal(await replay(plan, recording, {}, { parallelism: 1, lowering: false }), written)
  t.equal(await replay(plan, recording, {}, shared), written)

  const one = await run(
    folder,
    `--master local[2] --batch-lines 9000 --record b.rec ${chain}`,
    words.join(''),
  )
  for (const master of ['local[1]', 'local[2]'])
    t.equal((await run(folder, `replay b.rec --master ${master}`)).stdout, one.stdout, master)
})

tap.test('hostile bytes survive, in every framing and compressed', async (t) => {
  const folder = folderOf(t)
  const bytes = Buffer.concat([
    Buffer.from([0, 1, 0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0d, 0x0a, 0x1b, 0x5b, 0x41, 0x0a]),
    Buffer.from('#dstream recording 1\n\u2028\n\u{1F600}\n#end 1000\n'),
    Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 31 + (index >> 3)) & 0xff)),
  ])
  for (const [chain, name] of [
    ['stdin', 'a.rec'],
    ['stdin --framing nul', 'a.rec.gz'],
    ['stdin map length', 'a.rec.gz'],
  ]) {
    const recorded = await run(folder, `--batch-lines 3 --record ${name} --quiet ${chain} emit`, bytes)
    t.equal(recorded.code, 0)
    t.ok(recorded.stdout.length > 10)
    t.equal((await run(folder, `replay ${name}`)).stdout, recorded.stdout, `${chain} ${name}`)
  }
  t.equal(readFileSync(join(folder, 'a.rec.gz')).readUInt16BE(0), 0x1f8b, '.gz compresses')
  t.equal(statSync(join(folder, 'a.rec')).mode & 0o777, 0o600, 'it holds all input')
})

tap.test('sources that are asked at each batch: files, numbers, and the file of a join', async (t) => {
  const folder = folderOf(t)
  const logs = join(folder, 'logs')
  mkdirSync(logs)
  writeFileSync(join(folder, 'names.tsv'), 'a\talpha\nb\tbeta\n')
  const chain = `files ${logs} map pair full-outer-join @${join(folder, 'names.tsv')} emit --format batches`
  const plan = await planOf(chain)
  // A start on a whole second: the first batch is one second off, never more.
  const clock = new ManualClock(Math.floor(Date.now() / 1000) * 1000 - 60_000)
  const path = join(folder, 'files.rec')
  const { running, open, written } = start(plan, { clock, log: new Recorder(path, headerOf(plan)) })
  await open
  for (const [index, text] of ['a\nc\n', 'b\n', ''].entries()) {
    const { batches } = running.totals
    const file = join(logs, `${index}.txt`)
    writeFileSync(file, text)
    utimesSync(file, clock.now() / 1000, clock.now() / 1000)
    clock.advance(1000)
    await until(() => running.totals.batches > batches)
  }
  await running.stopGracefully()
  rmSync(logs, { recursive: true })
  rmSync(join(folder, 'names.tsv'))
  t.match(written(), /"c"/, 'files were read')
  t.equal(await replay(plan, await openRecording(path)), written(), 'nothing of them is needed')

  const numbers = await run(
    folder,
    'rate 5 map "n => n * n" window 2s 1s --batch-lines 1 -n 3 --record r.rec',
  )
  t.match(numbers.stdout, '16')
  t.equal((await run(folder, 'replay r.rec')).stdout, numbers.stdout)
})

tap.test('elements of any type are recorded as they are', async (t) => {
  const path = join(folderOf(t), 'values.rec')
  const values = [1n, -0, Number.NaN, undefined, new Date(5), new Map([[1, new Set(['x'])]]), null, '\ud800']
  const bytes = new Uint8Array([1, 2, 3])
  const collect = (into: unknown[]): StreamingContext => {
    const context = new StreamingContext({
      batchDuration: Seconds(1),
      batchLines: 1,
      batches: 2,
      record: path,
      port: recordingPort(),
    })
    context.queueStream<unknown>([values, [bytes]]).foreachRDD((rdd) => void into.push(rdd.collect()))
    return context
  }
  const seen: unknown[] = []
  const context = collect(seen)
  context.start()
  await context.awaitTermination()
  t.strictSame(seen, [values, [bytes]])

  const again: unknown[] = []
  const plan = collect(again).plan()
  const recording = await openRecording(path)
  const source = plan.nodes.find(({ category }) => category === 'source')
  await replay(plan, recording, { places: new Map([[source?.id ?? 0, source?.id ?? 0]]) })
  t.strictSame(again, [values, [bytes]])
  t.equal(Object.is((again[0] as unknown[])[1], -0), true)
})

tap.test('what cannot be written down ends the context with an error', async (t) => {
  const path = join(folderOf(t), 'functions.rec')
  const port = recordingPort()
  const context = new StreamingContext({ batchDuration: 1000, batchLines: 1, batches: 2, record: path, port })
  context.queueStream([[() => 1]]).print()
  context.start()
  await t.rejects(context.awaitTermination(), {
    message: /--record .*an element cannot be recorded: .*clone/,
  })
  t.throws(() => new StreamingContext({ batchDuration: 1000, record: '' }), { message: /record is the path/ })
})

const SMALL = 'flatmap split window 2s 1s count-by-value emit --format batches'

tap.test('a recording that is cut off at any byte is read up to its last whole batch', async (t) => {
  const folder = folderOf(t)
  const plan = await planOf(SMALL, Buffer.from('a b\nc\na\n'))
  const path = join(folder, 'whole.rec')
  const written = await record(path, plan, { batchLines: 1 })
  const bytes = readFileSync(path)
  const part = join(folder, 'part.rec')
  const counts = new Set<number>()
  for (let length = 0; length < bytes.length; length++) {
    writeFileSync(part, bytes.subarray(0, length))
    const recording = await openRecording(part).catch((error: Error) => error)
    if (recording instanceof Error) {
      if (!/cut off before it says which pipeline/.test(recording.message)) t.fail(recording.message)
      continue
    }
    if (recording.fault?.kind !== 'cut off') t.fail(`cut at ${length}: ${recording.fault?.kind}`)
    const shown = await replay(plan, recording)
    const batches = shown.match(/^#end /gm)?.length ?? 0
    if (!written.startsWith(shown) || batches !== recording.times.length) t.fail(`cut at ${length}`)
    counts.add(batches)
  }
  t.same([...counts], [0, 1, 2, 3, 4].slice(0, counts.size))
  t.ok(counts.size >= 4, `${counts.size} lengths`)
  t.equal((await openRecording(path)).fault, undefined)
})

tap.test('a damaged byte is found, wherever it is', async (t) => {
  const folder = folderOf(t)
  for (const name of ['whole.rec', 'whole.rec.gz']) {
    const plan = await planOf(SMALL, Buffer.from('a b\nc\na\n'))
    const written = await record(join(folder, name), plan, { batchLines: 1 })
    const bytes = readFileSync(join(folder, name))
    const part = join(folder, 'part.rec')
    let found = 0
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8((damaged[at] as number) ^ (1 << (at % 8)), at)
      writeFileSync(part, damaged)
      const recording = await openRecording(part).catch((error: Error) => error)
      if (recording instanceof Error) {
        if (!/is no recording|of version|damaged|cut off before/.test(recording.message))
          t.fail(recording.message)
        found += 1
        continue
      }
      if (recording.fault !== undefined) found += 1
      if (!written.startsWith(await replay(plan, recording))) t.fail(`another result with byte ${at} damaged`)
    }
    // The head of a gzip member has bytes that mean nothing, such as its time.
    if (name.endsWith('.gz')) t.ok(found > bytes.length * 0.8, `${found} of ${bytes.length} in ${name}`)
    else t.equal(found, bytes.length, name)
  }
})

tap.test('the command says what a recording lacks', async (t) => {
  const folder = folderOf(t)
  const { stdout } = await run(folder, '--batch-lines 1 --record a.rec emit', 'a\nb\nc\n')
  const bytes = readFileSync(join(folder, 'a.rec'))
  writeFileSync(join(folder, 'cut.rec'), bytes.subarray(0, bytes.length - 60))
  const cut = await run(folder, 'replay cut.rec')
  t.equal(cut.code, 0)
  t.equal(cut.stdout, stdout.slice(0, 4))
  t.match(cut.stderr, 'note: cut.rec is cut off behind 2 whole batches: the recorded run was killed')
  t.equal((await run(folder, 'replay cut.rec --quiet')).stderr, '')
  bytes.writeUInt8(0xff, bytes.length - 60)
  writeFileSync(join(folder, 'damaged.rec'), bytes)
  const damaged = await run(folder, 'replay damaged.rec')
  t.same([damaged.code, damaged.stdout], [1, stdout.slice(0, 4)])
  t.match(damaged.stderr, /^dstream: damaged\.rec: damaged at byte \d+, behind 2 whole batches\n$/)
  writeFileSync(join(folder, 'other.rec'), 'to be or not\n'.repeat(9))
  const cases: [string, RegExp][] = [
    ['other.rec', /other\.rec: is no recording of dstream$/],
    ['missing.rec', /missing\.rec: no such file/],
    ['.', /is a directory/],
  ]
  for (const [file, message] of cases) {
    await t.rejects(openRecording(join(folder, file)), { name: 'SourceError', message })
  }
})

tap.test('a killed process leaves a recording that replays', async (t) => {
  const folder = folderOf(t)
  for (const name of ['k.rec', 'k.rec.gz']) {
    const child = spawn(
      process.execPath,
      [COMMAND, ...shellWords(`--batch-lines 1 --record ${name} flatmap split map-with-state sum emit`)],
      { cwd: folder },
    )
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stdin.write('to be\nor not\nto be\n')
    await until(() => out.split('\n').length > 6)
    await until(() => existsSync(join(folder, name)) && statSync(join(folder, name)).size > 300)
    child.kill('SIGKILL')
    await new Promise((resolve) => child.on('close', resolve))
    const again = await run(folder, `replay ${name}`)
    t.equal(again.code, 0)
    t.match(again.stderr, 'is cut off behind')
    t.ok(out.startsWith(again.stdout) && again.stdout.length > 0, name)
  }
})

tap.test('a full disk ends the pipeline with an error', { skip: !existsSync('/dev/full') }, async (t) => {
  const { code, stderr } = await run(
    folderOf(t),
    '--batch-lines 1 --record /dev/full emit',
    WORDS.repeat(100),
  )
  t.equal(code, 1)
  t.match(stderr, /^dstream: --record \/dev\/full: no space is left on the disk\n/)
})

tap.test('a file that cannot be made is an error before anything runs', async (t) => {
  const { code, stderr } = await run(folderOf(t), '--record no/such/a.rec emit', WORDS)
  t.equal(code, 2)
  t.match(stderr, '--record: no/such/a.rec: no such file or directory')
})

tap.test('a disk that is behind holds the flow back', async (t) => {
  const path = join(folderOf(t), 'slow.rec')
  const plan = await planOf('emit', Buffer.from(''))
  const recorder = new Recorder(path, headerOf(plan))
  const bytes = Buffer.from(`${'x'.repeat((1 << 20) - 1)}\n`)
  let blocks = 0
  for (; recorder.pending() === undefined; blocks++) recorder.block(0, { kind: 'text', bytes, count: 1 })
  t.ok(blocks >= 8 && blocks < 12, `after ${blocks} MiB`)
  await recorder.pending()
  t.equal(recorder.pending(), undefined, 'until it is written')
  recorder.cut(1000)
  await recorder.close()
  const { times, fault } = await openRecording(path)
  t.same([times, fault], [[1000], undefined])
})

tap.test('--batch shows one batch, whose windows and states are right', async (t) => {
  const folder = folderOf(t)
  const chain = 'flatmap split window 3s 1s map-with-state sum emit'
  await run(folder, `--batch-lines 1 --record a.rec ${chain} --format batches`, WORDS)
  const { stdout } = await run(folder, 'replay a.rec')
  const batches = stdout.split(/(?=#begin )/)
  for (const [number, time] of [
    ['3', '3s'],
    ['5', 't+5s'],
    ['6', '5001ms'],
    ['4', '1970-01-01T00:00:04Z'],
  ] as const) {
    const expected = `${batches[0]}${batches[Number(number)]}`
    const words = number === '3' ? 'replay a.rec --batch 3' : `replay --batch=${time} a.rec`
    t.equal((await run(folder, words)).stdout, expected, words)
  }
  const missing = await run(folder, 'replay a.rec --batch 99')
  t.equal(missing.code, 2)
  t.match(missing.stderr, 'there is no batch 99: the recording holds batches 1 to')
  t.match(
    (await run(folder, 'replay a.rec --batch noon')).stderr,
    '--batch expects a number such as 17 or a time',
  )
})

tap.test('the time of a batch is that of a clock, of a date, or since the start', async (t) => {
  const at = (text: string): number => new Date(text).getTime()
  const zeroTime = at('2026-11-23T23:59:58')
  const times = [1, 2, 3, 4].map((second) => zeroTime + second * 1000)
  const recording = { times, zeroTime, header: { interval: 1000 } } as unknown as Recording
  const find = (text: string): number => batchNumber({ text, index: 0 }, recording, 4)
  t.same(
    ['2', '23:59:59', '00:00:00', '00:00:00.500', '2026-11-24T00:00:01', '3s', String(times[3])].map(find),
    [2, 1, 2, 3, 3, 3, 4],
  )
  for (const text of ['0', '5', '12:00', '5s', String((times[3] as number) + 1)])
    t.throws(() => find(text), { message: /there is no batch/ }, text)
})

tap.test('--step waits for Enter between batches', async (t) => {
  const folder = folderOf(t)
  await run(folder, '--batch-lines 1 --record a.rec emit', 'a\nb\nc\nd\n')
  const two = await run(folder, 'replay a.rec --step', '\nq\n')
  t.same([two.code, two.stdout], [0, 'a\nb\n'])
  t.match(two.stderr, /^batch 2 of \d · t\+2s · Enter shows it, q ends batch 3 of \d · t\+3s · /)
  t.equal((await run(folder, 'replay a.rec --step', '\n')).stdout, 'a\nb\nc\nd\n', 'the end of input runs on')
  const from = await run(folder, 'replay a.rec --step --batch 3', 'q\n')
  t.equal(from.stdout, 'c\n', '--batch says where it begins')
})

tap.test('other stages run on the recorded batches', async (t) => {
  const folder = folderOf(t)
  await run(folder, '--batch-lines 2 --record a.rec count', WORDS)
  for (const chain of [
    'flatmap split window 5s 2s count-by-value emit --format batches',
    'flatmap split slice 2s 3s emit',
  ]) {
    const direct = await run(folder, `--batch-lines 2 ${chain}`, WORDS)
    t.ok(direct.stdout.length > 0)
    t.same(await run(folder, `replay a.rec ${chain}`), direct, chain)
  }
})

tap.test('sources of a recording stand in their order', async (t) => {
  const folder = folderOf(t)
  writeFileSync(join(folder, 'left.txt'), 'k a\nl b\n')
  writeFileSync(join(folder, 'right.txt'), 'k x\nm y\n')
  const pairs = `map 'l => l.split(" ")'`
  const joined = `${pairs} join [ text right.txt ${pairs} ] emit`
  const recorded = await run(folder, `text left.txt ${joined} --batch-lines 2 --record a.rec`)
  t.match(recorded.stdout, /^k\t/)
  rmSync(join(folder, 'left.txt'))
  t.equal((await run(folder, 'replay a.rec')).stdout, recorded.stdout)
  t.equal((await run(folder, `replay a.rec ${joined}`)).stdout, recorded.stdout)
  const both = await run(folder, 'replay a.rec text a text b emit')
  t.equal(both.stdout, 'k a\nl b\nk x\nm y\n')
  const first = await run(folder, 'replay a.rec emit')
  t.equal(first.stdout, 'k a\nl b\n')
  t.match(first.stderr, 'note: no stage reads text right.txt of the recording')
  const third = await run(folder, 'replay a.rec text a text b text c emit')
  t.equal(third.code, 2)
  t.match(third.stderr, 'the recording has no source for text c: it has 2')
})

tap.test('outputs to other places are not repeated, unless they are asked for', async (t) => {
  const folder = folderOf(t)
  const chain = "for-each 'cat >> seen.txt' emit"
  const recorded = await run(folder, `${chain} --batch-lines 1 --record a.rec`, 'a\nb\n')
  t.same([recorded.code, recorded.stderr], [0, ''])
  const seen = readFileSync(join(folder, 'seen.txt'), 'utf8')
  t.equal(seen, 'a\nb\n')
  const again = await run(folder, 'replay a.rec')
  t.equal(again.stdout, recorded.stdout)
  t.match(again.stderr, /note: for-each .* is not repeated/)
  t.equal(readFileSync(join(folder, 'seen.txt'), 'utf8'), seen)
  await run(folder, `replay a.rec --batch 2 ${chain}`)
  t.equal(readFileSync(join(folder, 'seen.txt'), 'utf8'), `${seen}b\n`)
})

tap.test('a pipeline that failed fails again', async (t) => {
  const folder = folderOf(t)
  for (const chain of [`map 'l => JSON.parse(l).a'`, `map json count-by-value`]) {
    const recorded = await run(folder, `${chain} emit --batch-lines 1 --record a.rec`, '{"a":1}\n{"a":\n')
    t.equal(recorded.code, 1)
    t.match(recorded.stderr, '"{\\"a\\":"')
    t.same(await run(folder, 'replay a.rec'), recorded, chain)
  }
})

tap.test('a stream of batches keeps its own times', async (t) => {
  const folder = folderOf(t)
  const batches =
    '#dstream batches 1 5000\n#begin 10000\n"a"\n#end 10000\n#begin 15000\n"b"\n"c"\n#end 15000\n'
  const recorded = await run(folder, 'window 10s 5s emit --format batches --record a.rec', batches)
  t.match(recorded.stdout, '#dstream batches 1 5000\n#begin 10000\n"a"\n')
  t.same(await run(folder, 'replay a.rec'), recorded)
})

tap.test('event time: what is held until the end of input comes out again', async (t) => {
  const folder = folderOf(t)
  const lines = Array.from({ length: 30 }, (_, index) => `{"t":${(index * 37) % 100},"k":"${index % 3}"}\n`)
  const chain = `map json event-time t map '({ k }) => [k, 1]' tumbling-window 20s reduce-by-key sum emit`
  const recorded = await run(folder, `${chain} --batch-lines 7 --record a.rec`, lines.join(''))
  const again = await run(folder, 'replay a.rec')
  t.same([again.code, again.stdout], [recorded.code, recorded.stdout])
  t.ok(recorded.stdout.length > 0, recorded.stderr)
})

tap.test('what a program recorded is replayed through stages that are named', async (t) => {
  const folder = folderOf(t)
  const path = join(folder, 'a.rec')
  const context = new StreamingContext({
    batchDuration: Seconds(1),
    batchLines: 2,
    record: path,
    port: recordingPort(),
  })
  writeFileSync(join(folder, 'words.txt'), WORDS)
  context.source<string>('text', [[join(folder, 'words.txt')]]).print()
  context.start()
  await context.awaitTermination()
  t.equal((await run(folder, 'replay a.rec emit')).stdout, WORDS)
  const alone = await run(folder, 'replay a.rec')
  t.equal(alone.code, 2)
  t.match(alone.stderr, 'was recorded by a program, whose stages it cannot hold')
})

tap.test('replay is used as its help says', async (t) => {
  const folder = folderOf(t)
  const cases: [string, string][] = [
    ['replay', 'replay expects a recording: FILE stages…'],
    ['replay --step', 'replay expects a recording: FILE stages…'],
    ['replay --batch 3', 'replay expects a recording: FILE stages…'],
    ['replay a.rec --record b.rec', '--record does not fit a recording'],
    [
      'replay a.rec count --interval 2s',
      '--interval does not fit a recording, which has its batches already',
    ],
    ['replay a.rec mpa', 'there is no command mpa'],
    ['replay a.rec count --batch', '--batch expects a value'],
  ]
  for (const [line, message] of cases)
    await t.rejects(
      readReplayWords(line.split(' ')),
      { name: 'UsageError', message: new RegExp(message) },
      line,
    )
  const { code, stderr } = await run(folder, 'replay a.rec --timeout 3s')
  t.equal(code, 2)
  t.match(
    stderr,
    '\n  dstream replay a.rec --timeout 3s\n                       ^^^^^^^^^\n',
    'the word is shown',
  )
  const help = await run(folder, 'replay --help')
  t.equal(help.code, 0)
  t.match(help.stdout, '--batch')
})

tap.test('CRC-32 is that of gzip, with and without the help of Node', async (t) => {
  t.equal(tableChecksum(Buffer.from('123456789')), 0xcbf43926)
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (left, right) => {
      const whole = Buffer.concat([left, right])
      t.equal(tableChecksum(right, tableChecksum(left)), tableChecksum(whole))
      t.equal(checksum(whole), tableChecksum(whole))
      if (typeof crc32 === 'function') t.equal(crc32(whole), tableChecksum(whole))
    }),
    { numRuns: 50 },
  )
})

/** Stages that can stand behind one another whatever the elements are. */
const STAGES = [
  'flatmap split',
  "filter 'x => String(x).length % 2 === 0'",
  "map 'x => String(x)'",
  'distinct',
  'window 3s 1s',
  'window 2s 2s',
  'take 3',
  'sample 0.5 --seed 7',
  'repartition 2',
]
const ENDS = [
  'emit',
  'count-by-value emit',
  'map pair map-with-state sum emit',
  'map pair update-state-by-key sum emit',
  'count print --format spark',
  'count-by-value-and-window 4s 2s emit',
]

tap.test('random pipelines over random bytes', async (t) => {
  const folder = folderOf(t)
  const path = join(folder, 'random.rec')
  const text = fc.array(fc.constantFrom(0, 9, 10, 10, 13, 32, 32, 97, 98, 99, 0xc3, 0xa4, 0xff), {
    maxLength: 120,
  })
  let compared = 0
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.array(fc.constantFrom(...STAGES), { maxLength: 3 }),
      fc.constantFrom(...ENDS),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      async (bytes, stages, end, batchLines, isCompressed) => {
        // A window of two seconds behind another slides by as many; further ones would have to fit it.
        const windows = stages.filter((stage) => stage.startsWith('window'))
        fc.pre(windows.length === 0 || (windows.length === 1 && !end.includes('and-window')))
        const plan = await planOf([...stages, end].join(' '), Uint8Array.from(bytes))
        const file = isCompressed ? `${path}.gz` : path
        const written = await record(file, plan, { batchLines, lowering: FROM_THE_START })
        const recording = await openRecording(file)
        t.equal(recording.fault, undefined)
        t.equal(await replay(plan, recording, {}, { lowering: false }), written)
        if (written !== '') compared += 1
      },
    ),
    { numRuns: 60 },
  )
  t.ok(compared > 20, `${compared} had results`)
})
