import { type ChildProcess, spawn } from 'node:child_process'
import { COMMAND } from '../run.ts'

/** The command at work, with what it has said so far. */
export class Running {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  stdout = ''
  stderr = ''

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string) {
    this.child = spawn(process.execPath, [COMMAND, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.stdout += chunk
    })
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk
    })
    this.ended = new Promise((resolve) => this.child.on('close', resolve))
  }

  /** Lines of its output so far. */
  get lines(): readonly string[] {
    return this.stdout.split('\n').slice(0, -1)
  }

  /** Tell it to end; resolves with its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal)
    return this.ended
  }
}

/** Resolve when `isSo` is true; reject with what `described` returns after `limit` milliseconds. */
export async function eventually(
  isSo: () => boolean,
  described: () => string,
  limit = 20_000,
): Promise<void> {
  for (const end = Date.now() + limit; !isSo(); ) {
    if (Date.now() > end) throw new Error(described())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
