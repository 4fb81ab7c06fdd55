import { Arrivals } from '../state/arrivals.ts'
import { WindowHistory } from '../state/window-history.ts'
import type { Duration } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `window LENGTH [SLIDE]`. Spark: `DStream.window`. */
export const window = defineOperator({
  name: 'window',
  summary: 'Hand on, at each slide, all elements of the last LENGTH of time.',
  description: 'LENGTH and SLIDE are multiples of the batch interval; without SLIDE, every interval.',
  kind: 'stateful',
  keepsElements: true,
  arguments: [
    {
      name: 'length',
      type: 'duration',
      ofSlide: true,
      required: true,
      summary: 'how far back a window reaches, such as 1m',
    },
    {
      name: 'slide',
      type: 'duration',
      ofSlide: true,
      required: false,
      summary: 'how often one comes out, such as 5s',
    },
  ],
  flags: [],
  examples: [
    { chain: 'window 2s', in: [['a'], ['b'], ['c']], out: [['a'], ['a', 'b'], ['b', 'c']] },
    {
      chain: 'window 3s 2s',
      in: [['a'], ['b'], ['c'], ['d']],
      out: [null, ['a', 'b'], null, ['b', 'c', 'd']],
    },
  ],
  apply: (call) => {
    const length = call.number('length')
    const slide = call.value('slide') as number | undefined
    return {
      window: true,
      length,
      ...(slide === undefined ? {} : { slide }),
      start: () => {
        let history = new WindowHistory(length)
        const arrivals = new Arrivals({
          of: 'window',
          version: 1,
          length,
          save: () => history.save(),
          restore: (saved) => {
            history = WindowHistory.restored(length, saved)
          },
          take: (time, batch) => history.add(time, batch),
        })
        return {
          next: (time, batch, due) => {
            arrivals.take(time, batch, due)
            return due ? history.batches().flat() : []
          },
          keeps: arrivals.keeps,
        }
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream in which each batch holds all elements of this stream's batches in the last `length`.
     *
     * @param length milliseconds; a multiple of this stream's slide.
     * @param slide milliseconds between windows; this stream's slide where absent.
     */
    window(length: Duration, slide?: Duration): DStream<T>
  }
}
