import { fstatSync, write, writeSync } from 'node:fs'
import { copyBytes } from '../engine/batch/partition.ts'

/** The reader of standard output has gone away: `| head -1` has seen enough. Not an error of the pipeline. */
export class ReaderClosed extends Error {
  override readonly name = 'ReaderClosed'
}

/** Bytes that may wait for the reader before outputs are held back. */
const HIGH_WATER = 1 << 20
const RETRY_MILLISECONDS = 5

/**
 * Standard output without Node's stream: written at once and in order, never blocking the process while the reader is
 * slow. process.stdout would block on a pipe, and costs start-up time.
 */
export class StandardOutput {
  /** Told once when nothing more can be written; `ReaderClosed` when the reader has gone. */
  onError: (error: Error) => void = () => {}
  readonly #descriptor: number
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  #error: Error | undefined

  constructor(descriptor = 1) {
    this.#descriptor = descriptor
  }

  /** Take a chunk, copying what is not text; a promise when the reader is behind. Throws once writing has failed. */
  write(chunk: string | Uint8Array): Promise<void> | undefined {
    if (this.#error !== undefined) throw this.#error
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : copyBytes(chunk)
    if (bytes.length === 0) return undefined
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    this.#writing ??= this.#drain()
    return this.#waitingBytes > HIGH_WATER ? this.#writing : undefined
  }

  /** Resolves when everything is written. Rejects when writing has failed. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    if (this.#error !== undefined) throw this.#error
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const chunk =
          this.#waiting.length === 1 ? (this.#waiting[0] as Uint8Array) : Buffer.concat(this.#waiting)
        this.#waiting = []
        await this.#writeAll(chunk)
        this.#waitingBytes -= chunk.length
      }
    } catch (error) {
      this.#error = error as Error
      this.#waiting = []
      this.onError(this.#error)
    } finally {
      this.#writing = undefined
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += await new Promise<number>((resolve, reject) =>
          write(this.#descriptor, bytes, at, (error, written) =>
            error === null ? resolve(written) : reject(error),
          ),
        )
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'EPIPE' || code === 'ECONNRESET') throw new ReaderClosed('standard output is closed')
        if (code !== 'EAGAIN') throw error
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS))
      }
    }
  }
}

/** Write a line to stderr; a closed or full stderr is nobody's error. */
export function writeError(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // Nothing is left to say it to.
  }
}

/** Return what standard output is: a terminal or a file shows tables, everything else is the next program. */
export function standardOutputIsShown(isTerminal: boolean): boolean {
  if (isTerminal) return true
  try {
    return fstatSync(1).isFile()
  } catch {
    return false
  }
}
