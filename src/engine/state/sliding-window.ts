import type { Aggregator } from '../../functions/aggregator.ts'
import type { GroupedPartition } from '../batch/partition.ts'
import type { Batch } from '../operators/record.ts'
import { copyOf, KeyedTable } from '../shuffle/keyed-table.ts'
import { booleanOf, numberOf, recordOf } from './saved.ts'
import { batchOf, savedBatch } from './saved-batch.ts'
import { HalvedValues } from './window-halves.ts'
import { mergeInto, type WindowBatch, WindowKeys } from './window-keys.ts'
import { ChainedValues, InvertedValues, type WindowValues } from './window-values.ts'

/** A batch that nobody has looked up keys of yet. */
interface Alone {
  readonly time: number
  readonly batch: Batch
}

/**
 * The combiners of all keys over the batches of the last `length` milliseconds. A batch costs what it holds, and so does
 * its leaving; the window costs what it gives.
 */
export class SlidingWindow {
  readonly #aggregator: Aggregator
  readonly #length: number
  #keys: WindowKeys
  #values: WindowValues
  /** The first batch, while no other has come before it left: a window of one batch needs no slots. */
  #alone: Alone | undefined

  constructor(aggregator: Aggregator, length: number) {
    this.#aggregator = aggregator
    this.#length = length
    this.#keys = new WindowKeys(aggregator)
    this.#values = this.#valuesBy(aggregator.inverse !== undefined)
  }

  /** Return the window that `save` returned. Throws a TypeError for anything else. */
  static restored(aggregator: Aggregator, length: number, saved: unknown): SlidingWindow {
    const window = new SlidingWindow(aggregator, length)
    const { keys, values, isInverted, alone } = recordOf(saved, 'keys', 'values', 'isInverted', 'alone')
    window.#keys = WindowKeys.restored(aggregator, keys)
    window.#values = window.#valuesBy(booleanOf(isInverted))
    window.#values.restore(values)
    if (alone === undefined) return window
    const { time, batch } = recordOf(alone, 'time', 'batch')
    window.#alone = { time: numberOf(time), batch: batchOf(batch) }
    return window
  }

  /** Return all of it as data. Throws NotSavable at a key or a combiner that would not come back. */
  save(): unknown {
    const alone = this.#alone
    return {
      keys: this.#keys.save(),
      values: this.#values.save(),
      isInverted: this.#values instanceof InvertedValues,
      alone: alone && { time: alone.time, batch: savedBatch(alone.batch) },
    }
  }

  #valuesBy(isInverted: boolean): WindowValues {
    const aggregator = this.#aggregator
    const { inverse, grows } = aggregator
    if (grows === true) return new ChainedValues(aggregator, this.#keys)
    if (isInverted && inverse !== undefined) return new InvertedValues(aggregator, inverse)
    return new HalvedValues(aggregator, this.#keys, this.#length)
  }

  /** Take the batch at `time`, grouped by key, and forget those that leave the window `(time - length, time]`. */
  take(time: number, batch: Batch): void {
    const oldest = this.#alone
    if (this.#keys.batches.length === 0 && (oldest === undefined || oldest.time <= time - this.#length)) {
      this.#alone = { time, batch }
      return
    }
    if (oldest !== undefined) this.#arrive(oldest.time, oldest.batch)
    this.#alone = undefined
    // What leaves and comes back at once keeps its slot.
    this.#arrive(time, batch)
    while ((this.#keys.batches[0] as WindowBatch).time <= time - this.#length) this.#leave()
  }

  /** Return the combiners of the window, which are the caller's, by key in order of first appearance in it. */
  table(): KeyedTable {
    return this.#alone === undefined ? this.#all() : merged(this.#aggregator, this.#alone.batch)
  }

  #arrive(time: number, partitions: Batch): void {
    const batch = this.#keys.arrive(time, partitions)
    if (!this.#values.arrive(batch)) this.#fallBack()
  }

  #leave(): void {
    if (!this.#values.leave(this.#keys.batches[0] as WindowBatch)) this.#fallBack()
    this.#keys.leave((slot) => this.#values.forget(slot))
  }

  /** Once a number is too large or no whole one, sums are taken without their inverse for the rest of the run. */
  #fallBack(): void {
    this.#values = new HalvedValues(this.#aggregator, this.#keys, this.#length)
    for (const batch of this.#keys.batches) this.#values.arrive(batch)
  }

  #all(): KeyedTable {
    const { size, batches } = this.#keys
    const keys = new Array<unknown>(size)
    const values = new Array<unknown>(size)
    let count = 0
    for (const batch of batches) {
      const { first, slots } = batch
      for (let place = first.next(0); place >= 0; place = first.next(place + 1)) {
        const slot = slots[place] as number
        keys[count] = this.#keys.key(slot)
        values[count] = this.#values.value(slot, batch, place)
        count += 1
      }
    }
    return new KeyedTable(this.#aggregator, { keys, values })
  }
}

/** Return the table of one batch, whose combiners are left as they are. */
function merged(aggregator: Aggregator, batch: Batch): KeyedTable {
  const partitions = batch as readonly GroupedPartition[]
  const [only, ...others] = partitions
  if (only !== undefined && others.length === 0)
    return new KeyedTable(aggregator, { keys: only.keys.slice(), values: only.values.map(copyOf) })
  const table = new KeyedTable(aggregator)
  for (const partition of partitions) mergeInto(table, partition)
  return table
}
