import { countOf, listOf, unfit } from '../state/saved.ts'

/** A value that is counted: `count` is too high by `error` at most. */
export interface Hitter {
  readonly value: unknown
  readonly count: number
  readonly error: number
}

interface Counter {
  readonly value: unknown
  count: number
  error: number
}

/**
 * The most frequent values of a stream in a fixed number of counters: Space-Saving of Metwally, Agrawal and El Abbadi, 2005.
 * What comes more often than one in `capacity` of all has a counter for certain.
 */
export class SpaceSaving {
  readonly #capacity: number
  /** A heap: no counter is below the one before it at (at - 1) / 2. */
  #heap: Counter[] = []
  readonly #places = new Map<unknown, number>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#heap.length
  }

  add(value: unknown): void {
    const key = keyOf(value)
    const place = this.#places.get(key)
    if (place !== undefined) {
      const counter = this.#heap[place] as Counter
      counter.count += 1
      this.#sink(place)
      return
    }
    if (this.#heap.length < this.#capacity) {
      this.#heap.push({ value, count: 1, error: 0 })
      this.#places.set(key, this.#heap.length - 1)
      this.#rise(this.#heap.length - 1)
      return
    }
    const least = this.#heap[0] as Counter
    this.#places.delete(keyOf(least.value))
    this.#heap[0] = { value, count: least.count + 1, error: least.count }
    this.#places.set(key, 0)
    this.#sink(0)
  }

  /** Return the values with the largest counts, largest first. */
  top(count: number): Hitter[] {
    const all = this.#heap.map(({ value, count: times, error }) => ({ value, count: times, error }))
    return all.sort((one, other) => other.count - one.count || one.error - other.error).slice(0, count)
  }

  save(): unknown {
    return this.#heap.map(({ value, count, error }) => [value, count, error])
  }

  /** Take what `save` gave. Throws a TypeError for anything else. */
  restore(saved: unknown): void {
    const heap = listOf(saved).map((item): Counter => {
      const [value, count, error] = listOf(item, 3)
      return { value, count: countOf(count), error: countOf(error) }
    })
    if (heap.some(({ count }, place) => count < (heap[(place - 1) >> 1]?.count ?? 0)))
      throw unfit('counters of which none is below the one above it', 'others')
    this.#heap = heap
    this.#places.clear()
    for (const [place, { value }] of heap.entries()) this.#places.set(keyOf(value), place)
  }

  #rise(from: number): void {
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      if ((this.#heap[above] as Counter).count <= (this.#heap[place] as Counter).count) return
      this.#swap(place, above)
      place = above
    }
  }

  #sink(from: number): void {
    let place = from
    for (;;) {
      let least = place
      for (const child of [2 * place + 1, 2 * place + 2])
        if (
          child < this.#heap.length &&
          (this.#heap[child] as Counter).count < (this.#heap[least] as Counter).count
        )
          least = child
      if (least === place) return
      this.#swap(place, least)
      place = least
    }
  }

  #swap(one: number, other: number): void {
    const [left, right] = [this.#heap[one] as Counter, this.#heap[other] as Counter]
    this.#heap[one] = right
    this.#heap[other] = left
    this.#places.set(keyOf(right.value), one)
    this.#places.set(keyOf(left.value), other)
  }
}

/** Lists and records are the same where their JSON is. */
function keyOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? `\0${JSON.stringify(value)}` : value
}
