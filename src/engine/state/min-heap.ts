/** Items by a number that was given with each, the smallest first. */
export class MinHeap<T> {
  readonly #entries: { readonly by: number; readonly item: T }[] = []

  /** The smallest number, or Infinity where there is no item. */
  get least(): number {
    return this.#entries[0]?.by ?? Number.POSITIVE_INFINITY
  }

  /** Add an item. */
  push(by: number, item: T): void {
    const entries = this.#entries
    let place = entries.push({ by, item }) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (this.#by(parent) <= this.#by(place)) return
      this.#swap(place, parent)
      place = parent
    }
  }

  /** Take the item with the smallest number out. */
  pop(): T | undefined {
    const entries = this.#entries
    const first = entries[0]
    const last = entries.pop()
    if (first === undefined || last === undefined || entries.length === 0) return first?.item
    entries[0] = last
    for (let place = 0; ; ) {
      let least = place
      if (this.#by(2 * place + 1) < this.#by(least)) least = 2 * place + 1
      if (this.#by(2 * place + 2) < this.#by(least)) least = 2 * place + 2
      if (least === place) return first.item
      this.#swap(place, least)
      place = least
    }
  }

  #by(place: number): number {
    return this.#entries[place]?.by ?? Number.POSITIVE_INFINITY
  }

  #swap(left: number, right: number): void {
    const entries = this.#entries
    const entry = entries[left]
    entries[left] = entries[right] as (typeof entries)[number]
    entries[right] = entry as (typeof entries)[number]
  }
}
