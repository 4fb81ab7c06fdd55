import { eachElement } from '../batch/lines.ts'
import { pairOf } from '../batch/pair.ts'
import { batchError } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import { distribute, hashOf, placeBy } from '../shuffle/partitioner.ts'
import { defineOperator } from './record.ts'

/** `partition-by N [FUNCTION]`. Spark: `DStream.partitionBy` of Python. */
export const partitionBy = defineOperator({
  name: 'partition-by',
  summary: 'Divide each batch of pairs into exactly N partitions, all pairs of a key in one.',
  description:
    'The partition of a key is its hash modulo N: the hash of Java, so that keys that are text, whole numbers or ' +
    'booleans stand where HashPartitioner of Spark puts them. Python has the same for whole numbers from 0. Pairs of ' +
    'a partition keep their order.',
  kind: 'wide',
  arguments: [
    { name: 'count', type: 'integer', required: true, summary: 'how many partitions' },
    {
      name: 'function',
      type: 'function',
      own: true,
      required: false,
      summary: 'what gives a whole number of a key, in place of its hash',
    },
  ],
  flags: [],
  examples: [
    {
      chain: 'partition-by 2 glom',
      in: [
        [
          [1, 'a'],
          [2, 'b'],
          [3, 'c'],
          [1, 'd'],
        ],
        [],
      ],
      out: [
        [
          [[2, 'b']],
          [
            [1, 'a'],
            [3, 'c'],
            [1, 'd'],
          ],
        ],
        [[], []],
      ],
    },
    {
      chain: "partition-by 2 'key => key.length' glom",
      in: [
        [
          ['a', 1],
          ['bb', 2],
        ],
      ],
      out: [[[['bb', 2]], [['a', 1]]]],
    },
  ],
  apply: (call) => {
    const count = call.number('count')
    if (count < 1) throw new UsageError(`partition-by expects at least 1 partition, got ${count}`)
    const hash = call.value('function') === undefined ? hashOf : call.plainMapper('function')
    const place = placeBy(hash as (key: unknown) => number, count)
    return {
      gather: ([batch = []], time) => {
        const pairs: unknown[] = []
        for (const partition of batch) eachElement(partition, (item) => pairs.push(pairOf(item, call.lines)))
        try {
          return distribute(pairs, count, place)
        } catch (error) {
          throw batchError(call.label, time, [pairs], error)
        }
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of these pairs whose batches have exactly `numPartitions` partitions, all pairs of a key in one.
     *
     * @param partitionFunc gives a whole number for a key, which is taken modulo `numPartitions`. The hash of Spark's
     * HashPartitioner where absent.
     */
    partitionBy<K, V>(
      this: DStream<readonly [K, V]>,
      numPartitions: number,
      partitionFunc?: (key: K) => number,
    ): DStream<[K, V]>
  }
}
