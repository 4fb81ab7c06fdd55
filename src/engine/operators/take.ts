import { countOf, keeping } from '../state/saved.ts'
import { defineOperator, type Narrow } from './record.ts'

/** `take N`. Spark: `RDD.take`, on each batch. */
export const take = defineOperator({
  name: 'take',
  summary: 'Keep the first N elements of each batch.',
  kind: 'wide',
  keepsElements: true,
  arguments: [{ name: 'count', type: 'integer', required: true, summary: 'how many to keep' }],
  flags: [{ name: 'total', type: 'boolean', summary: 'N elements of the whole stream, then end' }],
  examples: [
    {
      chain: 'take 3 --total',
      in: [
        ['a', 'b'],
        ['c', 'd'],
      ],
      out: [['a', 'b'], ['c']],
    },
    { chain: 'take 2', in: [['a', 'b', 'c'], ['d'], []], out: [['a', 'b'], ['d'], []] },
  ],
  apply: (call) => {
    const count = call.number('count')
    if (call.boolean('total')) return firstOfStream(count, call.finish)
    return {
      aggregation: {
        key: 'none',
        aggregator: {
          create: (element) => (count > 0 ? [element] : []),
          mergeValue: (kept, element) => {
            if ((kept as unknown[]).length < count) (kept as unknown[]).push(element)
            return kept
          },
          mergeCombiners: (left, right) => [...(left as unknown[]), ...(right as unknown[])].slice(0, count),
        },
        output: 'items',
      },
    }
  },
})

/** The first elements of the whole stream; the sources are stopped as soon as they are there. */
function firstOfStream(count: number, finish: () => void): Narrow {
  let left = count
  if (left <= 0) finish()
  return {
    each: (emit) => (element) => {
      if (left <= 0) return
      left -= 1
      emit(element)
      if (left === 0) finish()
    },
    keeps: keeping({
      of: 'take --total',
      version: 1,
      save: () => count - left,
      restore: (saved) => {
        left = Math.max(count - countOf(saved), 0)
        if (left === 0) finish()
      },
    }),
  }
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /** Return a new DStream of the first `count` elements of each batch. */
    take(count: number): DStream<T>
  }
}
