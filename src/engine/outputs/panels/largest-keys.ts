/** The numbers of keys, the last of each: of many keys those with the largest numbers. */
export class LargestKeys {
  readonly #most: number
  readonly #values = new Map<string, number>()
  /** What a new key must exceed, once keys were left out. */
  #least = Number.NEGATIVE_INFINITY

  constructor(most: number) {
    this.#most = most
  }

  /** Whether no key was left out. */
  get isWhole(): boolean {
    return this.#least === Number.NEGATIVE_INFINITY && this.#values.size <= this.#most
  }

  set(key: string, value: number): void {
    if (!Number.isFinite(value)) return
    if (value <= this.#least && !this.#values.has(key)) return
    this.#values.set(key, value)
    // Cutting seldom costs less than keeping the smallest at hand.
    if (this.#values.size > 4 * this.#most) this.#cut()
  }

  /** Return the largest, in the order in which their keys came. */
  take(): (readonly [key: string, value: number])[] {
    if (this.#values.size > this.#most) this.#cut()
    return [...this.#values]
  }

  #cut(): void {
    const sorted = [...this.#values].sort(([, one], [, other]) => other - one)
    this.#least = sorted[this.#most - 1]?.[1] ?? this.#least
    for (const [key] of sorted.slice(this.#most)) this.#values.delete(key)
  }
}
