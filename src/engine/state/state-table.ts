import { ValueColumn } from './columns.ts'
import type { KeyArena } from './key-arena.ts'
import { KeySlots } from './key-slots.ts'

/** The fields of a record. */
const STATE = 0
const TIME = 1
const LINKS = 2
/** The links: to what was touched before and after. */
const OLDER = 0
const NEWER = 1

/**
 * State by key, changed in place: some 40 bytes a key beyond the key itself and its state, none of them in the JavaScript
 * heap where keys are texts or numbers and states are numbers, and no bound of 2^24 keys as a `Map` has. A key is looked up
 * once, for its address; all else is asked with that, until the key is removed.
 *
 * With times, keys also stand in the order in which they were touched, so that finding those that are idle costs no more
 * than they are.
 */
export class StateTable {
  readonly #keys: KeySlots
  /** By slot, states that are no numbers; the field has NaN. */
  readonly #others = new ValueColumn()
  readonly #touched: TouchOrder | undefined

  /** @param timed whether `touch` and `oldest` will be called; 16 bytes a key. */
  constructor({ timed = false }: { readonly timed?: boolean } = {}) {
    this.#keys = new KeySlots(timed ? 3 : 1)
    this.#touched = timed ? new TouchOrder(this.#keys.arena) : undefined
  }

  /** Number of keys. */
  get size(): number {
    return this.#keys.size
  }

  /** Return the address of a key, or -1. */
  find(key: unknown): number {
    return this.#keys.find(key)
  }

  /** Bring what look-ups of the next few keys will read into the processor's caches; see `KeySlots`. */
  warm(keys: readonly unknown[]): void {
    this.#keys.warm(keys)
  }

  /** Add a key that is not in the table with its state, and return its address. */
  add(key: unknown, state: unknown): number {
    const address = this.#keys.add(key)
    this.set(address, state)
    return address
  }

  /** Return the key at an address. */
  key(address: number): unknown {
    return this.#keys.key(address)
  }

  /** Return the state of the key at an address. */
  get(address: number): unknown {
    const number = this.#keys.arena.field(address, STATE)
    return Number.isNaN(number) ? this.#others.get(this.#keys.slot(address)) : number
  }

  /** Change the state of the key at an address. */
  set(address: number, state: unknown): void {
    const { arena } = this.#keys
    const isNumber = typeof state === 'number' && !Number.isNaN(state)
    if (!isNumber) this.#others.set(this.#keys.slot(address), state)
    else if (Number.isNaN(arena.field(address, STATE))) this.#others.delete(this.#keys.slot(address))
    arena.setField(address, STATE, isNumber ? state : Number.NaN)
  }

  /** Remove the key at an address. */
  remove(address: number): void {
    if (Number.isNaN(this.#keys.arena.field(address, STATE))) this.#others.delete(this.#keys.slot(address))
    this.#touched?.remove(address)
    this.#keys.remove(address)
  }

  /** Note that the key at an address was used at `time`, which never goes back. */
  touch(address: number, time: number): void {
    this.#touched?.touch(address, time)
  }

  /** Return the address of the key that was touched the longest ago, or -1. */
  oldest(): number {
    return this.#touched?.oldest() ?? -1
  }

  /** Return when a key was last touched. */
  time(address: number): number {
    return this.#keys.arena.field(address, TIME)
  }

  /** Return every address in an order that depends on what was added and removed alone. */
  addresses(): Iterable<number> {
    return this.#keys.addresses()
  }
}

/** Records in the order in which they were touched, as a list that is linked both ways; a link is an address plus 1. */
class TouchOrder {
  readonly #arena: KeyArena
  #oldest = 0
  #newest = 0

  constructor(arena: KeyArena) {
    this.#arena = arena
  }

  /** Make a record the newest. */
  touch(address: number, time: number): void {
    const arena = this.#arena
    const isIn = this.#isIn(address)
    if (isIn && arena.field(address, TIME) === time) return
    if (isIn) this.remove(address)
    arena.setField(address, TIME, time)
    arena.setLink(address, LINKS, OLDER, this.#newest)
    if (this.#newest === 0) this.#oldest = address + 1
    else arena.setLink(this.#newest - 1, LINKS, NEWER, address + 1)
    this.#newest = address + 1
  }

  /** Take a record out. */
  remove(address: number): void {
    if (!this.#isIn(address)) return
    const arena = this.#arena
    const older = arena.link(address, LINKS, OLDER)
    const newer = arena.link(address, LINKS, NEWER)
    if (older === 0) this.#oldest = newer
    else arena.setLink(older - 1, LINKS, NEWER, newer)
    if (newer === 0) this.#newest = older
    else arena.setLink(newer - 1, LINKS, OLDER, older)
    arena.setLink(address, LINKS, OLDER, 0)
    arena.setLink(address, LINKS, NEWER, 0)
  }

  /** Return the first record, or -1. */
  oldest(): number {
    return this.#oldest - 1
  }

  #isIn(address: number): boolean {
    return this.#newest === address + 1 || this.#arena.link(address, LINKS, NEWER) !== 0
  }
}
