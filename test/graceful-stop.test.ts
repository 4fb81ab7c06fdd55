/** A context that is told to end processes what it has received: exactly what it took out of its source comes out. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import tap from 'tap'
import { COMMAND } from './support/run.ts'

tap.setTimeout(90_000)

interface Stopped {
  /** What the process took out of the pipe. */
  readonly taken: string
  readonly out: string
  readonly code: number | null
  readonly stderr: string
}

/**
 * Run a pipeline on a named pipe that is always full, and end it after `delay` milliseconds, counted from
 * its first output where `isUp` is set. Both ends of the pipe stay
 * open here, so that what the process did not take can be counted to the byte.
 */
async function stopOnPipe(
  stages: readonly string[],
  delay: number,
  isUp: boolean,
  signals: readonly NodeJS.Signals[] = ['SIGTERM'],
): Promise<Stopped> {
  const folder = mkdtempSync(join(tmpdir(), 'dstream-stop-'))
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const ours = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const theirs = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const child = spawn(process.execPath, [COMMAND, '--interval', '50ms', ...stages], {
    stdio: [theirs, 'pipe', 'pipe'],
  })
  closeSync(theirs)
  let [out, stderr, ended] = ['', '', false]
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  const stop = async (): Promise<void> => {
    while (isUp && out === '' && !ended) await sleep(5)
    await sleep(delay)
    for (const signal of signals) {
      child.kill(signal)
      await sleep(30)
    }
  }
  void closed.then(() => {
    ended = true
  })
  const stopping = stop()
  let written = ''
  for (let number = 0; !ended; number++) {
    const text = `${number} ${'x'.repeat(number % 90)}\n`
    try {
      const length = writeSync(ours, text)
      written += text.slice(0, length)
      if (number % 50 === 0) await sleep(1)
    } catch {
      // The pipe is full.
      number -= 1
      await sleep(2)
    }
  }
  await stopping
  const [code] = await closed
  let left = 0
  const buffer = Buffer.alloc(1 << 16)
  for (let more = 1; more > 0; left += Math.max(0, more)) more = readOr(ours, buffer)
  closeSync(ours)
  rmSync(folder, { recursive: true, force: true })
  return { taken: written.slice(0, written.length - left), out, code, stderr }
}

function readOr(descriptor: number, buffer: Buffer): number {
  try {
    return readSync(descriptor, buffer, 0, buffer.length, null)
  } catch {
    return 0
  }
}

/** A last line that the pipe cuts off is a line. */
function asLines(taken: string): string {
  return taken === '' || taken.endsWith('\n') ? taken : `${taken}\n`
}

const SLOW = 'l => { const end = performance.now() + 0.05; while (performance.now() < end); return l }'
const PIPELINES: readonly (readonly string[])[] = [
  ['emit'],
  ['map', SLOW, 'emit'],
  ['for-each', 'cat; sleep 0.1'],
  ['--max-rate', '2000', 'emit'],
  ['window', '100ms', '100ms', 'emit'],
]

tap.test(
  'C19 F9 50 pipelines under load are told to end at any moment: what was taken from the pipe comes out, to the byte',
  async (t) => {
    const runs = Array.from({ length: 50 }, (_, index) => index)
    let total = 0
    const worker = async (): Promise<void> => {
      for (let run = runs.shift(); run !== undefined; run = runs.shift()) {
        const stages = PIPELINES[run % PIPELINES.length] as readonly string[]
        // Some from before the process is up, to the middle of its batches.
        const delay = (run * 37) % 300
        const signal = run % 2 === 0 ? 'SIGTERM' : 'SIGINT'
        const { taken, out } = await stopOnPipe(stages, delay, run % 3 > 0, [signal])
        if (out !== asLines(taken)) {
          const where = `run ${run}, ${stages.join(' ')}, after ${delay} ms`
          t.fail(`${where}: ${taken.length} bytes taken, ${out.length} came out`)
        }
        total += taken.length
      }
    }
    await Promise.all([worker(), worker(), worker()])
    t.ok(total > 100_000, `${total} bytes went through`)
  },
)

tap.test(
  'C19 F9 a TCP source that is told to end: what was received is a prefix, and all of it comes out',
  async (t) => {
    for (const delay of [250, 400, 550]) {
      let sent = ''
      const server = createServer((socket) => {
        socket.on('error', () => {})
        const timer = setInterval(() => {
          const text = `${sent.length} ${'y'.repeat(sent.length % 70)}\n`.repeat(20)
          if (socket.writableLength < 1 << 16 && socket.write(text) !== undefined) sent += text
        }, 1)
        socket.on('close', () => clearInterval(timer))
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const folder = mkdtempSync(join(tmpdir(), 'dstream-stop-'))
      const events = join(folder, 'events')
      const port = String((server.address() as AddressInfo).port)
      const context = ['--interval', '50ms', '--events', events]
      const child = spawn(process.execPath, [COMMAND, ...context, 'socket', '127.0.0.1', port, 'emit'])
      let out = ''
      child.stdout.on('data', (chunk) => {
        out += chunk
      })
      await once(child.stdout, 'data')
      await sleep(delay)
      child.kill('SIGTERM')
      const [code] = await once(child, 'close')
      server.close()
      const received = readFileSync(events, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{"event":"onBatchCompleted"'))
        .reduce((sum, line) => sum + JSON.parse(line).batchInfo.numRecords, 0)
      rmSync(folder, { recursive: true, force: true })
      t.equal(code, 0)
      t.ok(sent.startsWith(out.slice(0, -1)), 'without a gap')
      t.equal(out.split('\n').length - 1, received, 'as many lines as batches counted')
    }
  },
)

tap.test('C19 gracefulStopTimeout: an output that takes longer is given up, and that is said', async (t) => {
  const limit = ['--conf', 'spark.streaming.gracefulStopTimeout=200ms']
  const began = performance.now()
  const { stderr, code } = await stopOnPipe([...limit, 'for-each', 'echo up; sleep 5'], 20, true)
  t.match(stderr, /not done 200 ms after being told to stop: what is left is dropped/)
  t.ok(performance.now() - began < 4900)
  t.equal(code, 0)
})

tap.test('C19 a second signal ends at once, in the middle of what an output does', async (t) => {
  const began = performance.now()
  const { code } = await stopOnPipe(['for-each', 'echo up; sleep 5'], 20, true, ['SIGTERM', 'SIGINT'])
  t.equal(code, 130)
  t.ok(performance.now() - began < 4900)
})
