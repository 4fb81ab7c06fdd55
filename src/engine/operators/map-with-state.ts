import type { Aggregator } from '../../functions/aggregator.ts'
import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import { eachElement } from '../batch/lines.ts'
import { pairOf } from '../batch/pair.ts'
import type { Pair } from '../batch/partition.ts'
import { copyOf } from '../shuffle/keyed-table.ts'
import { WARMED } from '../state/key-slots.ts'
import { StateTable } from '../state/state-table.ts'
import type {
  Duration,
  Item,
  Key,
  Reducer,
  Aggregator as TypedAggregator,
  Value,
  Widen,
} from '../stream/types.ts'
import { defineOperator } from './record.ts'

/** `map-with-state [FUNCTION]`. Spark: `PairDStreamFunctions.mapWithState`, with a reducer in place of a StateSpec. */
export const mapWithState = defineOperator({
  name: 'map-with-state',
  summary: 'Keep a state per key: each pair updates that of its key, and comes out with it.',
  description:
    'The state is all values of the key since the start, reduced by the function; without one, their sum. ' +
    'An element that is no pair counts as (element, 1). One element comes out for each that comes in, in order.',
  kind: 'stateful',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'reduce',
      required: false,
      default: 'sum',
      summary: 'how a state and a value become the next state',
    },
  ],
  flags: [
    {
      name: 'idle-timeout',
      type: 'duration',
      summary: 'forget a key to which nothing came for longer than this, such as 10m',
    },
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
      chain: 'map-with-state --idle-timeout 1s',
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
  ],
  apply: (call) => {
    const { lines } = call
    const aggregator = call.aggregator('function')
    const timeout = call.value('idle-timeout') as number | undefined
    return {
      start: () => {
        const states = new StateTable({ timed: timeout !== undefined })
        return {
          next: (time, batch) => {
            const rows: unknown[] = []
            const pairs: Pair[] = []
            const take = (): void => {
              states.warm(pairs.map(([key]) => key))
              for (const [key, value] of pairs) {
                const address = update(states, aggregator, key, value)
                if (timeout !== undefined) states.touch(address, time)
                rows.push([key, shown(aggregator, states.get(address))])
              }
              pairs.length = 0
            }
            for (const partition of batch) {
              eachElement(partition, (element) => {
                pairs.push(pairOf(element, lines))
                if (pairs.length === WARMED) take()
              })
            }
            take()
            // As in Spark, what came with this batch is in time.
            if (timeout !== undefined) forget(states, time - timeout)
            return rows.length === 0 ? [] : [{ kind: 'rows', rows }]
          },
        }
      },
    }
  },
})

function update(states: StateTable, aggregator: Aggregator, key: unknown, value: unknown): number {
  const address = states.find(key)
  if (address < 0) return states.add(key, aggregator.create(value))
  states.set(address, aggregator.mergeValue(states.get(address), value))
  return address
}

/** A state may be changed in place later; what has come out may not. */
function shown({ finish }: Aggregator, state: unknown): unknown {
  return finish === undefined ? copyOf(state) : finish(state)
}

function forget(states: StateTable, before: number): void {
  for (
    let address = states.oldest();
    address >= 0 && states.time(address) < before;
    address = states.oldest()
  )
    states.remove(address)
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream with a pair for each pair of this one, in order: its key and the state of that key, which is all
     * its values so far reduced by `f`.
     *
     * @param f an associative function of two values; a built-in by its name: `'max'`; or an aggregator, with options behind
     * it. The sum of numbers where absent.
     * @param options.idleTimeout milliseconds after which a key to which nothing came is forgotten.
     */
    mapWithState<K>(this: DStream<readonly [K, number]>, options?: StateOptions): DStream<[K, number]>
    mapWithState<K, V, const W extends ReducerCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      f: W,
      options?: StateOptions,
    ): DStream<[K, ReducerResult<W, Widen<V>>]>
    mapWithState(
      this: DStream<readonly [unknown, unknown]>,
      f: Reducer<Widen<Value<T>>>,
      options?: StateOptions,
    ): DStream<[Key<T>, Widen<Value<T>>]>
    mapWithState<C extends Item, R = C>(
      this: DStream<readonly [unknown, unknown]>,
      f: TypedAggregator<Widen<Value<T>>, C, R>,
      options: StateOptions,
    ): DStream<[Key<T>, R]>
  }
}

/** What `mapWithState` takes behind its function. */
export interface StateOptions {
  /** Milliseconds after which a key to which nothing came is forgotten. */
  readonly idleTimeout?: Duration
}
