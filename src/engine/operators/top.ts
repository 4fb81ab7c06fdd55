import type { MapperCall } from '../../functions/names.ts'
import { compareValues, ranking } from '../shuffle/order.ts'
import { defineOperator } from './record.ts'

/** An element with what it is ranked by. */
interface Ranked {
  readonly element: unknown
  readonly by: unknown
}

/** `top N [FUNCTION]`. Spark: `RDD.top`, on each batch. */
export const top = defineOperator({
  name: 'top',
  summary: 'Keep the N largest of each batch, largest first; pairs by their value.',
  description:
    'Of equal elements the earlier stand first. Without a number, `dstream top` shows the pipelines that run on this machine.',
  kind: 'wide',
  keepsElements: true,
  arguments: [
    { name: 'count', type: 'integer', required: true, summary: 'how many to keep' },
    {
      name: 'function',
      type: 'function',
      role: 'map',
      required: false,
      summary: 'what to rank by',
    },
  ],
  flags: [],
  examples: [
    {
      chain: 'top 2',
      in: [
        [
          ['a', 1],
          ['b', 3],
          ['c', 2],
        ],
        [],
      ],
      out: [
        [
          ['b', 3],
          ['c', 2],
        ],
        [],
      ],
    },
    { chain: "top 1 'word => word.length'", in: [['to', 'sea', 'be']], out: [['sea']] },
  ],
  apply: (call) => {
    const by = ranking(call)
    const count = call.number('count')
    const rank = (left: Ranked, right: Ranked): number => compareValues(right.by, left.by)
    // Keeping up to twice as many between two sorts makes each element cost log(count), however long the batch.
    const shrink = (kept: Ranked[]): Ranked[] => kept.sort(rank).slice(0, count)
    return {
      aggregation: {
        key: 'none',
        aggregator: {
          ...(call.skip && { skip: call.skip }),
          create: (element) => [{ element, by: by(element) }],
          mergeValue: (kept, element) => {
            const grown = kept as Ranked[]
            grown.push({ element, by: by(element) })
            return grown.length >= 2 * count + 16 ? shrink(grown) : grown
          },
          mergeCombiners: (left, right) => shrink([...(left as Ranked[]), ...(right as Ranked[])]),
          finish: (kept) => shrink([...(kept as Ranked[])]).map(({ element }) => element),
        },
        output: 'items',
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the `count` largest elements of each batch, largest first.
     *
     * @param f what to rank by, a function of an element or a built-in by its name; the value of a pair where absent.
     */
    top(count: number, f?: (element: T) => unknown): DStream<T>
    top<E>(this: DStream<E>, count: number, f: MapperCall<E>): DStream<E>
  }
}
