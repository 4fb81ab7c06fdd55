import type { Batch, Keeps } from '../operators/record.ts'
import { copyOf } from '../shuffle/keyed-table.ts'
import { booleanOf, keeping, listOf, numberOf, recordOf, unfit } from './saved.ts'
import { batchOf, savedBatch } from './saved-batch.ts'

/** A batch that came. */
interface Arrival {
  readonly time: number
  readonly batch: Batch
  readonly isDue: boolean
}

/** A stage whose state follows from the batches that came. */
export interface ArrivalsOptions {
  /** The kind of stage, and the version of what `save` gives. */
  readonly of: string
  readonly version: number
  /** Milliseconds beyond which the batches that came are no less than all that is kept. */
  readonly length: number
  readonly save: () => unknown
  /** Must take all of it or, where it throws, nothing. */
  readonly restore: (saved: unknown) => void
  /** Take a batch; what comes out is of no interest. */
  readonly take: (time: number, batch: Batch, isDue: boolean) => void
  readonly entries?: Keeps['entries']
}

/**
 * What has changed since a state was saved, for a stage whose state follows from what came: the batches that came since.
 * They are remembered from the first save on, no longer than the stage itself looks back.
 */
export class Arrivals {
  readonly keeps: Keeps
  readonly #options: ArrivalsOptions
  #since: Arrival[] | undefined

  constructor(options: ArrivalsOptions) {
    const { of, version, save, restore, entries } = options
    this.#options = options
    this.keeps = keeping({
      of,
      version,
      save: () => this.#begin(save()),
      restore: (saved) => void this.#begin(restore(saved)),
      changes: () => this.#changes(),
      apply: (saved) => this.#apply(saved),
      ...(entries === undefined ? {} : { entries }),
    })
  }

  /** Take the batch that came. */
  take(time: number, batch: Batch, isDue: boolean): void {
    const since = this.#since
    // Others may change combiners in place before they are written down.
    if (since !== undefined) since.push({ time, batch: batch.map(copied), isDue })
    if (since?.[0] !== undefined && since[0].time <= time - this.#options.length) this.#since = undefined
    this.#options.take(time, batch, isDue)
  }

  #begin<T>(result: T): T {
    this.#since = []
    return result
  }

  #changes(): unknown {
    const since = this.#since
    if (since === undefined) return this.#begin({ all: this.#options.save() })
    const came = since.map(({ time, batch, isDue }) => ({ time, batch: savedBatch(batch), isDue }))
    return this.#begin({ came })
  }

  #apply(saved: unknown): void {
    const changes = recordOf(saved)
    if ('all' in changes) {
      this.#options.restore(changes.all)
      return
    }
    if (!('came' in changes)) throw unfit('changes', 'something else')
    const came = listOf(changes.came).map((item): Arrival => {
      const { time, batch, isDue } = recordOf(item, 'time', 'batch', 'isDue')
      return { time: numberOf(time), batch: batchOf(batch), isDue: booleanOf(isDue) }
    })
    for (const { time, batch, isDue } of came) this.#options.take(time, batch, isDue)
  }
}

function copied(partition: Batch[number]): Batch[number] {
  if (partition.kind !== 'grouped') return partition
  return { ...partition, values: partition.values.map(copyOf) }
}
