/** `tail` with a checkpoint: killed, rotated and truncated meanwhile. Row I6.1: a new run goes on behind the last line. */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import tap from 'tap'
import { COMMAND } from './support/run.ts'

/** A tail that writes its lines into files, each of a batch. */
class Follower {
  readonly root: string
  readonly file: string
  stderr = ''
  #child: ChildProcess | undefined
  readonly #flags: readonly string[]

  constructor(root: string, flags: readonly string[] = []) {
    this.root = root
    this.file = join(root, 'app.log')
    this.#flags = flags
  }

  start(): void {
    const checkpoint = ['--checkpoint', join(this.root, 'checkpoint'), '--checkpoint-interval', '300ms']
    const times = ['--interval', '100ms', ...checkpoint, ...this.#flags]
    const args = ['tail', this.file, ...times, 'save-as-text-files', join(this.root, 'out', 'b')]
    this.stderr = ''
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk
    })
    this.#child = child
  }

  async stop(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child as ChildProcess
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    child.kill(signal)
    return ended
  }

  /** What the outputs have, in the order of batches. */
  lines(): string[] {
    const out = join(this.root, 'out')
    if (!existsSync(out)) return []
    return readdirSync(out)
      .filter((name) => name.startsWith('b-'))
      .sort()
      .flatMap((name) =>
        readdirSync(join(out, name))
          .filter((part) => part.startsWith('part-'))
          .sort()
          .flatMap((part) =>
            readFileSync(join(out, name, part), 'utf8')
              .split('\n')
              .filter(Boolean),
          ),
      )
  }

  async until(test: () => boolean, what: string): Promise<void> {
    for (let wait = 0; !test(); wait++) {
      if (wait > 400) throw new Error(`${what} never came; ${this.lines().length} lines; ${this.stderr}`)
      await sleep(50)
    }
  }

  has(count: number): Promise<void> {
    return this.until(() => this.lines().length >= count, `line ${count}`)
  }
}

tap.test('I6.1 tail, killed while a writer appends, counts every line exactly once', async (t) => {
  for (const framing of ['lines', 'nul', 'json-seq', 'length']) {
    const follower = new Follower(t.testdir(), ['--framing', framing])
    const expected: string[] = []
    // Nothing of what was there before the first start.
    writeFileSync(follower.file, Buffer.concat([record(framing, '"before"'), record(framing, '"0"')]))
    let isWriting = true
    const write = async (): Promise<void> => {
      for (let number = 0; isWriting; number++) {
        const text = `"${number} ${'x'.repeat((number * 37) % 90)}"`
        const bytes = record(framing, text)
        expected.push(text)
        // Cut in the middle, so that a kill finds half a line.
        const middle = number % bytes.length
        appendFileSync(follower.file, bytes.subarray(0, middle))
        if (number % 7 === 0) await sleep(3)
        appendFileSync(follower.file, bytes.subarray(middle))
        if (number % 20 === 0) await sleep(1)
      }
    }
    follower.start()
    await follower.until(() => existsSync(join(follower.root, 'checkpoint', 'log-000000')), 'the first log')
    await sleep(600)
    const writer = write()
    for (let kill = 0; kill < 4; kill++) {
      await sleep(500 + Math.random() * 500)
      await follower.stop(kill === 2 ? 'SIGTERM' : 'SIGKILL')
      await sleep(50)
      follower.start()
    }
    await sleep(300)
    isWriting = false
    await writer
    await follower.has(expected.length)
    t.equal(await follower.stop('SIGTERM'), 0, follower.stderr)
    const got = follower.lines()
    t.equal(got.length, expected.length, `${framing}: as many lines as were written`)
    t.ok(
      got.every((line, index) => line === expected[index]),
      `${framing}: the same, in order`,
    )
  }
})

tap.test('I6.1 tail: rotated, truncated or removed while nothing ran, and what is said', async (t) => {
  const follower = new Follower(t.testdir(), ['--from-start'])
  writeFileSync(follower.file, 'one\ntwo\nthr')
  follower.start()
  await follower.has(2)
  await follower.stop('SIGKILL')
  appendFileSync(follower.file, 'ee\n')
  renameSync(follower.file, `${follower.file}.1`)
  writeFileSync(follower.file, 'four\n')
  follower.start()
  await follower.has(4)
  t.strictSame(follower.lines(), ['one', 'two', 'three', 'four'], 'the rotated file is read to its end')
  t.match(follower.stderr, /app\.log is not what it was when the last run ended: reading it from its start/)
  await follower.stop('SIGKILL')
  writeFileSync(follower.file, 'five\n')
  follower.start()
  await follower.has(5)
  t.equal(
    follower.lines()[4],
    'five',
    'another text of the same inode and length is not taken for the old one',
  )
  t.match(follower.stderr, /app\.log was overwritten while nothing ran: what came behind its byte 5 is lost/)
  await follower.stop('SIGKILL')
  rmSync(follower.file)
  follower.start()
  await follower.until(() => follower.stderr.includes('waiting for'), 'waiting')
  t.match(follower.stderr, /its file is gone, while nothing ran/)
  writeFileSync(follower.file, 'six\n')
  await follower.has(6)
  await follower.stop('SIGKILL')
  follower.start()
  appendFileSync(follower.file, 'seven\n')
  await follower.has(7)
  t.equal(await follower.stop('SIGTERM'), 0)
  t.strictSame(follower.lines(), ['one', 'two', 'three', 'four', 'five', 'six', 'seven'])
})

/** Return a text as a record of a framing. */
function record(framing: string, text: string): Buffer {
  const bytes = Buffer.from(text)
  if (framing === 'nul') return Buffer.from(`${text}\0`)
  if (framing === 'json-seq') return Buffer.from(`\x1e${text}\n`)
  if (framing !== 'length') return Buffer.from(`${text}\n`)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
