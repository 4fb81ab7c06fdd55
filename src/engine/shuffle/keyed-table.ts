import type { Aggregator } from '../../functions/aggregator.ts'
import type { GroupedPartition } from '../batch/partition.ts'

/** One key of a table. */
interface Entry {
  readonly key: unknown
  combiner: unknown
}

/**
 * A table of combiners by key, in order of each key's first appearance. Numbers, strings and other primitives are
 * compared as by `Map`; arrays and objects by value, whatever the order of their fields.
 */
export class KeyedTable {
  readonly #aggregator: Aggregator
  readonly #primitives = new Map<unknown, Entry>()
  readonly #structures = new Map<string, Entry>()
  readonly #entries: Entry[] = []

  constructor(aggregator: Aggregator) {
    this.#aggregator = aggregator
  }

  /** Number of keys. */
  get size(): number {
    return this.#entries.length
  }

  /** Take one value of a key. */
  add(key: unknown, value: unknown): void {
    const entry = this.#find(key)
    if (entry === undefined) this.#insert(key, this.#aggregator.create(value))
    else entry.combiner = this.#aggregator.mergeValue(entry.combiner, value)
  }

  /** Take the combiner of a key, made from values later than those taken so far, and leave it as it is. */
  merge(key: unknown, combiner: unknown): void {
    const entry = this.#find(key)
    if (entry === undefined) this.#insert(key, copyOf(combiner))
    else entry.combiner = this.#aggregator.mergeCombiners(entry.combiner, combiner)
  }

  /** Return the combiner of a key, or undefined. */
  get(key: unknown): unknown {
    return this.#find(key)?.combiner
  }

  /** Return the combiners as columns. */
  combiners(): GroupedPartition {
    return {
      kind: 'grouped',
      keys: this.#entries.map((entry) => entry.key),
      values: this.#entries.map((entry) => entry.combiner),
    }
  }

  /** Return the finished results as columns. */
  results(): GroupedPartition {
    const { finish } = this.#aggregator
    if (finish === undefined) return this.combiners()
    return {
      kind: 'grouped',
      keys: this.#entries.map((entry) => entry.key),
      values: this.#entries.map((entry) => finish(entry.combiner)),
    }
  }

  #find(key: unknown): Entry | undefined {
    if (typeof key === 'object' && key !== null) return this.#structures.get(canonical(key))
    return this.#primitives.get(key)
  }

  #insert(key: unknown, combiner: unknown): void {
    const entry = { key, combiner }
    this.#entries.push(entry)
    if (typeof key === 'object' && key !== null) this.#structures.set(canonical(key), entry)
    else this.#primitives.set(key, entry)
  }
}

/** A window merges the same combiners again at its next slide, so none may be changed in place by an earlier merge. */
function copyOf(combiner: unknown): unknown {
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
