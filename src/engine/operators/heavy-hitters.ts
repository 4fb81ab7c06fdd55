import { elementsOf } from '../batch/lines.ts'
import { type Hitter, SpaceSaving } from '../learning/space-saving.ts'
import { keeping } from '../state/saved.ts'
import { defineOperator } from './record.ts'

/** `heavy-hitters COUNT`. */
export const heavyHitters = defineOperator({
  name: 'heavy-hitters',
  summary: 'Tell the most frequent elements of all so far, in memory that does not grow.',
  description:
    'At every batch that has elements the COUNT most frequent ones of all batches come out, each with its `count`, which is too high ' +
    'by `error` at most. What is more than one in `--capacity` of all is there for certain (Space-Saving). Of one batch, or ' +
    'a window, `top` and `reduce approx-top:N` tell it.',
  kind: 'stateful',
  arguments: [{ name: 'count', type: 'integer', required: true, summary: 'how many elements' }],
  flags: [{ name: 'capacity', type: 'integer', default: 10_000, summary: 'how many elements are counted' }],
  examples: [
    {
      chain: 'heavy-hitters 2',
      in: [
        ['a', 'b', 'c', 'b'],
        ['c', 'c'],
      ],
      out: [
        [
          { value: 'b', count: 2, error: 0 },
          { value: 'a', count: 1, error: 0 },
        ],
        [
          { value: 'c', count: 3, error: 0 },
          { value: 'b', count: 2, error: 0 },
        ],
      ],
    },
    {
      chain: 'heavy-hitters 1 --capacity 1',
      in: [['a', 'b']],
      out: [[{ value: 'b', count: 2, error: 1 }]],
    },
  ],
  apply: (call) => {
    const [count, capacity] = [call.number('count'), call.number('capacity')]
    if (count < 1 || capacity < count)
      throw call.refuse(
        `heavy-hitters: COUNT expects at least 1, and --capacity at least COUNT; got ${count} and ${capacity}`,
      )
    const summary = new SpaceSaving(capacity)
    return {
      gather: ([batch = []]) => {
        const elements = batch.flatMap(elementsOf)
        if (elements.length === 0) return []
        for (const element of elements) summary.add(element)
        return [{ kind: 'rows', rows: summary.top(count) }]
      },
      calls: 'called once per batch',
      keeps: keeping({
        of: 'heavy-hitters',
        version: 1,
        save: () => summary.save(),
        restore: (saved) => summary.restore(saved),
        size: () => summary.size,
        entries: () => summary.top(count).map(({ value, count: times }) => [value, times] as const),
      }),
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the most frequent elements of all batches so far, at every batch that has elements (Space-Saving
     * of Metwally, Agrawal and El Abbadi, 2005). In a checkpoint, the counts are kept.
     *
     * @param count how many elements.
     * @param options.capacity how many elements are counted; 10,000 where absent. One in so many is surely there.
     */
    heavyHitters(
      count: number,
      options?: { readonly capacity?: number },
    ): DStream<Hitter & { readonly value: T }>
  }
}
