import { isPair, pairOf } from '../batch/pair.ts'
import { KernelInstance } from '../kernels/instance.ts'
import { KeyCounter } from '../kernels/key-counter.ts'
import type { Aggregation, Emit } from '../operators/record.ts'
import { adder } from '../shuffle/aggregation.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'

/** Elements of a batch that a table of JavaScript takes before their keys are counted by their bytes. */
const FEW = 8192

const NO_FEED = () => () => {}

/**
 * The table of a batch that takes element by element. Where an aggregation counts, or sums up ones, the keys of a large
 * batch are counted by their bytes: to join and copy many strings costs less than to look each up.
 */
export class BatchTable {
  /** The way in. */
  readonly emit: Emit
  readonly #aggregation: Aggregation
  readonly #counts: boolean
  #table: KeyedTable
  #counter: KeyCounter | undefined
  #isCounting = false
  /** A value that is no count has come: the next batches will hold such too. */
  #hasValues = false
  #elements = 0

  /**
   * @param lines whether elements are lines as they came in, of which a tab makes pairs.
   * @param isAdaptive whether it may come to many elements: not where kernels take over before.
   */
  constructor(aggregation: Aggregation, lines: boolean, isAdaptive: boolean) {
    const { aggregator, key } = aggregation
    this.#aggregation = aggregation
    this.#counts = isAdaptive && aggregator.countsOnes === true && key !== 'none'
    this.#table = new KeyedTable(aggregator)
    const add = adder(aggregation, lines, () => this.#table)
    this.emit = this.#counts ? this.#adaptive(add, lines) : add
  }

  /** Return the table, which takes no more after that, and begin the next. */
  take(): KeyedTable {
    this.#stopCounting()
    const table = this.#table
    this.#table = new KeyedTable(this.#aggregation.aggregator)
    this.#elements = 0
    return table
  }

  /** Go on with a table. */
  set(table: KeyedTable): void {
    this.#table = table
  }

  #adaptive(add: Emit, lines: boolean): Emit {
    const { aggregator, key: keyed } = this.#aggregation
    const takesAny = aggregator.countsAny === true
    return (element) => {
      if (!this.#isCounting) {
        add(element)
        this.#elements += 1
        if (this.#elements >= FEW && !this.#hasValues) this.#startCounting()
        return
      }
      const counter = this.#counter as KeyCounter
      if (keyed === 'element' || (typeof element === 'string' && !lines)) {
        counter.countValue(element)
        return
      }
      const [key, value] = isPair(element) ? element : pairOf(element, lines)
      if (takesAny || value === 1) {
        counter.countValue(key)
        return
      }
      // A value of its own: from here on the table of JavaScript takes all.
      this.#stopCounting()
      this.#hasValues = true
      add(element)
    }
  }

  #startCounting(): void {
    const { keys, values } = this.#table.combiners()
    if (!values.every(isCount)) {
      this.#hasValues = true
      return
    }
    this.#counter ??= new KeyCounter(NO_FEED, new KernelInstance())
    for (const [index, key] of keys.entries()) this.#counter.addValue(key, values[index] as number, index)
    this.#counter.continueFrom(keys.length)
    this.#isCounting = true
  }

  #stopCounting(): void {
    const counter = this.#counter
    if (!this.#isCounting || counter === undefined) return
    counter.flush()
    const { keys, counts } = counter.drain()
    this.#table = new KeyedTable(this.#aggregation.aggregator, { keys, values: counts })
    this.#isCounting = false
    if (counter.isLarge) this.#counter = undefined
  }
}

/** True for what kernels can count on with: how often a key has occurred. */
export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0
}
