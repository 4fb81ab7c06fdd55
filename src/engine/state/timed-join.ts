import { listing } from '../../functions/aggregator.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import { listOf, numberOf } from './saved.ts'
import { savedTable, tableOf } from './saved-columns.ts'

type Held = readonly [value: unknown, time: number]

/**
 * The values of two streams by key and time. Each stream is held in slices of time as long as the bound, so that a match
 * is looked for in three of them, and whole slices are forgotten.
 */
export class TimedJoin {
  readonly #bound: number
  readonly #sides: readonly [Map<number, KeyedTable>, Map<number, KeyedTable>] = [new Map(), new Map()]

  /** @param bound milliseconds that two values may be apart. */
  constructor(bound: number) {
    this.#bound = bound
  }

  /** Return the values that `save` returned. Throws a TypeError for anything else. */
  static restored(bound: number, saved: unknown): TimedJoin {
    const join = new TimedJoin(bound)
    for (const [side, slices] of listOf(saved, 2).entries()) {
      for (const item of listOf(slices)) {
        const [slice, table] = listOf(item, 2)
        join.#sides[side as 0 | 1].set(numberOf(slice), tableOf(listing, table))
      }
    }
    return join
  }

  /** Return all of it as data. Throws NotSavable at a key or a value that would not come back. */
  save(): unknown {
    return this.#sides.map((side) => [...side].map(([slice, table]) => [slice, savedTable(table)]))
  }

  /** Add a value of one of the two streams, and push `[key, [left, right]]` for each that it meets in the other. */
  add(side: number, key: unknown, value: unknown, time: number, rows: unknown[]): void {
    const [own, other] = side === 0 ? this.#sides : [this.#sides[1], this.#sides[0]]
    const slice = Math.floor(time / this.#bound)
    let table = own.get(slice)
    if (table === undefined) {
      table = new KeyedTable(listing)
      own.set(slice, table)
    }
    table.add(key, [value, time])
    for (let near = slice - 1; near <= slice + 1; near++) {
      for (const [met, at] of (other.get(near)?.get(key) ?? []) as readonly Held[]) {
        if (Math.abs(at - time) <= this.#bound) rows.push([key, side === 0 ? [value, met] : [met, value]])
      }
    }
  }

  /** Forget what nothing at `watermark` or later can meet. */
  forget(watermark: number): void {
    for (const side of this.#sides) {
      for (const slice of side.keys()) {
        if ((slice + 1) * this.#bound <= watermark - this.#bound) side.delete(slice)
      }
    }
  }

  /** Number of slices that are held. */
  get size(): number {
    return this.#sides[0].size + this.#sides[1].size
  }
}
