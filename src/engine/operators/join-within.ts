import { pairOf } from '../batch/pair.ts'
import { keeping, numberOf, recordOf, unfit } from '../state/saved.ts'
import { TimedJoin } from '../state/timed-join.ts'
import type { Duration } from '../stream/types.ts'
import { defineOperator, type Timed } from './record.ts'

/** `join-within DURATION [ STREAM ]`. Spark: the inner stream–stream join of Structured Streaming; Flink: the interval join. */
export const joinWithin = defineOperator({
  name: 'join-within',
  summary:
    'Pair the values of each key with those of the same key in a second stream that are not further apart than DURATION.',
  description:
    'Times are those of event-time where it stands in both streams, else those of the batches. A value is held until what ' +
    'could still come is too far from it. What comes behind the watermark of the join, the lower of the two, is dropped and ' +
    'counted; a stream for which nothing came for its --idle is not waited for.',
  kind: 'stateful',
  arguments: [
    {
      name: 'bound',
      type: 'duration',
      required: true,
      summary: 'how far two times may be apart, such as 10s',
    },
    { name: 'stream', type: 'stream', required: true, summary: 'the second stream, in brackets' },
  ],
  flags: [],
  examples: [
    {
      chain: 'join-within 1s [ with ]',
      in: [[['a', 1]], [['a', 2]], [], []],
      with: [[], [['a', 'x']], [], [['a', 'y']]],
      out: [
        [],
        [
          ['a', [1, 'x']],
          ['a', [2, 'x']],
        ],
        [],
        [],
      ],
    },
  ],
  apply: (call): Timed => {
    const bound = call.number('bound')
    return {
      timed: 'any',
      startTimed: (clocks) => {
        let join = new TimedJoin(bound)
        const arrived: [key: unknown, value: unknown, time: number][][] = [[], []]
        let watermark = Number.NEGATIVE_INFINITY
        return {
          take: (element, time, input) => {
            const [key, value] = pairOf(element, call.linesAt(input))
            arrived[input]?.push([key, value, time])
          },
          // At the end of a batch, so that nothing depends on which stream was read first.
          next: (time) => {
            const rows: unknown[] = []
            let late = 0
            for (const [input, elements] of arrived.entries()) {
              for (const [key, value, at] of elements) {
                if (at < watermark) late += 1
                else join.add(input, key, value, at, rows)
              }
              elements.length = 0
            }
            const active = clocks.filter((clock) => clock?.isIdle !== true)
            if (active.length > 0) {
              const reached = Math.min(...active.map((clock) => clock?.watermark ?? time))
              watermark = Math.max(watermark, reached)
            }
            join.forget(watermark)
            if (late > 0) call.drop(late, `late for ${call.label}`)
            return rows.length === 0 ? [] : [{ kind: 'rows', rows }]
          },
          keeps: keeping({
            of: 'join-within',
            version: 1,
            save: () => ({ bound, watermark, join: join.save() }),
            restore: (saved) => {
              const record = recordOf(saved, 'bound', 'watermark', 'join')
              if (record.bound !== bound) throw unfit(`${bound} ms`, `${String(record.bound)} ms`)
              const reached = numberOf(record.watermark)
              join = TimedJoin.restored(bound, record.join)
              watermark = reached
            },
          }),
        }
      },
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of `[key, [left, right]]` for every two values of the same key whose times are not further apart
     * than `bound`: event times where both streams have them, else the times of their batches.
     *
     * @param bound milliseconds. Values are held for about three times as long.
     * @throws UsageError at start where only one of the streams has event times.
     */
    joinWithin<K, V, W>(
      this: DStream<readonly [K, V]>,
      bound: Duration,
      that: DStream<readonly [K, W]>,
    ): DStream<[K, [V, W]]>
  }
}
