import { isUtf8 } from 'node:buffer'
import { formatBytes } from '../../plan/duration.ts'
import { SourceError } from '../../plan/errors.ts'

const SMALLEST = 1 << 10

/** The bytes of a record whose end has not been read yet: a buffer that doubles, so that appending stays linear. */
export class Carry {
  #buffer: Buffer = Buffer.alloc(0)
  length = 0

  /** Copy bytes to the end. */
  append(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const length = this.length + bytes.length
    if (length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(SMALLEST, length, this.#buffer.length * 2))
      grown.set(this.#buffer.subarray(0, this.length))
      this.#buffer = grown
    }
    this.#buffer.set(bytes, this.length)
    this.length = length
  }

  /** The bytes, until the next call. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length)
  }

  /** Forget the bytes. */
  clear(): void {
    this.length = 0
  }

  /** Give the bytes away: they are not written again, and one long record does not cost its memory for ever. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.length)
    this.length = 0
    this.#buffer = Buffer.alloc(0)
    return taken
  }
}

/** Return bytes as a Buffer over the same memory, shared memory included. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Return 1 when a record is no UTF-8, else 0; only a text with U+FFFD in it can come from such bytes. */
export function countMalformed(text: string, bytes: Uint8Array): number {
  return text.includes('\ufffd') && !isUtf8(bytes) ? 1 : 0
}

/** Return the error for a record over `maxLine` bytes that begins `offset` bytes into the input. */
export function tooLong(name: string, what: string, offset: number, maxLine: number): SourceError {
  return new SourceError(
    `${name}: the ${what} that starts at byte ${offset} is longer than ${formatBytes(maxLine)}`,
    'raise the limit with --max-line, or choose another --framing',
  )
}
