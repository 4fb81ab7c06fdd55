import type { MapperCall, MapperResult } from '../../functions/names.ts'
import type { Item } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `map FUNCTION`. Spark: `DStream.map`. */
export const map = defineOperator({
  name: 'map',
  summary: 'Apply a function to each element.',
  kind: 'narrow',
  arguments: [
    { name: 'function', type: 'function', role: 'map', required: true, summary: 'what each element becomes' },
  ],
  flags: [],
  examples: [
    { chain: 'map upper', in: [['a', 'b'], ['c']], out: [['A', 'B'], ['C']] },
    { chain: "map 'word => word.length'", in: [['to', 'sea'], []], out: [[2, 3], []] },
  ],
  apply: (call) => {
    const apply = call.mapper('function')
    return {
      lowered: call.lowered('function'),
      inline: { form: 'map', label: call.label, call: call.plainMapper('function') },
      each: (emit) => (element) => emit(apply(element)),
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream in which each element is replaced by `f` of it.
     *
     * @param f a function of one element, or a built-in by its name: `'lower'`, `'field:host'`.
     */
    map<E, const W extends MapperCall<E>>(this: DStream<E>, f: W): DStream<MapperResult<W, E>>
    map<U extends Item>(f: (element: T) => U): DStream<U>
    map<U>(f: (element: T) => U): DStream<U>
  }
}
