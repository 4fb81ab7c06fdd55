import type { TextPartition } from '../batch/partition.ts'
import { KernelInstance } from '../kernels/instance.ts'
import { type Feed, KeyCounter, programFeed } from '../kernels/key-counter.ts'
import type { Counted } from '../kernels/key-order.ts'
import type { PackedTable } from '../kernels/key-table.ts'
import { Program } from '../kernels/program.ts'
import { CountingThreads } from '../masters/threads.ts'
import type { Narrow } from '../operators/record.ts'
import { type CountingTask, chainFeed } from './counting-task.ts'
import type { LoweredAggregation, LoweringLimits } from './lowering.ts'
import { programSteps } from './program-steps.ts'

/** How a counting is run. */
export interface CountingOptions {
  /** The operators in whose place it counts. */
  readonly chain: readonly Narrow[]
  readonly lowered: LoweredAggregation
  /** The same for other threads; undefined where it must stay on this one. */
  readonly task: CountingTask | undefined
  /** Threads that may count side by side. */
  readonly parallelism: number
  readonly limits: LoweringLimits
}

/** Counts the text of a batch by kernels: by key, or all elements as one. Large batches are counted on several threads. */
export class Counting {
  readonly #options: CountingOptions
  readonly #feed: Feed
  readonly #program: Program | undefined
  #counter: KeyCounter | undefined
  #threads: CountingThreads | undefined
  #isShared = false
  #total = 0
  #position = 0

  constructor(options: CountingOptions) {
    this.#options = options
    const { chain, lowered } = options
    const { steps, calls, countsAll, refusesPairs } = lowered
    this.#feed =
      steps === undefined ? chainFeed(calls) : programFeed(programSteps(steps, chain), refusesPairs)
    if (!countsAll) return
    const count = (_from: number, elements: number): void => {
      this.#total += elements
    }
    this.#program = new Program(programSteps(steps ?? [], chain), () => count, undefined, undefined, {
      countsOnly: true,
    })
  }

  /** Count whole lines. Throws FailedBlock for lines that another thread has failed at. */
  add({ bytes, count }: TextPartition): void {
    const { steps, countsAll } = this.#options.lowered
    if (countsAll && steps?.length === 0) this.#total += count
    else if (this.#program !== undefined) this.#program.run(bytes)
    else if (this.#isShared) this.#threads?.add(bytes, this.#position)
    else this.#counterOf().add(bytes, this.#position)
    // No element is shorter than the byte that ends it.
    this.#position += bytes.length
    if (!this.#isShared) this.#consider()
  }

  /** Take values that were counted already. */
  addValues(values: readonly unknown[], counts: readonly unknown[]): void {
    const counter = this.#counterOf()
    for (const [index, value] of values.entries())
      counter.addValue(value, counts[index] as number, this.#position++)
  }

  /** Return what was counted since the last call, in order of first appearance. */
  take(): Counted | Promise<Counted> {
    this.#position = 0
    if (this.#program !== undefined) {
      const counts = [this.#total]
      this.#total = 0
      return { keys: [null], counts }
    }
    if (!this.#isShared) return this.#drain([])
    this.#isShared = false
    return (this.#threads as CountingThreads).finish().then((tables) => this.#drain(tables))
  }

  /** End the threads. */
  close(): void {
    void this.#threads?.close()
  }

  #counterOf(): KeyCounter {
    this.#counter ??= new KeyCounter(this.#feed, new KernelInstance())
    return this.#counter
  }

  #consider(): void {
    const { task, parallelism, limits } = this.#options
    if (task === undefined || parallelism < 2 || this.#program !== undefined) return
    if (this.#threads === undefined) {
      if (this.#position < limits.startingBytes) return
      this.#threads = new CountingThreads(task, parallelism - 1, (block, position) =>
        this.#counterOf().add(block, position),
      )
    }
    this.#isShared = this.#threads.isReady && this.#position >= limits.sharedBytes
  }

  #drain(tables: readonly PackedTable[]): Counted {
    const counter = this.#counterOf()
    for (const table of tables) counter.absorb(table)
    const counted = counter.drain(tables.length > 0)
    if (counter.isLarge) this.#counter = undefined
    return counted
  }
}
