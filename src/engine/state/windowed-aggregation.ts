import type { GroupedPartition } from '../batch/partition.ts'
import type { Aggregation, Stateful } from '../operators/record.ts'
import { finishAggregation, resultsOf } from '../shuffle/aggregation.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import { Arrivals } from './arrivals.ts'
import { numberOf, recordOf, unfit } from './saved.ts'
import { savedTable, tableOf } from './saved-columns.ts'
import { SlidingWindow } from './sliding-window.ts'
import { WindowHistory } from './window-history.ts'
import { mergeInto } from './window-keys.ts'

/** What makes batches over a window. */
type Next = ReturnType<Stateful['start']>

/**
 * Return an aggregation over a sliding window. Each batch is combined once, as it arrives; a slide costs the batch that
 * arrives, the one that leaves, and what comes out.
 *
 * @param length milliseconds of the window.
 * @param slide milliseconds between windows; the input's where undefined.
 */
export function windowedAggregation(
  aggregation: Aggregation,
  length: number,
  slide: number | undefined,
): Stateful {
  return {
    length,
    ...(slide === undefined ? {} : { slide }),
    combine: aggregation,
    start: () => {
      if (slide === undefined || slide < length) return sliding(aggregation, length)
      return tumbling(aggregation, length, slide)
    },
  }
}

function sliding(aggregation: Aggregation, length: number): Next {
  const { aggregator } = aggregation
  let window = new SlidingWindow(aggregator, length)
  const arrivals = new Arrivals({
    of: 'a sliding window',
    version: 1,
    length,
    save: () => ({ length, window: window.save() }),
    restore: (saved) => {
      window = SlidingWindow.restored(aggregator, length, ofLength(saved, length).window)
    },
    take: (time, batch) => window.take(time, batch),
    entries: () => resultsOf(aggregation, window.table()),
  })
  return {
    next: (time, batch, due) => {
      arrivals.take(time, batch, due)
      return due ? finishAggregation(aggregation, window.table()) : []
    },
    keeps: arrivals.keeps,
  }
}

/** Partial results of a window of another length would count too much or too little. */
function ofLength(saved: unknown, length: number): Readonly<Record<'window', unknown>> {
  const record = recordOf(saved, 'length', 'window')
  if (record.length !== length) throw unfit(`a window of ${length} ms`, `one of ${String(record.length)} ms`)
  return record
}

/** Windows that share no batch. Where they leave out none either, each is complete when it comes out. */
function tumbling(aggregation: Aggregation, length: number, slide: number): Next {
  const { aggregator } = aggregation
  let history = new WindowHistory(length)
  const empty = (): KeyedTable => new KeyedTable(aggregator)
  let table = empty()
  let first = Number.NaN
  let full = table
  const arrivals = new Arrivals({
    of: 'a tumbling window',
    version: 1,
    length,
    save: () => ({ length, window: { history: history.save(), table: savedTable(table), first } }),
    restore: (saved) => {
      const window = recordOf(ofLength(saved, length).window, 'history', 'table', 'first')
      const [batches, combiners] = [WindowHistory.restored(length, window.history), window.table]
      const since = numberOf(window.first)
      table = tableOf(aggregator, combiners)
      history = batches
      first = since
    },
    take: (time, batch, isDue) => {
      history.add(time, batch)
      if (slide === length) {
        for (const partition of batch) mergeInto(table, partition as GroupedPartition)
        if (Number.isNaN(first)) first = time
      }
      if (!isDue) return
      full = table
      // There was time between two windows, or a window for which no batch came.
      if (!(first > time - length)) {
        full = empty()
        for (const partition of history.batches().flat()) mergeInto(full, partition as GroupedPartition)
      }
      table = empty()
      first = Number.NaN
    },
    entries: () => {
      const now = empty()
      for (const partition of history.batches().flat()) mergeInto(now, partition as GroupedPartition)
      return resultsOf(aggregation, now)
    },
  })
  return {
    next: (time, batch, due) => {
      arrivals.take(time, batch, due)
      if (!due) return []
      const finished = full
      full = table
      return finishAggregation(aggregation, finished)
    },
    keeps: arrivals.keeps,
  }
}
