import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

/** A server that runs as a child of the test. */
export class ServerProcess {
  readonly #program: string
  readonly #args: readonly string[]
  readonly #port: number
  #child: ChildProcess | undefined
  #said = ''

  constructor(program: string, args: readonly string[], port: number) {
    this.#program = program
    this.#args = args
    this.#port = port
  }

  /** Start it; resolves when its port answers. */
  async start(): Promise<void> {
    const child = spawn(this.#program, this.#args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    const keep = (chunk: Buffer): void => {
      this.#said = `${this.#said}${chunk}`.slice(-4000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    for (let tries = 0; !(await answers(this.#port)); tries++) {
      if (tries === 300 || child.exitCode !== null)
        throw new Error(`${this.#program} does not answer: ${this.#said}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** End it as a crash does. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
