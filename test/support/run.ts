import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The command as installed. */
export const COMMAND = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

/** What a finished process left behind. */
export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Run the command with `args`, giving it `input`; rejects when it has not ended after `timeout` milliseconds. */
export function dstream(
  args: readonly string[],
  input: string | Uint8Array = '',
  options: { readonly timeout?: number; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1', ...options.env }
    const child = spawn(process.execPath, [COMMAND, ...args], { env, cwd: options.cwd })
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`dstream ${args.join(' ')} did not end; stderr: ${Buffer.concat(err).toString()}`))
    }, options.timeout ?? 30_000)
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() })
    })
  })
}

/** Return the words of a command line, quotes resolved as a shell does. */
export function shellWords(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(
      /'([^']*)'|"((?:[^"\\]|\\.)*)"/g,
      (_, single?: string, double?: string) => single ?? (double as string).replace(/\\(["\\$`])/g, '$1'),
    ),
  )
}
