import { SourceError } from '../../plan/errors.ts'
import { asBuffer, Carry, countMalformed, tooLong } from './carry.ts'
import type { Emit, FramerOptions, PositionedFramer } from './framing.ts'

const HEADER = 4

/** Records of a 4-byte big-endian length and as many bytes of UTF-8. Emits rows of strings. */
export class LengthFramer implements PositionedFramer {
  position = 0
  malformed = 0
  readonly dropped = 0
  readonly #options: FramerOptions
  readonly #header = Buffer.alloc(HEADER)
  readonly #carry = new Carry()
  #headerBytes = 0
  #size = 0
  /** Where the record at hand starts in the input: its length, not its payload. */
  #recordStart = 0

  constructor(options: FramerOptions) {
    this.#options = options
  }

  get pending(): number {
    return this.#headerBytes === 0 ? 0 : this.position - this.#recordStart
  }

  get held(): number {
    return this.#headerBytes + this.#carry.length
  }

  push(bytes: Uint8Array, emit: Emit): void {
    const chunk = asBuffer(bytes)
    const rows: string[] = []
    let index = 0
    for (;;) {
      if (this.#headerBytes < HEADER) {
        if (index === chunk.length) break
        index = this.#readHeader(chunk, index)
        continue
      }
      const missing = this.#size - this.#carry.length
      if (chunk.length - index < missing) {
        this.#carry.append(chunk.subarray(index))
        break
      }
      const payload = chunk.subarray(index, index + missing)
      rows.push(this.#decode(payload))
      index += missing
      this.#headerBytes = 0
    }
    this.position += chunk.length
    if (rows.length > 0) emit({ kind: 'rows', rows })
  }

  end(_emit: Emit): void {
    if (this.#headerBytes === 0) return
    const { name } = this.#options
    const has =
      this.#headerBytes < HEADER
        ? `${this.#headerBytes} of the ${HEADER} bytes of its length`
        : `${this.#carry.length} of its ${this.#size} bytes`
    throw new SourceError(
      `${name}: the input ends in the record that starts at byte ${this.#recordStart}, after ${has}`,
      'the sender broke off, or the input is not --framing length',
    )
  }

  #readHeader(chunk: Buffer, index: number): number {
    if (this.#headerBytes === 0) this.#recordStart = this.position + index
    this.#header[this.#headerBytes++] = chunk[index] as number
    if (this.#headerBytes === HEADER) {
      const { maxLine, name } = this.#options
      this.#size = this.#header.readUInt32BE(0)
      if (this.#size > maxLine)
        throw tooLong(name, `record of ${this.#size} bytes`, this.#recordStart, maxLine)
    }
    return index + 1
  }

  #decode(last: Buffer): string {
    let bytes = last
    if (this.#carry.length > 0) {
      this.#carry.append(last)
      bytes = this.#carry.take()
    }
    const text = bytes.toString('utf8')
    this.malformed += countMalformed(text, bytes)
    return text
  }
}
