import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import { SessionWindows } from '../state/session-windows.ts'
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

/** `session-window GAP [FUNCTION]`. Spark: `session_window` of Structured Streaming; Flink: `EventTimeSessionWindows`. */
export const sessionWindow = defineOperator({
  name: 'session-window',
  summary:
    'Reduce the values of each key in sessions: as long as less than GAP of event time is between two.',
  description:
    'An element that is no pair counts as (element, 1). A session ends GAP after its last element. It comes out once, as `[[key, start, end], result]` in ' +
    'milliseconds, when the watermark of event-time passes its end, nothing came for --idle, or the input ends. What comes ' +
    'later is dropped and counted.',
  kind: 'stateful',
  arguments: [
    {
      name: 'gap',
      type: 'duration',
      required: true,
      summary: 'the time without an element that ends a session',
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
      chain: 'event-time field:1 --unit s map pair:0,2 session-window 10s',
      in: [
        [
          ['a', 1, 1],
          ['a', 8, 2],
          ['b', 9, 1],
        ],
        [['a', 18, 4]],
        [['a', 40, 8]],
      ],
      out: [
        [],
        [[['a', 1000, 18_000], 3]],
        [
          [['b', 9000, 19_000], 1],
          [['a', 18_000, 28_000], 4],
        ],
      ],
      endsEarly: true,
    },
  ],
  apply: (call) => {
    const gap = call.number('gap')
    const aggregator = call.aggregator('function')
    return timedWindows(call, 'sessions', () => new SessionWindows(aggregator, gap))
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of `[[key, start, end], result]`: the values of each key, reduced by `f` as long as less than `gap`
     * of event time is between two. A session ends `gap` after its last element, and comes out once, when the watermark
     * passes that.
     *
     * @param gap milliseconds without an element of the key that end a session.
     * @param f an associative function of two values; a built-in by its name: `'sum'`; or an aggregator. The sum of numbers
     * where absent.
     * @param options.all reduce all elements of a window to one, as `[start, end]`.
     * @throws UsageError at start where the elements have no event time.
     */
    sessionWindow<K>(this: DStream<readonly [K, number]>, gap: Duration): DStream<[Windowed<K>, number]>
    sessionWindow<K, V, const W extends ReducerCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      gap: Duration,
      f: W,
    ): DStream<[Windowed<K>, ReducerResult<W, Widen<V>>]>
    sessionWindow(
      this: DStream<readonly [unknown, unknown]>,
      gap: Duration,
      f: Reducer<Widen<Value<T>>>,
    ): DStream<[Windowed<Key<T>>, Widen<Value<T>>]>
    sessionWindow<C extends Item, R = C>(
      this: DStream<readonly [unknown, unknown]>,
      gap: Duration,
      f: Aggregator<Widen<Value<T>>, C, R>,
    ): DStream<[Windowed<Key<T>>, R]>
    sessionWindow<E, const W extends ReducerCall<Widen<E>>>(
      this: DStream<E>,
      gap: Duration,
      f: W,
      options: { readonly all: true },
    ): DStream<[TimeRange, ReducerResult<W, Widen<E>>]>
    sessionWindow<E>(
      this: DStream<E>,
      gap: Duration,
      f: Reducer<Widen<E>>,
      options: { readonly all: true },
    ): DStream<[TimeRange, Widen<E>]>
  }
}
