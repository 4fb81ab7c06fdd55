/** A set of slots that grows. */
export class SlotMarks {
  #words = new Uint32Array(1 << 8)
  #count = 0

  /** Take a slot. */
  add(slot: number): void {
    const word = slot >>> 5
    if (word >= this.#words.length) {
      const words = new Uint32Array(Math.max(word + 1, this.#words.length * 2))
      words.set(this.#words)
      this.#words = words
    }
    const before = this.#words[word] as number
    const bit = 1 << (slot & 31)
    if ((before & bit) !== 0) return
    this.#words[word] = before | bit
    this.#count += 1
  }

  /** Return true for a slot that was taken. */
  has(slot: number): boolean {
    return ((this.#words[slot >>> 5] ?? 0) & (1 << (slot & 31))) !== 0
  }

  /** Return the slots in order. */
  slots(): Int32Array {
    const slots = new Int32Array(this.#count)
    let at = 0
    for (const [word, bits] of this.#words.entries()) {
      for (let left = bits; left !== 0; left &= left - 1)
        slots[at++] = (word << 5) + 31 - Math.clz32(left & -left)
    }
    return slots
  }
}
