import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import { functionMapping, reducingMapping, startMappedStates } from '../state/mapped-states.ts'
import { initialOf, outputOf, settingsOf } from '../state/state-setup.ts'
import { StateSpec } from '../state/state-spec.ts'
import type { Aggregator, Duration, Item, Key, Reducer, Value, Widen } from '../stream/types.ts'
import { defineOperator } from './record.ts'
import type { MapWithStateDStream } from './state-snapshots.ts'

/** `map-with-state [FUNCTION]`. Spark: `PairDStreamFunctions.mapWithState`; a reducer may stand in place of a StateSpec. */
export const mapWithState = defineOperator({
  name: 'map-with-state',
  summary: 'Keep a state per key: each pair updates that of its key, and comes out with it.',
  description:
    'With a reducer, the state is all values of the key since the start, reduced; without one, their sum. One element ' +
    "comes out for each that comes in, in order: its key and the state. An arrow '(key, value, state) => …' keeps the " +
    'state itself by state.exists(), get(), getOption(), update(next), remove() and isTimingOut(), and what it returns ' +
    "comes out. '(time, key, value, state) => …' may return undefined for nothing. With --timeout a key that was idle " +
    'is forgotten, and the arrow is called for it once more, its value undefined. state-snapshots behind this gives all ' +
    'keys with their state. An element that is no pair counts as (element, 1).',
  kind: 'stateful',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'mapping',
      required: false,
      default: 'sum',
      summary: 'how a state and a value become the next state, or what is done with both',
    },
  ],
  flags: [
    {
      name: 'timeout',
      type: 'duration',
      summary: 'forget a key to which nothing came for longer than this, such as 10m',
    },
    { name: 'initial', type: 'string', summary: 'a file of states to begin with, key<TAB>state' },
  ],
  examples: [
    {
      chain: 'map-with-state',
      in: [['a', 'b', 'a'], [], ['a']],
      out: [
        [
          ['a', 1],
          ['b', 1],
          ['a', 2],
        ],
        [],
        [['a', 3]],
      ],
    },
    {
      chain: 'map-with-state max',
      in: [
        [
          ['a', 3],
          ['a', 7],
        ],
        [['a', 5]],
      ],
      out: [
        [
          ['a', 3],
          ['a', 7],
        ],
        [['a', 7]],
      ],
    },
    {
      chain: 'map-with-state --timeout 1s',
      in: [['a', 'b'], ['a'], [], ['a', 'b']],
      out: [
        [
          ['a', 1],
          ['b', 1],
        ],
        [['a', 2]],
        [],
        [
          ['a', 3],
          ['b', 1],
        ],
      ],
    },
    {
      chain:
        'map-with-state --timeout 1s \'(key, value, state) => { if (state.isTimingOut()) return [key, "idle"]; ' +
        "state.update((state.getOption() ?? 0) + value); return [key, state.get()] }'",
      in: [['a', 'b'], ['a'], []],
      out: [
        [
          ['a', 1],
          ['b', 1],
        ],
        [['a', 2]],
        [['b', 'idle']],
      ],
    },
  ],
  program: ([f, ...options]) => (f instanceof StateSpec ? [f.stateful] : [f, ...options]),
  apply: (call) => {
    const settings = settingsOf(call)
    const f = call.stateFunction('function')
    return {
      start: () =>
        startMappedStates({
          mapping: 'aggregator' in f ? reducingMapping(f.aggregator) : functionMapping(call.label, f),
          lines: call.lines,
          skip: call.skip,
          timeout: settings.timeout ?? (call.value('timeout') as number | undefined),
          initial: initialOf(call, settings),
          output: outputOf(call, settings),
        }),
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of what a function gives for each pair of this one, in order: it is called with the pair and
     * the state of its key, which it reads, updates and removes (Spark: `PairDStreamFunctions.mapWithState`). All keys with
     * their states are in `stateSnapshots()` of what is returned.
     *
     * @param spec the function, made by `StateSpec.function`, with initial states, a timeout, partitions.
     */
    mapWithState<K, V, S, M>(
      this: DStream<readonly [K, V]>,
      spec: StateSpec<K, V, S, M>,
    ): MapWithStateDStream<K, S, M>
    /**
     * Return a new DStream with a pair for each pair of this one, in order: its key and the state of that key, which is all
     * its values so far reduced by `f`.
     *
     * @param f an associative function of two values; a built-in by its name: `'max'`; or an aggregator, with options behind
     * it. The sum of numbers where absent.
     * @param options.timeout milliseconds after which a key to which nothing came is forgotten.
     * @param options.initial a file of states to begin with, a line `key<TAB>state` each.
     */
    mapWithState<K>(
      this: DStream<readonly [K, number]>,
      options?: StateOptions,
    ): MapWithStateDStream<K, number, [K, number]>
    mapWithState<K, V, const W extends ReducerCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      f: W,
      options?: StateOptions,
    ): MapWithStateDStream<K, ReducerResult<W, Widen<V>>, [K, ReducerResult<W, Widen<V>>]>
    mapWithState(
      this: DStream<readonly [unknown, unknown]>,
      f: Reducer<Widen<Value<T>>>,
      options?: StateOptions,
    ): MapWithStateDStream<Key<T>, Widen<Value<T>>, [Key<T>, Widen<Value<T>>]>
    mapWithState<C extends Item, R = C>(
      this: DStream<readonly [unknown, unknown]>,
      f: Aggregator<Widen<Value<T>>, C, R>,
      options: StateOptions,
    ): MapWithStateDStream<Key<T>, R, [Key<T>, R]>
  }
}

/** What `mapWithState` takes behind a reducer. */
export interface StateOptions {
  /** Milliseconds after which a key to which nothing came is forgotten. */
  readonly timeout?: Duration
  /** A file of states to begin with, a line `key<TAB>state` each. */
  readonly initial?: string
}
