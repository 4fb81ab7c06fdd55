import { UsageError } from '../plan/errors.ts'

/** States to begin with: pairs of key and state, or an RDD of them. */
export type InitialState<K, S> =
  | Iterable<readonly [K, S]>
  | { readonly collect: () => readonly (readonly [K, S])[] }

/** Says to which of its partitions a key belongs (Spark: `org.apache.spark.Partitioner`). */
export interface Partitioner<in K = unknown> {
  readonly numPartitions: number
  /** Return a whole number from 0 to `numPartitions` - 1; the same one for the same key. */
  getPartition(key: K): number
}

/** What a program says of a state beside its function. */
export interface StateSettings {
  readonly initial?: InitialState<unknown, unknown>
  /** How many partitions come out, by the hash of their keys, or which. One where absent. */
  readonly partitions?: number | Partitioner
  /** Milliseconds after which a key to which nothing came is forgotten. */
  readonly timeout?: number
  /** The function takes whole partitions, or the time; whether keys then stay in the partition in which they came out. */
  readonly rememberPartitioner?: boolean
}

/** The function of a program in the place of a stage's function, with all that the program says of its state. */
export class StatefulFunction {
  /** A function, an aggregator, or the name of a built-in reducer. */
  readonly f: unknown
  readonly settings: StateSettings

  /** @throws UsageError where a setting is none. */
  constructor(command: string, f: unknown, settings: StateSettings) {
    const { partitions, timeout, initial } = settings
    const expects = (what: string): never => {
      throw new UsageError(`${command} expects ${what}`)
    }
    if (typeof f !== 'function' && typeof f !== 'string' && (typeof f !== 'object' || f === null))
      expects('a function')
    const count = typeof partitions === 'object' ? partitions?.numPartitions : (partitions ?? 1)
    if (!isCount(count)) expects(`at least 1 partition, got ${count}`)
    if (timeout !== undefined && !isCount(timeout)) expects(`milliseconds as its timeout, got ${timeout}`)
    const isPairs = typeof initial === 'object' && (Symbol.iterator in initial || 'collect' in initial)
    if (initial !== undefined && !isPairs) expects('pairs or an RDD of pairs as its initial state')
    this.f = f
    this.settings = settings
  }

  /** Return the function as its stage's words show it. */
  toString(): string {
    return typeof this.f === 'object' ? '{…}' : String(this.f)
  }
}

/** Return the pairs of an initial state. */
export function pairsOf(initial: InitialState<unknown, unknown>): Iterable<readonly [unknown, unknown]> {
  return 'collect' in initial ? initial.collect() : initial
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0
}
