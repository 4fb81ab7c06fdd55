import type { Partition } from '../batch/partition.ts'
import { UsageError } from '../plan/errors.ts'
import { dueBetween } from './reading/due.ts'
import { defineSource } from './record.ts'

/** Rows of one partition: a second at a high rate must not be one array. */
const ROWS = 8192

/** `rate N`. Spark: the `rate` source of Structured Streaming. */
export const rateSource = defineSource({
  name: 'rate',
  summary: 'Make the numbers 0, 1, 2, … at a steady rate.',
  description:
    'A batch holds the numbers that are due by its time, so the same batch times give the same batches.',
  elements: 'values',
  arguments: [{ name: 'rows-per-second', type: 'number', required: true, summary: 'numbers a second' }],
  flags: [],
  pull: (call, context) => {
    const perSecond = call.number('rows-per-second')
    if (!(perSecond > 0)) throw new UsageError('a rate is more than 0 rows a second')
    return {
      finished: false,
      // What is due by a time depends on nothing else.
      position: () => null,
      again(_position, time) {
        return this.blocks(time)
      },
      *blocks(time): Generator<Partition> {
        const { from, to } = dueBetween(perSecond, context, time)
        for (let first = from; first < to; first += ROWS) {
          yield {
            kind: 'rows',
            rows: Array.from({ length: Math.min(ROWS, to - first) }, (_, index) => first + index),
          }
        }
      },
    }
  },
})
