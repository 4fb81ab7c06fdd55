import { divide } from '../batch/divide.ts'
import { elementsOf } from '../batch/lines.ts'
import { UsageError } from '../plan/errors.ts'
import { defineOperator } from './record.ts'

/** `repartition N`. Spark: `DStream.repartition`. */
export const repartition = defineOperator({
  name: 'repartition',
  summary: 'Divide each batch into exactly N partitions, keeping the order of its elements.',
  kind: 'wide',
  keepsElements: true,
  arguments: [{ name: 'count', type: 'integer', required: true, summary: 'how many partitions' }],
  flags: [],
  examples: [
    {
      chain: 'repartition 2 glom',
      in: [['a', 'b', 'c', 'd'], ['e']],
      out: [
        [
          ['a', 'b'],
          ['c', 'd'],
        ],
        [['e'], []],
      ],
    },
  ],
  apply: (call) => {
    const count = call.number('count')
    if (count < 1) throw new UsageError(`repartition expects at least 1 partition, got ${count}`)
    return {
      gather: ([batch = []]) => {
        const rows = batch.flatMap((partition) => [...elementsOf(partition)])
        return divide(rows, count)
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /** Return a new DStream whose batches have exactly `count` partitions. */
    repartition(count: number): DStream<T>
  }
}
