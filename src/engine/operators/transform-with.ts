import type { RDD } from '../stream/rdd.ts'
import type { Time } from '../stream/types.ts'
import { defineOperator } from './record.ts'
import { transformed } from './transform.ts'

/** `transform-with [ STREAM ] FUNCTION`. Spark: `DStream.transformWith`. */
export const transformWith = defineOperator({
  name: 'transform-with',
  summary: 'Make one batch of the batches of two streams by a function of both.',
  description:
    'The function takes the two batches as RDDs, and their time in milliseconds since 1970; it gives an RDD. It is ' +
    'called anew for every batch, empty ones too. A line of text is text to it; @FILE gives pairs.',
  kind: 'wide',
  arguments: [
    { name: 'stream', type: 'stream', required: true, summary: 'the second stream, in brackets, or @FILE' },
    { name: 'function', type: 'function', own: true, required: true, summary: 'what gives an RDD of two' },
  ],
  flags: [],
  examples: [
    {
      chain: "transform-with [ with ] '(words, stopped) => words.subtract(stopped)'",
      in: [['to', 'be', 'to'], ['be']],
      with: [['be'], []],
      out: [['to', 'to'], ['be']],
    },
  ],
  apply: (call) => {
    const make = call.plainMapper('function') as (
      left: RDD<unknown>,
      right: RDD<unknown>,
      time: Time,
    ) => unknown
    return {
      gather: (batches, time) => transformed(call.label, batches, time, make),
      calls: 'called once per batch',
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of what `transformFunc` makes of the batches of this stream and of `other`, whose slides must
     * be equal.
     *
     * @param transformFunc takes both batches, and their time in milliseconds, and returns an RDD at once; see `transform`.
     */
    transformWith<U, V>(
      other: DStream<U>,
      transformFunc: (left: RDD<T>, right: RDD<U>, time: Time) => RDD<V>,
    ): DStream<V>
  }
}
