import { elementsOf } from '../batch/lines.ts'
import { pairOf } from '../batch/pair.ts'
import type { Partition } from '../batch/partition.ts'
import { stageError } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import { isFunctionReference } from '../plan/plan.ts'
import type { Call, FlagRecord } from '../plan/record.ts'
import { distribute, partitionOf } from './partitioner.ts'

/** Says to which partition a key belongs (Spark: `org.apache.spark.Partitioner`). */
export interface Partitioner<in K = never> {
  /** How many partitions there are, at least 1. */
  readonly numPartitions: number
  /** Return the partition of a key, from 0 to `numPartitions` - 1; equal keys must be given the same. */
  getPartition(key: K): number
}

/** How the pairs of a batch are divided. */
export interface Partitioning {
  readonly count: number
  /** The partition of a pair, from 0 to `count` - 1. */
  readonly place: (pair: unknown) => number
}

/** The flag of every operator that shuffles. */
export const PARTITIONS: FlagRecord = {
  name: 'partitions',
  type: 'integer',
  partitions: true,
  summary: 'how many partitions come out, pairs divided by the hash of their key',
}

/** True for an object that says where keys belong. */
export function isPartitioner(value: unknown): value is Partitioner<unknown> {
  const found = value as Partial<Partitioner<unknown>> | null
  return typeof found === 'object' && typeof found?.getPartition === 'function'
}

/**
 * Return how the flag `partitions` of a stage divides what comes out; undefined where it is absent.
 *
 * @throws UsageError unless it is at least 1.
 */
export function partitioningOf(call: Call): Partitioning | undefined {
  const given = call.value('partitions')
  if (given === undefined) return undefined
  const partitioner = isFunctionReference(given) && given.type === 'closure' ? given.call : undefined
  const count = isPartitioner(partitioner) ? partitioner.numPartitions : given
  if (!Number.isSafeInteger(count) || (count as number) < 1)
    throw new UsageError(`${call.label} expects at least 1 partition, got ${String(count)}`)
  const size = count as number
  if (!isPartitioner(partitioner)) return { count: size, place: (pair) => partitionOf(keyOf(pair), size) }
  return { count: size, place: (pair) => checked(call.label, partitioner, keyOf(pair)) }
}

/** Return what an aggregation is told of the flag `partitions`. Throws as `partitioningOf` does. */
export function partitionedBy(call: Call): { readonly partitioning?: Partitioning } {
  const partitioning = partitioningOf(call)
  return partitioning === undefined ? {} : { partitioning }
}

/** Return a batch as the partitions that were asked for, its elements in order in each; as it is where none were. */
export function partitioned(
  batch: readonly Partition[],
  partitioning: Partitioning | undefined,
): readonly Partition[] {
  if (partitioning === undefined) return batch
  const rows = batch.flatMap((partition) => [...elementsOf(partition)])
  return distribute(rows, partitioning.count, partitioning.place)
}

/** Arguments as Spark writes them, of which the last may be a number of partitions or a partitioner: it becomes a flag. */
export function withPartitions(args: readonly unknown[], place: number): readonly unknown[] {
  const given = args.slice(0, place)
  while (given.length < place) given.push(undefined)
  const last = args[place]
  // Options are written as an object too.
  const isOptions = typeof last === 'object' && last !== null && !isPartitioner(last)
  return [...given, isOptions ? last : { partitions: last }]
}

function keyOf(pair: unknown): unknown {
  return pairOf(pair, false)[0]
}

function checked(label: string, partitioner: Partitioner<unknown>, key: unknown): number {
  const { numPartitions } = partitioner
  try {
    const place = partitioner.getPartition(key)
    if (Number.isSafeInteger(place) && place >= 0 && place < numPartitions) return place
    const range = `a whole number from 0 to ${numPartitions - 1}`
    throw new RangeError(`getPartition must give ${range}, got ${String(place)}`)
  } catch (error) {
    throw stageError(label, key, error)
  }
}
