import { isUtf8 } from 'node:buffer'
import { ReadArea } from '../../kernels/read-area.ts'
import { asBuffer, Carry, tooLong } from './carry.ts'
import { countNewlines } from './count-newlines.ts'
import type { Emit, FramerOptions, PositionedFramer } from './framing.ts'

const LINE_FEED = 10
const RETURN = 13
const LINE_END = Uint8Array.of(LINE_FEED)
/** Scratch memory over this many bytes is not kept between chunks. */
const KEPT = 1 << 20

/**
 * Lines as java.io.BufferedReader.readLine cuts them: `\n`, `\r\n` and a lone `\r` end a line. A `\r` ends it at once,
 * so that a line is never held back to see what follows. Emits text partitions, views of the chunk where it has no `\r`.
 */
export class LinesFramer implements PositionedFramer {
  position = 0
  malformed = 0
  readonly dropped = 0
  readonly #options: FramerOptions
  readonly #carry = new Carry()
  #scratch: Buffer = Buffer.alloc(0)
  /** Where the carried line starts in the input. */
  #lineStart = 0
  #afterReturn = false

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
    if (bytes.length === 0) return
    const area = this.#afterReturn ? undefined : ReadArea.of(bytes)
    if (area !== undefined && this.#pushArea(area, bytes, emit)) return
    let chunk = asBuffer(bytes)
    if (this.#afterReturn) {
      this.#afterReturn = false
      if (chunk[0] === LINE_FEED) {
        chunk = chunk.subarray(1)
        this.position++
      }
    }
    if (this.#carry.length + chunk.length > this.#options.maxLine) this.#checkLengths(chunk)
    if (this.#carry.length === 0) this.#lineStart = this.position
    const base = this.position
    this.position += chunk.length

    const lastReturn = chunk.lastIndexOf(RETURN)
    const last = Math.max(lastReturn, chunk.lastIndexOf(LINE_FEED))
    if (last < 0) {
      this.#carry.append(chunk)
      return
    }
    this.#afterReturn = lastReturn === chunk.length - 1
    const whole = chunk.subarray(0, last + 1)
    let block = lastReturn < 0 ? whole : this.#withoutReturns(whole)
    if (this.#carry.length > 0) {
      const first = block.indexOf(LINE_FEED) + 1
      this.#carry.append(block.subarray(0, first))
      this.#emit(this.#carry.take(), 1, emit)
      block = block.subarray(first)
    }
    if (block.length > 0) this.#emit(block, countNewlines(block), emit)
    this.#lineStart = base + last + 1
    this.#carry.append(chunk.subarray(last + 1))
  }

  /** Take a chunk that stands where a kernel can look over it; false where there is more to do than to cut it. */
  #pushArea(area: ReadArea, bytes: Uint8Array, emit: Emit): boolean {
    const carried = this.#carry.length
    if (bytes.length < area.least || carried + bytes.length > this.#options.maxLine) return false
    const block = area.join(this.#carry.bytes, bytes.length)
    if (block === undefined) return false
    const { lines, last, hasReturn, isAscii } = area.inspect(block)
    if (hasReturn || lines === 0) return false
    if (carried === 0) this.#lineStart = this.position
    const base = this.position - carried
    this.position += bytes.length
    this.#carry.clear()
    const whole = block.subarray(0, last)
    if (isAscii) emit({ kind: 'text', bytes: whole, count: lines })
    else this.#emit(whole, lines, emit)
    this.#lineStart = base + last
    this.#carry.append(block.subarray(last))
    return true
  }

  end(emit: Emit): void {
    if (this.#carry.length === 0) return
    this.#carry.append(LINE_END)
    this.#emit(this.#carry.take(), 1, emit)
  }

  #emit(bytes: Buffer, count: number, emit: Emit): void {
    // No UTF-8 sequence contains a line feed, so a block is valid exactly when each of its lines is.
    if (!isUtf8(bytes)) this.malformed += count === 1 ? 1 : countMalformedLines(bytes)
    emit({ kind: 'text', bytes, count })
  }

  /** Throw when a line that ends or goes on in `chunk` is too long; called only where the sizes allow for one. */
  #checkLengths(chunk: Buffer): void {
    const { maxLine, name } = this.#options
    let length = this.#carry.length
    let start = length > 0 ? this.#lineStart : this.position
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index]
      if (byte === LINE_FEED || byte === RETURN) {
        length = 0
        start = this.position + index + 1
      } else if (++length > maxLine) {
        throw tooLong(name, 'line', start, maxLine)
      }
    }
  }

  /** Return whole lines with `\r\n` and lone `\r` as `\n`, in memory that the next call reuses. */
  #withoutReturns(lines: Buffer): Buffer {
    if (this.#scratch.length < lines.length || this.#scratch.length > KEPT) {
      this.#scratch = Buffer.allocUnsafeSlow(lines.length)
    }
    const out = this.#scratch
    let length = 0
    let afterReturn = false
    for (let index = 0; index < lines.length; index++) {
      const byte = lines[index] as number
      if (byte === LINE_FEED && afterReturn) {
        afterReturn = false
        continue
      }
      afterReturn = byte === RETURN
      out[length++] = afterReturn ? LINE_FEED : byte
    }
    return out.subarray(0, length)
  }
}

function countMalformedLines(bytes: Buffer): number {
  let count = 0
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, start) + 1
    if (!isUtf8(bytes.subarray(start, end))) count++
    start = end
  }
  return count
}
