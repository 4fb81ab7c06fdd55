/** Entries of a segment, a power of two, and the same in words: a hash and an address plus 1 each. */
const ENTRIES = 1 << 12
const MASK = ENTRIES - 1
const SEGMENT_BITS = 13
/** Segments of one array of memory. */
const CHUNK_BITS = 5
/** Keys that agree in so many bits of their hash, and fill a segment, are kept in a list. */
const DEEPEST = 20

/**
 * Addresses by hash: a directory of segments with open addressing, where a segment holds all hashes that begin with the
 * same bits (extendible hashing). A segment that is full is divided in two, so that the index grows without a pause at any
 * size. An address has 32 bits without a sign.
 */
export class HashIndex {
  readonly #isKey: (address: number) => boolean
  /** Bits of a hash that lead through the directory to the number of a segment. */
  #depth = 0
  #directory = new Int32Array(1)
  readonly #chunks: Int32Array[] = []
  /** By segment: how many bits its hashes share, how many entries it has, and at how many it is divided. */
  readonly #depths: number[] = []
  readonly #counts: number[] = []
  readonly #limits: number[] = []
  /** Hashes and addresses for which there is no place elsewhere. */
  readonly #rest: number[] = []

  /** @param isKey whether the key that is being looked for is the one at an address that has the same hash. */
  constructor(isKey: (address: number) => boolean) {
    this.#isKey = isKey
    this.#addSegment(0, 0)
  }

  /** Return the address of the key with this hash, or -1. */
  find(hash: number): number {
    const segment = this.#segmentOf(hash)
    const table = this.#chunks[segment >>> CHUNK_BITS] as Int32Array
    const from = startOf(segment)
    for (let at = hash & MASK; ; at = (at + 1) & MASK) {
      const entry = table[from + (at << 1) + 1] as number
      if (entry === 0) break
      if (table[from + (at << 1)] === hash && this.#isKey((entry >>> 0) - 1)) return (entry >>> 0) - 1
    }
    for (let index = 0; index < this.#rest.length; index += 2) {
      if (this.#rest[index] === hash && this.#isKey(this.#rest[index + 1] as number))
        return this.#rest[index + 1] as number
    }
    return -1
  }

  /** Return the address at which the key with this hash is most likely to be, or -1, without looking there. */
  guess(hash: number): number {
    const segment = this.#segmentOf(hash)
    const table = this.#chunks[segment >>> CHUNK_BITS] as Int32Array
    return ((table[startOf(segment) + ((hash & MASK) << 1) + 1] as number) >>> 0) - 1
  }

  /** Add the address of a key that is not in the index. */
  add(hash: number, address: number): void {
    let segment = this.#segmentOf(hash)
    while ((this.#counts[segment] as number) >= (this.#limits[segment] as number)) {
      if (this.#depths[segment] === DEEPEST) {
        this.#rest.push(hash, address)
        return
      }
      this.#divide(segment, hash)
      segment = this.#segmentOf(hash)
    }
    this.#insert(segment, hash, (address + 1) | 0)
  }

  /** Remove an address that is in the index. */
  remove(hash: number, address: number): void {
    const segment = this.#segmentOf(hash)
    const table = this.#chunks[segment >>> CHUNK_BITS] as Int32Array
    const from = startOf(segment)
    const entry = (address + 1) | 0
    let hole = hash & MASK
    for (; table[from + (hole << 1) + 1] !== entry; hole = (hole + 1) & MASK) {
      if (table[from + (hole << 1) + 1] !== 0) continue
      const index = this.#rest.findIndex((rest, place) => place % 2 === 1 && rest === address)
      this.#rest.splice(index - 1, 2)
      return
    }
    // Entries behind it move up, as far as their own places allow.
    for (let at = (hole + 1) & MASK; table[from + (at << 1) + 1] !== 0; at = (at + 1) & MASK) {
      const home = (table[from + (at << 1)] as number) & MASK
      if (((at - home) & MASK) < ((at - hole) & MASK)) continue
      table[from + (hole << 1)] = table[from + (at << 1)] as number
      table[from + (hole << 1) + 1] = table[from + (at << 1) + 1] as number
      hole = at
    }
    table[from + (hole << 1) + 1] = 0
    this.#counts[segment] = (this.#counts[segment] as number) - 1
  }

  #segmentOf(hash: number): number {
    return this.#directory[prefix(hash, this.#depth)] as number
  }

  /** Move half of a segment's hashes, those with the next bit set, to a new one. */
  #divide(segment: number, hash: number): void {
    const before = this.#depths[segment] as number
    if (before === this.#depth) {
      const directory = this.#directory
      this.#directory = new Int32Array(directory.length * 2).map(
        (_, index) => directory[index >>> 1] as number,
      )
      this.#depth += 1
    }
    const depth = before + 1
    const first = prefix(hash, before) << 1
    const entries = (this.#chunks[segment >>> CHUNK_BITS] as Int32Array).slice(
      startOf(segment),
      startOf(segment) + ENTRIES * 2,
    )
    this.#clear(segment, depth, first)
    const second = this.#addSegment(depth, first + 1)
    for (let at = 0; at < entries.length; at += 2) {
      const moved = entries[at] as number
      const entry = entries[at + 1] as number
      if (entry !== 0) this.#insert(prefix(moved, depth) === first ? segment : second, moved, entry)
    }
    const width = 1 << (this.#depth - depth)
    this.#directory.fill(second, (first + 1) * width, (first + 2) * width)
  }

  #addSegment(depth: number, number: number): number {
    const segment = this.#depths.length
    if (segment >>> CHUNK_BITS >= this.#chunks.length)
      this.#chunks.push(new Int32Array(1 << (SEGMENT_BITS + CHUNK_BITS)))
    this.#clear(segment, depth, number)
    return segment
  }

  #clear(segment: number, depth: number, number: number): void {
    const from = startOf(segment)
    ;(this.#chunks[segment >>> CHUNK_BITS] as Int32Array).fill(0, from, from + ENTRIES * 2)
    this.#depths[segment] = depth
    this.#counts[segment] = 0
    // Segments fill evenly: were their limits the same, all would be divided within the same few batches.
    const share = (Math.imul(number + 1, 0x9e3779b1) >>> 16) / 0x10000
    this.#limits[segment] = Math.floor(ENTRIES * (0.55 + 0.3 * share))
  }

  #insert(segment: number, hash: number, entry: number): void {
    const table = this.#chunks[segment >>> CHUNK_BITS] as Int32Array
    const from = startOf(segment)
    let at = hash & MASK
    while (table[from + (at << 1) + 1] !== 0) at = (at + 1) & MASK
    table[from + (at << 1)] = hash
    table[from + (at << 1) + 1] = entry
    this.#counts[segment] = (this.#counts[segment] as number) + 1
  }
}

/** Return the first `depth` bits of a hash. */
function prefix(hash: number, depth: number): number {
  return depth === 0 ? 0 : hash >>> (32 - depth)
}

/** Return where a segment begins in its array, in words. */
function startOf(segment: number): number {
  return (segment & ((1 << CHUNK_BITS) - 1)) << SEGMENT_BITS
}
