import { SourceError } from '../../plan/errors.ts'
import { asBuffer, Carry, countMalformed, tooLong } from './carry.ts'
import type { Emit, FramerOptions, PositionedFramer } from './framing.ts'

const SEPARATOR = 0x1e
const QUOTE = 0x22
const BACKSLASH = 0x5c
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/

/** Where the scanner stands: before a value, in one, or in a sequence's text that is to be left out. */
type Place = 'between' | 'skipping' | 'scalar' | 'nested' | 'string' | 'escape'

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
const opens = (byte: number): boolean => byte === 0x7b || byte === 0x5b
const closes = (byte: number): boolean => byte === 0x7d || byte === 0x5d

/**
 * JSON values one after the other with any whitespace (`concat`), or each between a record separator and a line feed
 * (`json-seq`, RFC 7464). Every byte is looked at once; a value is emitted, as its text, at its last byte, a number or
 * literal at the byte after it. Of a sequence's truncated texts a reader must go on after them (RFC 7464, §2.3–2.4).
 */
export class JsonFramer implements PositionedFramer {
  position = 0
  malformed = 0
  dropped = 0
  readonly #options: FramerOptions
  readonly #sequence: boolean
  readonly #carry = new Carry()
  #place: Place = 'between'
  #depth = 0
  #valueStart = 0
  /** In a sequence: a separator has been read and its value has not begun. */
  #expecting = false
  #separated = false
  /** Where the last separator stands: a sequence can be read on from there alone. */
  #separator = 0

  constructor(options: FramerOptions, sequence: boolean) {
    this.#options = options
    this.#sequence = sequence
  }

  get pending(): number {
    const isOpen = this.#inValue() || this.#expecting || this.#place === 'skipping'
    if (this.#sequence) return isOpen ? this.position - this.#separator : 0
    return this.#carry.length
  }

  get held(): number {
    return this.#carry.length
  }

  push(bytes: Uint8Array, emit: Emit): void {
    const chunk = asBuffer(bytes)
    const rows: string[] = []
    let start = 0
    for (let index = 0; index < chunk.length; index++) {
      if (this.#place === 'nested' || this.#place === 'string' || this.#place === 'escape') {
        index = this.#scan(chunk, index)
        if (index === chunk.length) break
      }
      const byte = chunk[index] as number
      if (this.#sequence && byte === SEPARATOR) {
        this.#separate(this.position + index, index - start)
        continue
      }
      switch (this.#place) {
        case 'nested':
          this.#finish(chunk, start, index + 1, rows)
          break
        case 'scalar':
          if (!isSpace(byte) && (this.#sequence || (byte !== QUOTE && !opens(byte)))) break
          this.#finish(chunk, start, index, rows)
          if (isSpace(byte)) break
          start = index
          this.#begin(byte, index)
          break
        case 'between':
          if (isSpace(byte)) break
          start = index
          this.#begin(byte, index)
      }
    }
    if (this.#inValue()) {
      this.#checkLength(chunk.length - start)
      this.#carry.append(chunk.subarray(start))
    }
    this.position += chunk.length
    if (rows.length > 0) emit({ kind: 'rows', rows })
  }

  end(emit: Emit): void {
    if (this.#place === 'scalar' && !this.#sequence) {
      const rows: string[] = []
      this.#finish(Buffer.alloc(0), 0, 0, rows)
      emit({ kind: 'rows', rows })
    } else if (this.#inValue()) {
      throw this.#error(`the input ends in the JSON value that starts at byte ${this.#valueStart}`)
    }
  }

  /**
   * Go on in an array, object or string to its last byte or, in a sequence, to a separator; returns where that is.
   * Nearly all bytes pass here: the state is in variables, not in fields.
   */
  #scan(chunk: Buffer, from: number): number {
    const separator = this.#sequence ? SEPARATOR : -1
    const end = chunk.length
    let inString = this.#place !== 'nested'
    let escaped = this.#place === 'escape'
    let depth = this.#depth
    let index = from
    for (; index < end; index++) {
      const byte = chunk[index] as number
      if (byte === separator) break
      if (escaped) escaped = false
      else if (inString) {
        if (byte === BACKSLASH) escaped = true
        else if (byte === QUOTE) {
          inString = false
          if (depth === 0) break
        }
      } else if (byte === QUOTE) inString = true
      else if (opens(byte)) depth++
      else if (closes(byte) && --depth === 0) break
    }
    this.#depth = depth
    this.#place = escaped ? 'escape' : inString ? 'string' : 'nested'
    return index
  }

  #inValue(): boolean {
    return this.#place !== 'between' && this.#place !== 'skipping'
  }

  #begin(byte: number, index: number): void {
    this.#valueStart = this.position + index
    if (this.#sequence && !this.#expecting) {
      if (!this.#separated) throw this.#error('no record separator (0x1E) stands before the first byte')
      // What follows a whole value up to the next separator is no JSON text.
      this.#skip()
      return
    }
    this.#expecting = false
    this.#depth = opens(byte) ? 1 : 0
    if (byte === QUOTE) this.#place = 'string'
    else if (this.#depth === 1) this.#place = 'nested'
    else if (/[-\dtfn]/.test(String.fromCharCode(byte))) this.#place = 'scalar'
    else if (this.#sequence) this.#skip()
    else throw this.#error(`no JSON value begins with ${describeByte(byte)} at byte ${this.#valueStart}`)
  }

  /** @param length how much of a value that is not whole stands before the separator in this chunk. */
  #separate(at: number, length: number): void {
    this.#separator = at
    if (this.#inValue()) {
      this.#checkLength(length)
      this.dropped++
      this.#carry.take()
    }
    this.#place = 'between'
    this.#expecting = true
    this.#separated = true
  }

  #checkLength(length: number): void {
    const { maxLine, name } = this.#options
    if (this.#carry.length + length > maxLine) throw tooLong(name, 'JSON value', this.#valueStart, maxLine)
  }

  #finish(chunk: Buffer, start: number, end: number, rows: string[]): void {
    this.#checkLength(end - start)
    let bytes = chunk.subarray(start, end)
    if (this.#carry.length > 0) {
      this.#carry.append(bytes)
      bytes = this.#carry.take()
    }
    const text = bytes.toString('utf8')
    if (this.#place === 'scalar' && !SCALAR.test(text)) {
      if (this.#sequence) {
        this.#skip()
        return
      }
      const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
      throw this.#error(`${shown} at byte ${this.#valueStart} is no JSON value`)
    }
    this.#place = 'between'
    this.malformed += countMalformed(text, bytes)
    rows.push(text)
  }

  #skip(): void {
    this.#place = 'skipping'
    this.dropped++
  }

  #error(message: string): SourceError {
    const { name } = this.#options
    const kind = this.#sequence ? 'json-seq' : 'concat'
    return new SourceError(
      `${name}: ${message}`,
      `the sender broke off, or the input is not --framing ${kind}`,
    )
  }
}

function describeByte(byte: number): string {
  const hexadecimal = `0x${byte.toString(16).padStart(2, '0')}`
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : hexadecimal
}
