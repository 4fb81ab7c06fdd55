import { encode, LENGTH_MASK, type OtherValues } from './elements.ts'
import { KernelInstance, TAG } from './instance.ts'
import {
  eachChunk,
  eachRecord,
  type KeyCounts,
  RECORD_HEAD,
  RECORD_HEADER,
  readCounts,
  sizeOfRecord,
} from './records.ts'

/** Bytes of a memory that is given back after its batch; a smaller one is used again. */
const KEPT_BYTES = 64 << 20
/** Bytes of records that are taken from another thread at once. */
const ABSORBED_BYTES = 1 << 20

/** What a table holds, to be handed to another thread. */
export interface PackedTable {
  /** Records as they stand in the table, in whole chunks. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[]
  /** Keys that have no bytes of their own, by the index that stands in their records. */
  readonly others: readonly unknown[]
}

/**
 * Counts keys by their bytes, in the memory of the kernels. When 4 GiB are full, keys that come new go to a further
 * table.
 */
export class KeyTable {
  readonly #kernels: KernelInstance
  readonly #others: OtherValues
  readonly #pages: number | undefined
  #next: KeyTable | undefined

  /** @param pages how far the memory of further tables may grow, in units of 64 KiB. */
  constructor(kernels: KernelInstance, others: OtherValues, pages?: number) {
    this.#kernels = kernels
    this.#others = others
    this.#pages = pages
    kernels.exports.openTable()
  }

  /** Number of keys. */
  get size(): number {
    return (this.#kernels.exports.size() >>> 0) + (this.#next?.size ?? 0)
  }

  /** True when so much memory was used that a new table is better than this one. */
  get isLarge(): boolean {
    return this.#kernels.exports.memory.buffer.byteLength > KEPT_BYTES
  }

  /** Count the elements of a vector, the first of which is the one at `position` of its batch. */
  count(from: number, count: number, position: number): void {
    const missed = this.#kernels.exports.countElements(from, count, position)
    if (missed > 0) this.#further().#countOf(this.#kernels, from, missed, position)
  }

  /** Count one value `times` times. */
  countValue(value: unknown, times: number, position: number): void {
    this.#kernels.exports.resetScratch()
    const { place, length, tag } = encode(this.#kernels, value, this.#others)
    const head = (length | (tag << 29)) >>> 0
    if (this.#kernels.exports.countElement(place, head, times, position) === 0)
      this.#further().countValue(value, times, position)
  }

  /** Return keys and counts, those of a further table last. */
  read(): KeyCounts {
    let counts: KeyCounts = { keys: [], counts: [], positions: [], hasReplacements: false }
    for (let table: KeyTable | undefined = this; table !== undefined; table = table.#next)
      counts = readCounts(table.#kernels, table.#others, counts)
    return counts
  }

  /** Forget all keys. */
  clear(): void {
    this.#kernels.exports.clearTable()
    this.#others.clear()
    this.#next = undefined
  }

  /** Return what the table holds, as copies. */
  pack(): PackedTable {
    const chunks: Uint8Array<ArrayBuffer>[] = []
    for (let table: KeyTable | undefined = this; table !== undefined; table = table.#next) {
      const kernels = table.#kernels
      eachChunk(kernels, true, (place, end) => {
        const chunk = new Uint8Array(end - place)
        chunk.set(kernels.bytes.subarray(place, end))
        chunks.push(chunk)
      })
    }
    return { chunks, others: [...this.#others.values] }
  }

  /** Take the records of another table. */
  absorb({ chunks, others }: PackedTable): void {
    for (const chunk of chunks) {
      if (others.length > 0) this.#renumber(chunk, others)
      this.#absorbChunk(chunk)
    }
  }

  /** Write the index that a key without bytes has here over the one that it had there. */
  #renumber(chunk: Uint8Array<ArrayBuffer>, others: readonly unknown[]): void {
    const words = new Uint32Array(chunk.buffer)
    eachRecord(words, 0, chunk.length, (record, head) => {
      if (head >>> 29 !== TAG.other) return
      const at = (record + RECORD_HEADER) >>> 2
      words[at] = this.#others.index(others[words[at] as number])
    })
  }

  #absorbChunk(chunk: Uint8Array<ArrayBuffer>): void {
    for (let at = 0; at < chunk.length; ) {
      const size = piece(chunk, at)
      const place = this.#kernels.setInput(chunk.subarray(at, at + size))
      const taken = this.#kernels.exports.absorb(place, size) >>> 0
      if (taken < size) {
        this.#further().#absorbChunk(chunk.subarray(at + taken, at + size))
      }
      at += size
    }
  }

  #further(): KeyTable {
    this.#next ??= new KeyTable(new KernelInstance(this.#pages), this.#others, this.#pages)
    return this.#next
  }

  /** Count elements whose bytes stand in the memory of other kernels. */
  #countOf(source: KernelInstance, from: number, count: number, position: number): void {
    const heads = source.words.slice(from >>> 2, (from >>> 2) + 2 * count)
    let size = 0
    for (let index = 0; index < count; index++) size += (heads[2 * index + 1] as number) & LENGTH_MASK
    const bytes = Buffer.allocUnsafe(size)
    const { exports, vectors } = this.#kernels
    const input = exports.inputBuffer(size) >>> 0
    let at = 0
    for (let index = 0; index < count; index++) {
      const place = heads[2 * index] as number
      const length = (heads[2 * index + 1] as number) & LENGTH_MASK
      bytes.set(source.bytes.subarray(place, place + length), at)
      heads[2 * index] = input + at
      at += length
    }
    this.#kernels.setInput(bytes)
    this.#kernels.words.set(heads, vectors[0] >>> 2)
    this.count(vectors[0], count, position)
  }
}

/** Return the bytes of whole records from `at` that are taken at once. */
function piece(chunk: Uint8Array<ArrayBuffer>, at: number): number {
  if (chunk.length - at <= ABSORBED_BYTES) return chunk.length - at
  const words = new Uint32Array(chunk.buffer)
  let end = at
  while (end < chunk.length && end - at < ABSORBED_BYTES)
    end += sizeOfRecord(words[(end + RECORD_HEAD) >>> 2] as number)
  return end - at
}
