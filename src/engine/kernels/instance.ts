import { kernelsModule } from './compiled/kernels.ts'
import { WebAssembly } from './web-assembly.ts'

/** What the compiled kernels export; see assembly/. Places are unsigned bytes of memory, returned as signed. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  initialise(pages: number): void
  inputBuffer(size: number): number
  constant(size: number): number
  vector(which: number): number
  undonePlace(): number
  takeUndone(): number
  resetScratch(): void
  scratch(size: number): number
  beginScan(place: number, length: number): void
  isScanned(): number
  scannedBytes(): number
  scanLines(): number
  scanWords(): number
  scanParts(separator: number): number
  scanPartsDropping(separator: number): number
  openTable(): void
  clearTable(): void
  size(): number
  records(counts: number): number
  countElements(from: number, count: number, position: number): number
  countElement(place: number, head: number, times: number, position: number): number
  absorb(place: number, size: number): number
  joinElements(from: number, count: number): number
  joinedPlace(): number
  joinKeys(place: number, end: number, to: number): number
  contains(from: number, count: number, wanted: number, length: number, negated: number): number
  startsWith(from: number, count: number, wanted: number, length: number, negated: number): number
  endsWith(from: number, count: number, wanted: number, length: number, negated: number): number
  equals(from: number, count: number, wanted: number, length: number, negated: number): number
  lengthWithin(
    from: number,
    count: number,
    least: number,
    most: number,
    codePoints: number,
    negated: number,
  ): number
  scanLinesContaining(text: number, length: number, negated: number): number
  countLinesContaining(text: number, length: number, negated: number): number
  lower(from: number, count: number): number
  upper(from: number, count: number): number
  trim(from: number, count: number): number
  newCut(): number
  beginCut(cut: number, from: number, count: number): void
  isCut(cut: number): number
  cutParts(cut: number, to: number, separator: number, length: number): number
  cutPartsDropping(cut: number, to: number, separator: number, length: number): number
  cutWords(cut: number, to: number): number
  part(
    from: number,
    count: number,
    separator: number,
    length: number,
    index: number,
    missingIsNull: number,
  ): number
  word(from: number, count: number, index: number): number
  csvField(from: number, count: number, separator: number, index: number): number
  logfmtField(from: number, count: number, name: number, length: number): number
  jsonPath(from: number, count: number, path: number, steps: number, missingIsNull: number): number
  parseNumbers(from: number, count: number, values: number): number
  pairsOfLines(from: number, count: number, values: number): number
  aggregate(from: number, count: number, values: number, position: number, kind: number): number
  findNaN(values: number, count: number): number
  swapCounts(back: number): void
  areValidText(elements: number, count: number): number
  orderNumbers(values: number, count: number, to: number, descending: number): number
  orderTexts(elements: number, count: number, to: number, descending: number): number
  topNumbers(values: number, count: number, to: number, keep: number): number
  topTexts(elements: number, count: number, to: number, keep: number): number
  arrange(from: number, count: number, order: number, to: number): void
}

/** Elements of a vector; assembly/memory.ts. */
export const VECTOR = 4096

/** What the bytes of an element stand for; assembly/slices.ts. */
export const TAG = { text: 0, number: 1, null: 2, true: 3, false: 4, other: 5 } as const

/** Pages of 64 KiB that a memory has at most: 4 GiB less one, so that every end of a block is a number of 32 bits. */
const MOST_PAGES = 65_535

let compiled: object | undefined

/** Return the compiled kernels; a worker thread takes those of the main thread by `useModule`. */
export function kernelModule(): object {
  compiled ??= new WebAssembly.Module(Buffer.from(kernelsModule, 'base64'))
  return compiled
}

/** Use kernels that another thread has compiled. */
export function useModule(module: object): void {
  compiled = module
}

/** True for the error that a kernel throws when its memory cannot grow. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError
}

/** The kernels with a memory of their own, and views of it that follow its growth. */
export class KernelInstance {
  readonly exports: KernelExports
  /** Places of the two vectors. */
  readonly vectors: readonly [number, number]
  readonly #undone: number
  #buffer: ArrayBuffer | undefined
  #bytes = Buffer.alloc(0)
  #words = new Uint32Array(0)
  #doubles = new Float64Array(0)

  /** @param pages how far the memory may grow, in units of 64 KiB. */
  constructor(pages: number = MOST_PAGES) {
    const environment = { env: { abort: () => {} } }
    this.exports = new WebAssembly.Instance(kernelModule(), environment).exports as KernelExports
    this.exports.initialise(pages)
    this.vectors = [this.exports.vector(0) >>> 0, this.exports.vector(1) >>> 0]
    this.#undone = this.exports.undonePlace() >>> 0
  }

  /** The memory as bytes. Ask again after every call of a kernel that may let it grow. */
  get bytes(): Buffer {
    this.#refresh()
    return this.#bytes
  }

  /** The memory as 32-bit words. */
  get words(): Uint32Array {
    this.#refresh()
    return this.#words
  }

  /** The memory as 64-bit floating point numbers. */
  get doubles(): Float64Array {
    this.#refresh()
    return this.#doubles
  }

  /** Copy bytes to where kernels read their text; return their place. */
  setInput(bytes: Uint8Array): number {
    // Out of shared memory, V8 copies eight bytes at once only where both sides stand alike between them.
    const odd = bytes.buffer instanceof SharedArrayBuffer ? bytes.byteOffset & 7 : 0
    const place = (this.exports.inputBuffer(bytes.length + odd) >>> 0) + odd
    this.bytes.set(bytes, place)
    return place
  }

  /** Keep text for the life of the instance; return its place and its length in bytes. */
  constant(text: string): { readonly place: number; readonly length: number } {
    const bytes = Buffer.from(text)
    const place = this.exports.constant(bytes.length) >>> 0
    this.bytes.set(bytes, place)
    return { place, length: bytes.length }
  }

  /** Copy bytes into scratch, where they stay until the vector is done; return their place. */
  keep(bytes: Uint8Array): number {
    const place = this.exports.scratch(bytes.length) >>> 0
    this.bytes.set(bytes, place)
    return place
  }

  /** Return the indexes of elements that the last kernel left to the host, and forget them. */
  takeUndone(): Uint32Array {
    const count = this.exports.takeUndone()
    return count === 0 ? NONE : this.words.slice(this.#undone >>> 2, (this.#undone >>> 2) + count)
  }

  #refresh(): void {
    const { buffer } = this.exports.memory
    if (buffer === this.#buffer) return
    this.#buffer = buffer
    this.#bytes = Buffer.from(buffer)
    this.#words = new Uint32Array(buffer)
    this.#doubles = new Float64Array(buffer)
  }
}

const NONE = new Uint32Array(0)
