/** Bytes that are not what the protocol says, or more than is taken. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** Items of all arrays and maps of one call: an item may take two bytes there, and a hundred times that here. */
const MOST_ITEMS = 1 << 20

/**
 * Reads Avro's binary form. Whatever the bytes are, it ends within them: lengths and counts come from a stranger, and no
 * memory is asked for by them.
 */
export class AvroReader {
  readonly bytes: Buffer
  at = 0
  #itemsLeft = MOST_ITEMS

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Read a long, which must be one that a number holds exactly. */
  long(): number {
    let value = 0
    let scale = 1
    for (let length = 0; length < 8; length += 1) {
      if (this.at >= this.bytes.length) break
      const byte = this.bytes[this.at++] as number
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      scale *= 128
    }
    throw new RefusedError('a number is cut off or out of bounds')
  }

  /** Pass over so many bytes, and return where they begin. */
  skip(length: number): number {
    const start = this.at
    if (length < 0 || length > this.bytes.length - start)
      throw new RefusedError(`${length} bytes are announced where ${this.bytes.length - start} are left`)
    this.at = start + length
    return start
  }

  /** Read bytes behind their length. */
  block(): Buffer {
    const start = this.skip(this.long())
    return this.bytes.subarray(start, this.at)
  }

  /** Read a text. */
  string(): string {
    const start = this.skip(this.long())
    return this.bytes.toString('utf8', start, this.at)
  }

  /** Read which branch of a union of null and something else follows; true where it is not null. */
  isGiven(): boolean {
    const branch = this.long()
    if (branch !== 0 && branch !== 1) throw new RefusedError(`a union has no branch ${branch}`)
    return branch === 1
  }

  /** Read the items of an array or a map; `item` reads one, of a byte at least. */
  items(item: () => void): void {
    for (let count = this.long(); count !== 0; count = this.long()) {
      if (count < 0) {
        count = -count
        this.long()
      }
      if (count > this.bytes.length - this.at)
        throw new RefusedError(`${count} items are announced in too few bytes`)
      this.#itemsLeft -= count
      if (this.#itemsLeft < 0) throw new RefusedError(`a call has more than ${MOST_ITEMS} events and headers`)
      for (let left = count; left > 0; left -= 1) item()
    }
  }
}

/** Return a long in Avro's binary form. */
export function longBytes(value: number): Buffer {
  const bytes: number[] = []
  let rest = value < 0 ? -2 * value - 1 : 2 * value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return Buffer.from([...bytes, rest])
}

/** Return a text in Avro's binary form. */
export function stringBytes(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([longBytes(bytes.length), bytes])
}
