import type { Aggregator } from '../../functions/aggregator.ts'
import { copyOf, mergeOf } from '../shuffle/keyed-table.ts'
import { listOf, numberOf, recordOf } from './saved.ts'
import { savable } from './saved-values.ts'
import type { WindowBatch, WindowKeys } from './window-keys.ts'
import type { WindowValues } from './window-values.ts'

/** A column of combiners by slot, each valid for the half that it was stored in. */
interface Column {
  readonly combiners: unknown[]
  /** By slot, the number of the half's first batch. */
  readonly halves: number[]
}

/**
 * For functions without an inverse. Time is cut into halves of the window's length, so that a window reaches over the end
 * of one half, a whole one, and the beginning of the half that is being received:
 *
 * - in the oldest half, each place holds its key's combiner from there to the end of the half;
 * - of the middle half there is one combiner per key, and of the newest one too.
 *
 * A window is those three, merged. A batch that arrives is merged once, into the newest half. With every batch that
 * arrives one batch of the middle half, going backwards, is given the combiners that it needs when the half is the oldest:
 * no slide does the work of many, as a flip of two stacks does. (The algorithm of van Herk, Gil and Werman for filters,
 * with half windows for the sake of the backward pass.)
 */
export class HalvedValues implements WindowValues {
  readonly #aggregator: Aggregator
  readonly #keys: WindowKeys
  readonly #half: number
  #newest: Column = { combiners: [], halves: [] }
  #middle: Column = { combiners: [], halves: [] }
  /** Which half is being received, and the number of its first batch. */
  #current = Number.NaN
  #newestFrom = -1
  #middleFrom = -1
  /** The batch of the middle half that is to be merged with what follows it there; none below `#middleFrom`. */
  #backward = -1

  constructor(aggregator: Aggregator, keys: WindowKeys, length: number) {
    this.#aggregator = aggregator
    this.#keys = keys
    this.#half = length / 2
  }

  arrive({ time, number, size, slots, combiners }: WindowBatch): boolean {
    const half = Math.ceil(time / this.#half)
    if (half !== this.#current) this.#begin(half, number)
    this.#stepBack()
    const { combiners: all, halves } = this.#newest
    const from = this.#newestFrom
    for (let place = 0; place < size; place++) {
      const slot = slots[place] as number
      const combiner = combiners[place]
      all[slot] = halves[slot] === from ? mergeOf(this.#aggregator, all[slot], combiner) : copyOf(combiner)
      halves[slot] = from
    }
    return true
  }

  leave(): boolean {
    return true
  }

  forget(slot: number): void {
    for (const { combiners, halves } of [this.#newest, this.#middle]) {
      // A column of numbers stays one.
      if (typeof combiners[slot] !== 'number') combiners[slot] = undefined
      halves[slot] = -1
    }
  }

  value(slot: number, batch: WindowBatch, place: number): unknown {
    const isNew = this.#newest.halves[slot] === this.#newestFrom
    if (batch.number >= this.#newestFrom) return copyOf(this.#newest.combiners[slot])
    let combiner: unknown
    if (batch.number >= this.#middleFrom) combiner = copyOf(this.#middle.combiners[slot])
    else {
      combiner = copyOf(batch.combiners[place])
      if (this.#middle.halves[slot] === this.#middleFrom)
        combiner = mergeOf(this.#aggregator, combiner, this.#middle.combiners[slot])
    }
    return isNew ? mergeOf(this.#aggregator, combiner, this.#newest.combiners[slot]) : combiner
  }

  save(): unknown {
    const saved = ({ combiners, halves }: Column): Column => ({ combiners: savable(combiners), halves })
    return {
      newest: saved(this.#newest),
      middle: saved(this.#middle),
      numbers: [this.#current, this.#newestFrom, this.#middleFrom, this.#backward],
    }
  }

  restore(saved: unknown): void {
    const { newest, middle, numbers } = recordOf(saved, 'newest', 'middle', 'numbers')
    const columns = [newest, middle].map((column) => {
      const { combiners, halves } = recordOf(column, 'combiners', 'halves')
      return { combiners: listOf(combiners), halves: listOf(halves) as number[] }
    })
    const [current, newestFrom, middleFrom, backward] = listOf(numbers, 4).map(numberOf)
    ;[this.#newest, this.#middle] = columns as [Column, Column]
    this.#current = current as number
    this.#newestFrom = newestFrom as number
    this.#middleFrom = middleFrom as number
    this.#backward = backward as number
  }

  #begin(half: number, number: number): void {
    // Nothing is left to do unless batches were left out of the middle half's successor.
    while (this.#backward >= 0) this.#stepBack()
    const follows = half === this.#current + 1
    ;[this.#newest, this.#middle] = [this.#middle, this.#newest]
    this.#middleFrom = this.#newestFrom
    this.#newestFrom = number
    this.#current = half
    // The last batch of a half has nothing behind it.
    this.#backward = number - 2
    if (follows) return
    // A half without a batch lies between: what was the newest is the oldest.
    while (this.#backward >= 0) this.#stepBack()
    this.#middleFrom = number
  }

  /** Merge each combiner of one batch with the next one of its key in the same half. */
  #stepBack(): void {
    const oldest = this.#keys.batches[0] as WindowBatch
    if (this.#backward < Math.max(this.#middleFrom, oldest.number, 0)) {
      this.#backward = -1
      return
    }
    const { size, combiners, next } = this.#keys.at(this.#backward)
    for (let place = 0; place < size; place++) {
      const number = next[place * 2] as number
      if (number < 0 || number >= this.#newestFrom) continue
      const later = this.#keys.at(number).combiners[next[place * 2 + 1] as number]
      combiners[place] = mergeOf(this.#aggregator, combiners[place], later)
    }
    this.#backward -= 1
  }
}
