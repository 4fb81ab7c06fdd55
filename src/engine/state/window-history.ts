import type { Batch } from '../operators/record.ts'

/** The batches of the last `length` milliseconds, oldest first. */
export class WindowHistory {
  readonly #length: number
  readonly #batches: { readonly time: number; readonly batch: Batch }[] = []

  constructor(length: number) {
    this.#length = length
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
}
