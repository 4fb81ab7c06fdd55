import type { DStream } from '../stream/dstream.ts'
import { defineOperator } from './record.ts'

/** `state-snapshots`. Spark: `MapWithStateDStream.stateSnapshots`. */
export const stateSnapshots = defineOperator({
  name: 'state-snapshots',
  summary: 'Give every key with its state, after each batch, in place of what map-with-state gives.',
  description:
    'It stands right behind `map-with-state` and reads its table: there is no second one. Keys come out whether or not ' +
    'the batch had something for them.',
  kind: 'stateful',
  arguments: [],
  flags: [],
  examples: [
    {
      chain: 'map-with-state state-snapshots',
      in: [['a', 'b', 'a'], [], ['c']],
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
          ['b', 1],
          ['c', 1],
        ],
      ],
    },
    {
      chain: 'map-with-state --timeout 1s state-snapshots map key',
      in: [['a', 'b'], ['a'], []],
      out: [['a', 'b'], ['a', 'b'], ['a']],
    },
  ],
  apply: () => ({ snapshot: true }),
})

/** What `mapWithState` returns (Spark: `org.apache.spark.streaming.dstream.MapWithStateDStream`). */
export interface MapWithStateDStream<K, S, M> extends DStream<M> {
  /**
   * Return a new DStream of all keys with their states, after each batch. It reads the table of `mapWithState` and keeps
   * none of its own; both streams can be used at once.
   */
  stateSnapshots(): DStream<[K, S]>
}
