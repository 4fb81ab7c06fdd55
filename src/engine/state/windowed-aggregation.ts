import type { GroupedPartition } from '../batch/partition.ts'
import type { Aggregation, Stateful } from '../operators/record.ts'
import { finishAggregation } from '../shuffle/aggregation.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
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
  const window = new SlidingWindow(aggregation.aggregator, length)
  return {
    next: (time, batch, due) => {
      window.take(time, batch)
      return due ? finishAggregation(aggregation, window.table()) : []
    },
  }
}

/** Windows that share no batch. Where they leave out none either, each is complete when it comes out. */
function tumbling(aggregation: Aggregation, length: number, slide: number): Next {
  const history = new WindowHistory(length)
  const empty = (): KeyedTable => new KeyedTable(aggregation.aggregator)
  let table = empty()
  let first = Number.NaN
  return {
    next: (time, batch, due) => {
      history.add(time, batch)
      if (slide === length) {
        for (const partition of batch) mergeInto(table, partition as GroupedPartition)
        if (Number.isNaN(first)) first = time
      }
      if (!due) return []
      let full = table
      // There was time between two windows, or a window for which no batch came.
      if (!(first > time - length)) {
        full = empty()
        for (const partition of history.batches().flat()) mergeInto(full, partition as GroupedPartition)
      }
      table = empty()
      first = Number.NaN
      return finishAggregation(aggregation, full)
    },
  }
}
