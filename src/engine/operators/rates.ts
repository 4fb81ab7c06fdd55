import { counting } from '../../functions/aggregator.ts'
import { elementsOf } from '../batch/lines.ts'
import type { Pair } from '../batch/partition.ts'
import { keeping, numberOf, recordOf } from '../state/saved.ts'
import { windowedAggregation } from '../state/windowed-aggregation.ts'
import type { Duration } from '../stream/types.ts'
import { defineOperator, type Stateful } from './record.ts'

/** `rates [LENGTH]`. No row of Spark. */
export const rates = defineOperator({
  name: 'rates',
  summary: 'Tell how many elements a second each key has, over the last LENGTH of time, at each batch.',
  description:
    'Values are not looked at; an element that is no pair is its own key. Before LENGTH has passed, the rate is that since ' +
    'the start. A key without elements in LENGTH is left out.',
  kind: 'stateful',
  arguments: [
    {
      name: 'length',
      type: 'duration',
      ofSlide: true,
      required: false,
      summary:
        'how far back to look, such as 1m, a multiple of the batch interval; without it, over each batch',
    },
  ],
  flags: [],
  examples: [
    {
      chain: 'rates 2s',
      in: [['a', 'a', 'b'], ['a', 'a'], []],
      out: [
        [
          ['a', 2],
          ['b', 1],
        ],
        [
          ['a', 2],
          ['b', 0.5],
        ],
        [['a', 1]],
      ],
    },
    { chain: 'rates', in: [['a', 'a'], []], out: [[['a', 2]], []] },
  ],
  apply: (call): Stateful => {
    const { slide } = call
    const length = (call.value('length') as number | undefined) ?? slide
    const counts = windowedAggregation(
      { key: 'pair', aggregator: counting, output: 'pairs' },
      length,
      undefined,
    )
    return {
      ...counts,
      start: () => {
        const { next, keeps: kept } = counts.start()
        let start: number | undefined
        const withStart = (of: unknown): unknown => ({ start, counts: of })
        const taken = (saved: unknown, take: ((saved: unknown) => void) | undefined): void => {
          const record = recordOf(saved, 'start', 'counts')
          const since = record.start === undefined ? undefined : numberOf(record.start)
          take?.(record.counts)
          start = since
        }
        return {
          keeps: keeping({
            of: 'rates',
            version: 1,
            save: () => withStart(kept.save()),
            restore: (saved) => taken(saved, kept.restore),
            changes: () => withStart(kept.changes?.()),
            apply: (saved) => taken(saved, kept.apply),
          }),
          next: (time, batch, due) => {
            start ??= time - slide
            const seconds = Math.min(length, time - start) / 1000
            const pairs = next(time, batch, due).flatMap(
              (partition) => elementsOf(partition) as readonly Pair[],
            )
            if (pairs.length === 0) return []
            return [
              {
                kind: 'grouped',
                keys: pairs.map(([key]) => key),
                values: pairs.map(([, count]) => (count as number) / seconds),
              },
            ]
          },
        }
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of pairs: each key with how many elements a second it had in the last `length`.
     *
     * @param length milliseconds; a multiple of this stream's slide, which it is where absent.
     */
    rates<K>(this: DStream<readonly [K, unknown]>, length?: Duration): DStream<[K, number]>
    rates<E extends string | number | boolean>(this: DStream<E>, length?: Duration): DStream<[E, number]>
  }
}
