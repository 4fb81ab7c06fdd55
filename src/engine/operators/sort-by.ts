import type { MapperCall } from '../../functions/names.ts'
import { elementsOf } from '../batch/lines.ts'
import { compareValues, ranking } from '../shuffle/order.ts'
import { defineOperator, type OperatorCall } from './record.ts'

/** `sort-by [FUNCTION]`. Spark: `RDD.sortBy`, on each batch. */
export const sortBy = defineOperator({
  name: 'sort-by',
  summary: 'Sort each batch by what a function gives; pairs by their value where none is given.',
  description: 'Numbers stand before strings; equal elements keep their order.',
  kind: 'wide',
  keepsElements: true,
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'map',
      required: false,
      summary: 'what to sort by',
    },
  ],
  flags: [{ name: 'descending', char: 'd', type: 'boolean', summary: 'largest first' }],
  examples: [
    { chain: "sort-by 'word => word'", in: [['b', 'c', 'a'], []], out: [['a', 'b', 'c'], []] },
    {
      chain: 'sort-by --descending',
      in: [
        [
          ['a', 1],
          ['b', 3],
          ['c', 2],
        ],
      ],
      out: [
        [
          ['b', 3],
          ['c', 2],
          ['a', 1],
        ],
      ],
    },
  ],
  apply: (call) => {
    const by = ranking(call)
    const sign = call.boolean('descending') ? -1 : 1
    return {
      gather: ([batch = []]) => {
        const rows = batch.flatMap((partition) =>
          elementsOf(partition).flatMap((element) => ranked(call, by, element)),
        )
        rows.sort((left, right) => sign * compareValues(left.by, right.by))
        return rows.length === 0 ? [] : [{ kind: 'rows', rows: rows.map(({ element }) => element) }]
      },
    }
  },
})

/** The element with what it is sorted by; none where that fails and elements may be left out. */
function ranked(
  { skip }: OperatorCall,
  by: (element: unknown) => unknown,
  element: unknown,
): { readonly element: unknown; readonly by: unknown }[] {
  try {
    return [{ element, by: by(element) }]
  } catch (error) {
    if (skip === undefined) throw error
    skip(element, error)
    return []
  }
}

/** Largest first, or smallest first. */
interface Order {
  readonly descending?: boolean
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream whose batches are sorted by what `f` gives for an element.
     *
     * @param f a function that gives the number, string or list to sort by, or a built-in by its name: `'length'`; the
     * value of a pair where absent.
     * @param options.descending largest first.
     */
    sortBy(f?: (element: T) => unknown, options?: Order): DStream<T>
    sortBy<E>(this: DStream<E>, f: MapperCall<E>, options?: Order): DStream<E>
    sortBy(options: Order): DStream<T>
  }
}
