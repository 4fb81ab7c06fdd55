import type { Aggregator } from '../../functions/aggregator.ts'
import type { GroupedPartition } from '../batch/partition.ts'

/**
 * A table of combiners by key, in order of each key's first appearance. Numbers, strings and other primitives are
 * compared as by `Map`; arrays and objects by value, whatever the order of their fields.
 */
export class KeyedTable {
  readonly #aggregator: Aggregator
  readonly #places = new KeyPlaces()
  readonly #keys: unknown[]
  readonly #combiners: unknown[]
  /** How many of the keys can be found: all, unless the table was made of columns and nobody has asked. */
  #found = 0

  /** @param columns distinct keys with a combiner each, which become the table's own. */
  constructor(
    aggregator: Aggregator,
    columns: { keys: unknown[]; values: unknown[] } = { keys: [], values: [] },
  ) {
    this.#aggregator = aggregator
    this.#keys = columns.keys
    this.#combiners = columns.values
  }

  /** Number of keys. */
  get size(): number {
    return this.#keys.length
  }

  /** Take one value of a key. */
  add(key: unknown, value: unknown): void {
    const place = this.#find(key)
    const combiners = this.#combiners
    if (place === undefined) this.#insert(key, this.#aggregator.create(value))
    else combiners[place] = this.#aggregator.mergeValue(combiners[place], value)
  }

  /** Take the combiner of a key, made from values later than those taken so far, and leave it as it is. */
  merge(key: unknown, combiner: unknown): void {
    const place = this.#find(key)
    if (place === undefined) this.#insert(key, copyOf(combiner))
    else this.#combiners[place] = mergeOf(this.#aggregator, this.#combiners[place], combiner)
  }

  /** Return the combiner of a key, or undefined. */
  get(key: unknown): unknown {
    const place = this.#find(key)
    return place === undefined ? undefined : this.#combiners[place]
  }

  /** Return the combiners as columns: those of the table itself, which must take no more after that. */
  combiners(): GroupedPartition {
    return { kind: 'grouped', keys: this.#keys, values: this.#combiners }
  }

  /** Return the finished results as columns; the table must take no more after that. */
  results(): GroupedPartition {
    const { finish } = this.#aggregator
    if (finish === undefined) return this.combiners()
    return { kind: 'grouped', keys: this.#keys, values: this.#combiners.map((combiner) => finish(combiner)) }
  }

  #find(key: unknown): number | undefined {
    for (; this.#found < this.#keys.length; this.#found++)
      this.#places.set(this.#keys[this.#found], this.#found)
    return this.#places.get(key)
  }

  #insert(key: unknown, combiner: unknown): void {
    this.#places.set(key, this.#found)
    this.#found += 1
    this.#keys.push(key)
    this.#combiners.push(combiner)
  }
}

/** A number by key; keys are compared as in a `KeyedTable`. */
export class KeyPlaces {
  readonly #primitives = new Map<unknown, number>()
  readonly #structures = new Map<string, number>()

  /** Return the number of a key, or undefined. */
  get(key: unknown): number | undefined {
    if (typeof key === 'object' && key !== null) return this.#structures.get(canonical(key))
    return this.#primitives.get(key)
  }

  /** Give a key its number. */
  set(key: unknown, place: number): void {
    if (typeof key === 'object' && key !== null) this.#structures.set(canonical(key), place)
    else this.#primitives.set(key, place)
  }

  /** Forget a key. */
  delete(key: unknown): void {
    if (typeof key === 'object' && key !== null) this.#structures.delete(canonical(key))
    else this.#primitives.delete(key)
  }
}

/** Return two combiners made into one. The first may be changed; the second is neither changed nor given back. */
export function mergeOf(aggregator: Aggregator, left: unknown, right: unknown): unknown {
  const merged = aggregator.mergeCombiners(left, right)
  // Who gives the later one back, as `last` does, may at another time change the earlier in place.
  return merged === right ? copyOf(merged) : merged
}

/** Return a combiner that may be changed in place while the other stays: its own items, fields or entries are copied. */
export function copyOf(combiner: unknown): unknown {
  if (typeof combiner !== 'object' || combiner === null) return combiner
  if (Array.isArray(combiner)) return combiner.slice()
  if (combiner instanceof Map) return new Map(combiner)
  if (combiner instanceof Set) return new Set(combiner)
  return Object.getPrototypeOf(combiner) === Object.prototype ? { ...combiner } : combiner
}

/** Return the text by which structured keys are compared: JSON with sorted fields, exact for what JSON blurs. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`
  }
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '0' : String(value)
}
