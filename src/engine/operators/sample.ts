import { UsageError } from '../plan/errors.ts'
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
    const random = mulberry32(call.number('seed'))
    return {
      each: (emit) => (element) => {
        if (random() < fraction) emit(element)
      },
    }
  },
})

/** Tommy Ettinger's generator of 32 bits of state: even, fast, and the same on every machine. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

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
