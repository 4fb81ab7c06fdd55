import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { COMMAND, type Finished } from './run.ts'

/** A running command that is written to and read from, as a person does. */
export class Session {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Finished>
  #stdout = ''
  #stderr = ''
  #waiting: (() => void)[] = []

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [COMMAND, ...args], {
      env: { ...process.env, NO_COLOR: '1', ...env },
    })
    this.child.stdin.on('error', () => {})
    this.child.stdout.on('data', (chunk: Buffer) => this.#take(() => (this.#stdout += chunk)))
    this.child.stderr.on('data', (chunk: Buffer) => this.#take(() => (this.#stderr += chunk)))
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.#take(() => {})
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr })
      })
    })
  }

  /** What has come so far. */
  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  write(text: string): void {
    this.child.stdin.write(text)
  }

  /** Resolves when `text` has come on a stream; rejects after `timeout` milliseconds. */
  async until(stream: 'stdout' | 'stderr', text: string, timeout = 10_000): Promise<void> {
    const deadline = Date.now() + timeout
    while (!this[stream].includes(text)) {
      if (Date.now() > deadline) {
        this.child.kill('SIGKILL')
        throw new Error(
          `no ${JSON.stringify(text)} on ${stream}; stdout ${this.#stdout}; stderr ${this.#stderr}`,
        )
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50)
        this.#waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  #take(change: () => void): void {
    change()
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
