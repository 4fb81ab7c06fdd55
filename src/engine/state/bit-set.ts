/** A set of whole numbers below a size, walked in order; long runs of absent ones cost a 1024th of their length. */
export class BitSet {
  readonly #words: Uint32Array
  /** One bit per word that is not 0. */
  readonly #summary: Uint32Array

  constructor(size: number) {
    this.#words = new Uint32Array((size + 31) >>> 5)
    this.#summary = new Uint32Array((this.#words.length + 31) >>> 5)
  }

  /** Take a number that is below the size. */
  add(value: number): void {
    const word = value >>> 5
    this.#words[word] = (this.#words[word] as number) | (1 << (value & 31))
    this.#summary[word >>> 5] = (this.#summary[word >>> 5] as number) | (1 << (word & 31))
  }

  /** Return the numbers of the set, in order. */
  numbers(): Int32Array {
    const found: number[] = []
    for (let number = this.next(0); number >= 0; number = this.next(number + 1)) found.push(number)
    return Int32Array.from(found)
  }

  /** Return the smallest number of the set that is at least `from`, or -1. */
  next(from: number): number {
    const words = this.#words
    let word = from >>> 5
    if (word >= words.length) return -1
    const rest = (words[word] as number) & (-1 << (from & 31))
    if (rest !== 0) return (word << 5) + lowest(rest)
    word = this.#nextWord(word + 1)
    return word < 0 ? -1 : (word << 5) + lowest(words[word] as number)
  }

  #nextWord(from: number): number {
    const summary = this.#summary
    let at = from >>> 5
    if (at >= summary.length) return -1
    let bits = (summary[at] as number) & (-1 << (from & 31))
    while (bits === 0) {
      at += 1
      if (at >= summary.length) return -1
      bits = summary[at] as number
    }
    return (at << 5) + lowest(bits)
  }
}

/** Return the place of the lowest bit that is set. */
function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}
