import type { Aggregator } from '../../functions/aggregator.ts'
import type { GroupedPartition } from '../batch/partition.ts'
import type { Batch } from '../operators/record.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import { BitSet } from './bit-set.ts'
import { KeySlots, WARMED } from './key-slots.ts'
import { savable } from './saved-values.ts'
import { savedWindowBatch, windowColumnsOf } from './saved-window.ts'

/** Length of a column of places at least. */
const FEWEST = 1 << 10

/** One batch of a window. Each of its keys has a place in the columns, in order of first appearance. */
export interface WindowBatch {
  readonly time: number
  /** Batches are numbered as they come. */
  readonly number: number
  readonly size: number
  /** The slot of the key at each place. */
  readonly slots: Int32Array
  /** The combiner at each place; whoever computes with the window may change them. */
  readonly combiners: unknown[]
  /** Two per place: the number of the next batch that has the key, -1 where none has, and the key's place there. */
  readonly next: Int32Array
  /** The places of keys that no earlier batch of the window has. */
  readonly first: BitSet
}

/**
 * The keys of the batches in a window. A key has a slot while any batch of the window has it, and is looked up once, when
 * it arrives: what a key has in its batches is linked from the earlier to the later, so that a batch leaves without a
 * look-up. Keys are walked in order of first appearance in the window, as if the window were computed anew.
 */
export class WindowKeys {
  readonly #aggregator: Aggregator
  readonly #slots = new KeySlots(0)
  readonly #batches: WindowBatch[] = []
  /** By slot, the key as it came: a text is not made again for each window. */
  readonly #keys: unknown[] = []
  /** Two per slot, where the key was seen last: the number of the batch, -1 for none, and the place. */
  #last = new Int32Array(FEWEST)
  #arrived = 0

  constructor(aggregator: Aggregator) {
    this.#aggregator = aggregator
  }

  /** Return the keys that `save` returned. Throws a TypeError for anything else. */
  static restored(aggregator: Aggregator, saved: unknown): WindowKeys {
    const window = new WindowKeys(aggregator)
    const { arrived, keys, free, last, batches } = windowColumnsOf(saved)
    const isFree = new Set(free)
    for (const [slot, key] of keys.entries()) {
      if (isFree.has(slot)) continue
      window.#slots.put(slot, key)
      window.#keys[slot] = key
    }
    window.#slots.setFree(keys.length, 0, free)
    window.#last = last
    window.#arrived = arrived
    window.#batches.push(...batches)
    return window
  }

  /** Return all of it as data. Throws NotSavable at a key or a combiner that would not come back. */
  save(): unknown {
    const { end } = this.#slots
    return {
      arrived: this.#arrived,
      // Slots that were free when they were read have no place in the list yet.
      keys: savable(Array.from({ length: end }, (_, slot) => this.#keys[slot])),
      free: this.#slots.allFree(),
      last: this.#last.slice(0, Math.max(end * 2, FEWEST)),
      batches: this.#batches.map(savedWindowBatch),
    }
  }

  /** Number of keys in the window. */
  get size(): number {
    return this.#slots.size
  }

  /** The batches in the window, oldest first. */
  get batches(): readonly WindowBatch[] {
    return this.#batches
  }

  /** Return a batch of the window by its number. */
  at(number: number): WindowBatch {
    return this.#batches[number - (this.#batches[0] as WindowBatch).number] as WindowBatch
  }

  /** Return the key of a slot. */
  key(slot: number): unknown {
    return this.#keys[slot]
  }

  /** Take the batch that comes next. Its columns are left as they are. */
  arrive(time: number, partitions: Batch): WindowBatch {
    const { keys, values } = columnsOf(this.#aggregator, partitions as readonly GroupedPartition[])
    const size = keys.length
    const slots = new Int32Array(size)
    // Look-ups alone, then what is done with them alone: the processor waits for several places of memory at once.
    for (let place = 0; place < size; place++) {
      if (place % WARMED === 0) this.#slots.warm(keys.slice(place, place + WARMED))
      slots[place] = this.#slotOf(keys[place])
    }
    const number = this.#arrived++
    const next = new Int32Array(size * 2).fill(-1)
    const batch = { time, number, size, slots, combiners: values.slice(), next, first: new BitSet(size) }
    this.#batches.push(batch)
    this.#link(batch)
    return batch
  }

  /** Let the oldest batch go. `forget` is told each slot whose key leaves the window. */
  leave(forget: (slot: number) => void): void {
    const { slots, size, next } = this.#batches[0] as WindowBatch
    for (let place = 0; place < size; place++) {
      const number = next[place * 2] as number
      if (number >= 0) {
        this.at(number).first.add(next[place * 2 + 1] as number)
        continue
      }
      const slot = slots[place] as number
      forget(slot)
      this.#slots.remove(this.#slots.address(slot))
      this.#keys[slot] = undefined
    }
    this.#batches.shift()
  }

  /** Link the keys of the newest batch to where they were seen last. */
  #link({ number, size, slots, first }: WindowBatch): void {
    const last = this.#last
    for (let place = 0; place < size; place++) {
      const slot = (slots[place] as number) * 2
      const before = last[slot] as number
      if (before < 0) first.add(place)
      else {
        const { next } = this.at(before)
        const from = (last[slot + 1] as number) * 2
        next[from] = number
        next[from + 1] = place
      }
      last[slot] = number
      last[slot + 1] = place
    }
  }

  #slotOf(key: unknown): number {
    const found = this.#slots.find(key)
    if (found >= 0) return this.#slots.slot(found)
    const slot = this.#slots.slot(this.#slots.add(key))
    this.#keys[slot] = key
    if (slot * 2 >= this.#last.length) {
      const last = new Int32Array(this.#last.length * 2)
      last.set(this.#last)
      this.#last = last
    }
    this.#last[slot * 2] = -1
    return slot
  }
}

/** Return a batch as columns with distinct keys; several partitions may share some. */
function columnsOf(aggregator: Aggregator, partitions: readonly GroupedPartition[]): GroupedPartition {
  const [only] = partitions
  if (only !== undefined && partitions.length === 1) return only
  const table = new KeyedTable(aggregator)
  for (const partition of partitions) mergeInto(table, partition)
  return table.combiners()
}

/** Merge the combiners of a partition into a table, and leave them as they are. */
export function mergeInto(table: KeyedTable, { keys, values }: GroupedPartition): void {
  for (let index = 0; index < keys.length; index++) table.merge(keys[index], values[index])
}
