import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { COMMAND } from './run.ts'

/** What was seen of a pipeline whose source is ten times as fast as its operators or its output. */
export interface Overloaded {
  readonly given: number
  readonly got: number
  /** Most memory of the process, in MiB. */
  readonly memory: number
  /** Milliseconds from the time of each batch to its end, in order. */
  readonly delays: readonly number[]
  readonly code: number | null
  readonly stderr: string
}

/** Lines a second that the slow part can do. */
const SLOW = 10_000
const FAST = 10 * SLOW

const SLOW_MAP = 'l => { const end = performance.now() + 0.1; while (performance.now() < end); return l }'
const SLOW_COMMAND = 'awk \'{ n++; if (n % 500 == 0) system("sleep 0.05") } END { print n + 0 }\''

/** What is tried: where lines come from, and what is slow. */
export const OVERLOADS = {
  'pipe, slow map': { source: ['stdin'], stages: ['map', SLOW_MAP, 'emit'] },
  'pipe, slow command': { source: ['stdin'], stages: ['for-each', SLOW_COMMAND] },
  'pipe, slow reader': { source: ['stdin'], stages: ['emit'] },
  'TCP, slow map': { source: ['socket'], stages: ['map', SLOW_MAP, 'emit'] },
  'TCP, slow command': { source: ['socket'], stages: ['for-each', SLOW_COMMAND] },
  'files, slow map': { source: ['files'], stages: ['map', SLOW_MAP, 'emit'] },
} as const

/** Run one of them for so many seconds of input, and until all of it is out. */
export async function overload(name: keyof typeof OVERLOADS, seconds: number): Promise<Overloaded> {
  const { source, stages } = OVERLOADS[name]
  const folder = mkdtempSync(join(tmpdir(), 'dstream-overload-'))
  const events = join(folder, 'events')
  const input = join(folder, 'in')
  mkdirSync(input)
  const context = ['--interval', '200ms', '--stats', '--events', events]
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const place = { stdin: [], socket: ['127.0.0.1', String(port), '--once'], files: [input] }[source[0]]
  const words = [COMMAND, ...context, ...source, ...place, ...stages]
  const child = spawn(process.execPath, words, { env: { ...process.env, NO_COLOR: '1' } })
  const got = counted(child, name.endsWith('reader'), name.endsWith('command'))
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  let given: number
  if (source[0] === 'stdin') given = await write(child.stdin, seconds)
  else if (source[0] === 'socket') {
    const [socket] = (await once(server, 'connection')) as [Writable]
    given = await write(socket, seconds)
  } else {
    // What is there at the start would be left out.
    while (!existsSync(events) || readFileSync(events).length === 0) await sleep(20)
    given = await writeFiles(input, seconds)
    while (got.lines < given && child.exitCode === null) await sleep(50)
    child.kill('SIGTERM')
  }
  const [code] = await closed
  server.close()
  const delays = readFileSync(events, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"event":"onBatchCompleted"'))
    .map((line) => JSON.parse(line).batchInfo)
    .map(({ batchTime, processingEndTime }) => processingEndTime - batchTime)
  rmSync(folder, { recursive: true, force: true })
  const memory = Number(/peak memory (\d+) MiB/.exec(stderr)?.[1])
  return { given, got: got.lines, memory, delays, code, stderr }
}

/** Count the lines that come out, or add the numbers in them up; a slow reader takes a tenth of what could come. */
function counted(child: ChildProcess, isSlow: boolean, isSum: boolean): { readonly lines: number } {
  const count = { lines: 0 }
  let rest = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    const parts = `${rest}${chunk}`.split('\n')
    rest = parts.pop() as string
    count.lines += isSum ? parts.reduce((sum, part) => sum + Number(part), 0) : parts.length
    if (!isSlow) return
    child.stdout?.pause()
    setTimeout(() => child.stdout?.resume(), (parts.length / SLOW) * 1000)
  })
  return count
}

/** Write lines, as fast as they are taken but no faster than FAST; resolves to how many. */
async function write(stream: Writable, seconds: number): Promise<number> {
  let count = 0
  const began = performance.now()
  for (let now = began; now < began + seconds * 1000; now = performance.now()) {
    const due = Math.min(Math.floor(((now - began) / 1000) * FAST) - count, FAST / 100)
    if (due > 0 && !stream.write(lines(count, due))) await once(stream, 'drain')
    count += Math.max(0, due)
    await sleep(5)
  }
  stream.end()
  return count
}

async function writeFiles(folder: string, seconds: number): Promise<number> {
  let count = 0
  for (let file = 0; file < seconds * 2; file++) {
    // Half a second of work in a twentieth of it.
    writeFileSync(join(folder, '.part'), lines(count, SLOW / 2))
    renameSync(join(folder, '.part'), join(folder, `${file}.txt`))
    count += SLOW / 2
    await sleep(50)
  }
  return count
}

function lines(from: number, count: number): string {
  let text = ''
  for (let n = from; n < from + count; n++)
    text += `line ${n} of a source that is ten times too fast for us\n`
  return text
}
