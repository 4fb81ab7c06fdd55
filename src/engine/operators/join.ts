import { listing } from '../../functions/aggregator.ts'
import { eachElement } from '../batch/lines.ts'
import { pairOf } from '../batch/pair.ts'
import { keyShape, valueShape } from '../plan/shape.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import type { Batch } from './record.ts'
import { defineOperator } from './record.ts'

/** `join [ STREAM ]`, `join @FILE`. Spark: `PairDStreamFunctions.join`. */
export const join = defineOperator({
  name: 'join',
  summary: 'Pair the values of each key with the values of the same key in a second stream, batch by batch.',
  description:
    'The second stream stands in brackets, or is a file of `key<TAB>value` lines, `@FILE`, read anew when it changes.',
  kind: 'wide',
  shape: ([left, right]) => ({
    pair: [keyShape(left), { pair: [valueShape(left), valueShape(right)] }],
  }),
  arguments: [
    { name: 'stream', type: 'stream', required: true, summary: 'the second stream, in brackets, or @FILE' },
  ],
  flags: [],
  examples: [
    {
      chain: 'join [ with ]',
      in: [
        [
          ['a', 1],
          ['b', 2],
          ['a', 3],
        ],
        [['a', 4]],
      ],
      with: [
        [
          ['a', 'x'],
          ['c', 'y'],
        ],
        [],
      ],
      out: [
        [
          ['a', [1, 'x']],
          ['a', [3, 'x']],
        ],
        [],
      ],
    },
  ],
  apply: (call) => ({
    gather: ([left = [], right = []]) => {
      const table = new KeyedTable(listing)
      each(right, call.linesAt(1), (key, value) => table.add(key, value))
      const rows: unknown[] = []
      each(left, call.lines, (key, value) => {
        for (const other of (table.get(key) ?? []) as unknown[]) rows.push([key, [value, other]])
      })
      return rows.length === 0 ? [] : [{ kind: 'rows', rows }]
    },
  }),
})

function each(batch: Batch, lines: boolean, take: (key: unknown, value: unknown) => void): void {
  for (const partition of batch) {
    eachElement(partition, (element) => {
      const [key, value] = pairOf(element, lines)
      take(key, value)
    })
  }
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /** Return a new DStream of `[key, [left, right]]` for every pair of values that share a key in a batch. */
    join<K, V, W>(this: DStream<readonly [K, V]>, that: DStream<readonly [K, W]>): DStream<[K, [V, W]]>
  }
}
