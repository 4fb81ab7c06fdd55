import type { Duration, Time } from '../stream/types.ts'
import {
  type InitialState,
  type Partitioner,
  StatefulFunction,
  type StateSettings,
} from './stateful-function.ts'

/**
 * The state of one key while a mapping function runs (Spark: `org.apache.spark.streaming.State`). It is of use during that
 * call only.
 */
export interface State<S> {
  /** Return true when the key has a state. */
  exists(): boolean
  /** Return the state. Throws a RangeError when there is none. */
  get(): S
  /** Return the state, or undefined when there is none. */
  getOption(): S | undefined
  /** Set the state. Throws an Error when it was removed in this call, or is timing out. */
  update(state: S): void
  /** Remove the key with its state. Throws an Error when it was removed in this call, or is timing out. */
  remove(): void
  /** Return true when nothing came for the key for longer than the timeout: it is removed after this call. */
  isTimingOut(): boolean
}

/**
 * What `mapWithState` does with each pair and the state of its key (Spark: `org.apache.spark.streaming.StateSpec`).
 *
 *   const spec = StateSpec.function((word: string, one: number | undefined, state: State<number>) => {
 *     const sum = (state.getOption() ?? 0) + (one ?? 0)
 *     if (!state.isTimingOut()) state.update(sum)
 *     return [word, sum]
 *   }).timeout(Minutes(10))
 */
export class StateSpec<K, V, S, M> {
  /** For the compiler only. */
  declare readonly mapping: (key: K, value: V | undefined, state: State<S>) => M
  /**
   * The function with what was said of its state.
   *
   * @internal
   */
  readonly stateful: StatefulFunction

  private constructor(stateful: StatefulFunction) {
    this.stateful = stateful
  }

  /**
   * Make a specification of a function that is called for each pair, in order, and once more for a key that times out, then
   * without a value. What it returns is an element of the stream; with the time before the key, null and undefined are none.
   *
   * @param f of three parameters or of four: by their number it is told which.
   */
  static function<K, V, S, M>(f: (key: K, value: V | undefined, state: State<S>) => M): StateSpec<K, V, S, M>
  static function<K, V, S, M>(
    f: (time: Time, key: K, value: V | undefined, state: State<S>) => M | null | undefined,
  ): StateSpec<K, V, S, M>
  static function<K, V, S, M>(f: unknown): StateSpec<K, V, S, M> {
    return new StateSpec<K, V, S, M>(new StatefulFunction('StateSpec.function', f, {}))
  }

  /** Return this specification with states to begin with; of a key that stands twice the last one. */
  initialState(initial: InitialState<K, S>): StateSpec<K, V, S, M> {
    return this.#with({ initial })
  }

  /** Return this specification with a number of partitions for what comes out, by the hash of the keys. */
  numPartitions(count: number): StateSpec<K, V, S, M> {
    return this.#with({ partitions: count })
  }

  /** Return this specification with a partitioner for what comes out. */
  partitioner(partitioner: Partitioner<K>): StateSpec<K, V, S, M> {
    return this.#with({ partitions: partitioner as Partitioner })
  }

  /**
   * Return this specification with a timeout: a key to which nothing came for longer is removed, after the function was
   * called for it once more. Every batch looks for such keys; Spark does so at every tenth.
   *
   * @param duration milliseconds.
   */
  timeout(duration: Duration): StateSpec<K, V, S, M> {
    return this.#with({ timeout: duration })
  }

  #with(settings: StateSettings): StateSpec<K, V, S, M> {
    const { f, settings: before } = this.stateful
    return new StateSpec<K, V, S, M>(new StatefulFunction('StateSpec', f, { ...before, ...settings }))
  }
}
