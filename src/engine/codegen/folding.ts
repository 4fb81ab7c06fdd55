import type { Aggregator, Mean } from '../../functions/aggregator.ts'
import type { TextPartition } from '../batch/partition.ts'
import { KeyFolder, pairOfText } from '../kernels/key-folder.ts'
import { KeyedTable } from '../shuffle/keyed-table.ts'
import type { FoldedAggregation, PlainStep } from './lowering.ts'
import { programSteps } from './program-steps.ts'

/** Folds the numbers of each key of a batch by kernels, on one thread: the order of values is the order they are folded in. */
export class Folding {
  readonly #aggregator: Aggregator
  readonly #steps: readonly PlainStep[]
  readonly #folded: FoldedAggregation
  #folder: KeyFolder | undefined
  #position = 0

  constructor(aggregator: Aggregator, steps: readonly PlainStep[], folded: FoldedAggregation) {
    this.#aggregator = aggregator
    this.#steps = steps
    this.#folded = folded
  }

  /** Fold the pairs of whole lines. Throws NotTaken at one whose value is no number. */
  add({ bytes, count }: TextPartition): void {
    this.#folderOf().add(bytes, this.#position)
    this.#position += count
  }

  /** Go on with combiners that `isCombiner` holds for. */
  addValues(keys: readonly unknown[], combiners: readonly unknown[]): void {
    const folder = this.#folderOf()
    for (const [index, key] of keys.entries())
      folder.addCombiner(key, combiners[index] as number | Mean, this.#position++)
  }

  /** Return the table of all that came since the last call. */
  take(): KeyedTable {
    this.#position = 0
    const folder = this.#folderOf()
    const { keys, values } = folder.drain()
    if (folder.isLarge) this.#folder = undefined
    if (!keys.some((key) => typeof key === 'string' && key.includes('\uFFFD')))
      return new KeyedTable(this.#aggregator, { keys, values })
    // Keys that were no UTF-8 may show equal.
    const table = new KeyedTable(this.#aggregator)
    for (const [index, key] of keys.entries()) table.merge(key, values[index])
    return table
  }

  #folderOf(): KeyFolder {
    const { fold, pairing } = this.#folded
    if (this.#folder !== undefined) return this.#folder
    const pairs = pairing && { steps: pairing.steps, alone: pairing.call }
    this.#folder = new KeyFolder(programSteps(this.#steps), fold, pairs ?? { alone: pairOfText })
    return this.#folder
  }
}

/** True for a combiner that kernels can go on with. */
export function isCombiner(combiner: unknown): boolean {
  return typeof combiner === 'number' || isMean(combiner)
}

function isMean(combiner: unknown): boolean {
  return typeof combiner === 'object' && combiner !== null && 'sum' in combiner && 'count' in combiner
}
