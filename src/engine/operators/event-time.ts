import type { MapperCall } from '../../functions/names.ts'
import { describeElement } from '../plan/describe.ts'
import { StageError } from '../plan/errors.ts'
import { EventClock } from '../state/event-clock.ts'
import { type EpochUnit, timestampOf } from '../state/timestamps.ts'
import type { Duration } from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `event-time FIELD`. Spark: `Dataset.withWatermark` of Structured Streaming; Flink: `assignTimestampsAndWatermarks`. */
export const eventTime = defineOperator({
  name: 'event-time',
  aliases: ['with-watermark'],
  summary: 'Give each element the time at which it happened, for the windows, joins and dedup that follow.',
  description:
    'The time is a field by its path, the N-th word of a line, or what a function gives: text of ISO 8601, UTC where it has ' +
    'no offset, or a number since 1970 in --unit. The watermark is the latest time seen less --lateness: what is behind it ' +
    'so far that its window has come out is dropped and counted. Times last until elements are regrouped, as by a ' +
    'reduction, a join or a sort.',
  kind: 'narrow',
  keepsElements: true,
  arguments: [
    {
      name: 'field',
      type: 'function',
      role: 'map',
      isPath: true,
      required: true,
      summary:
        'where the time stands: a path such as ts or event.time, a number N for the N-th word, or a function',
    },
  ],
  flags: [
    {
      name: 'lateness',
      type: 'duration',
      summary: 'how far an element may be behind the latest, such as 10s; nothing where absent',
    },
    {
      name: 'idle',
      type: 'duration',
      summary: 'close what is open when nothing came for so long, such as 30s',
    },
    { name: 'unit', type: 'string', options: ['ms', 's'], default: 'ms', summary: 'what numbers count' },
  ],
  examples: [
    {
      chain: 'event-time ts --unit s map pair:k,v tumbling-window 10s',
      in: [
        [
          { ts: 1, k: 'a', v: 2 },
          { ts: 12, k: 'a', v: 5 },
        ],
        [{ ts: 21, k: 'b', v: 1 }],
      ],
      out: [[[['a', 0, 10_000], 2]], [[['a', 10_000, 20_000], 5]]],
      endsEarly: true,
    },
    { chain: 'event-time 1', in: [['2026-11-23T10:00:00Z GET /']], out: [['2026-11-23T10:00:00Z GET /']] },
  ],
  apply: (call) => {
    const read = call.mapper('field')
    const unit = call.string('unit') as EpochUnit
    const clock = new EventClock(
      call.value('lateness') as number | undefined,
      call.value('idle') as number | undefined,
    )
    return {
      clock,
      each: (emit) => (element) => {
        const value = read(element)
        const time = timestampOf(value, unit)
        if (time === undefined) {
          throw new StageError(
            call.label,
            `expected a time of ISO 8601 or a number, got ${describeElement(value)}; filter such elements out before`,
            describeElement(element),
          )
        }
        clock.set(time)
        emit(element)
      },
    }
  },
})

/** Options of `eventTime`. */
export interface EventTimeOptions {
  /** Milliseconds by which an element may be behind the latest; 0 where absent. */
  readonly lateness?: Duration
  /** Milliseconds of batch times without an element after which what is open is closed; never where absent. */
  readonly idle?: Duration
  /** What numbers count since 1970; milliseconds where absent. */
  readonly unit?: EpochUnit
}

/** Where an element of type `T` may have its time by name: a field of a record. */
type TimeField<T> = T extends string | readonly unknown[] ? never : keyof T & string

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return this stream's elements, each with the time at which it happened, for the event-time windows, joins and dedup
     * that follow. Times last until elements are regrouped, as by a reduction, a join or a sort.
     *
     * @param field a field of a record, a built-in such as `'field:event.time'`, or a function that gives a `Date`, text of
     * ISO 8601 (UTC without an offset) or a number since 1970. A value that is no time fails the batch.
     * @param options.lateness how far an element may be behind the latest time seen.
     */
    eventTime(field: (element: T) => number | string | Date, options?: EventTimeOptions): DStream<T>
    eventTime<E>(
      this: DStream<E>,
      field: TimeField<E> | MapperCall<E>,
      options?: EventTimeOptions,
    ): DStream<E>
  }
}
