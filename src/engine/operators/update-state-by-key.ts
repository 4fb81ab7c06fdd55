import { listing } from '../../functions/aggregator.ts'
import type { ReducerCall, ReducerResult } from '../../functions/names.ts'
import { initialOf, outputOf, settingsOf } from '../state/state-setup.ts'
import { type InitialState, type Partitioner, StatefulFunction } from '../state/stateful-function.ts'
import { startUpdatedPartitions } from '../state/updated-partitions.ts'
import { functionUpdate, reducingUpdate, startUpdatedStates } from '../state/updated-states.ts'
import type { Item, Time, Widen } from '../stream/types.ts'
import type { Aggregation } from './record.ts'
import { defineOperator } from './record.ts'

/** `update-state-by-key FUNCTION`. Spark: `PairDStreamFunctions.updateStateByKey`. */
export const updateStateByKey = defineOperator({
  name: 'update-state-by-key',
  summary: 'Keep a state per key, update all of them at every batch, and give every key with its state.',
  description:
    "An arrow '(values, state) => …' is called for every key that has a state or that the batch has values for. `values` " +
    'is the list of those, empty where nothing came; `state` is undefined at first. What it returns is the next state; ' +
    "undefined or null forgets the key. '(time, key, values, state) => …' is told more. A reducer such as sum or max " +
    'reduces the values into the state. Each batch costs all keys: map-with-state costs those to which something came. ' +
    'An element that is no pair counts as (element, 1).',
  kind: 'stateful',
  arguments: [
    {
      name: 'function',
      type: 'function',
      role: 'update',
      required: true,
      summary: "how a batch's values and a state become the next state",
    },
  ],
  flags: [{ name: 'initial', type: 'string', summary: 'a file of states to begin with, key<TAB>state' }],
  examples: [
    {
      chain: "update-state-by-key '(values, state = 0) => state + values.length'",
      in: [['a', 'b', 'a'], [], ['b', 'c']],
      out: [
        [
          ['a', 2],
          ['b', 1],
        ],
        [
          ['a', 2],
          ['b', 1],
        ],
        [
          ['a', 2],
          ['b', 2],
          ['c', 1],
        ],
      ],
    },
    {
      chain: "update-state-by-key '(values, state) => values.length === 0 ? undefined : values.length'",
      in: [['a', 'b'], ['a', 'a'], []],
      out: [
        [
          ['a', 1],
          ['b', 1],
        ],
        [['a', 2]],
        [],
      ],
    },
    {
      chain: 'update-state-by-key max',
      in: [
        [
          ['a', 3],
          ['b', 7],
        ],
        [['a', 5]],
      ],
      out: [
        [
          ['a', 3],
          ['b', 7],
        ],
        [
          ['a', 5],
          ['b', 7],
        ],
      ],
    },
  ],
  program: ([f, partitions, ...rest]) => {
    if (isOptions(partitions)) {
      const { numPartitions, partitioner, initialRDD: initial } = partitions
      return [
        new StatefulFunction(
          'updateStateByKey',
          f,
          defined({ partitions: partitioner ?? numPartitions, initial }),
        ),
      ]
    }
    const [remember, initial] = typeof rest[0] === 'boolean' ? rest : [undefined, rest[0]]
    if (partitions === undefined && initial === undefined && typeof f === 'string') return [f]
    return [
      new StatefulFunction(
        'updateStateByKey',
        f,
        defined({ partitions, rememberPartitioner: remember, initial }),
      ),
    ]
  },
  apply: (call) => {
    const settings = settingsOf(call)
    const f = call.stateFunction('function')
    const aggregator = 'aggregator' in f ? f.aggregator : listing
    const combine: Aggregation = { key: 'pair', aggregator, output: 'pairs' }
    const output = outputOf(call, settings)
    const { label } = call
    return {
      combine,
      start: () => {
        const initial = initialOf(call, settings)
        if ('aggregator' in f) return startUpdatedStates(reducingUpdate(aggregator), initial, output)
        if (f.parameters !== 1)
          return startUpdatedStates(functionUpdate(label, f, call.skip), initial, output)
        const remember = settings.rememberPartitioner === true
        return startUpdatedPartitions({ label, call: f.call, initial, output, remember })
      },
    }
  },
})

function isOptions(value: unknown): value is UpdateOptions<unknown, unknown> {
  return typeof value === 'object' && value !== null && !('getPartition' in value)
}

function defined(settings: Readonly<Record<string, unknown>>): StatefulFunction['settings'] {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return a new DStream of every key with its state. At every batch, `f` makes the next state of each key that has one or
     * to which something came (Spark: `PairDStreamFunctions.updateStateByKey`).
     *
     * @param f takes the values of the batch, none where nothing came, and the state, undefined at first; what it returns is
     * the next state, undefined or null to forget the key. Or a built-in reducer by its name.
     * @param partitions how many partitions come out, by the hash of their keys; which, by a partitioner; or options. One
     * where absent.
     * @param initialRDD states to begin with, as pairs or as an RDD; of a key that stands twice the first one.
     */
    updateStateByKey<K, V, S extends Item>(
      this: DStream<readonly [K, V]>,
      f: (values: Widen<V>[], state: S | undefined) => S | null | undefined,
      partitions?: number | Partitioner<NoInfer<K>> | UpdateOptions<NoInfer<K>, NoInfer<S>>,
      initialRDD?: InitialState<NoInfer<K>, NoInfer<S>>,
    ): DStream<[K, S]>
    updateStateByKey<K, V, const W extends ReducerCall<Widen<V>>>(
      this: DStream<readonly [K, V]>,
      f: W,
      partitions?: number | Partitioner<K>,
      initialRDD?: InitialState<K, Widen<V>>,
    ): DStream<[K, ReducerResult<W, Widen<V>>]>
    /** Like the first one, with a function that is also told the time of the batch and the key. */
    updateStateByKey<K, V, S extends Item>(
      this: DStream<readonly [K, V]>,
      f: (time: Time, key: NoInfer<K>, values: Widen<V>[], state: S | undefined) => S | null | undefined,
      partitions: number | Partitioner<NoInfer<K>>,
      rememberPartitioner: boolean,
      initialRDD?: InitialState<NoInfer<K>, NoInfer<S>>,
    ): DStream<[K, S]>
    /**
     * Like the first one, with a function of whole partitions, its parameter typed. It is given every key with its values and its state, and
     * gives the keys with their next states: it may leave out, rename and add keys.
     *
     * @param rememberPartitioner true says that keys stay in their partition: one that is renamed into another partition is
     * then not found there. False divides the keys anew at every batch.
     */
    updateStateByKey<K, V, S extends Item>(
      this: DStream<readonly [K, V]>,
      f: (
        keys: IterableIterator<[key: NoInfer<K>, values: Widen<V>[], state: S | undefined]>,
      ) => Iterable<readonly [NoInfer<K>, S]>,
      partitions: number | Partitioner<NoInfer<K>>,
      rememberPartitioner: boolean,
      initialRDD?: InitialState<NoInfer<K>, NoInfer<S>>,
    ): DStream<[K, S]>
  }
}

/** What `updateStateByKey` takes behind its function, where only some of it is said. */
export interface UpdateOptions<K, S> {
  readonly numPartitions?: number
  readonly partitioner?: Partitioner<K>
  readonly initialRDD?: InitialState<K, S>
}
