import { AddressColumn, ValueColumn } from './columns.ts'
import { HashIndex } from './hash-index.ts'
import { KeyArena } from './key-arena.ts'

/** From this many keys on, what a look-up needs is mostly not in the processor's caches. */
const MANY = 1 << 16
/** Keys that are warmed at once: as many as the caches hold with all that belongs to them. */
export const WARMED = 256

/**
 * Gives each key an address, where its record is, and a slot, a small number, until it is removed; both are used again.
 * Keys are compared as in a `KeyedTable`: primitives as by `Map`, lists and records by value.
 */
export class KeySlots {
  /** The records, with fields for whoever has this table. */
  readonly arena: KeyArena
  /** By slot, the address of its key plus 1; 0 for a slot that is free. */
  readonly #addresses = new AddressColumn()
  /** By slot, keys that are neither text nor number. */
  readonly #others = new ValueColumn()
  readonly #index: HashIndex
  readonly #free: number[] = []
  /** Hashes, then addresses of the keys that are being warmed. */
  readonly #guesses = new Float64Array(WARMED)
  #end = 0
  /** The text that was looked for and not found, and its hash. */
  #missed: unknown
  #hash = 0

  /** @param fields how many fields a record has. */
  constructor(fields: number) {
    const arena = new KeyArena(fields)
    this.arena = arena
    this.#index = new HashIndex((address) => arena.equals(address))
  }

  /** Number of keys. */
  get size(): number {
    return this.#end - this.#free.length
  }

  /** Return the address of a key, or -1. */
  find(key: unknown): number {
    this.#hash = this.arena.encode(key)
    const address = this.#index.find(this.#hash)
    this.#missed = address < 0 ? key : undefined
    return address
  }

  /**
   * Bring what the look-ups of a few keys, `WARMED` at most, will read into the processor's caches. One look-up after the
   * other waits for memory several times; here it is asked for many at once. Changes nothing, and returns nothing of use.
   */
  warm(keys: readonly unknown[]): number {
    if (this.size < MANY) return 0
    const guesses = this.#guesses
    const count = Math.min(keys.length, WARMED)
    for (let index = 0; index < count; index++) guesses[index] = this.arena.encode(keys[index])
    this.#missed = undefined
    for (let index = 0; index < count; index++) guesses[index] = this.#index.guess(guesses[index] as number)
    let read = 0
    for (let index = 0; index < count; index++) {
      const address = guesses[index] as number
      if (address >= 0) read ^= this.arena.slot(address)
    }
    return read
  }

  /** Add a key that is not here and return its address. Its slot is one that a key has left, or the next. */
  add(key: unknown): number {
    // Nearly always it was looked for just now. What is no text may have been changed since.
    if (typeof key !== 'string' || key !== this.#missed) this.#hash = this.arena.encode(key)
    this.#missed = undefined
    const slot = this.#free.pop() ?? this.#end++
    const address = this.arena.store(slot)
    this.#addresses.set(slot, address + 1)
    if (typeof key !== 'string' && typeof key !== 'number') this.#others.set(slot, key)
    this.#index.add(this.#hash, address)
    return address
  }

  /** Return the slot of the key at an address. */
  slot(address: number): number {
    return this.arena.slot(address)
  }

  /** Return the address of the key that has a slot. */
  address(slot: number): number {
    return this.#addresses.get(slot) - 1
  }

  /** Return the key at an address. */
  key(address: number): unknown {
    const key = this.arena.read(address)
    return key === undefined ? this.#others.get(this.slot(address)) : key
  }

  /** Remove the key at an address. */
  remove(address: number): void {
    const slot = this.slot(address)
    this.#index.remove(this.arena.load(address), address)
    this.#missed = undefined
    this.arena.free(address)
    this.#others.delete(slot)
    this.#addresses.set(slot, 0)
    this.#free.push(slot)
  }

  /** Return every address in order of slots: that of keys as they came, where none was removed. */
  *addresses(): Generator<number> {
    for (let slot = 0; slot < this.#end; slot++) {
      const address = this.address(slot)
      if (address >= 0) yield address
    }
  }
}
