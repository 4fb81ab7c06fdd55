import { RDDPairs } from './rdd-pairs.ts'

/**
 * Elements divided into partitions: a batch of a stream, or data of a program (Spark: `org.apache.spark.rdd.RDD`).
 * Immutable. Unlike Spark's it is in memory, and a method such as `map` has done its work when it returns: there is
 * nothing to be computed twice, which is why `cache` has nothing to do.
 *
 * What is made by key or by value comes in order of first appearance and in one partition, unless a number of partitions
 * is given: then each key is where its hash says. Keys are compared by value, lists and records too.
 */
export class RDD<out T> extends RDDPairs<T> {}

/** True for an RDD, also one of another copy of this package, which a module of the user may have loaded. */
export function isRDD(value: unknown): value is RDD<unknown> {
  if (typeof value !== 'object' || value === null) return false
  const { partitions, withPartitions } = value as Partial<RDD<unknown>>
  return Array.isArray(partitions) && typeof withPartitions === 'function'
}
