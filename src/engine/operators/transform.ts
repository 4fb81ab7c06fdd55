import type { Partition } from '../batch/partition.ts'
import { batchError, describeElement } from '../plan/describe.ts'
import { isRDD, RDD } from '../stream/rdd.ts'
import { SparkContext } from '../stream/spark-context.ts'
import type { Time } from '../stream/types.ts'
import { type Batch, defineOperator } from './record.ts'

/** `transform FUNCTION`. Spark: `DStream.transform`. */
export const transform = defineOperator({
  name: 'transform',
  summary: 'Make of each batch what a function of the whole batch makes of it.',
  description:
    'The function takes the batch as an RDD, and its time in milliseconds since 1970; it gives an RDD. It is called ' +
    'anew for every batch, empty ones too, so that what it looks at may change between two batches. A line of text ' +
    'is text to it: map makes pairs of lines before.',
  kind: 'wide',
  arguments: [
    { name: 'function', type: 'function', own: true, required: true, summary: 'what gives an RDD of an RDD' },
  ],
  flags: [],
  examples: [
    {
      chain: "transform 'rdd => rdd.sortBy(word => word).zipWithIndex()'",
      in: [['b', 'a'], []],
      out: [
        [
          ['a', 0],
          ['b', 1],
        ],
        [],
      ],
    },
    {
      chain: "transform '(rdd, time) => rdd.map(word => [word, time])'",
      in: [['a'], ['b']],
      out: [[['a', 1000]], [['b', 2000]]],
    },
  ],
  apply: (call) => {
    const make = call.plainMapper('function') as (rdd: RDD<unknown>, time: Time) => unknown
    return {
      gather: (batches, time) => transformed(call.label, batches, time, make),
      calls: 'called once per batch',
    }
  },
})

/**
 * Return the batch that a function makes of the batches at `time`.
 *
 * @throws StageError naming stage and time where the function throws, or gives no RDD.
 */
export function transformed(
  label: string,
  batches: readonly Batch[],
  time: Time,
  make: (...rdds: never[]) => unknown,
): readonly Partition[] {
  const context = SparkContext.getOrCreate()
  const rdds = batches.map((batch) => new RDD<unknown>(batch, context))
  try {
    const made = (make as (...args: unknown[]) => unknown)(...rdds, time)
    if (isRDD(made)) return made.partitions
    throw new TypeError(`the function must give an RDD, and gave ${whatIs(made)}`)
  } catch (error) {
    throw batchError(label, time, rdds, error)
  }
}

/** Return a function that takes the list of batches as one that takes each by itself; it is shown as it was written. */
export function listed(
  transformFunc: (rdds: never, time: Time) => unknown,
): (...rddsAndTime: unknown[]) => unknown {
  const call = (...args: unknown[]): unknown => transformFunc(args.slice(0, -1) as never, args.at(-1) as Time)
  return Object.assign(call, { toString: () => String(transformFunc) })
}

function whatIs(value: unknown): string {
  if (value instanceof Promise) return 'a promise: it cannot wait'
  if (Array.isArray(value)) return 'an array: rdd.sparkContext.parallelize makes an RDD of it'
  return value === undefined ? 'nothing: does it return what it makes?' : describeElement(value)
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of what `transformFunc` makes of each batch.
     *
     * @param transformFunc takes the batch, and its time in milliseconds, and returns an RDD at once. Called in the
     * program, anew for every batch, empty ones too: variables that it looks at may change in between. What it throws
     * ends the context.
     */
    transform<U>(transformFunc: (rdd: RDD<T>, time: Time) => RDD<U>): DStream<U>
  }
}
