import type { GroupedPartition } from '../batch/partition.ts'
import type { Aggregation, Stateful } from '../operators/record.ts'
import { finishAggregation } from '../shuffle/aggregation.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import { WindowHistory } from './window-history.ts'

/**
 * Return an aggregation over a sliding window. Each batch is combined once, as it arrives; a slide merges the combiners
 * of its batches in order of time, not their elements.
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
      const history = new WindowHistory(length)
      return {
        next: (time, batch, due) => {
          history.add(time, batch)
          if (!due) return []
          const table = new KeyedTable(aggregation.aggregator)
          for (const partition of history.batches().flat()) {
            const { keys, values } = partition as GroupedPartition
            for (let index = 0; index < keys.length; index++) table.merge(keys[index], values[index])
          }
          return finishAggregation(aggregation, table)
        },
      }
    },
  }
}
