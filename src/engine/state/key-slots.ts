import { AddressColumn, ValueColumn } from './columns.ts'
import { isOther } from './encoded-key.ts'
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
  /** How many of the free slots, from the first, are those that were free at `markFree`. */
  #unchangedFree = 0
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
    this.#unchangedFree = Math.min(this.#unchangedFree, this.#free.length)
    return this.#store(slot, key)
  }

  /** Add a key that is not here at a slot that has none; free slots are set by `setFree` afterwards. */
  put(slot: number, key: unknown): number {
    this.#hash = this.arena.encode(key)
    this.#missed = undefined
    return this.#store(slot, key)
  }

  /** The same of a key by the bytes of it, as the arena gave them; `key` counts where it is neither text nor number. */
  putBytes(slot: number, header: number, bytes: Uint8Array, from: number, key: unknown): number {
    this.#hash = this.arena.loadBytes(header, bytes, from)
    this.#missed = undefined
    return this.#store(slot, isOther(header) ? key : '')
  }

  #store(slot: number, key: unknown): number {
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

  /** Return true if the key at an address is the one with this first word and these bytes. */
  isAt(address: number, header: number, bytes: Uint8Array, from: number): boolean {
    if (this.arena.header(address) !== header) return false
    this.arena.loadBytes(header, bytes, from)
    this.#missed = undefined
    return this.arena.equals(address)
  }

  /** Remove the key at an address. */
  remove(address: number): void {
    this.#free.push(this.slot(address))
    this.clear(address)
  }

  /** Remove the key at an address, whose slot is not free by that. */
  clear(address: number): void {
    const slot = this.slot(address)
    this.#index.remove(this.arena.load(address), address)
    this.#missed = undefined
    this.arena.free(address)
    this.#others.delete(slot)
    this.#addresses.set(slot, 0)
  }

  /** The slots are those below this number. */
  get end(): number {
    return this.#end
  }

  /** Note which slots are free, for `changedFree`. */
  markFree(): void {
    this.#unchangedFree = this.#free.length
  }

  /** Return how many of the free slots are as they were at `markFree`, from the first, and those that follow. */
  changedFree(): { readonly from: number; readonly free: Int32Array } {
    const from = this.#unchangedFree
    return { from, free: Int32Array.from(this.#free.slice(from)) }
  }

  /** Return the free slots, the one that is used next last. */
  allFree(): Int32Array {
    return Int32Array.from(this.#free)
  }

  /** Say which slots are free, behind the first `from` of those that were. */
  setFree(end: number, from: number, free: Int32Array): void {
    for (let slot = this.#end; slot < end; slot++) {
      // Slots of keys that were put are set already.
      if (!this.#addresses.has(slot)) this.#addresses.set(slot, 0)
    }
    this.#end = end
    this.#free.length = from
    for (const slot of free) this.#free.push(slot)
    this.markFree()
  }

  /** Number of the free slots. */
  get freeCount(): number {
    return this.#free.length
  }

  /** Return every address in order of slots: that of keys as they came, where none was removed. */
  *addresses(): Generator<number> {
    for (let slot = 0; slot < this.#end; slot++) {
      const address = this.address(slot)
      if (address >= 0) yield address
    }
  }
}
