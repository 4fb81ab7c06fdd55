import type { Tokens } from '../../functions/record.ts'
import { countModule } from './compiled/count.ts'

/** What the compiled kernel exports; see assembly/count.ts. */
interface CountKernel {
  readonly memory: { readonly buffer: ArrayBuffer }
  reset(): void
  inputBuffer(size: number): number
  splitBy(separator: number, length: number): void
  words(length: number): void
  lines(length: number): void
  size(): number
  records(): number
}

/** How text is cut into keys: tokens of a line, or whole lines. */
export type KeyKind = Tokens | { readonly by: 'line' }

/** Bytes that the kernel is given at once: whole lines, unless one line is longer. */
const PIECE = 1 << 20
const NEWLINE = 10
const RECORD_HEADER = 16
/** A memory that has grown beyond this is given back after its batch. */
const KEPT_BYTES = 64 << 20

/** The part of WebAssembly's JavaScript interface used here; Node's types leave its values out. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
  readonly RuntimeError: new () => Error
}

const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }

let compiled: object | undefined

/**
 * Counts tokens of text by their bytes in WebAssembly memory; strings are made once per distinct token, when the batch
 * is complete. Keys come out in order of first appearance. The memory of a table is 4 GiB at most.
 */
export class TokenTable {
  readonly #kind: KeyKind
  #kernel: CountKernel | undefined

  constructor(kind: KeyKind) {
    this.#kind = kind
  }

  /** Count the tokens of whole lines, each ended by `\n`. Throws a RangeError when the table outgrows its memory. */
  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const limit = at + PIECE
      let end = limit >= bytes.length ? bytes.length : bytes.lastIndexOf(NEWLINE, limit - 1) + 1
      if (end <= at) end = bytes.indexOf(NEWLINE, limit) + 1
      this.#count(bytes.subarray(at, end <= at ? bytes.length : end))
      at = end <= at ? bytes.length : end
    }
  }

  /** Call `take` with each token and its count, and forget them. Tokens that are no UTF-8 may come out equal. */
  drain(take: (token: string, count: number) => void): void {
    const kernel = this.#kernel
    if (kernel === undefined) return
    const first = kernel.records() >>> 0
    const buffer = Buffer.from(kernel.memory.buffer)
    for (let record = first; record !== 0; record = buffer.readUInt32LE(record + 12)) {
      const count = Number(buffer.readBigUInt64LE(record))
      const start = record + RECORD_HEADER
      take(buffer.toString('utf8', start, start + buffer.readUInt32LE(record + 8)), count)
    }
    if (kernel.memory.buffer.byteLength > KEPT_BYTES) this.#kernel = undefined
    else kernel.reset()
  }

  #count(bytes: Uint8Array): void {
    this.#kernel ??= instantiate()
    const kernel = this.#kernel
    try {
      const place = kernel.inputBuffer(bytes.length) >>> 0
      new Uint8Array(kernel.memory.buffer, place, bytes.length).set(bytes)
      if (this.#kind.by === 'separator') kernel.splitBy(this.#kind.separator, bytes.length)
      else if (this.#kind.by === 'white-space') kernel.words(bytes.length)
      else kernel.lines(bytes.length)
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error
      throw new RangeError(
        `the distinct keys of one batch need more than 4 GiB (${kernel.size()} keys so far)`,
      )
    }
  }
}

function instantiate(): CountKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(countModule, 'base64'))
  const environment = { env: { abort: () => {} } }
  const kernel = new WebAssembly.Instance(compiled, environment).exports as CountKernel
  kernel.reset()
  return kernel
}
