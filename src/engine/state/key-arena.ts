import { bytesOfKey, EncodedKey, readKey, wordsOf } from './encoded-key.ts'

/** Records stand at multiples of 8 bytes; addresses count these units, 1 MiB to a chunk. A longer key has one of its own. */
const CHUNK_UNIT_BITS = 17
const CHUNK_UNITS = 1 << CHUNK_UNIT_BITS
/** Up to this many units a freed place serves keys of its size; beyond, of its power of two. */
const EXACT_UNITS = 64
/** The words before the fields: the kind and length of the key, and the number that `store` was given. */
const HEAD = 2

/** A chunk of records, as words, as numbers and as bytes. */
interface Chunk {
  readonly words: Int32Array
  readonly floats: Float64Array
  readonly bytes: Uint8Array
}

function chunkOf(units: number): Chunk {
  const floats = new Float64Array(units)
  return { words: new Int32Array(floats.buffer), floats, bytes: new Uint8Array(floats.buffer) }
}

/**
 * Keys as bytes in chunks outside of the JavaScript heap, where the garbage collector does not look, each in a record with
 * a number and fields: what a look-up needs of a key stands side by side in memory.
 *
 * `encode` prepares a key; what is asked and stored next is that one.
 */
export class KeyArena {
  /** Words of the fields of a record; even. */
  readonly #fields: number
  readonly #key = new EncodedKey()
  readonly #chunks: Chunk[] = []
  /** Where the next record goes, and what is left there, in units. */
  #next = 0
  #left = 0
  /** By class of size, the first free place plus 1; its first word is the next one's. */
  readonly #freed: number[] = []
  readonly #emptied: number[] = []

  /** @param fields how many numbers a record has beside its key: 8 bytes each, which may be two links instead. */
  constructor(fields: number) {
    this.#fields = fields * 2
  }

  /** Prepare a key and return the hash of it, 32 bits with a sign. */
  encode(key: unknown): number {
    return this.#key.encode(key)
  }

  /** True if the prepared key is the one at an address. */
  equals(address: number): boolean {
    const { words: stored } = this.#chunkOf(address)
    const at = wordAt(address)
    const { words, count } = this.#key
    if (words[0] !== stored[at]) return false
    const from = at + HEAD - 1 + this.#fields
    for (let index = 1; index < count; index++) if (words[index] !== stored[from + index]) return false
    return true
  }

  /** Store the prepared key in a record and return its address, 32 bits without a sign. */
  store(slot: number): number {
    const { words, count } = this.#key
    const address = this.#place(this.#unitsOf(count))
    const { words: stored } = this.#chunkOf(address)
    const at = wordAt(address)
    stored[at] = words[0] as number
    stored[at + 1] = slot
    stored.fill(0, at + HEAD, at + HEAD + this.#fields)
    stored.set(words.subarray(1, count), at + HEAD + this.#fields)
    return address
  }

  /** Return the number that a record was stored with. */
  slot(address: number): number {
    return this.#chunkOf(address).words[wordAt(address) + 1] as number
  }

  /** Return a field of a record. */
  field(address: number, field: number): number {
    return this.#chunkOf(address).floats[(address & (CHUNK_UNITS - 1)) + 1 + field] as number
  }

  /** Change a field of a record. */
  setField(address: number, field: number, value: number): void {
    this.#chunkOf(address).floats[(address & (CHUNK_UNITS - 1)) + 1 + field] = value
  }

  /** Return one of the two links in place of a field. */
  link(address: number, field: number, side: number): number {
    return (this.#chunkOf(address).words[wordAt(address) + HEAD + field * 2 + side] as number) >>> 0
  }

  /** Change one of the two links in place of a field. */
  setLink(address: number, field: number, side: number, to: number): void {
    this.#chunkOf(address).words[wordAt(address) + HEAD + field * 2 + side] = to | 0
  }

  /** Return the hash of the key at an address, which becomes the prepared one. */
  load(address: number): number {
    const { words: stored } = this.#chunkOf(address)
    const at = wordAt(address)
    const header = stored[at] as number
    const from = at + HEAD + this.#fields
    return this.#key.load(header, stored.subarray(from, from + wordsOf(header) - 1))
  }

  /** Prepare the key that has a first word and bytes, as `header` and `copyBytes` gave them, and return the hash of it. */
  loadBytes(header: number, bytes: Uint8Array, from: number): number {
    return this.#key.loadBytes(header, bytes, from)
  }

  /** Return the first word of the key at an address, which tells its kind and its number of bytes. */
  header(address: number): number {
    return this.#chunkOf(address).words[wordAt(address)] as number
  }

  /** Copy the bytes of the key at an address, and return where the next may follow. */
  copyBytes(address: number, target: Uint8Array, at: number): number {
    const { words, bytes } = this.#chunkOf(address)
    const size = bytesOfKey(words[wordAt(address)] as number)
    const from = (wordAt(address) + HEAD + this.#fields) << 2
    for (let index = 0; index < size; index++) target[at + index] = bytes[from + index] as number
    return at + size
  }

  /** Return the text or number at an address; undefined for another key, which its owner must keep. */
  read(address: number): string | number | undefined {
    const { words } = this.#chunkOf(address)
    const at = wordAt(address)
    return readKey(words[at] as number, words.buffer, words.byteOffset + (at + HEAD + this.#fields) * 4)
  }

  /** Give the place at an address back. */
  free(address: number): void {
    const { words } = this.#chunkOf(address)
    const at = wordAt(address)
    const units = this.#unitsOf(wordsOf(words[at] as number))
    if (units > CHUNK_UNITS) {
      const number = address >>> CHUNK_UNIT_BITS
      this.#chunks[number] = chunkOf(0)
      this.#emptied.push(number)
      return
    }
    const size = classOf(units)
    words[at] = this.#freed[size] ?? 0
    this.#freed[size] = (address + 1) | 0
  }

  #chunkOf(address: number): Chunk {
    return this.#chunks[address >>> CHUNK_UNIT_BITS] as Chunk
  }

  /** Units of a record whose key takes so many words, its header with them. */
  #unitsOf(words: number): number {
    return (words - 1 + HEAD + this.#fields + 1) >>> 1
  }

  #place(units: number): number {
    if (units > CHUNK_UNITS) return this.#addChunk(units) * CHUNK_UNITS
    const size = classOf(units)
    const freed = (this.#freed[size] ?? 0) >>> 0
    if (freed !== 0) {
      this.#freed[size] = this.#chunkOf(freed - 1).words[wordAt(freed - 1)] as number
      return freed - 1
    }
    const taken = size < EXACT_UNITS ? units : 1 << (size - EXACT_UNITS)
    if (taken > this.#left) {
      this.#next = this.#addChunk(CHUNK_UNITS) * CHUNK_UNITS
      this.#left = CHUNK_UNITS
    }
    const address = this.#next
    this.#next += taken
    this.#left -= taken
    return address
  }

  #addChunk(units: number): number {
    const number = this.#emptied.pop() ?? this.#chunks.length
    if (number >= 2 ** 15 - 1) throw new RangeError('the keys of a state need more than 32 GiB')
    this.#chunks[number] = chunkOf(units)
    return number
  }
}

/** Return the place of a record's first word in its chunk. */
function wordAt(address: number): number {
  return (address & (CHUNK_UNITS - 1)) << 1
}

function classOf(units: number): number {
  return units < EXACT_UNITS ? units : EXACT_UNITS + 32 - Math.clz32(units - 1)
}
