/** Items of an array that take no bytes, at most: a count is what a stranger sends. */
const EMPTY_ITEMS = 1024

/** Reads values of Avro from bytes, and never beyond them. */
export class AvroBytes {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Read a whole number; as text where a number cannot hold it. */
  long(): number | string {
    let value = 0n
    let low = 0
    let shift = 0
    for (;;) {
      const byte = this.#bytes[this.#take(1)] as number
      if (shift < 28) low |= (byte & 0x7f) << shift
      else value |= BigInt(byte & 0x7f) << BigInt(shift)
      shift += 7
      if (byte < 0x80) break
      if (shift > 63) throw new RangeError('a whole number has more than 64 bits')
    }
    if (shift <= 28) return (low >>> 1) ^ -(low & 1)
    value |= BigInt(low)
    const whole = BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
    const number = Number(whole)
    return Number.isSafeInteger(number) ? number : String(whole)
  }

  /** Read a whole number that counts something: an index, a length. */
  size(): number {
    const size = this.long()
    if (typeof size === 'number') return size
    throw new RangeError(`a length of ${size}`)
  }

  boolean(): boolean {
    const byte = this.#bytes[this.#take(1)] as number
    if (byte > 1) throw new RangeError(`true or false expected, got ${byte}`)
    return byte === 1
  }

  float(): number {
    return this.#view.getFloat32(this.#take(4), true)
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  /** Read so many bytes, or as many as the length before them says. */
  bytes(length = this.size()): Buffer {
    const at = this.#take(length)
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + at, length)
  }

  /** Call `item` for each item of an array or a map. */
  blocks(item: () => void): void {
    for (let count = this.size(); count !== 0; count = this.size()) {
      const items = Math.abs(count)
      if (count < 0) this.size()
      if (items > this.left + EMPTY_ITEMS) throw new RangeError(`${items} items in ${this.left} bytes`)
      for (let index = 0; index < items; index++) item()
    }
  }

  #take(length: number): number {
    const at = this.#at
    if (length < 0 || length > this.left)
      throw new RangeError(`${length} bytes expected, ${this.left} are left`)
    this.#at += length
    return at
  }
}
