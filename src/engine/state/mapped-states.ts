import type { Aggregator } from '../../functions/aggregator.ts'
import { eachElement } from '../batch/lines.ts'
import { pairOf } from '../batch/pair.ts'
import type { Pair } from '../batch/partition.ts'
import type { Batch, Stateful } from '../operators/record.ts'
import { stageError } from '../plan/describe.ts'
import type { Skip } from '../plan/element-errors.ts'
import type { KeptFunction } from '../plan/functions.ts'
import { WARMED } from './key-slots.ts'
import { KeyState } from './key-state.ts'
import { booleanOf, keeping, recordOf } from './saved.ts'
import {
  type InitialPairs,
  initialCombiner,
  type KeyedOutput,
  partitionsOf,
  shownState,
} from './state-setup.ts'
import { StateTable, shownEntries } from './state-table.ts'

/** What a pair does to the state of its key, and what comes out. */
export interface StateMapping {
  /** Take a pair whose key is at `address`, or nowhere: -1; return where it is then. */
  take(
    states: StateTable,
    time: number,
    address: number,
    pair: Pair,
    emit: (element: unknown) => void,
  ): number
  /** A key was idle for too long; it is removed next. */
  expire?(states: StateTable, time: number, address: number, emit: (element: unknown) => void): void
  /** Return the state to keep of an initial one. */
  initial(state: unknown): unknown
  /** Return a state as it comes out. */
  shown(state: unknown): unknown
}

/** How states are kept by `mapWithState`. */
export interface MappedStates {
  readonly mapping: StateMapping
  readonly lines: boolean
  /** Leaves out a pair at which the function fails; where absent, that is an error. */
  readonly skip: Skip | undefined
  /** Milliseconds; none where absent. */
  readonly timeout: number | undefined
  readonly initial: InitialPairs
  readonly output: KeyedOutput
}

/** Return the running form of `mapWithState`: one table, which is also what its snapshots read. */
export function startMappedStates(options: MappedStates): ReturnType<Stateful['start']> {
  const { mapping, lines, timeout, output, skip } = options
  const guarded = (pair: readonly unknown[], run: () => void): void => {
    try {
      run()
    } catch (error) {
      if (skip === undefined) throw error
      skip(pair, error)
    }
  }
  const empty = (): StateTable => new StateTable({ timed: timeout !== undefined })
  let states = empty()
  let initial: InitialPairs | undefined = options.initial
  const begin = (time: number): void => {
    for (const [key, state] of initial ?? []) {
      const address = put(states, states.find(key), key, mapping.initial(state))
      states.touch(address, time)
    }
    initial = undefined
  }
  return {
    next: (time, batch) => {
      begin(time)
      const parts: unknown[][] = Array.from({ length: output.count }, () => [])
      let rows = parts[0] as unknown[]
      const emit = (element: unknown): void => void rows.push(element)
      const pairs: Pair[] = []
      const take = (): void => {
        states.warm(pairs.map(([key]) => key))
        for (const pair of pairs) {
          const [key] = pair
          rows = parts[output.place(key)] as unknown[]
          guarded(pair, () => {
            const address = mapping.take(states, time, states.find(key), pair, emit)
            if (address >= 0) states.touch(address, time)
          })
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
      for (const address of timeout === undefined ? [] : idle(states, time - timeout)) {
        rows = parts[output.place(states.key(address))] as unknown[]
        guarded([states.key(address), null], () => mapping.expire?.(states, time, address, emit))
        states.remove(address)
      }
      return partitionsOf(parts)
    },
    snapshot: () => snapshotOf(states, mapping, output),
    keeps: keeping({
      of: 'map-with-state',
      version: 1,
      save: () => ({ hasBegun: initial === undefined, states: states.save() }),
      restore: (saved) => {
        const record = recordOf(saved, 'hasBegun', 'states')
        const hasBegun = booleanOf(record.hasBegun)
        const table = empty()
        table.apply(record.states)
        states = table
        if (hasBegun) initial = undefined
      },
      changes: () => ({ hasBegun: initial === undefined, states: states.changes() }),
      apply: (saved) => {
        const record = recordOf(saved, 'hasBegun', 'states')
        const hasBegun = booleanOf(record.hasBegun)
        states.apply(record.states)
        if (hasBegun) initial = undefined
      },
      size: () => states.size,
      entries: () => shownEntries(states, mapping.shown),
    }),
  }
}

/** Each address must be removed before the next is asked for. */
function* idle(states: StateTable, before: number): Generator<number> {
  for (
    let address = states.oldest();
    address >= 0 && states.time(address) < before;
    address = states.oldest()
  )
    yield address
}

function snapshotOf(states: StateTable, mapping: StateMapping, output: KeyedOutput): Batch {
  const parts: unknown[][] = Array.from({ length: output.count }, () => [])
  for (const address of states.addresses()) {
    const key = states.key(address)
    ;(parts[output.place(key)] as unknown[]).push([key, mapping.shown(states.get(address))])
  }
  return partitionsOf(parts)
}

function put(states: StateTable, address: number, key: unknown, state: unknown): number {
  if (address < 0) return states.add(key, state)
  states.set(address, state)
  return address
}

/** Return the mapping that reduces all values of a key, and gives each pair the state of its key. */
export function reducingMapping(aggregator: Aggregator): StateMapping {
  return {
    take: (states, _time, found, [key, value], emit) => {
      const state = found < 0 ? aggregator.create(value) : aggregator.mergeValue(states.get(found), value)
      const address = put(states, found, key, state)
      emit([key, shownState(aggregator, states.get(address))])
      return address
    },
    initial: (state) => initialCombiner(aggregator, state),
    shown: (state) => shownState(aggregator, state),
  }
}

/**
 * Return the mapping of a function that is given the state.
 *
 * @param label the stage's words, for the errors of the function.
 */
export function functionMapping(label: string, { call, parameters }: KeptFunction): StateMapping {
  const state = new KeyState()
  const isTimed = parameters === 4
  const run = (time: number, key: unknown, value: unknown, emit: (element: unknown) => void): void => {
    let result: unknown
    try {
      result = isTimed ? call(time, key, value, state) : call(key, value, state)
    } catch (error) {
      throw stageError(label, [key, value], error)
    }
    if (!isTimed || (result !== undefined && result !== null)) emit(result)
  }
  return {
    take: (states, time, address, [key, value], emit) => {
      state.wrap(address >= 0, address >= 0 ? states.get(address) : undefined, false)
      run(time, key, value, emit)
      if (state.isUpdated) return put(states, address, key, state.get())
      if (!state.isRemoved) return address
      if (address >= 0) states.remove(address)
      return -1
    },
    expire: (states, time, address, emit) => {
      state.wrap(true, states.get(address), true)
      run(time, states.key(address), undefined, emit)
    },
    initial: (given) => given,
    shown: (given) => shownState({}, given),
  }
}
