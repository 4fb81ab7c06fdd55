import type { Aggregator } from '../../functions/aggregator.ts'
import { copyOf, mergeOf } from '../shuffle/keyed-table.ts'
import { listOf } from './saved.ts'
import { savable } from './saved-values.ts'
import type { WindowBatch, WindowKeys } from './window-keys.ts'

/** How the combiners of a key's batches become the combiner of the window. */
export interface WindowValues {
  /** A batch has arrived. False where this way cannot go on and another must be taken, with all batches. */
  arrive(batch: WindowBatch): boolean
  /** The oldest batch is about to leave; false as above. */
  leave(batch: WindowBatch): boolean
  /** The key of a slot has left. */
  forget(slot: number): void
  /** Return what is held beside the batches, as data. Throws NotSavable at a combiner that would not come back. */
  save(): unknown
  /** Take what `save` returned. Throws a TypeError for anything else. */
  restore(saved: unknown): void
  /** Return the combiner of a key, for the caller to keep, by its slot and its first place in the window. */
  value(slot: number, batch: WindowBatch, place: number): unknown
}

/** By the aggregator's inverse: what arrives is merged, what leaves is taken away. */
export class InvertedValues implements WindowValues {
  readonly #aggregator: Aggregator
  readonly #inverse: (combiner: unknown, leaving: unknown) => unknown
  #combiners: unknown[] = []

  constructor(aggregator: Aggregator, inverse: (combiner: unknown, leaving: unknown) => unknown) {
    this.#aggregator = aggregator
    this.#inverse = inverse
  }

  arrive({ size, slots, combiners }: WindowBatch): boolean {
    const all = this.#combiners
    for (let place = 0; place < size; place++) {
      const slot = slots[place] as number
      const combiner = combiners[place]
      const before = all[slot]
      const after = before === undefined ? copyOf(combiner) : mergeOf(this.#aggregator, before, combiner)
      // What could not be taken away again at once could not be later either.
      if (this.#inverse(after, combiner) === undefined) return false
      all[slot] = after
    }
    return true
  }

  leave({ size, slots, combiners, next }: WindowBatch): boolean {
    const all = this.#combiners
    for (let place = 0; place < size; place++) {
      if ((next[place * 2] as number) < 0) continue
      const slot = slots[place] as number
      const after = this.#inverse(all[slot], combiners[place])
      if (after === undefined) return false
      all[slot] = after
    }
    return true
  }

  forget(slot: number): void {
    this.#combiners[slot] = undefined
  }

  value(slot: number): unknown {
    return copyOf(this.#combiners[slot])
  }

  save(): unknown {
    return savable(this.#combiners)
  }

  restore(saved: unknown): void {
    this.#combiners = listOf(saved)
  }
}

/** By going over the batches that have the key: for combiners that hold every value, where no merge can be spared. */
export class ChainedValues implements WindowValues {
  readonly #aggregator: Aggregator
  readonly #keys: WindowKeys

  constructor(aggregator: Aggregator, keys: WindowKeys) {
    this.#aggregator = aggregator
    this.#keys = keys
  }

  arrive(): boolean {
    return true
  }

  leave(): boolean {
    return true
  }

  forget(): void {}

  save(): unknown {
    return []
  }

  restore(saved: unknown): void {
    listOf(saved, 0)
  }

  value(_slot: number, batch: WindowBatch, place: number): unknown {
    let combiner = copyOf(batch.combiners[place])
    let [at, where] = [batch, place]
    for (let next = at.next[where * 2] as number; next >= 0; next = at.next[where * 2] as number) {
      where = at.next[where * 2 + 1] as number
      at = this.#keys.at(next)
      combiner = mergeOf(this.#aggregator, combiner, at.combiners[where])
    }
    return combiner
  }
}
