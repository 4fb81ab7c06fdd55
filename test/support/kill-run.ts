import { spawn } from 'node:child_process'
import { COMMAND } from './run.ts'

/** Code of a function that waits so many milliseconds where a condition holds. */
export function waiting(milliseconds: number, condition = 'true'): string {
  return `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${condition} ? ${milliseconds} : 0)`
}

/**
 * A function for `filter` that keeps every line, and waits so many milliseconds at those for which the condition on
 * `line` holds: a chain is then killed under way as often as a test says, on a fast machine too.
 */
export function slowly(milliseconds: number, condition: string): string {
  return `line => (${waiting(milliseconds, condition)}, true)`
}

/**
 * Run the command until it ends, killed (SIGKILL) `kills` times at random moments and started again; a run that ends
 * before it is killed was the last. Returns how often it was killed, and all that was said on stderr.
 *
 * @param most milliseconds after which it is killed at the latest.
 */
export async function killedRun(
  args: readonly string[],
  kills: number,
  most: number,
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<{ readonly kills: number; readonly stderr: string }> {
  let stderr = ''
  for (let killed = 0; ; ) {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      cwd: options.cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk
    })
    const limit = killed < kills ? 100 + Math.random() * most : 120_000
    const timer = setTimeout(() => child.kill('SIGKILL'), limit)
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.on('close', (...how) => resolve(how)),
    )
    clearTimeout(timer)
    if (signal !== 'SIGKILL') {
      if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`)
      return { kills: killed, stderr }
    }
    if (killed === kills) throw new Error(`did not end: ${stderr}`)
    killed += 1
  }
}
