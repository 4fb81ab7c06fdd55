import { defineOperator } from './record.ts'

/** `union [ STREAM ]`. Spark: `DStream.union`. */
export const union = defineOperator({
  name: 'union',
  summary: 'Put the batches of a second stream behind those of this one.',
  kind: 'narrow',
  keepsElements: true,
  arguments: [{ name: 'stream', type: 'stream', required: true, summary: 'the second stream, in brackets' }],
  flags: [],
  examples: [
    { chain: 'union [ with ]', in: [['a'], ['b']], with: [['x', 'y'], []], out: [['a', 'x', 'y'], ['b']] },
  ],
  apply: () => ({ union: true }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /** Return a new DStream whose batches hold the elements of this stream, then those of `that`. Equal slides required. */
    union<U>(that: DStream<U>): DStream<T | U>
  }
}
