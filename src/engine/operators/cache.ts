import { defineOperator } from './record.ts'

/** `cache`. Spark: `DStream.cache`. */
export const cache = defineOperator({
  name: 'cache',
  summary: 'Hand the stream on as it is: a batch that several stages read is computed once in any case.',
  description: 'It stands for programs that come from Spark, where a stream without it is computed again.',
  kind: 'narrow',
  keepsElements: true,
  arguments: [],
  flags: [],
  examples: [{ chain: 'cache', in: [['a', 'b'], []], out: [['a', 'b'], []] }],
  apply: () => ({ union: true }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return this stream's elements unchanged. A batch that several stages read is computed once in any case; Spark computes
     * it again without this.
     */
    cache(): DStream<T>
  }
}
