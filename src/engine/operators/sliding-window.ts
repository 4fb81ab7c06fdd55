import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import { UsageError } from '../plan/errors.ts'
import { TimeWindows } from '../state/time-windows.ts'
import { timedWindows } from '../state/timed-results.ts'
import type {
  Aggregator,
  Duration,
  Item,
  Key,
  Reducer,
  TimeRange,
  Value,
  Widen,
  Windowed,
} from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `sliding-window LENGTH SLIDE [FUNCTION]`. Spark: `window(time, length, slide)` of Structured Streaming; Flink: `SlidingEventTimeWindows`. */
export const slidingWindow = defineOperator({
  name: 'sliding-window',
  aliases: ['hopping-window'],
  summary: 'Reduce the values of each key in windows of event time that overlap.',
  description:
    'An element that is no pair counts as (element, 1). A window comes out once, as `[[key, start, end], result]` in ' +
    'milliseconds, when the watermark of event-time passes its end, nothing came for --idle, or the input ends. What comes ' +
    'later is dropped and counted.',
  kind: 'stateful',
  arguments: [
    { name: 'length', type: 'duration', required: true, summary: 'how long a window is, such as 1m' },
    {
      name: 'slide',
      type: 'duration',
      required: true,
      summary: 'how often one begins, such as 10s; LENGTH at most',
    },
    {
      name: 'function',
      type: 'function',
      role: 'reduce',
      required: false,
      default: 'sum',
      summary: 'how two values become one',
    },
  ],
  flags: [
    { name: 'all', type: 'boolean', summary: 'reduce all elements of a window to one, whatever their keys' },
  ],
  examples: [
    {
      chain: 'event-time field:1 --unit s map pair:0,2 sliding-window 20s 10s',
      in: [
        [
          ['a', 5, 1],
          ['a', 12, 2],
        ],
        [['a', 30, 4]],
      ],
      out: [
        [[['a', -10_000, 10_000], 1]],
        [
          [['a', 0, 20_000], 3],
          [['a', 10_000, 30_000], 2],
        ],
      ],
      endsEarly: true,
    },
  ],
  apply: (call) => {
    const length = call.number('length')
    const slide = call.number('slide')
    if (slide > length)
      throw new UsageError(
        `sliding-window expects a slide of LENGTH at most, got ${slide} ms for ${length} ms`,
        'Elements between two windows would be in none.',
      )
    const aggregator = call.aggregator('function')
    return timedWindows(call, 'windows of event time', () => new TimeWindows(aggregator, length, slide))
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of `[[key, start, end], result]`: the values of each key in windows of event time that overlap,
     * reduced by `f`. A window comes out once, when the watermark passes its end.
     *
     * @param length milliseconds.
     * @param slide milliseconds, `length` at most; windows start at multiples of it since 1970.
     * @param f an associative function of two values; a built-in by its name: `'sum'`; or an aggregator. The sum of numbers
     * where absent.
     * @param options.all reduce all elements of a window to one, as `[start, end]`.
     * @throws UsageError at start where the elements have no event time.
     */
    slidingWindow<K>(
      this: DStream<readonly [K, number]>,
      length: Duration,
      slide: Duration,
    ): DStream<[Windowed<K>, number]>
    slidingWindow<K, V, const W extends ReducerCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      length: Duration,
      slide: Duration,
      f: W,
    ): DStream<[Windowed<K>, ReducerResult<W, Widen<V>>]>
    slidingWindow(
      this: DStream<readonly [unknown, unknown]>,
      length: Duration,
      slide: Duration,
      f: Reducer<Widen<Value<T>>>,
    ): DStream<[Windowed<Key<T>>, Widen<Value<T>>]>
    slidingWindow<C extends Item, R = C>(
      this: DStream<readonly [unknown, unknown]>,
      length: Duration,
      slide: Duration,
      f: Aggregator<Widen<Value<T>>, C, R>,
    ): DStream<[Windowed<Key<T>>, R]>
    slidingWindow<E, const W extends ReducerCall<Widen<E>>>(
      this: DStream<E>,
      length: Duration,
      slide: Duration,
      f: W,
      options: { readonly all: true },
    ): DStream<[TimeRange, ReducerResult<W, Widen<E>>]>
    slidingWindow<E>(
      this: DStream<E>,
      length: Duration,
      slide: Duration,
      f: Reducer<Widen<E>>,
      options: { readonly all: true },
    ): DStream<[TimeRange, Widen<E>]>
  }
}
