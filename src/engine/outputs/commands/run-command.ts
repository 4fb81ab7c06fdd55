import { spawn } from 'node:child_process'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { OutputPort } from '../record.ts'

/** Lines of a command's stderr that are kept, and how long each may be. */
const KEPT_LINES = 10
const KEPT_CHARACTERS = 500

/** A command has failed: how, and the last lines of its stderr. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** One run of a shell command. */
export interface CommandRun {
  /** Text of the user, handed to `sh -c`; data never is. */
  readonly command: string
  /** What it reads. */
  readonly input: readonly (string | Uint8Array)[]
  /** What its environment has beside that of this process. */
  readonly environment: Readonly<Record<string, string>>
  /** Before it, what the command writes is not read: it waits where it writes more than a pipe holds. */
  readonly turn?: Promise<void>
}

/**
 * Run a command to its end: what it writes goes on to the port, what it says on stderr is reported when it has ended.
 *
 * @throws CommandError with its exit code or signal and the last lines of its stderr, where it fails; what the port throws.
 */
export async function runCommand(run: CommandRun, port: OutputPort): Promise<void> {
  const child = spawn('sh', ['-c', run.command], {
    env: { ...process.env, ...run.environment },
    stdio: 'pipe',
    // A group of its own: Ctrl-C asks dstream to finish what it received, and the command is a part of that.
    detached: true,
  })
  const ended = new Promise<string | undefined>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal !== null) resolve(`was ended by ${signal}`)
      else resolve(code === 0 ? undefined : `ended with exit code ${code}`)
    })
  })
  // Whoever awaits it sees the rejection.
  ended.catch(() => {})
  // A command need not read all of its input, `head` does not.
  pipeline(Readable.from(run.input), child.stdin).catch(() => {})
  const said = lastLines(child.stderr)
  // Node throws away what nobody reads of a process that has ended.
  const output = run.turn === undefined ? child.stdout : child.stdout.pipe(new PassThrough())
  await run.turn
  try {
    for await (const chunk of output as AsyncIterable<Uint8Array>) {
      const wait = port.write(chunk)
      if (wait !== undefined) await wait
    }
  } catch (error) {
    child.kill()
    throw error
  }
  const failure = await ended
  const lines = await said
  if (failure !== undefined) throw new CommandError([`the command ${failure}`, ...lines].join('\n  '))
  for (const line of lines) port.report(line)
}

async function lastLines(stream: Readable): Promise<string[]> {
  let lines: string[] = []
  let rest = ''
  stream.setEncoding('utf8')
  for await (const chunk of stream as AsyncIterable<string>) {
    const parts = `${rest}${chunk}`.split('\n')
    rest = (parts.pop() as string).slice(0, KEPT_CHARACTERS)
    lines = [...lines, ...parts].slice(-KEPT_LINES)
  }
  if (rest !== '') lines.push(rest)
  return lines.slice(-KEPT_LINES).map((line) => line.slice(0, KEPT_CHARACTERS))
}
