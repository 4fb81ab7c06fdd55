import { elementsOf } from '../batch/lines.ts'
import { CountMin } from '../learning/count-min.ts'
import { keeping } from '../state/saved.ts'
import { defineOperator } from './record.ts'

/** `count-min`. */
export const countMin = defineOperator({
  name: 'count-min',
  summary: 'Tell of each element how often it has come so far, in memory that does not grow.',
  description:
    'Each different element of a batch comes out with its count of all batches: never too low, and too high by the part ' +
    '`--epsilon` of all elements at most, but for one in 1 / `--delta` (the Count-Min sketch). The usual ones take 54 kB. ' +
    'Exact counts, which take memory for each element, are `update-state-by-key`.',
  kind: 'stateful',
  arguments: [],
  flags: [
    {
      name: 'epsilon',
      type: 'number',
      default: 0.001,
      summary: 'how far a count may be off, as a part of all',
    },
    {
      name: 'delta',
      type: 'number',
      default: 0.01,
      summary: 'how many counts may be off by more, as a part of all',
    },
  ],
  examples: [
    {
      chain: 'count-min',
      in: [['a', 'b', 'a'], ['a']],
      out: [
        [
          ['a', 2],
          ['b', 1],
        ],
        [['a', 3]],
      ],
    },
  ],
  apply: (call) => {
    const part = (flag: string): number => {
      const value = call.number(flag)
      if (!(value >= 1e-6 && value < 1))
        throw call.refuse(`count-min: --${flag} expects a number from 1e-6 to below 1, and got ${value}`)
      return value
    }
    const sketch = new CountMin(part('epsilon'), part('delta'))
    return {
      gather: ([batch = []]) => {
        const counts = new Map<unknown, number>()
        for (const element of batch.flatMap(elementsOf)) counts.set(element, sketch.add(element))
        return counts.size === 0 ? [] : [{ kind: 'rows', rows: [...counts] }]
      },
      calls: 'called once per batch',
      keeps: keeping({
        of: 'count-min',
        version: 1,
        save: () => sketch.save(),
        restore: (saved) => sketch.restore(saved),
      }),
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of each different element of a batch with how often it has come in all batches: never too low, and a
     * little too high at most (Count-Min of Cormode and Muthukrishnan, 2005). In a checkpoint, the counts are kept.
     *
     * @param options.epsilon how far a count may be off, as a part of all; 0.001 where absent.
     * @param options.delta how many counts may be off by more, as a part of all; 0.01 where absent.
     */
    countMin(options?: { readonly epsilon?: number; readonly delta?: number }): DStream<[T, number]>
  }
}
