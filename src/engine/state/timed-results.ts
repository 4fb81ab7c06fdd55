import { pairOf } from '../batch/pair.ts'
import type { Batch, OperatorCall, Timed } from '../operators/record.ts'
import { keeping } from './saved.ts'

/** Windows by event time, of any kind: what is held for those that are open. */
export interface OpenWindows {
  /** Take a value that comes while the watermark stands where windows were closed last; false where all its windows are out. */
  add(key: unknown, value: unknown, time: number, watermark: number): boolean
  /** Close every window that ends at the watermark or before, and hand over its results, in order of time. */
  close(watermark: number, results: WindowResults): void
  /** Return all that is held as data. Throws NotSavable at a key or a combiner that would not come back. */
  save(): unknown
  /** Take what `save` returned. Throws a TypeError for anything else, and then takes nothing. */
  restore(saved: unknown): void
  /** Number of parts that are held. */
  readonly size: number
}

/** What closed windows give: `[key, start, end]` with a result each, or `[start, end]` where there are no keys. */
export class WindowResults {
  #keys: unknown[] = []
  #values: unknown[] = []
  readonly #isWhole: boolean

  /** @param isWhole whether all elements of a window are one group. */
  constructor(isWhole: boolean) {
    this.#isWhole = isWhole
  }

  /** Take the result of a window. */
  push(key: unknown, start: number, end: number, result: unknown): void {
    this.#keys.push(this.#isWhole ? [start, end] : [key, start, end])
    this.#values.push(result)
  }

  /** Return all since the last call, as pairs. */
  take(): Batch {
    if (this.#keys.length === 0) return []
    const partition = { kind: 'grouped', keys: this.#keys, values: this.#values } as const
    this.#keys = []
    this.#values = []
    return [partition]
  }
}

/**
 * Return the behaviour of an operator that reduces what comes into windows by event time.
 *
 * @param of the kind of windows, by which it is known whether what was saved fits.
 */
export function timedWindows(call: OperatorCall, of: string, open: () => OpenWindows): Timed {
  const isWhole = call.boolean('all')
  return {
    timed: 'event',
    startTimed: ([clock]) => {
      const windows = open()
      const results = new WindowResults(isWhole)
      let late = 0
      let hasEnded = false
      return {
        take: (element, time) => {
          const watermark = clock?.watermark ?? time
          // At once, for what comes later in this batch must find them as if the batch had ended.
          windows.close(watermark, results)
          const [key, value] = isWhole ? [null, element] : pairOf(element, call.lines)
          if (!windows.add(key, value, time, watermark)) late += 1
        },
        next: () => {
          if (late > 0) call.drop(late, `late for ${call.label}`)
          late = 0
          if (hasEnded || clock?.isIdle === true) windows.close(Number.POSITIVE_INFINITY, results)
          return results.take()
        },
        end: () => {
          hasEnded = true
          return windows.size > 0
        },
        keeps: keeping({
          of,
          version: 1,
          save: () => windows.save(),
          restore: (saved) => windows.restore(saved),
          size: () => windows.size,
        }),
      }
    },
  }
}
