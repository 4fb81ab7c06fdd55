import type { MapperCall, MapperResult } from '../../functions/names.ts'
import { pairOf } from '../batch/pair.ts'
import type { Item } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `map-values FUNCTION`. Spark: `PairDStreamFunctions.mapValues`. */
export const mapValues = defineOperator({
  name: 'map-values',
  summary: 'Apply a function to the value of each pair and leave its key.',
  kind: 'narrow',
  arguments: [
    { name: 'function', type: 'function', role: 'map', required: true, summary: 'what each value becomes' },
  ],
  flags: [],
  examples: [
    {
      chain: "map-values 'n => n * 10'",
      in: [
        [
          ['a', 1],
          ['b', 2],
        ],
      ],
      out: [
        [
          ['a', 10],
          ['b', 20],
        ],
      ],
    },
    { chain: "map-values 'n => n + 1'", in: [['word']], out: [[['word', 2]]] },
  ],
  apply: (call) => {
    const apply = call.mapper('function')
    const { lines } = call
    return {
      each: (emit) => (element) => {
        const [key, value] = pairOf(element, lines)
        emit([key, apply(value)])
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs in which each value is replaced by `f` of it; keys are untouched.
     *
     * @param f a function of one value, or a built-in by its name: `'length'`.
     */
    mapValues<K, V, const W extends MapperCall<V>>(
      this: DStream<readonly [K, V]>,
      f: W,
    ): DStream<[K, MapperResult<W, V>]>
    mapValues<K, V, U extends Item>(this: DStream<readonly [K, V]>, f: (value: V) => U): DStream<[K, U]>
    mapValues<K, V, U>(this: DStream<readonly [K, V]>, f: (value: V) => U): DStream<[K, U]>
  }
}
