import { isUtf8 } from 'node:buffer'
import { asBuffer, Carry, countMalformed, tooLong } from './carry.ts'
import type { Emit, FramerOptions, PositionedFramer } from './framing.ts'

const NUL = 0

/** Records ended by a NUL, as `find -print0` writes them; the last one needs none. Emits rows of strings. */
export class NulFramer implements PositionedFramer {
  position = 0
  malformed = 0
  readonly dropped = 0
  readonly #options: FramerOptions
  readonly #carry = new Carry()
  #recordStart = 0

  constructor(options: FramerOptions) {
    this.#options = options
  }

  get pending(): number {
    return this.#carry.length
  }

  get held(): number {
    return this.#carry.length
  }

  push(bytes: Uint8Array, emit: Emit): void {
    let chunk = asBuffer(bytes)
    if (this.#carry.length === 0) this.#recordStart = this.position
    if (this.#carry.length + chunk.length > this.#options.maxLine) this.#checkLengths(chunk)
    const base = this.position
    this.position += chunk.length
    const last = chunk.lastIndexOf(NUL)
    if (last < 0) {
      this.#carry.append(chunk)
      return
    }
    const tail = chunk.subarray(last + 1)
    const rows: string[] = []
    if (this.#carry.length > 0) {
      const first = chunk.indexOf(NUL)
      this.#carry.append(chunk.subarray(0, first))
      rows.push(this.#decode(this.#carry.take()))
      chunk = chunk.subarray(first)
      if (first < last) this.#split(chunk.subarray(1, last - first), rows)
    } else {
      this.#split(chunk.subarray(0, last), rows)
    }
    emit({ kind: 'rows', rows })
    this.#recordStart = base + last + 1
    this.#carry.append(tail)
  }

  end(emit: Emit): void {
    if (this.#carry.length > 0) emit({ kind: 'rows', rows: [this.#decode(this.#carry.take())] })
  }

  #decode(bytes: Buffer): string {
    const text = bytes.toString('utf8')
    this.malformed += countMalformed(text, bytes)
    return text
  }

  #split(block: Buffer, rows: string[]): void {
    // A NUL ends any unfinished UTF-8 sequence: records may be decoded together.
    if (isUtf8(block)) {
      for (const text of block.toString('utf8').split('\0')) rows.push(text)
      return
    }
    for (let start = 0; start <= block.length; ) {
      const next = block.indexOf(NUL, start)
      const end = next < 0 ? block.length : next
      rows.push(this.#decode(block.subarray(start, end)))
      start = end + 1
    }
  }

  #checkLengths(chunk: Buffer): void {
    const { maxLine, name } = this.#options
    let carried = this.#carry.length
    let recordStart = this.#recordStart
    for (let start = 0; start <= chunk.length; ) {
      const next = chunk.indexOf(NUL, start)
      const end = next < 0 ? chunk.length : next
      if (carried + end - start > maxLine) throw tooLong(name, 'record', recordStart, maxLine)
      carried = 0
      start = end + 1
      recordStart = this.position + start
    }
  }
}
