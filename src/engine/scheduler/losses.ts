import type { ListenerBus } from './listener.ts'

/** What batches that are done have processed. */
export interface Totals {
  rows: number
  batches: number
}

/** Return what batches will have processed, counted as listeners hear of them; those that failed are left out. */
export function totalsOf(listeners: ListenerBus): Totals {
  const totals = { rows: 0, batches: 0 }
  listeners.add({
    onBatchCompleted: ({ batchInfo }) => {
      if ([...batchInfo.outputOperationInfos.values()].some(({ failureReason }) => failureReason)) return
      totals.rows += batchInfo.numRecords
      totals.batches += 1
    },
  })
  return totals
}

/** Counts what is lost and says so. */
export class Losses {
  /** Elements lost by policy. */
  dropped = 0
  /** Records that were no UTF-8. */
  malformed = 0
  readonly #listeners: ListenerBus
  readonly #report: (message: string) => void

  constructor(listeners: ListenerBus, report: (message: string) => void) {
    this.#listeners = listeners
    this.#report = report
  }

  /** Elements were lost, for a reason. */
  readonly drop = (count: number, reason: string): void => {
    this.dropped += count
    this.#report(`dropped ${count.toLocaleString('en')} elements: ${reason}`)
    this.#listeners.post('onElementsDropped', { count, reason })
  }

  /** Records of an input were no UTF-8; said once. */
  readonly addMalformed = (count: number, name: string): void => {
    if (this.malformed === 0) this.#report(`${name}: not all text is UTF-8; wrong bytes are shown as �`)
    this.malformed += count
  }
}
