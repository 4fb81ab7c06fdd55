import { isPair } from '../batch/pair.ts'
import type { Pair } from '../batch/partition.ts'
import type { Stateful } from '../operators/record.ts'
import { stageError } from '../plan/describe.ts'
import { KeyPlaces } from '../shuffle/keyed-table.ts'
import { keeping, listOf } from './saved.ts'
import { savable } from './saved-values.ts'
import { type InitialPairs, type KeyedOutput, partitionsOf, shownState } from './state-setup.ts'
import { combinedOf } from './updated-states.ts'

/** How `updateStateByKey` works on whole partitions. */
export interface UpdatedPartitions {
  /** The stage's words, for the errors of the function. */
  readonly label: string
  /** Takes `[key, values, state]` of every key of a partition, and gives the pairs that are its next states. */
  readonly call: (...args: unknown[]) => unknown
  readonly initial: InitialPairs
  readonly output: KeyedOutput
  /** A state stays in the partition in which it came out, whatever its key is now. */
  readonly remember: boolean
}

/** Return the running form of `updateStateByKey` over whole partitions. Here keys may be renamed, or stand twice. */
export function startUpdatedPartitions(options: UpdatedPartitions): ReturnType<Stateful['start']> {
  const { output, remember } = options
  const emptyParts = (): Pair[][] => Array.from({ length: output.count }, () => [])
  const placed = (pairs: Iterable<Pair>): Pair[][] => {
    const parts = emptyParts()
    for (const pair of pairs) (parts[output.place(pair[0])] as Pair[]).push(pair)
    return parts
  }
  let states: Pair[][] | undefined
  return {
    next: (_time, batch) => {
      const before =
        states === undefined ? placed(options.initial) : remember ? states : placed(states.flat())
      const came = placed(combinedOf(batch))
      // Also for a partition without keys, as in Spark.
      states = before.map((part, index) => nextStates(options, cogrouped(part, came[index] as Pair[])))
      return partitionsOf(states.map((part) => part.map(([key, state]) => [key, shownState({}, state)])))
    },
    keeps: keeping({
      of: 'update-state-by-key over partitions',
      version: 1,
      save: () => states?.map((part) => savable(part)),
      restore: (saved) => {
        states = saved === undefined ? undefined : listOf(saved).map(pairsOf)
      },
      size: () => states?.reduce((size, part) => size + part.length, 0) ?? 0,
      entries: () =>
        (states ?? []).flatMap((part) => part.map(([key, state]) => [key, shownState({}, state)] as const)),
    }),
  }
}

function pairsOf(saved: unknown): Pair[] {
  return listOf(saved).map((pair) => listOf(pair, 2) as unknown as Pair)
}

/** As in Spark, the first of several states of a key counts. */
function cogrouped(states: readonly Pair[], came: readonly Pair[]): [unknown, unknown, unknown][] {
  const rows: [unknown, unknown, unknown][] = []
  const places = new KeyPlaces()
  for (const [key, state] of states) {
    if (places.get(key) !== undefined) continue
    places.set(key, rows.length)
    rows.push([key, [], state])
  }
  for (const [key, values] of came) {
    const row = rows[places.get(key) ?? -1]
    if (row === undefined) rows.push([key, values, undefined])
    else row[1] = values
  }
  return rows
}

function nextStates({ label, call }: UpdatedPartitions, rows: readonly unknown[]): Pair[] {
  try {
    const given = call(rows[Symbol.iterator]())
    if (typeof given !== 'object' || given === null || !(Symbol.iterator in given))
      throw new TypeError('it gives no iterable of pairs of key and state')
    return [...(given as Iterable<unknown>)].map((pair) => {
      if (isPair(pair)) return pair
      throw stageError(label, pair, new TypeError('it gives what is no pair of key and state'))
    })
  } catch (error) {
    throw stageError(label, rows[0] ?? [], error)
  }
}
