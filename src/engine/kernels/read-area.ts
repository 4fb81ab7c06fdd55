import { inspectModule } from './compiled/inspect.ts'
import { WebAssembly } from './web-assembly.ts'

/** Where `inspect` writes its answer; assembly/inspect.ts. */
const ANSWER = 16
const HAS_RETURN = 1
const HAS_HIGH = 2
/** Bytes before a chunk, for the line that the chunk before it began. */
const HEADROOM = 1 << 16
const START = 64 + HEADROOM
const PADDING = 64
const PAGE = 1 << 16

/** What a block of text holds. */
export interface Inspection {
  /** Line feeds in it. */
  readonly lines: number
  /** Offset behind the last of them; 0 for none. */
  readonly last: number
  readonly hasReturn: boolean
  /** Every byte is ASCII. */
  readonly isAscii: boolean
}

type Inspect = (place: number, length: number) => void

/** Below it, to compile the kernel would cost more than it saves: whoever types into a pipe needs none. */
const LEAST = 1 << 12

const areas = new WeakMap<ArrayBufferLike, ReadArea>()
let compiled: object | undefined

/** Memory that a source reads into, where a kernel can look over what was read. */
export class ReadArea {
  /** What is read into. */
  readonly bytes: Buffer
  /** Bytes of a chunk from which on it is worth looking over. */
  readonly least: number
  readonly #memory: ArrayBuffer
  readonly #all: Buffer
  readonly #answer: Uint32Array
  readonly #imported: { readonly buffer: ArrayBuffer }
  #inspect: Inspect | undefined

  /** @param size bytes of a chunk. */
  constructor(size: number, least = LEAST) {
    const pages = Math.ceil((START + size + PADDING) / PAGE)
    this.#imported = new WebAssembly.Memory({ initial: pages, maximum: pages })
    this.least = least
    this.#memory = this.#imported.buffer
    this.#all = Buffer.from(this.#memory)
    this.#answer = new Uint32Array(this.#memory, ANSWER, 3)
    this.bytes = Buffer.from(this.#memory, START, size)
    areas.set(this.#memory, this)
  }

  /** Return the area at whose start a chunk begins. */
  static of(chunk: Uint8Array): ReadArea | undefined {
    return chunk.byteOffset === START ? areas.get(chunk.buffer) : undefined
  }

  /** Put bytes before the first `length` of the chunk; return all in one, or undefined where there is no room. */
  join(before: Uint8Array, length: number): Buffer | undefined {
    if (before.length > HEADROOM) return undefined
    const start = START - before.length
    this.#all.set(before, start)
    return this.#all.subarray(start, START + length)
  }

  /** Look over a block that `join` gave. */
  inspect(block: Buffer): Inspection {
    this.#inspect ??= this.#compile()
    this.#inspect(block.byteOffset, block.length)
    const [lines = 0, last = 0, flags = 0] = this.#answer
    return {
      lines,
      last,
      hasReturn: (flags & HAS_RETURN) !== 0,
      isAscii: (flags & HAS_HIGH) === 0,
    }
  }

  #compile(): Inspect {
    compiled ??= new WebAssembly.Module(Buffer.from(inspectModule, 'base64'))
    const environment = { env: { memory: this.#imported, abort: () => {} } }
    return (new WebAssembly.Instance(compiled, environment).exports as { inspect: Inspect }).inspect
  }
}
