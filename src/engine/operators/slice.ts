import { formatDuration } from '../plan/duration.ts'
import { UsageError } from '../plan/errors.ts'
import { keeping, numberOf, recordOf } from '../state/saved.ts'
import type { Duration } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `slice FROM TO`. Spark: `DStream.slice`, which gives a program the batches of the past; a chain has those to come. */
export const slice = defineOperator({
  name: 'slice',
  method: 'sliceSinceStart',
  summary: 'Hand on the batches from FROM to TO after the start, both included, and end.',
  description:
    'Batches before FROM come out empty. A time between two batches counts as that of the earlier one, with a warning.',
  kind: 'stateful',
  keepsElements: true,
  arguments: [
    {
      name: 'from',
      type: 'duration',
      required: true,
      summary: 'the first batch, such as 10s after the start',
    },
    { name: 'to', type: 'duration', required: true, summary: 'the last batch, such as 1m after the start' },
  ],
  flags: [],
  examples: [
    { chain: 'slice 2s 3s', in: [['a'], ['b'], ['c']], out: [[], ['b'], ['c']] },
    { chain: 'slice 1s 2500ms', in: [['a'], ['b']], out: [['a'], ['b']] },
  ],
  apply: (call) => {
    const from = call.number('from')
    const to = call.number('to')
    if (to < from)
      throw new UsageError(`slice ends before it begins: ${formatDuration(from)} to ${formatDuration(to)}`)
    return {
      start: () => {
        let first: number | undefined
        let last = 0
        return {
          next: (time, batch) => {
            const since = time - call.zeroTime()
            if (first === undefined) {
              // The first batch comes one slide after the start.
              first = floored(from, since, call.report)
              last = floored(to, since, call.report)
            }
            if (since >= last) call.finish()
            return since < first || since > last ? [] : batch
          },
          keeps: keeping({
            of: 'slice',
            version: 1,
            save: () => ({ first, last }),
            restore: (saved) => {
              const record = recordOf(saved, 'first', 'last')
              const end = numberOf(record.last)
              first = record.first === undefined ? undefined : numberOf(record.first)
              last = end
            },
          }),
        }
      },
    }
  },
})

/** Return the time of the batch at or before `time`. */
function floored(time: number, slide: number, report: (message: string) => void): number {
  const aligned = Math.floor(time / slide) * slide
  if (aligned !== time)
    report(
      `slice: ${formatDuration(time)} is no multiple of the stream's slide, ${formatDuration(slide)}; taking ${formatDuration(aligned)}`,
    )
  return aligned
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of the batches from `from` to `to`, both included; those before are empty, and at `to` the context
     * ends. Times between two batches count as that of the earlier one, with a warning. For batches of the past see `slice`.
     *
     * @param from milliseconds since the start.
     * @param to milliseconds since the start, not before `from`.
     */
    sliceSinceStart(from: Duration, to: Duration): DStream<T>
  }
}
