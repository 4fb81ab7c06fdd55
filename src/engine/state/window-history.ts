import type { Batch } from '../operators/record.ts'
import { listOf, numberOf, recordOf } from './saved.ts'
import { batchOf, savedBatch } from './saved-batch.ts'

/** The batches of the last `length` milliseconds, oldest first. */
export class WindowHistory {
  readonly #length: number
  readonly #batches: { readonly time: number; readonly batch: Batch }[] = []

  constructor(length: number) {
    this.#length = length
  }

  /** Return the history that `save` returned. Throws a TypeError for anything else. */
  static restored(length: number, saved: unknown): WindowHistory {
    const history = new WindowHistory(length)
    for (const item of listOf(saved)) {
      const { time, batch } = recordOf(item, 'time', 'batch')
      history.#batches.push({ time: numberOf(time), batch: batchOf(batch) })
    }
    return history
  }

  /** Take the batch at `time` and forget those that have left the window `(time - length, time]`. */
  add(time: number, batch: Batch): void {
    this.#batches.push({ time, batch })
    while ((this.#batches[0]?.time ?? time) <= time - this.#length) this.#batches.shift()
  }

  /** Return the batches in the window, oldest first. */
  batches(): readonly Batch[] {
    return this.#batches.map(({ batch }) => batch)
  }

  /** Return all of it as data. */
  save(): unknown {
    return this.#batches.map(({ time, batch }) => ({ time, batch: savedBatch(batch) }))
  }
}
