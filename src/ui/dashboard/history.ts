import type { Past, Point } from './messages.ts'

/** Times that are kept: more than a screen has room for is seen by nobody. */
const MOST_TIMES = 600

/** How much of a key's size is that of its last batch. */
const RECENT = 0.1

interface Place {
  key: string
  /** A mean in which older batches count less and less: which keys are worth a place. */
  size: number
  values: (number | null)[]
  /** Sum and number of the batches of the last time. */
  sum: number
  count: number
}

/** Values of the largest keys over a span of time, in bounded memory. */
export class History {
  readonly #span: number
  readonly #step: number
  readonly #mostKeys: number
  readonly #times: number[] = []
  readonly #places: Place[] = []
  readonly #byKey = new Map<string, Place>()
  /** What was not told yet. */
  readonly #renamed = new Set<number>()
  #toldTo = Number.NEGATIVE_INFINITY

  /** @param interval milliseconds between two batches: several are put together where there are many in the span. */
  constructor(span: number, interval: number, mostKeys: number) {
    this.#span = span
    this.#step = Math.max(interval, Math.ceil(span / MOST_TIMES))
    this.#mostKeys = mostKeys
  }

  /** Take the numbers of a batch. */
  add(batchTime: number, points: readonly Point[]): void {
    const time = Math.floor(batchTime / this.#step) * this.#step
    const last = this.#times.at(-1)
    if (last !== undefined && time < last) this.#clear()
    if (this.#times.at(-1) !== time) this.#begin(time)
    const seen = new Set<Place>()
    for (const [key, value] of largest(points, this.#mostKeys)) {
      const place = this.#byKey.get(key) ?? this.#enter(key, value)
      if (place === undefined) continue
      seen.add(place)
      place.size += RECENT * (Math.abs(value) - place.size)
      place.sum += value
      place.count += 1
      place.values[this.#times.length - 1] = place.sum / place.count
    }
    for (const place of this.#places) if (!seen.has(place)) place.size *= 1 - RECENT
  }

  /** Return all. */
  whole(): Past {
    return {
      keys: this.#places.map(({ key }, place) => [place, key]),
      times: [...this.#times],
      values: this.#places.map(({ values }) => [...values]),
    }
  }

  /** Return what is new since the last call. */
  news(): Past {
    const from = this.#times.findIndex((time) => time >= this.#toldTo)
    const start = from < 0 ? this.#times.length : from
    const keys = [...this.#renamed].map((place) => [place, this.#places[place]?.key ?? ''] as const)
    this.#renamed.clear()
    this.#toldTo = this.#times.at(-1) ?? this.#toldTo
    return {
      keys,
      times: this.#times.slice(start),
      values: this.#places.map(({ values }) => values.slice(start)),
    }
  }

  #begin(time: number): void {
    this.#times.push(time)
    for (const place of this.#places) {
      place.values.push(null)
      place.sum = 0
      place.count = 0
    }
    const old = this.#times.findIndex((each) => each > time - this.#span)
    const many = Math.max(old, this.#times.length - MOST_TIMES)
    if (many <= 0) return
    this.#times.splice(0, many)
    for (const place of this.#places) place.values.splice(0, many)
  }

  /** Give a key a place: a free one, or that of a key that has become smaller. */
  #enter(key: string, value: number): Place | undefined {
    const values = this.#times.map(() => null)
    const place: Place = { key, size: Math.abs(value), values, sum: 0, count: 0 }
    let index = this.#places.length
    if (index >= this.#mostKeys) {
      index = this.#places.reduce((least, { size }, at) => {
        return size < (this.#places[least] as Place).size ? at : least
      }, 0)
      const { key: former, size } = this.#places[index] as Place
      if (size >= place.size) return undefined
      this.#byKey.delete(former)
    }
    this.#places[index] = place
    this.#byKey.set(key, place)
    this.#renamed.add(index)
    return place
  }

  #clear(): void {
    this.#times.length = 0
    this.#toldTo = Number.NEGATIVE_INFINITY
    for (const place of this.#places) place.values.length = 0
  }
}

/** Return the points with the largest numbers, largest first. */
export function largest(points: readonly Point[], most: number): readonly Point[] {
  return [...points].sort(([, one], [, other]) => Math.abs(other) - Math.abs(one)).slice(0, most)
}
