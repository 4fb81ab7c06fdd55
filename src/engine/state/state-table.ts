import { ValueColumn } from './columns.ts'
import { bytesOfKey, isOther, NO_KEY } from './encoded-key.ts'
import { KeySlots } from './key-slots.ts'
import { unfit } from './saved.ts'
import { keyColumns } from './saved-keys.ts'
import { type TableColumns, tableColumnsOf } from './saved-table.ts'
import { savable } from './saved-values.ts'
import { SlotMarks } from './slot-marks.ts'
import { TIMED_FIELDS, TouchOrder } from './touch-order.ts'

/** The field of a record in which a state that is a number stands. */
const STATE = 0

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
  /** The slots of keys that were added, changed, touched or removed since they were written down; from the first time on. */
  #changed: SlotMarks | undefined

  /** @param timed whether `touch` and `oldest` will be called; 16 bytes a key. */
  constructor({ timed = false }: { readonly timed?: boolean } = {}) {
    this.#keys = new KeySlots(timed ? TIMED_FIELDS : 1)
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
    this.#changed?.add(this.#keys.slot(address))
    const isNumber = typeof state === 'number' && !Number.isNaN(state)
    if (!isNumber) this.#others.set(this.#keys.slot(address), state)
    else if (Number.isNaN(arena.field(address, STATE))) this.#others.delete(this.#keys.slot(address))
    arena.setField(address, STATE, isNumber ? state : Number.NaN)
  }

  /** Remove the key at an address. */
  remove(address: number): void {
    this.#changed?.add(this.#keys.slot(address))
    this.#forget(address)
    this.#keys.remove(address)
  }

  #forget(address: number): void {
    if (Number.isNaN(this.#keys.arena.field(address, STATE))) this.#others.delete(this.#keys.slot(address))
    this.#touched?.remove(address)
  }

  /** Note that the key at an address was used at `time`; its state may have been changed in place. */
  touch(address: number, time: number): void {
    this.#changed?.add(this.#keys.slot(address))
    this.#touched?.touch(address, time)
  }

  /** Return the address of the key that was touched the longest ago, or -1. */
  oldest(): number {
    return this.#touched?.oldest() ?? -1
  }

  /** Return when a key was last touched. */
  time(address: number): number {
    return this.#touched?.time(address) ?? Number.NaN
  }

  /** Return every address in an order that depends on what was added and removed alone. */
  addresses(): Iterable<number> {
    return this.#keys.addresses()
  }

  /** Return the table as data. Throws NotSavable at a key or a state that would not come back. */
  save(): TableColumns {
    return this.#written(undefined)
  }

  /** Return what has changed since the last `save`, `changes` or `apply`; all, where there was none. */
  changes(): TableColumns {
    return this.#written(this.#changed?.slots())
  }

  /** Take what `save` returned, into an empty table, or `changes` behind it. Throws a TypeError for anything else. */
  apply(saved: unknown): void {
    const columns = tableColumnsOf(saved, this.#touched !== undefined)
    const { end, slots, from, free, keys: given, states, others, touched } = columns
    const keys = this.#keys
    if (end < keys.end || from > keys.freeCount)
      throw unfit('what follows on what was taken', 'something else')
    let [at, key, other] = [0, 0, 0]
    for (const [place, head] of given.heads.entries()) {
      const slot = slots?.[place] ?? place
      let address = slot < keys.end ? keys.address(slot) : -1
      if (address >= 0 && !keys.isAt(address, head, given.bytes, at)) {
        this.#forget(address)
        keys.clear(address)
        address = -1
      }
      if (head === NO_KEY) continue
      const ownKey = isOther(head) ? given.others[key++] : undefined
      if (address < 0) address = keys.putBytes(slot, head, given.bytes, at, ownKey)
      at += bytesOfKey(head)
      const number = states[place] as number
      this.set(address, Number.isNaN(number) ? others[other++] : number)
    }
    keys.setFree(end, from, free)
    for (const [place, slot] of touched?.slots.entries() ?? []) {
      const address = keys.address(slot)
      if (address < 0) throw unfit('times of keys', 'the time of none')
      this.#touched?.append(address, touched?.times[place] as number)
    }
    this.#changed = new SlotMarks()
  }

  #written(slots: Int32Array | undefined): TableColumns {
    const keys = this.#keys
    const { arena, end } = keys
    const count = slots?.length ?? end
    const slotAt = slots === undefined ? (place: number) => place : (place: number) => slots[place] as number
    const states = new Float64Array(count)
    const others: unknown[] = []
    for (let place = 0; place < count; place++) {
      const address = keys.address(slotAt(place))
      if (address < 0) continue
      const number = arena.field(address, STATE)
      states[place] = number
      if (Number.isNaN(number)) others.push(savable(this.#others.get(slotAt(place))))
    }
    const changed = this.#changed
    const isNew = slots === undefined ? () => true : (slot: number) => changed?.has(slot) === true
    const touched = this.#touched?.newest(isNew)
    const columns = {
      end,
      ...(slots === undefined ? { from: 0, free: keys.allFree() } : { slots, ...keys.changedFree() }),
      keys: keyColumns(keys, count, slotAt),
      states,
      others,
      ...(touched === undefined ? {} : { touched }),
    }
    this.#changed = new SlotMarks()
    keys.markFree()
    return columns
  }
}

/** Yield the keys of a table, each with what `shown` makes of its state. */
export function* shownEntries(
  states: StateTable,
  shown: (state: unknown) => unknown,
): Generator<readonly [unknown, unknown]> {
  for (const address of states.addresses()) yield [states.key(address), shown(states.get(address))]
}
