import type { GroupedPartition } from '../batch/partition.ts'
import type { Aggregation, Batch, Stateful } from '../operators/record.ts'
import { describeElement } from '../plan/describe.ts'
import { StageError } from '../plan/errors.ts'
import { finishAggregation, resultsOf } from '../shuffle/aggregation.ts'
import { copyOf, KeyedTable, KeyPlaces, mergeOf } from '../shuffle/keyed-table.ts'
import { Arrivals } from './arrivals.ts'
import { booleanOf, listOf, numberOf, recordOf, unfit } from './saved.ts'
import { batchOf, savedBatch } from './saved-batch.ts'
import { savable } from './saved-values.ts'
import { mergeInto } from './window-keys.ts'

/** A window whose values a function of the user takes back. */
export interface InverseWindow {
  readonly aggregation: Aggregation
  /** What the values of a window were reduced to, without those that leave it. */
  readonly inverse: (window: unknown, leaving: unknown) => unknown
  /** False for a pair that is to be forgotten; all are kept where absent. */
  readonly keep?: ((pair: unknown) => unknown) | undefined
  /** Milliseconds of the window. */
  readonly length: number
  /** Milliseconds between windows; the input's where undefined. */
  readonly slide: number | undefined
  /** The words of the stage, for errors. */
  readonly label: string
}

/** A batch of which the window that came out last knows, or not yet. */
interface Arrived {
  readonly time: number
  readonly batch: Batch
  isCounted: boolean
}

/**
 * Return the aggregation over a sliding window in which the function of the user takes back what leaves (Spark:
 * `ReducedWindowedDStream`): at each slide, a key's value of the window before, less what has left, and more what has come,
 * each reduced first. A key stays for ever, unless `keep` lets it go.
 */
export function inverseWindow(options: InverseWindow): Stateful {
  const { aggregation, length, slide } = options
  return {
    length,
    ...(slide === undefined ? {} : { slide }),
    combine: aggregation,
    start: () => {
      let window = new Window(options)
      const arrived: Arrived[] = []
      const arrivals = new Arrivals({
        of: 'a window with an inverse',
        version: 1,
        length,
        save: () => ({ length, window: window.save(), arrived: savedArrivals(arrived) }),
        restore: (saved) => {
          const record = recordOf(saved, 'length', 'window', 'arrived')
          if (record.length !== length)
            throw unfit(`a window of ${length} ms`, `one of ${String(record.length)} ms`)
          const batches = arrivalsOf(record.arrived)
          window = Window.restored(options, record.window)
          arrived.splice(0, arrived.length, ...batches)
        },
        take: (time, batch, isDue) => {
          arrived.push({ time, batch, isCounted: false })
          if (!isDue) return
          const isGone = ({ time: then }: Arrived): boolean => then <= time - length
          const left = arrived.filter(isGone)
          const rest = arrived.filter((one) => !isGone(one))
          window.move(tableOf(left, true), tableOf(rest, false))
          for (const one of rest) one.isCounted = true
          arrived.splice(0, arrived.length, ...rest)
        },
        // What has arrived since the last one came out is in the next one.
        entries: () => resultsOf(aggregation, window.table()),
      })
      return {
        next: (time, batch, due) => {
          arrivals.take(time, batch, due)
          if (!due) return []
          return finishAggregation(aggregation, window.table())
        },
        keeps: arrivals.keeps,
      }
    },
  }

  /** The batches that the last window had, or those it had not, as one table. */
  function tableOf(batches: readonly Arrived[], isCounted: boolean): KeyedTable {
    const table = new KeyedTable(aggregation.aggregator)
    for (const { batch } of batches.filter((one) => one.isCounted === isCounted))
      for (const partition of batch) mergeInto(table, partition as GroupedPartition)
    return table
  }
}

function savedArrivals(arrived: readonly Arrived[]): unknown {
  return arrived.map(({ time, batch, isCounted }) => ({ time, batch: savedBatch(batch), isCounted }))
}

function arrivalsOf(saved: unknown): Arrived[] {
  return listOf(saved).map((item) => {
    const { time, batch, isCounted } = recordOf(item, 'time', 'batch', 'isCounted')
    return { time: numberOf(time), batch: batchOf(batch), isCounted: booleanOf(isCounted) }
  })
}

/** The combiners of the window that came out last, by key in order of first appearance. */
class Window {
  readonly #options: InverseWindow
  #places = new KeyPlaces()
  #keys: unknown[] = []
  #combiners: unknown[] = []

  constructor(options: InverseWindow) {
    this.#options = options
  }

  /** Return the window that `save` returned. Throws a TypeError for anything else. */
  static restored(options: InverseWindow, saved: unknown): Window {
    const { keys, values } = recordOf(saved, 'keys', 'values')
    const window = new Window(options)
    const combiners = listOf(values, listOf(keys).length)
    for (const [place, key] of listOf(keys).entries()) window.#add(key, combiners[place])
    return window
  }

  /** Return all of it as data. Throws NotSavable at a key or a combiner that would not come back. */
  save(): unknown {
    return { keys: savable(this.#keys), values: savable(this.#combiners) }
  }

  /** Go on to the next window. */
  move(leaving: KeyedTable, coming: KeyedTable): void {
    const { aggregation, inverse } = this.#options
    for (const [key, combiner] of entriesOf(leaving)) {
      const place = this.#places.get(key)
      if (place !== undefined) this.#combiners[place] = inverse(this.#combiners[place], combiner)
      else if (coming.get(key) === undefined) throw this.#unknown(key)
    }
    for (const [key, combiner] of entriesOf(coming)) {
      const place = this.#places.get(key)
      if (place === undefined) this.#add(key, copyOf(combiner))
      else this.#combiners[place] = mergeOf(aggregation.aggregator, this.#combiners[place], combiner)
    }
    if (this.#options.keep !== undefined) this.#filter(this.#options.keep)
  }

  /** Return the combiners as a table of the caller's own. */
  table(): KeyedTable {
    const columns = { keys: this.#keys.slice(), values: this.#combiners.map(copyOf) }
    return new KeyedTable(this.#options.aggregation.aggregator, columns)
  }

  #filter(keep: (pair: unknown) => unknown): void {
    const { finish } = this.#options.aggregation.aggregator
    const [keys, combiners] = [this.#keys, this.#combiners]
    const result = (combiner: unknown): unknown =>
      finish === undefined ? copyOf(combiner) : finish(combiner)
    const kept = keys.map((key, place) => Boolean(keep([key, result(combiners[place])])))
    if (kept.every(Boolean)) return
    this.#places = new KeyPlaces()
    this.#keys = []
    this.#combiners = []
    for (const [place, key] of keys.entries()) if (kept[place] === true) this.#add(key, combiners[place])
  }

  #add(key: unknown, combiner: unknown): void {
    this.#places.set(key, this.#keys.length)
    this.#keys.push(key)
    this.#combiners.push(combiner)
  }

  /** As in Spark: what leaves is to be taken back from a value that is not there. */
  #unknown(key: unknown): StageError {
    const reason =
      'values leave the window of a key that the filter has dropped; ' +
      'the filter may drop keys without values only: to show fewer, put `filter` behind this stage'
    return new StageError(this.#options.label, reason, describeElement(key))
  }
}

function* entriesOf(table: KeyedTable): Generator<readonly [unknown, unknown]> {
  const { keys, values } = table.combiners()
  for (const [place, key] of keys.entries()) yield [key, values[place]]
}
