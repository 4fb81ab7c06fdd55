import type { Aggregator } from '../../functions/aggregator.ts'
import type { GroupedPartition } from '../batch/partition.ts'
import type { Batch, Stateful } from '../operators/record.ts'
import { stageError } from '../plan/describe.ts'
import type { Skip } from '../plan/element-errors.ts'
import type { KeptFunction } from '../plan/functions.ts'
import { mergeOf } from '../shuffle/keyed-table.ts'
import { booleanOf, keeping, recordOf } from './saved.ts'
import {
  type InitialPairs,
  initialCombiner,
  type KeyedOutput,
  partitionsOf,
  shownState,
} from './state-setup.ts'
import { StateTable, shownEntries } from './state-table.ts'

/** What a batch does to the state of a key. */
export interface StateUpdate {
  /**
   * Return the next state, or undefined for none.
   *
   * @param came what the batch has for the key, combined; undefined where it has nothing.
   * @param isSet whether there is a state.
   */
  next(time: number, key: unknown, came: unknown, isSet: boolean, state: unknown): unknown
  /** A state stays as it is at a batch that has nothing for its key. */
  readonly leavesIdle: boolean
  /** Return the state to keep of an initial one. */
  initial(state: unknown): unknown
  /** Return a state as it comes out. */
  shown(state: unknown): unknown
}

/** Return the running form of `updateStateByKey` key by key, over batches that are combined: every key, at every batch. */
export function startUpdatedStates(
  update: StateUpdate,
  initial: InitialPairs,
  output: KeyedOutput,
): ReturnType<Stateful['start']> {
  let states = new StateTable()
  let waiting: InitialPairs | undefined = initial
  const begin = (): void => {
    // As in Spark, the first of several states of a key counts.
    for (const [key, state] of waiting ?? []) {
      if (states.find(key) < 0) states.add(key, update.initial(state))
    }
    waiting = undefined
  }
  return {
    next: (time, batch) => {
      begin()
      const parts: unknown[][] = Array.from({ length: output.count }, () => [])
      const emit = (key: unknown, state: unknown): void => {
        ;(parts[output.place(key)] as unknown[]).push([key, update.shown(state)])
      }
      const came = new Map<number, unknown>()
      const newcomers: (readonly [unknown, unknown])[] = []
      for (const [key, values] of combinedOf(batch)) {
        const address = states.find(key)
        if (address < 0) newcomers.push([key, values])
        else came.set(address, values)
      }
      for (const address of states.addresses()) {
        const key = states.key(address)
        const before = states.get(address)
        const values = came.get(address)
        const state = update.next(time, key, values, true, before)
        if (isNone(state)) {
          states.remove(address)
          continue
        }
        // What is not set is not written down again; what is no number may have been changed in place.
        const mayDiffer = typeof state === 'object' && (values !== undefined || !update.leavesIdle)
        if (mayDiffer || !Object.is(state, before)) states.set(address, state)
        emit(key, state)
      }
      for (const [key, values] of newcomers) {
        const state = update.next(time, key, values, false, undefined)
        if (isNone(state)) continue
        states.add(key, state)
        emit(key, state)
      }
      return partitionsOf(parts)
    },
    keeps: keeping({
      of: 'update-state-by-key',
      version: 1,
      save: () => ({ hasBegun: waiting === undefined, states: states.save() }),
      restore: (saved) => {
        const record = recordOf(saved, 'hasBegun', 'states')
        const hasBegun = booleanOf(record.hasBegun)
        const table = new StateTable()
        table.apply(record.states)
        states = table
        if (hasBegun) waiting = undefined
      },
      changes: () => ({ hasBegun: waiting === undefined, states: states.changes() }),
      apply: (saved) => {
        const record = recordOf(saved, 'hasBegun', 'states')
        const hasBegun = booleanOf(record.hasBegun)
        states.apply(record.states)
        if (hasBegun) waiting = undefined
      },
      size: () => states.size,
      entries: () => shownEntries(states, update.shown),
    }),
  }
}

function isNone(state: unknown): boolean {
  return state === undefined || state === null
}

/** Return each key of a combined batch with its combiner, once: combining gives one partition of columns. */
export function* combinedOf(batch: Batch): Generator<readonly [unknown, unknown]> {
  for (const { keys, values } of batch as readonly GroupedPartition[])
    for (let index = 0; index < keys.length; index++) yield [keys[index], values[index]]
}

/** Return the update that reduces values into the state. */
export function reducingUpdate(aggregator: Aggregator): StateUpdate {
  return {
    next: (_time, _key, came, isSet, state) => {
      if (came === undefined) return state
      return isSet ? mergeOf(aggregator, state, came) : came
    },
    leavesIdle: true,
    initial: (state) => initialCombiner(aggregator, state),
    shown: (state) => shownState(aggregator, state),
  }
}

/**
 * Return the update of a function of values and state.
 *
 * @param label the stage's words, for the errors of the function.
 * @param skip leaves out the values of a key at which it fails, whose state then stays.
 */
export function functionUpdate(
  label: string,
  { call, parameters }: KeptFunction,
  skip?: Skip | undefined,
): StateUpdate {
  const isTimed = parameters === 4
  return {
    next: (time, key, came = [], _isSet, state) => {
      try {
        return isTimed ? call(time, key, came, state) : call(came, state)
      } catch (error) {
        if (skip === undefined) throw stageError(label, [key, came], error)
        const values = came as readonly unknown[]
        for (const value of values) skip([key, value], error)
        if (values.length === 0) skip([key, null], error)
        return state
      }
    },
    leavesIdle: false,
    initial: (state) => state,
    shown: (state) => shownState({}, state),
  }
}
