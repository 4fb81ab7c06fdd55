/** Reads the fields of records one after the other: numbers of seven bits a byte, the sign in the lowest bit. */
export class VarintReader {
  readonly #bytes: Uint8Array
  /** Where it stands. */
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Begin a record: read its length and its attributes, which say nothing yet, and return where it ends. */
  length(): number {
    const length = this.varint()
    const end = this.at + length
    if (length < 1 || end > this.#bytes.length) throw new RangeError('a record that is longer than its batch')
    this.at += 1
    return end
  }

  /** A number of at most 32 bits. */
  varint(): number {
    const bytes = this.#bytes
    let byte = bytes[this.at++] as number
    let value = byte & 127
    for (let shift = 7; byte > 127; shift += 7) {
      if (shift > 28) throw new RangeError('a number that does not end')
      byte = bytes[this.at++] as number
      value |= (byte & 127) << shift
    }
    return (value >>> 1) ^ -(value & 1)
  }

  /** A number of at most 64 bits that counts milliseconds: exact up to 2^53. */
  timestampDelta(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      if (scale > 2 ** 63) throw new RangeError('a number that does not end')
      const byte = this.#bytes[this.at++] as number
      value += (byte & 127) * scale
      if (byte <= 127) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
  }

  skipVarint(): void {
    while ((this.#bytes[this.at++] as number) > 127);
  }

  /** Bytes behind their length; null where there are none. A view. */
  bytes(): Uint8Array | null {
    const length = this.varint()
    if (length < 0) return null
    if (this.at + length > this.#bytes.length) throw new RangeError('a field that is longer than its batch')
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  skipBytes(): void {
    // Reading the length moves the place, so it is read first.
    const length = this.varint()
    if (length > 0) this.at += length
  }

  headers(): (readonly [Uint8Array | null, Uint8Array | null])[] {
    const headers: (readonly [Uint8Array | null, Uint8Array | null])[] = []
    for (let left = this.varint(); left > 0; left--) headers.push([this.bytes(), this.bytes()])
    return headers
  }
}
