import type { KeyArena } from './key-arena.ts'

/** The fields of a record in which the order stands: when it was touched, and links to what was touched before and after. */
const TIME = 1
const LINKS = 2
const OLDER = 0
const NEWER = 1
/** Fields that a record needs with those before. */
export const TIMED_FIELDS = 3

/** Records in the order in which they were touched, as a list that is linked both ways; a link is an address plus 1. */
export class TouchOrder {
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

  /** Return when a record was last touched. */
  time(address: number): number {
    return this.#arena.field(address, TIME)
  }

  /** Return the slots of the newest records, as many as are counted one behind the other, and their times; oldest first. */
  newest(counts: (slot: number) => boolean): { readonly slots: Int32Array; readonly times: Float64Array } {
    const arena = this.#arena
    let count = 0
    for (let link = this.#newest; link !== 0; link = arena.link(link - 1, LINKS, OLDER)) {
      if (!counts(arena.slot(link - 1))) break
      count += 1
    }
    const slots = new Int32Array(count)
    const times = new Float64Array(count)
    for (let link = this.#newest; count > 0; link = arena.link(link - 1, LINKS, OLDER)) {
      count -= 1
      slots[count] = arena.slot(link - 1)
      times[count] = arena.field(link - 1, TIME)
    }
    return { slots, times }
  }

  /** Make a record the newest, whatever its time was. */
  append(address: number, time: number): void {
    this.remove(address)
    this.touch(address, time)
  }

  /** Return the first record, or -1. */
  oldest(): number {
    return this.#oldest - 1
  }

  #isIn(address: number): boolean {
    return this.#newest === address + 1 || this.#arena.link(address, LINKS, NEWER) !== 0
  }
}
