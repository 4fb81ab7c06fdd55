import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { countOf } from '../../src/engine/batch/partition.ts'
import { findCheckpoint, readLog } from '../../src/engine/recovery/checkpoint-files.ts'
import { LOG } from '../../src/engine/recovery/log-kinds.ts'
import { readPartition } from '../../src/engine/recovery/partition-record.ts'
import type { KilledSource } from './kill.ts'
import { freePort } from './real/free-port.ts'
import { COMMAND } from './run.ts'

/** What was written, by file. */
export type Results = ReadonlyMap<string, string>

/** Elements of a batch. */
const BATCH = 10
/** Lines that are appended to a file, or in one of a directory, at once. */
const PORTION = 25
/** Milliseconds before which a process may not be listening to signals. */
const LEAST_LIFE = 500

/** A pipeline that is killed and started again, with what it reads from. */
export class KilledLife {
  ended = false
  stderr = ''
  readonly #checkpoint: string
  readonly #out: string
  readonly #source: KilledSource
  readonly #stages: readonly string[]
  readonly #lines: readonly string[]
  readonly #input: string
  /** Of a server, which is the same at each start, and so is the source. */
  #port = 0
  /** Lines that were given to a file, or to files. */
  #given = 0

  /** @param root an empty directory. */
  constructor(root: string, source: KilledSource, stages: readonly string[], lines: readonly string[]) {
    this.#checkpoint = join(root, 'checkpoint')
    this.#out = join(root, 'out')
    this.#source = source
    this.#stages = stages
    this.#lines = lines
    this.#input = join(root, 'input')
    mkdirSync(this.#out)
    if (source === 'files') mkdirSync(this.#input)
    else writeFileSync(this.#input, source === 'text' ? `${lines.join('\n')}\n` : '')
  }

  /** Run until the end, or until it is killed after `limit` milliseconds. */
  async run(
    limit: number | undefined,
  ): Promise<{ readonly wasKilled: boolean; readonly milliseconds: number }> {
    const isSent = ['stdin', 'socket', 'listen'].includes(this.#source)
    const left = isSent ? this.#lines.slice(await receivedOf(this.#checkpoint)) : []
    const text = left.map((line) => `${line}\n`).join('')
    const server = this.#source === 'socket' ? await serve(text, this.#port) : undefined
    if (this.#source === 'listen' && this.#port === 0) this.#port = await freePort()
    this.#port = server?.port ?? this.#port
    const began = performance.now()
    const child = this.#start(this.#source === 'stdin' ? text : '')
    const closed = new Promise<[number | null, string | null]>((resolve) =>
      child.on('close', (...how) => resolve(how)),
    )
    const timer = setTimeout(() => child.kill('SIGKILL'), limit ?? 60_000)
    const stop = this.#feed(text, child)
    const [code, signal] = await closed
    clearTimeout(timer)
    stop()
    server?.close()
    const wasKilled = signal === 'SIGKILL'
    if (!wasKilled) {
      if (code !== 0) throw new Error(`exit code ${code}: ${this.stderr}`)
      this.ended = true
    } else if (limit === undefined) throw new Error(`did not end: ${this.stderr}`)
    return { wasKilled, milliseconds: performance.now() - began }
  }

  #start(input: string): ChildProcess {
    const source = {
      text: ['text', this.#input],
      stdin: ['stdin'],
      socket: ['socket', '127.0.0.1', String(this.#port), '--once'],
      listen: ['listen', String(this.#port), '--once'],
      tail: ['tail', this.#input, '--from-start'],
      files: ['files', this.#input, '--existing'],
    }[this.#source]
    const batches = this.#source === 'files' ? ['--interval', '100ms'] : ['--batch-lines', String(BATCH)]
    const checkpoint = ['--checkpoint', this.#checkpoint, '--checkpoint-interval', '200ms']
    const output = ['save-as-text-files', join(this.#out, 'batch')]
    const args = [...source, ...batches, ...checkpoint, ...this.#stages, ...output]
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['pipe', 'ignore', 'pipe'] })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk
    })
    return child
  }

  /** Give what the pipeline is to read while it runs; return what stops that. */
  #feed(text: string, child: ChildProcess): () => void {
    if (this.#source === 'listen') return send(text, this.#port)
    if (this.#source !== 'tail' && this.#source !== 'files') return () => {}
    // These have no end of their own: they are told to stop when the outputs have everything.
    const began = performance.now()
    const timer = setInterval(() => {
      if (this.#given < this.#lines.length) this.#give()
      else if (performance.now() > began + LEAST_LIFE && this.#hasAll()) {
        clearInterval(timer)
        child.kill('SIGTERM')
      }
    }, 10)
    return () => clearInterval(timer)
  }

  #give(): void {
    const lines = this.#lines.slice(this.#given, this.#given + PORTION)
    const text = lines.map((line) => `${line}\n`).join('')
    if (this.#source === 'tail') appendFileSync(this.#input, text)
    else {
      // As a file of a directory is to come: whole, under its name.
      const draft = join(this.#out, `.draft-${this.#given}`)
      writeFileSync(draft, text)
      renameSync(draft, join(this.#input, `file-${this.#given}`))
    }
    this.#given += PORTION
  }

  #hasAll(): boolean {
    if (this.#source === 'files') return elementsOf(this.results()) >= this.#lines.length
    const last = (this.#lines.length / BATCH) * 1000
    return existsSync(join(this.#out, `batch-${last}`))
  }

  /** Return what was written, by file; of files that come by the clock, the lines alone, whichever batch they are of. */
  results(): Results {
    const found = new Map<string, string>()
    for (const name of readdirSync(this.#out).sort()) {
      if (name.startsWith('.')) continue
      for (const part of readdirSync(join(this.#out, name)).sort()) {
        found.set(`${name}/${part}`, readFileSync(join(this.#out, name, part), 'utf8'))
      }
    }
    if (this.#source !== 'files') return found
    const lines = [...found].filter(([name]) => name.includes('/part-')).map(([, text]) => text)
    return new Map([['all', `${lines.join('').split('\n').filter(Boolean).sort().join('\n')}\n`]])
  }
}

const elementsOf = (results: Results): number =>
  [...results.values()].reduce((sum, text) => sum + text.split('\n').length - 1, 0)

/** Return how many lines of the one source are in the log, or in a snapshot: what was received and may not come again. */
async function receivedOf(directory: string): Promise<number> {
  const found = await findCheckpoint(directory).catch(() => undefined)
  if (found === undefined) return 0
  let count = found.chain.at(-1)?.header.sources[0]?.received ?? 0
  for (const number of found.logs) {
    for (const { kind, payload } of await readLog(directory, number, number === found.logs.at(-1))) {
      if (kind === LOG.block) count += countOf(readPartition(payload).partition)
    }
  }
  return count
}

async function serve(
  text: string,
  port: number,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    socket.end(text)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { port: (server.address() as { port: number }).port, close: () => server.close() }
}

/** Connect as soon as somebody listens, and send a text. */
function send(text: string, port: number): () => void {
  let socket: Socket | undefined
  let timer: NodeJS.Timeout | undefined
  const attempt = (): void => {
    let isConnected = false
    socket = connect(port, '127.0.0.1', () => {
      isConnected = true
      socket?.end(text)
    })
    socket.on('error', () => {
      if (!isConnected) timer = setTimeout(attempt, 20)
    })
  }
  attempt()
  return () => {
    clearTimeout(timer)
    socket?.destroy()
  }
}
