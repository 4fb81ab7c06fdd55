import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
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

/** `tumbling-window LENGTH [FUNCTION]`. Spark: `window(time, length)` of Structured Streaming; Flink: `TumblingEventTimeWindows`. */
export const tumblingWindow = defineOperator({
  name: 'tumbling-window',
  summary: 'Reduce the values of each key in windows of event time, one behind the other.',
  description:
    'An element that is no pair counts as (element, 1). A window comes out once, as `[[key, start, end], result]` in ' +
    'milliseconds, when the watermark of event-time passes its end, nothing came for --idle, or the input ends. What comes ' +
    'later is dropped and counted.',
  kind: 'stateful',
  arguments: [
    { name: 'length', type: 'duration', required: true, summary: 'how long a window is, such as 1m' },
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
      chain: 'event-time 1 --unit s map key tumbling-window 10s max',
      in: [['1\ta', '3\ta', '2\tb'], ['10\ta'], ['25\ta']],
      out: [
        [],
        [
          [['1', 0, 10_000], 1],
          [['3', 0, 10_000], 1],
          [['2', 0, 10_000], 1],
        ],
        [[['10', 10_000, 20_000], 1]],
      ],
      endsEarly: true,
    },
  ],
  apply: (call) => {
    const length = call.number('length')
    const aggregator = call.aggregator('function')
    return timedWindows(call, 'windows of event time', () => new TimeWindows(aggregator, length, length))
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of `[[key, start, end], result]`: the values of each key in windows of event time, one behind the
     * other, reduced by `f`. A window comes out once, when the watermark passes its end.
     *
     * @param length milliseconds; windows start at multiples of it since 1970.
     * @param f an associative function of two values; a built-in by its name: `'sum'`; or an aggregator. The sum of numbers
     * where absent.
     * @param options.all reduce all elements of a window to one, as `[start, end]`.
     * @throws UsageError at start where the elements have no event time.
     */
    tumblingWindow<K>(this: DStream<readonly [K, number]>, length: Duration): DStream<[Windowed<K>, number]>
    tumblingWindow<K, V, const W extends ReducerCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      length: Duration,
      f: W,
    ): DStream<[Windowed<K>, ReducerResult<W, Widen<V>>]>
    tumblingWindow(
      this: DStream<readonly [unknown, unknown]>,
      length: Duration,
      f: Reducer<Widen<Value<T>>>,
    ): DStream<[Windowed<Key<T>>, Widen<Value<T>>]>
    tumblingWindow<C extends Item, R = C>(
      this: DStream<readonly [unknown, unknown]>,
      length: Duration,
      f: Aggregator<Widen<Value<T>>, C, R>,
    ): DStream<[Windowed<Key<T>>, R]>
    tumblingWindow<E, const W extends ReducerCall<Widen<E>>>(
      this: DStream<E>,
      length: Duration,
      f: W,
      options: { readonly all: true },
    ): DStream<[TimeRange, ReducerResult<W, Widen<E>>]>
    tumblingWindow<E>(
      this: DStream<E>,
      length: Duration,
      f: Reducer<Widen<E>>,
      options: { readonly all: true },
    ): DStream<[TimeRange, Widen<E>]>
  }
}
