import type { Item } from '../stream/types.ts'
import { byPartition } from './map-partitions.ts'
import { defineOperator } from './record.ts'

/** `map-partitions-with-index FUNCTION`. Spark: `DStream.mapPartitionsWithIndex` of Python. */
export const mapPartitionsWithIndex = defineOperator({
  name: 'map-partitions-with-index',
  summary: 'Make of each partition of a batch what a function of its place and its elements gives.',
  description: 'The function takes the place, from 0, and an iterator over the elements; see map-partitions.',
  kind: 'narrow',
  arguments: [
    {
      name: 'function',
      type: 'function',
      own: true,
      required: true,
      summary: 'what gives a list of a place and an iterator',
    },
  ],
  flags: [],
  examples: [
    {
      chain:
        "repartition 2 map-partitions-with-index '(place, words) => [...words].map(word => [place, word])'",
      in: [['a', 'b', 'c'], []],
      out: [
        [
          [0, 'a'],
          [0, 'b'],
          [1, 'c'],
        ],
        [],
      ],
    },
  ],
  apply: (call) => byPartition(call, (make, items, index) => make(index, items)),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of what `f` gives for the place of each partition, from 0, and its elements; see
     * `mapPartitions`.
     *
     * @param preservesPartitioning for Spark's sake: nothing relies on where a key is.
     */
    mapPartitionsWithIndex<U extends Item>(
      f: (index: number, elements: IterableIterator<T>) => Iterable<U>,
      preservesPartitioning?: boolean,
    ): DStream<U>
    mapPartitionsWithIndex<U>(
      f: (index: number, elements: IterableIterator<T>) => Iterable<U>,
      preservesPartitioning?: boolean,
    ): DStream<U>
  }
}
