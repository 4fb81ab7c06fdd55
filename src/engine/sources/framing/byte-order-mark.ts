import type { Emit, Framer, PositionedFramer } from './framing.ts'

const MARK = Uint8Array.of(0xef, 0xbb, 0xbf)

/** Drops a UTF-8 byte order mark at the very start of an input and hands everything else to another framer. */
export class ByteOrderMarkFramer implements Framer {
  readonly #framer: PositionedFramer
  /** Bytes of the mark seen so far; past its length once the start of the input is behind. */
  #seen = 0

  constructor(framer: PositionedFramer) {
    this.#framer = framer
  }

  get pending(): number {
    return this.#seen < MARK.length ? this.#seen : this.#framer.pending
  }

  get malformed(): number {
    return this.#framer.malformed
  }

  get dropped(): number {
    return this.#framer.dropped
  }

  get held(): number {
    return this.#framer.held + (this.#seen < MARK.length ? this.#seen : 0)
  }

  push(bytes: Uint8Array, emit: Emit): void {
    if (this.#seen <= MARK.length) this.#start(bytes, emit)
    else this.#framer.push(bytes, emit)
  }

  end(emit: Emit): void {
    if (this.#seen < MARK.length) this.#framer.push(MARK.subarray(0, this.#seen), emit)
    this.#framer.end(emit)
  }

  #start(bytes: Uint8Array, emit: Emit): void {
    let index = 0
    while (index < bytes.length && this.#seen < MARK.length) {
      if (bytes[index] !== MARK[this.#seen]) {
        const held = this.#seen - index
        this.#seen = MARK.length + 1
        if (held > 0) this.#framer.push(MARK.subarray(0, held), emit)
        this.#framer.push(bytes, emit)
        return
      }
      index++
      this.#seen++
    }
    if (this.#seen < MARK.length) return
    this.#seen = MARK.length + 1
    this.#framer.position = MARK.length
    this.#framer.push(bytes.subarray(index), emit)
  }
}
