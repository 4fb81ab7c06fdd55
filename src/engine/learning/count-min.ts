import { wholeNumbersOf } from '../state/saved.ts'
import { murmurHash3 } from './hashed-words.ts'

/**
 * Counts of any number of values in a table of fixed size, each too high by a little at most, never too low: the Count-Min
 * sketch of Cormode and Muthukrishnan, 2005, with the conservative update of Estan and Varghese, 2002.
 */
export class CountMin {
  readonly #width: number
  readonly #depth: number
  #counts: Int32Array

  /**
   * @param epsilon counts are too high by this part of all counts at most,
   * @param delta but for so many of all values.
   */
  constructor(epsilon: number, delta: number) {
    this.#width = Math.ceil(Math.E / epsilon)
    this.#depth = Math.ceil(Math.log(1 / delta))
    this.#counts = new Int32Array(this.#width * this.#depth)
  }

  /** Take a value; return how often it has come, or a little more. */
  add(value: unknown): number {
    const places = this.#placesOf(value)
    let least = Number.POSITIVE_INFINITY
    for (const place of places) least = Math.min(least, this.#counts[place] as number)
    for (const place of places)
      if (this.#counts[place] === least) this.#counts[place] = Math.min(least + 1, 2 ** 31 - 1)
    return least + 1
  }

  save(): unknown {
    return this.#counts.slice()
  }

  /** Take what `save` gave of a sketch of the same size. Throws a TypeError for anything else. */
  restore(saved: unknown): void {
    this.#counts = wholeNumbersOf(saved, 0, 2 ** 31, this.#counts.length).slice()
  }

  /** A place in each row: two hashes are as good as many (Kirsch and Mitzenmacher, 2006). */
  #placesOf(value: unknown): number[] {
    const text = `${typeof value} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`
    const first = murmurHash3(text) >>> 0
    const second = (murmurHash3(`${text} `) >>> 0) | 1
    return Array.from(
      { length: this.#depth },
      (_, row) => row * this.#width + ((first + row * second) % this.#width),
    )
  }
}
