import { batchError } from '../plan/describe.ts'
import { listed } from '../stream/rdd-transformations.ts'
import type { Item } from '../stream/types.ts'
import { defineOperator, type OperatorCall, type PerPartition } from './record.ts'

/** `map-partitions FUNCTION`. Spark: `DStream.mapPartitions`. */
export const mapPartitions = defineOperator({
  name: 'map-partitions',
  summary: 'Make of each partition of a batch what a function of all its elements gives.',
  description:
    'The function takes an iterator over the elements, and gives a list or another iterable, such as a generator. It ' +
    'is called once per partition, so that what is dear to prepare is prepared once. A batch without partitions, such ' +
    'as one to which nothing came, needs no call.',
  kind: 'narrow',
  arguments: [
    {
      name: 'function',
      type: 'function',
      own: true,
      required: true,
      summary: 'what gives a list of an iterator',
    },
  ],
  flags: [],
  examples: [
    {
      chain: "map-partitions 'words => [[...words].length]'",
      in: [['a', 'b'], []],
      out: [[2], []],
    },
    {
      chain: "repartition 2 map-partitions 'words => [[...words].length]'",
      in: [['a', 'b', 'c']],
      out: [[2, 1]],
    },
    {
      chain: "map-partitions 'function* (words) { for (const word of words) yield word.length }'",
      in: [['a', 'bc']],
      out: [[1, 2]],
    },
  ],
  apply: (call) => byPartition(call, (make, items) => make(items)),
})

/** Return the behaviour of an operator whose function is called per partition; errors name stage, time and partition. */
export function byPartition(
  call: OperatorCall,
  run: (make: (...args: unknown[]) => unknown, items: IterableIterator<unknown>, index: number) => unknown,
): PerPartition {
  const make = call.plainMapper('function') as (...args: unknown[]) => unknown
  const method = call.label.split(' ')[0] as string
  return {
    perPartition: (elements, index, time) => {
      try {
        return [...listed(method, run(make, elements.values(), index) as Iterable<unknown>)]
      } catch (error) {
        throw batchError(call.label, time, [elements], error, `partition ${index} of the `)
      }
    },
  }
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of what `mapPartFunc` gives for each partition of a batch as a whole.
     *
     * @param mapPartFunc takes an iterator over the elements, and gives an iterable, such as a generator. Called once
     * per partition; not for a batch without partitions.
     * @param preservePartitioning for Spark's sake: nothing relies on where a key is.
     */
    mapPartitions<U extends Item>(
      mapPartFunc: (elements: IterableIterator<T>) => Iterable<U>,
      preservePartitioning?: boolean,
    ): DStream<U>
    mapPartitions<U>(
      mapPartFunc: (elements: IterableIterator<T>) => Iterable<U>,
      preservePartitioning?: boolean,
    ): DStream<U>
  }
}
