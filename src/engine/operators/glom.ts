import { defineOperator } from './record.ts'

/** `glom`. Spark: `DStream.glom`. */
export const glom = defineOperator({
  name: 'glom',
  summary: 'Make one list of each partition of a batch.',
  kind: 'narrow',
  arguments: [],
  flags: [],
  examples: [
    { chain: 'glom', in: [['a', 'b'], []], out: [[['a', 'b']], []] },
    { chain: 'repartition 2 glom', in: [['a', 'b', 'c']], out: [[['a', 'b'], ['c']]] },
  ],
  apply: () => ({ perPartition: (elements) => [[...elements]] }),
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /** Return a new DStream in which each partition of a batch is one list of its elements. */
    glom(): DStream<T[]>
  }
}
