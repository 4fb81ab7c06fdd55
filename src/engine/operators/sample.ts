import { mulberry32 } from '../batch/random.ts'
import { UsageError } from '../plan/errors.ts'
import { countOf, keeping } from '../state/saved.ts'
import { defineOperator } from './record.ts'

/** `sample FRACTION`. Spark: `RDD.sample` without replacement, on each batch. */
export const sample = defineOperator({
  name: 'sample',
  summary: 'Keep each element with a given probability.',
  description: 'The same seed and the same input give the same sample.',
  kind: 'narrow',
  keepsElements: true,
  arguments: [{ name: 'fraction', type: 'number', required: true, summary: 'the probability, 0 to 1' }],
  flags: [{ name: 'seed', type: 'integer', default: 1, summary: 'where the random numbers start' }],
  examples: [
    { chain: 'sample 1', in: [['a', 'b']], out: [['a', 'b']] },
    { chain: 'sample 0', in: [['a', 'b']], out: [[]] },
  ],
  apply: (call) => {
    const fraction = call.number('fraction')
    if (!(fraction >= 0 && fraction <= 1))
      throw new UsageError(`sample expects a fraction from 0 to 1, got ${fraction}`)
    let random = mulberry32(call.number('seed'))
    let drawn = 0
    return {
      each: (emit) => (element) => {
        drawn += 1
        if (random() < fraction) emit(element)
      },
      keeps: keeping({
        of: 'sample',
        version: 1,
        save: () => drawn,
        restore: (saved) => {
          drawn = countOf(saved)
          random = mulberry32(call.number('seed'), drawn)
        },
      }),
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream in which each element is kept with probability `fraction`.
     *
     * @param options.seed where the random numbers start; 1 where absent.
     */
    sample(fraction: number, options?: { readonly seed?: number }): DStream<T>
  }
}
