/** Slots of a chunk. A column grows by chunks, so that nothing is ever copied. */
const BITS = 14
const MASK = (1 << BITS) - 1

/** Numbers of 32 bits without a sign by slot, outside of the JavaScript heap. */
export class AddressColumn {
  readonly #chunks: Uint32Array[] = []

  /** Return the number of a slot that was set. */
  get(slot: number): number {
    return (this.#chunks[slot >>> BITS] as Uint32Array)[slot & MASK] as number
  }

  /** Return true for a slot near which one was set, and which has a number by that. */
  has(slot: number): boolean {
    return slot >>> BITS < this.#chunks.length
  }

  /** Give a slot its number. */
  set(slot: number, value: number): void {
    while (slot >>> BITS >= this.#chunks.length) this.#chunks.push(new Uint32Array(1 << BITS))
    ;(this.#chunks[slot >>> BITS] as Uint32Array)[slot & MASK] = value
  }
}

/** Values of any type by slot; slots without one cost nothing where no neighbour has one. */
export class ValueColumn {
  readonly #chunks: (unknown[] | undefined)[] = []

  /** Return the value of a slot; undefined where it has none. */
  get(slot: number): unknown {
    return this.#chunks[slot >>> BITS]?.[slot & MASK]
  }

  /** Give a slot its value. */
  set(slot: number, value: unknown): void {
    const number = slot >>> BITS
    while (this.#chunks.length <= number) this.#chunks.push(undefined)
    const chunk = this.#chunks[number] ?? new Array<unknown>(1 << BITS)
    this.#chunks[number] = chunk
    chunk[slot & MASK] = value
  }

  /** Let go of a value. */
  delete(slot: number): void {
    const chunk = this.#chunks[slot >>> BITS]
    if (chunk !== undefined) chunk[slot & MASK] = undefined
  }
}
