import { canonical } from '../shuffle/keyed-table.ts'

/** From this length on the native copy is faster than a loop. */
const LONG = 48

/**
 * What the bytes of a key are; it stands in the upper three bits of the key's first word, above the length. Text is one
 * more where it is wide.
 */
const TEXT = 0
const WIDE_TEXT = TEXT + 1
const NUMBER = 2
const OTHER = 3
const WIDER = /[^\0-\xff]/
const KIND_SHIFT = 29
const LENGTH_MASK = (1 << KIND_SHIFT) - 1

/** What is no key's first word. */
export const NO_KEY = -1

/** Return how many bytes a key has, by its first word. */
export function bytesOfKey(header: number): number {
  return header & LENGTH_MASK
}

/** Return true for a key that is neither text nor number, by its first word. */
export function isOther(header: number): boolean {
  return header >>> KIND_SHIFT >= OTHER
}

/** Return true for what can be the first word of a key. */
export function isHeader(header: number): boolean {
  return header >>> KIND_SHIFT <= OTHER + 1
}

/** Return how many words a key takes, by the first of them. */
export function wordsOf(header: number): number {
  return 1 + (((header & LENGTH_MASK) + 3) >>> 2)
}

/** Return the text or number of a key, by its first word and the place of the others; undefined for a key of another type. */
export function readKey(header: number, buffer: ArrayBufferLike, start: number): string | number | undefined {
  const bytes = Buffer.from(buffer, start, header & LENGTH_MASK)
  const kind = header >>> KIND_SHIFT
  if (kind === NUMBER) return bytes.readDoubleLE()
  if (kind === TEXT) return bytes.toString('latin1')
  return kind === WIDE_TEXT ? bytes.toString('utf16le') : undefined
}

/**
 * A key as words: a header of its kind and length, its bytes, zeros up to the next word. Texts take one byte per character
 * where they can, else two, so that lone surrogates are kept. Two keys are equal if their words are.
 */
export class EncodedKey {
  readonly #seed = (Math.random() * 2 ** 32) | 0
  readonly #factor = (Math.random() * 2 ** 32) | 0 | 1
  #words = new Int32Array(1 << 6)
  #bytes = Buffer.from(this.#words.buffer)
  #count = 0
  readonly #float = new Float64Array(1)
  readonly #floatWords = new Int32Array(this.#float.buffer)
  /** Symbols and functions, which are equal to nothing else, by number. */
  readonly #identities = new Map<unknown, number>()

  /** The words, of which the first `count` are the key. */
  get words(): Int32Array {
    return this.#words
  }

  /** Number of words. */
  get count(): number {
    return this.#count
  }

  /** Take a key and return the hash of it, 32 bits with a sign. */
  encode(key: unknown): number {
    if (typeof key === 'string') this.#encodeText(key, TEXT)
    else if (typeof key === 'number') this.#encodeNumber(key)
    else this.#encodeText(this.#textOf(key), OTHER)
    return this.#hash()
  }

  /** Take a key by its first word and the others as they were stored, and return its hash. */
  load(header: number, others: Int32Array): number {
    this.#count = others.length + 1
    this.#reserve(this.#count)
    this.#words.set(others, 1)
    this.#words[0] = header
    return this.#hash()
  }

  /** Take a key by its first word, and its bytes out of others, and return its hash. */
  loadBytes(header: number, bytes: Uint8Array, from: number): number {
    const size = bytesOfKey(header)
    const count = wordsOf(header)
    this.#reserve(count)
    this.#words[count - 1] = 0
    this.#words[0] = header
    for (let index = 0; index < size; index++) this.#bytes[4 + index] = bytes[from + index] as number
    this.#count = count
    return this.#hash()
  }

  #encodeText(text: string, narrow: number): void {
    const { length } = text
    this.#reserve((length >>> 1) + 3)
    const bytes = this.#bytes
    let size = length
    let kind = narrow
    if (length > LONG) {
      if (WIDER.test(text)) kind += 1
      if (kind === narrow) bytes.write(text, 4, 'latin1')
    } else {
      for (let index = 0; index < length; index++) {
        const code = text.charCodeAt(index)
        if (code > 255) {
          kind += 1
          break
        }
        bytes[4 + index] = code
      }
    }
    if (kind !== narrow) {
      bytes.write(text, 4, 'utf16le')
      size = length * 2
      if (size > LENGTH_MASK) throw new RangeError(`a key of ${length} characters is too long`)
    }
    const count = 1 + ((size + 3) >>> 2)
    // The bytes after the last are those of earlier keys.
    for (let at = 4 + size; at < count << 2; at++) bytes[at] = 0
    this.#words[0] = (kind << KIND_SHIFT) | size
    this.#count = count
  }

  #encodeNumber(key: number): void {
    // -0 is 0, and there is one NaN.
    this.#float[0] = key === 0 ? 0 : Number.isNaN(key) ? Number.NaN : key
    this.#words[0] = (NUMBER << KIND_SHIFT) | 8
    this.#words[1] = this.#floatWords[0] as number
    this.#words[2] = this.#floatWords[1] as number
    this.#count = 3
  }

  #textOf(key: unknown): string {
    if (typeof key === 'object' && key !== null) return canonical(key)
    if (typeof key !== 'symbol' && typeof key !== 'function') return `${typeof key} ${String(key)}`
    const number = this.#identities.get(key) ?? this.#identities.size
    this.#identities.set(key, number)
    return `identity ${number}`
  }

  #reserve(words: number): void {
    if (words <= this.#words.length) return
    this.#words = new Int32Array(Math.max(words, this.#words.length * 2))
    this.#bytes = Buffer.from(this.#words.buffer)
  }

  /** Murmur3 with a factor and a seed of the table's own, so that nobody can send keys that collide. */
  #hash(): number {
    const words = this.#words
    let hash = this.#seed
    for (let index = 0; index < this.#count; index++) {
      const mixed = Math.imul(words[index] as number, this.#factor)
      hash ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
      hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return hash ^ (hash >>> 16)
  }
}
