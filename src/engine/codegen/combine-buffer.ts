import { eachElement } from '../batch/lines.ts'
import { pairOf } from '../batch/pair.ts'
import type { Partition } from '../batch/partition.ts'
import type { Counted } from '../kernels/key-order.ts'
import { NotTaken } from '../kernels/program.ts'
import type { Aggregation, Emit, Narrow } from '../operators/record.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import { BatchTable, isCount } from './batch-table.ts'
import { Counting, type CountingOptions } from './counting.ts'
import { explained } from './explained.ts'
import { Folding, isCombiner } from './folding.ts'
import { through } from './generate.ts'

/** An aggregation in whose place kernels count, and the chain of operators before it. */
export type CombineKernel = CountingOptions

/** The half of an aggregation before the shuffle: the table of the batch that is being received. */
export class CombineBuffer {
  /** The way in for single elements. */
  readonly emit: Emit
  readonly #aggregation: Aggregation
  readonly #lines: boolean
  readonly #kernel: CombineKernel | undefined
  readonly #chainEmit: Emit | undefined
  #counting: Counting | Folding | undefined
  #isCounting = false
  #hasGivenUp = false
  readonly #table: BatchTable
  #bytes = 0

  /** @param kernel how a kernel counts the text that is pushed. */
  constructor(aggregation: Aggregation, lines: boolean, kernel?: CombineKernel) {
    this.#aggregation = aggregation
    this.#lines = lines
    this.#kernel = kernel
    this.#table = new BatchTable(aggregation, lines, kernel === undefined)
    this.emit = this.#table.emit
    this.#chainEmit = kernel === undefined ? undefined : through(kernel.chain, this.emit)
  }

  /** The way in for partitions of the text that the kernel cuts. */
  push(partition: Partition): void {
    const kernel = this.#kernel
    if (partition.kind !== 'text' || kernel === undefined || this.#hasGivenUp) {
      eachElement(partition, this.#chainEmit ?? this.emit)
      return
    }
    this.#bytes += partition.bytes.length
    if (this.#bytes <= kernel.limits.kernelBytes) {
      eachElement(partition, this.#chainEmit ?? this.emit)
      return
    }
    try {
      if (this.#isCounting || this.#begin(kernel)) this.#counting?.add(partition)
      else eachElement(partition, this.#chainEmit ?? this.emit)
    } catch (error) {
      if (error instanceof NotTaken) {
        this.#giveUp(partition.bytes.subarray(error.offset))
        return
      }
      throw explained(error, partition, kernel.chain)
    }
  }

  /** Return the table of the batch, and begin the next. */
  take(): KeyedTable | Promise<KeyedTable> {
    const table = this.#table.take()
    this.#bytes = 0
    if (!this.#isCounting) return table
    this.#isCounting = false
    const kernel = this.#kernel as CombineKernel
    const counted = (this.#counting as Counting | Folding).take()
    if (!(counted instanceof Promise)) return this.#finish(table, counted)
    return counted.then(
      (all) => this.#finish(table, all),
      (error: unknown) => {
        throw explained(error, undefined, kernel.chain)
      },
    )
  }

  /** After the last batch. */
  close(): void {
    if (this.#counting instanceof Counting) this.#counting.close()
  }

  /**
   * Kernels take over; what was counted in JavaScript is counted on, unless operators are still to run on what they
   * count. False where something is there that is no count: operators go on, for good.
   */
  #begin(kernel: CombineKernel): boolean {
    const isDone = kernel.lowered.rest.length > 0 || kernel.lowered.countsAll
    const table = isDone ? undefined : this.#table.take()
    const { keys, values } = table?.combiners() ?? { keys: [], values: [] }
    const takes = kernel.lowered.folded === undefined ? isCount : isCombiner
    if (table !== undefined && !values.every(takes)) {
      this.#table.set(table)
      this.#hasGivenUp = true
      return false
    }
    this.#counting ??= this.#open(kernel)
    this.#isCounting = true
    this.#counting.addValues(keys, values)
    return true
  }

  /** Kernels cannot go on: operators do, from `bytes` on and for good. */
  #giveUp(bytes: Uint8Array): void {
    this.#hasGivenUp = true
    this.#isCounting = false
    // Such a counting is never shared with other threads.
    this.#table.set(
      this.#finish(this.#table.take(), (this.#counting as Counting | Folding).take() as Counted | KeyedTable),
    )
    eachElement({ kind: 'text', bytes, count: 0 }, this.#chainEmit ?? this.emit)
  }

  #open(kernel: CombineKernel): Counting | Folding {
    const { steps, folded } = kernel.lowered
    if (folded === undefined) return new Counting(kernel)
    return new Folding(this.#aggregation.aggregator, steps ?? [], folded)
  }

  #finish(table: KeyedTable, found: Counted | KeyedTable): KeyedTable {
    if (found instanceof KeyedTable) return found
    const { keys, counts } = found
    const { lowered } = this.#kernel as CombineKernel
    if (lowered.countsAll) table.merge(null, counts[0])
    else if (lowered.rest.length > 0) this.#runRest(lowered.rest, keys, counts, table)
    else return new KeyedTable(this.#aggregation.aggregator, { keys, values: counts })
    return table
  }

  /** Run the operators that no kernel knows once per distinct value, and let each result count as often as the value did. */
  #runRest(
    rest: readonly Narrow[],
    keys: readonly unknown[],
    counts: readonly number[],
    table: KeyedTable,
  ): void {
    let times = 0
    const { aggregator, key: keyed } = this.#aggregation
    const run = through(rest, (element) => {
      const [key, value] = keyed === 'pair' ? pairOf(element, this.#lines) : [element, 1]
      if (value === 1 || aggregator.countsAny === true) table.merge(keyed === 'none' ? null : key, times)
      else for (let time = 0; time < times; time++) table.add(key, value)
    })
    for (const [index, key] of keys.entries()) {
      times = counts[index] as number
      run(key)
    }
  }
}
