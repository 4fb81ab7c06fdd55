import type { FilterCall } from '../../functions/names.ts'
import { defineOperator } from './record.ts'

/** `filter FUNCTION`. Spark: `DStream.filter`. */
export const filter = defineOperator({
  name: 'filter',
  summary: 'Keep the elements for which a function is true.',
  kind: 'narrow',
  keepsElements: true,
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'filter',
      required: true,
      summary: 'what is true of the elements to keep',
    },
  ],
  flags: [],
  examples: [
    { chain: 'filter contains:b', in: [['abc', 'xyz', 'b'], ['none']], out: [['abc', 'b'], []] },
    { chain: "filter 'word => word.length > 2'", in: [['to', 'sea']], out: [['sea']] },
  ],
  apply: (call) => {
    const test = call.mapper('function')
    return {
      lowered: call.lowered('function'),
      inline: { form: 'filter', label: call.label, call: call.plainMapper('function') },
      each: (emit) => (element) => {
        if (test(element)) emit(element)
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the elements for which `f` is true (or truthy).
     *
     * @param f a function of one element, of which a type guard narrows the elements' type; or a built-in by its name:
     * `'contains:the'`, `'not:contains:DEBUG'`.
     */
    filter<U extends T>(f: (element: T) => element is U): DStream<U>
    filter(f: (element: T) => unknown): DStream<T>
    filter<E>(this: DStream<E>, f: FilterCall<E>): DStream<E>
  }
}
