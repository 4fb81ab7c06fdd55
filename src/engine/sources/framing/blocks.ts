import { SourceError } from '../../plan/errors.ts'
import { asBuffer } from './carry.ts'
import type { Emit, Framer, FramerOptions } from './framing.ts'
import { LinesFramer } from './lines.ts'

const HEADER = 4

/**
 * Blocks of a 4-byte big-endian length and as many bytes, which are whole lines of UTF-8: the last line of a block needs
 * no end. (Spark's raw blocks hold objects as its own serialiser wrote them, which nothing else reads.)
 */
export class BlocksFramer implements Framer {
  malformed = 0
  readonly dropped = 0
  readonly #options: FramerOptions
  readonly #header = Buffer.alloc(HEADER)
  #headerBytes = 0
  #missing = 0
  #position = 0
  #blockStart = 0
  #lines: LinesFramer

  constructor(options: FramerOptions) {
    this.#options = options
    this.#lines = new LinesFramer(options)
  }

  get pending(): number {
    return this.#headerBytes === 0 ? 0 : this.#position - this.#blockStart
  }

  get held(): number {
    return this.#headerBytes + this.#lines.held
  }

  push(bytes: Uint8Array, emit: Emit): void {
    const chunk = asBuffer(bytes)
    let index = 0
    while (index < chunk.length) {
      if (this.#headerBytes < HEADER) {
        if (this.#headerBytes === 0) this.#blockStart = this.#position + index
        this.#header[this.#headerBytes++] = chunk[index++] as number
        if (this.#headerBytes === HEADER) this.#open(this.#position + index)
      } else {
        const part = chunk.subarray(index, index + this.#missing)
        this.#lines.push(part, emit)
        index += part.length
        this.#missing -= part.length
      }
      if (this.#headerBytes === HEADER && this.#missing === 0) this.#close(emit)
    }
    this.#position += chunk.length
  }

  end(emit: Emit): void {
    if (this.#headerBytes === 0) return
    const has =
      this.#headerBytes < HEADER
        ? `${this.#headerBytes} of the ${HEADER} bytes of its length`
        : `all but ${this.#missing} of its bytes`
    this.#close(emit)
    throw new SourceError(
      `${this.#options.name}: the input ends in the block that starts at byte ${this.#blockStart}, after ${has}`,
      'the sender broke off, or sends no blocks: a 4-byte length, then as many bytes',
    )
  }

  /** @param start where the block's bytes start in the input. */
  #open(start: number): void {
    const length = this.#header.readInt32BE(0)
    if (length < 0) {
      throw new SourceError(
        `${this.#options.name}: the block at byte ${this.#blockStart} has the length ${length}`,
        '--raw reads blocks: a 4-byte length, then as many bytes',
      )
    }
    this.#missing = length
    this.#lines = new LinesFramer(this.#options)
    this.#lines.position = start
  }

  #close(emit: Emit): void {
    this.#headerBytes = 0
    this.#lines.end(emit)
    this.malformed += this.#lines.malformed
  }
}
