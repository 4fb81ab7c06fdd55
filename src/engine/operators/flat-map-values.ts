import type { FlatMapperCall, FlatMapperResult } from '../../functions/names.ts'
import { pairOf } from '../batch/pair.ts'
import { describeElement } from '../plan/describe.ts'
import { StageError } from '../plan/errors.ts'
import type { Item } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `flat-map-values FUNCTION`. Spark: `PairDStreamFunctions.flatMapValues`. */
export const flatMapValues = defineOperator({
  name: 'flat-map-values',
  summary: 'Apply a function to the value of each pair and pair its key with each item of the list it gives.',
  kind: 'narrow',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'flatmap',
      required: true,
      summary: 'what gives the list of a value',
    },
  ],
  flags: [],
  examples: [
    {
      chain: 'flat-map-values split',
      in: [
        [
          ['k', 'a b'],
          ['l', ''],
        ],
      ],
      out: [
        [
          ['k', 'a'],
          ['k', 'b'],
          ['l', ''],
        ],
      ],
    },
  ],
  apply: (call) => {
    const apply = call.mapper('function')
    const { lines, label } = call
    return {
      each: (emit) => (element) => {
        const [key, value] = pairOf(element, lines)
        const items = apply(value)
        if (items === null || items === undefined) return
        if (typeof items !== 'object' || !(Symbol.iterator in items)) {
          const reason = `flat-map-values expects a list from its function, got ${describeElement(items)}; use map-values for one result`
          throw new StageError(label, reason, describeElement(element))
        }
        for (const item of items as Iterable<unknown>) emit([key, item])
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs: the key of each pair with every item that `f` gives for its value.
     *
     * @param f a function from a value to an iterable, or null for nothing; or a built-in by its name: `'split'`.
     */
    flatMapValues<K, V, const W extends FlatMapperCall<V>>(
      this: DStream<readonly [K, V]>,
      f: W,
    ): DStream<[K, FlatMapperResult<W, V>]>
    flatMapValues<K, V, U extends Item>(
      this: DStream<readonly [K, V]>,
      f: (value: V) => Iterable<U> | null | undefined,
    ): DStream<[K, U]>
    flatMapValues<K, V, U>(
      this: DStream<readonly [K, V]>,
      f: (value: V) => Iterable<U> | null | undefined,
    ): DStream<[K, U]>
  }
}
