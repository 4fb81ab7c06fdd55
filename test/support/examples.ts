import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { dstream } from './run.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Where the `dstream` of a script is this checkout's. */
const BIN = fileURLToPath(new URL('bin', import.meta.url))
/** Milliseconds after which an example that runs by the clock is ended. */
const LONGEST = 25_000

/** The examples that have been run, by file name. */
export const ran = new Set<string>()

/** What an example has left. */
export interface Left {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Run `examples/NAME` under the clock of `dstream test`, fed with texts at their times, and return what it prints. */
export async function fed(
  t: Test,
  name: string,
  feeds: Readonly<Record<string, string>>,
  options: { readonly args?: readonly string[]; readonly until?: string } = {},
): Promise<string> {
  ran.add(name)
  const folder = mkdtempSync(join(tmpdir(), 'dstream-example-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const expected = join(folder, 'printed')
  const at = Object.entries(feeds).flatMap(([time, text], index) => {
    const file = join(folder, `feed-${index}`)
    writeFileSync(file, text)
    return ['--at', time, file]
  })
  const until = options.until === undefined ? [] : ['--until', options.until]
  const words = [...at, ...until, '--expect', expected, '--update', '--', ...(options.args ?? [])]
  const { code, stderr } = await dstream(['test', join(ROOT, 'examples', name), ...words])
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${stderr}`)
  return readFileSync(expected, 'utf8')
}

/**
 * Run `examples/NAME` by the clock, as a person does.
 *
 * @param onOutput is told all that came on standard output and standard error so far, whenever more comes; `stop` ends
 * the example and what it has started.
 */
export function live(
  name: string,
  args: readonly string[] = [],
  onOutput: (stdout: string, stop: () => void, stderr: string) => void = () => {},
  input = '',
): Promise<Left> {
  ran.add(name)
  const file = `examples/${name}`
  const [program, ...before] = name.endsWith('.sh') ? ['sh', file] : [process.execPath, '--import=tsx', file]
  const path = `${BIN}${delimiter}${process.env.PATH}`
  const env = { ...process.env, PATH: path, NO_COLOR: '1', COLUMNS: '60' }
  return new Promise((resolve) => {
    // A group of its own: the programs of a pipe end with it.
    const child = spawn(program as string, [...before, ...args], { cwd: ROOT, env, detached: true })
    const timer = setTimeout(() => endGroup(child), LONGEST)
    let stdout = ''
    let stderr = ''
    const tell = (): void => onOutput(stdout, () => endGroup(child), stderr)
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk
      tell()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk
      tell()
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code, stdout, stderr })
    })
  })
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** Serve each connection the bytes at its place; all but the last are closed behind them. Closed at the end of the test. */
export async function serve(t: Test, answers: readonly (string | Uint8Array)[], keep = 1): Promise<string> {
  let connections = 0
  const server = createServer((socket) => {
    const answer = answers[connections] ?? ''
    connections += 1
    socket.on('error', () => {})
    if (connections <= answers.length - keep) socket.end(answer)
    else socket.write(answer)
    t.teardown(() => socket.destroy())
  })
  t.teardown(() => server.close())
  return String(await listening(server))
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
}

/** Spark's blocks of a text, their times apart. */
export function blocksOf(stdout: string): string[] {
  return stdout
    .split(/^-{43}\nTime: \d+ ms\n-{43}\n/m)
    .slice(1)
    .map((block) => block.trimEnd())
}
