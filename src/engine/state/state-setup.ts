import { readFileSync } from 'node:fs'
import type { Aggregator } from '../../functions/aggregator.ts'
import { pairOfLine } from '../../functions/pairs.ts'
import { eachLine } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import { reasonOf, stageError } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import { isFunctionReference } from '../plan/plan.ts'
import type { Call } from '../plan/record.ts'
import { copyOf } from '../shuffle/keyed-table.ts'
import { partitionOf } from '../shuffle/partitioner.ts'
import { type Partitioner, pairsOf, StatefulFunction, type StateSettings } from './stateful-function.ts'

/** States by key before the first batch. */
export type InitialPairs = Iterable<readonly [unknown, unknown]>

/** Return what the program says of the state of a stage; nothing where a command line made it. */
export function settingsOf(call: Call): StateSettings {
  const reference = call.value('function')
  const given = isFunctionReference(reference) && reference.type === 'closure' ? reference.call : undefined
  return given instanceof StatefulFunction ? given.settings : {}
}

/**
 * Return the states with which a stage begins: those of the program, or of the file that `--initial` names, a line
 * `key<TAB>state` each.
 *
 * @throws UsageError when the file cannot be read, or has a line without a tab.
 */
export function initialOf(call: Call, { initial }: StateSettings): InitialPairs {
  if (initial !== undefined) return checked(call, pairsOf(initial))
  const path = call.value('initial')
  return path === undefined ? [] : pairsOfFile(String(path))
}

function* checked(call: Call, pairs: Iterable<unknown>): Generator<readonly [unknown, unknown]> {
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw stageError(call.label, pair, new TypeError('an initial state is a pair of key and state'))
    yield pair as unknown as readonly [unknown, unknown]
  }
}

function pairsOfFile(path: string): (readonly [unknown, unknown])[] {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new UsageError(`cannot read the initial state: ${reasonOf(error)}`)
  }
  const isEnded = bytes.length === 0 || bytes.at(-1) === 10
  const pairs: (readonly [unknown, unknown])[] = []
  let number = 0
  eachLine(isEnded ? bytes : Buffer.concat([bytes, Buffer.from('\n')]), (line) => {
    number += 1
    const pair = pairOfLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (pair === undefined)
      throw new UsageError(`${path}:${number} is no state`, 'A line of --initial is key<TAB>state.')
    pairs.push(pair)
  })
  return pairs
}

/** Return the combiner that an initial state is: as if it were the key's first value, or the count so far. */
export function initialCombiner(aggregator: Aggregator, state: unknown): unknown {
  return aggregator.countsAny === true ? state : aggregator.create(state)
}

/** Return a state as it comes out: it may be changed in place later, what has come out may not. */
export function shownState({ finish }: Pick<Aggregator, 'finish'>, state: unknown): unknown {
  return finish === undefined ? copyOf(state) : finish(state)
}

/** Takes what comes out of a stage with a state, by the partition of its key. */
export interface KeyedOutput {
  readonly count: number
  /** Return the partition of a key. */
  readonly place: (key: unknown) => number
}

/** Return where keys come out. Throws a StageError at a key for which a partitioner gives no partition. */
export function outputOf(call: Call, { partitions = 1 }: StateSettings): KeyedOutput {
  if (partitions === 1) return { count: 1, place: () => 0 }
  if (typeof partitions === 'number')
    return { count: partitions, place: (key) => partitionOf(key, partitions) }
  return { count: partitions.numPartitions, place: (key) => ownPlace(call.label, partitions, key) }
}

function ownPlace(label: string, partitioner: Partitioner, key: unknown): number {
  const { numPartitions } = partitioner
  try {
    const place = partitioner.getPartition(key)
    if (Number.isInteger(place) && place >= 0 && place < numPartitions) return place
    throw new RangeError(`its partitioner gives ${place}, not one of 0 to ${numPartitions - 1}`)
  } catch (error) {
    throw stageError(label, key, error)
  }
}

/** Return lists of elements as partitions; one that is empty is none. */
export function partitionsOf(parts: readonly (readonly unknown[])[]): readonly Partition[] {
  if (parts.length === 1 && parts[0]?.length === 0) return []
  return parts.map((rows) => ({ kind: 'rows', rows }))
}
