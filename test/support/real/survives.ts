import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { killedRun, slowly } from '../kill-run.ts'
import { COMMAND, dstream } from '../run.ts'

/** A server that can be killed and started again. */
export interface Mortal {
  start(): Promise<void>
  kill(): Promise<void>
}

/**
 * Write the numbers below `total`, 20 a batch, while the server is killed and started again three times.
 *
 * @returns the exit code, and what was said.
 */
export async function writeWhileServerDies(
  server: Mortal,
  total: number,
  cwd: string,
  to: readonly string[],
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  writeFileSync(join(cwd, 'in'), Array.from({ length: total }, (_, index) => `${index}\n`).join(''))
  const words = ['text', 'in', '--batch-lines', '20', ...to]
  const child = spawn(process.execPath, [COMMAND, ...words], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 700))
    if (child.exitCode !== null) break
    await server.kill()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await server.start()
  }
  return { code: await ended, stderr }
}

/**
 * Count words with a checkpoint, once unbroken and once killed `kills` times and started again; `to` returns the
 * output of each, by the name `whole` or `broken`. The broken one takes at least 8 seconds, of which twelve kills let it
 * have 5 at most, as a rule 3.
 *
 * @returns how often it was killed.
 */
export async function writeWhileKilled(
  kills: number,
  cwd: string,
  to: (name: string) => readonly string[],
): Promise<number> {
  const lines = Array.from({ length: 10_000 }, (_, index) => `w${index % 37} w${index % 11}`)
  writeFileSync(join(cwd, 'in'), `${lines.join('\n')}\n`)
  const chain = (name: string): string[] => [
    ...`text in --batch-lines 10 --checkpoint ${name} --checkpoint-interval 200ms`.split(' '),
    ...(name === 'whole' ? [] : ['filter', slowly(30, 'line.startsWith("w0 ")')]),
    ...'flatmap split reduce-by-key'.split(' '),
    ...to(name),
  ]
  const whole = await dstream(chain('whole'), '', { cwd, timeout: 60_000 })
  if (whole.code !== 0) throw new Error(whole.stderr)
  const killed = await killedRun(chain('broken'), kills, 600, { cwd })
  return killed.kills
}
