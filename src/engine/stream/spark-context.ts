import type { Partition } from '../batch/partition.ts'
import { DEFAULT_MASTER, localThreads } from '../masters/local.ts'
import { reasonOf } from '../plan/describe.ts'
import { UsageError } from '../plan/errors.ts'
import { RDD } from './rdd.ts'
import { readTextFiles, readWholeFiles } from './rdd-files.ts'
import { checkPartitions } from './rdd-keys.ts'
import { Broadcast, CollectionAccumulator, NumberAccumulator } from './shared-variables.ts'
import type { Item, Widen } from './types.ts'

/** How a context is called, and how many partitions it makes of data. */
export interface SparkContextOptions {
  /** `local[N]`; `local[*]` where absent. */
  readonly master?: string
  readonly appName?: string
}

/**
 * Makes RDDs of data and files, and the variables that functions share (Spark: `org.apache.spark.SparkContext`). Given by
 * `StreamingContext.sparkContext` and `RDD.sparkContext`; a program may also make one of its own. It holds nothing
 * that has to be stopped.
 */
export class SparkContext {
  static #active: SparkContext | undefined

  /** The master, `local[N]`. */
  readonly master: string
  /** The name of the program. */
  readonly appName: string
  /** Partitions of what `parallelize` and `range` make where no number is given: the N of the master. */
  readonly defaultParallelism: number
  #broadcasts = 0

  /**
   * Make a context from options, or as Spark does from master and name.
   *
   * @throws UsageError when the master is not `local[N]`.
   */
  constructor(options?: SparkContextOptions)
  constructor(master: string, appName: string)
  constructor(first: SparkContextOptions | string = {}, appName?: string) {
    const options = typeof first === 'string' ? { master: first, appName } : first
    this.master = options.master ?? DEFAULT_MASTER
    this.appName = options.appName ?? 'dstream'
    const threads = localThreads(this.master)
    if (!threads) throw new UsageError(`the master is local[N], got ${this.master}`)
    this.defaultParallelism = threads
    SparkContext.#active = this
  }

  /** Return the context that was made last, or a new one. */
  static getOrCreate(options?: SparkContextOptions): SparkContext {
    return SparkContext.#active ?? new SparkContext(options)
  }

  /**
   * Return the elements of a list or another iterable as an RDD of `numSlices` partitions of about the same length. The
   * elements themselves are not copied: do not change them afterwards.
   */
  parallelize<T extends Item>(data: Iterable<T>, numSlices?: number): RDD<Widen<T>>
  parallelize<T>(data: Iterable<T>, numSlices?: number): RDD<T>
  parallelize<T>(data: Iterable<T>, numSlices = this.defaultParallelism): RDD<T> {
    const rows = [...data]
    const count = checkPartitions(numSlices)
    const at = (index: number): number => Math.floor((index * rows.length) / count)
    return this.#rdd(
      Array.from({ length: count }, (_, index) => ({
        kind: 'rows',
        rows: rows.slice(at(index), at(index + 1)),
      })),
    )
  }

  /** Return whole numbers from `start`, 0 where one number is given, up to and without `end`, by steps of `step`. */
  range(end: number): RDD<number>
  range(start: number, end: number, step?: number, numSlices?: number): RDD<number>
  range(first: number, second?: number, step = 1, numSlices?: number): RDD<number> {
    const [start, end] = second === undefined ? [0, first] : [first, second]
    if (step === 0 || ![start, end, step].every(Number.isSafeInteger))
      throw new UsageError(
        `range expects whole numbers and a step other than 0, got ${start}, ${end}, ${step}`,
      )
    const length = Math.max(0, Math.ceil((end - start) / step))
    const numbers = Array.from({ length }, (_, index) => start + index * step)
    return this.parallelize<number>(numbers, numSlices)
  }

  /** Return an RDD without elements and without partitions. */
  emptyRDD<T>(): RDD<T> {
    return this.#rdd([])
  }

  /** Return one RDD of the partitions of all. */
  union<T>(rdds: readonly RDD<T>[]): RDD<T> {
    return this.#rdd(rdds.flatMap(({ partitions }) => partitions))
  }

  /**
   * Return the lines of text files, now and not when they are asked for.
   *
   * @param path a file, a directory of files, a shell pattern, or several divided by commas. Names that start with `.` or
   * `_` are left out; `.gz` files are decompressed. UTF-8.
   * @param minPartitions where there are fewer files, the lines are divided into so many partitions; else a file is one.
   * @throws UsageError where nothing is found or a file cannot be read.
   */
  textFile(path: string, minPartitions?: number): RDD<string> {
    const lines = this.#rdd<string>(readTextFiles(path))
    const isEnough = minPartitions === undefined || lines.getNumPartitions() >= minPartitions
    return isEnough ? lines : lines.repartition(minPartitions)
  }

  /** Return `[path, text]` for each file that `textFile` would read. */
  wholeTextFiles(path: string): RDD<[path: string, text: string]> {
    return this.#rdd([{ kind: 'rows', rows: readWholeFiles(path) }])
  }

  /** Return what `RDD.saveAsObjectFile` wrote, or any file of JSON lines. Throws UsageError at a line that is no JSON. */
  objectFile<T = unknown>(path: string): RDD<T> {
    return this.textFile(path).map((line): T => {
      try {
        return JSON.parse(line) as T
      } catch (error) {
        throw new UsageError(`${path} holds a line that is no JSON: ${reasonOf(error)}`)
      }
    })
  }

  /** Return a variable that functions read by `.value`. */
  broadcast<T>(value: T): Broadcast<T> {
    return new Broadcast(this.#broadcasts++, value)
  }

  /** Return a sum of whole numbers, 0 at first. */
  longAccumulator(name?: string): NumberAccumulator {
    return new NumberAccumulator(true, name)
  }

  /** Return a sum of numbers, 0 at first. */
  doubleAccumulator(name?: string): NumberAccumulator {
    return new NumberAccumulator(false, name)
  }

  /** Return a list to which functions add. */
  collectionAccumulator<T>(name?: string): CollectionAccumulator<T> {
    return new CollectionAccumulator<T>(name)
  }

  #rdd<T>(partitions: readonly Partition[]): RDD<T> {
    return new RDD<T>(partitions, this)
  }
}
