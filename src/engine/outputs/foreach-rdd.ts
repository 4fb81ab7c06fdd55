import { Collector } from '../codegen/collect.ts'
import { stageError } from '../plan/describe.ts'
import { isFunctionReference } from '../plan/plan.ts'
import { RDD } from '../stream/rdd.ts'
import { SparkContext } from '../stream/spark-context.ts'
import type { Time } from '../stream/types.ts'
import { defineOutput } from './record.ts'

/** `DStream.foreachRDD` of a program. Not a command. Spark: `DStream.foreachRDD`. */
export const foreachRDDOutput = defineOutput({
  name: 'foreach-rdd',
  method: 'foreachRDD',
  internal: true,
  summary: 'Call a function with each batch.',
  arguments: [{ name: 'function', type: 'value', required: true, summary: 'what is done with a batch' }],
  flags: [],
  open: (call) => {
    const reference = call.value('function')
    const action = (
      isFunctionReference(reference) && reference.type === 'closure' ? reference.call : undefined
    ) as (rdd: RDD<unknown>, time: Time) => unknown
    return {
      batch: (time) => {
        const collector = new Collector()
        return {
          push: (partition) => collector.push(partition),
          seal: () => collector.seal(),
          finish: async () => {
            const rdd = new RDD<unknown>(collector.take(), SparkContext.getOrCreate())
            try {
              await action(rdd, time)
            } catch (error) {
              throw stageError(call.label, `batch of ${rdd.count()} elements at ${time} ms`, error)
            }
          },
        }
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Call `action` with every batch and its time, empty batches too. This is an output operation; outputs run one after
     * the other, and the next batch waits for a promise that `action` returns.
     *
     * @param action what it returns is not used; an error it throws ends the context.
     */
    foreachRDD(action: (rdd: RDD<T>, time: Time) => unknown): void
  }
}
