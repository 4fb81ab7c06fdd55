import type { Fold, Mean } from '../../functions/aggregator.ts'
import { pairOfLine } from '../../functions/pairs.ts'
import type { PairSteps } from '../../functions/steps.ts'
import { encode, OtherValues, readElement, writeElement } from './elements.ts'
import { KernelInstance, TAG, VECTOR } from './instance.ts'
import { NotTaken, Program, type ProgramStep } from './program.ts'
import type { EachKernel } from './step-kernel.ts'
import { compileStep } from './steps.ts'
import { aggregateElements, readAggregates, readNumbers, readPairs } from './value-steps.ts'

/** What makes a pair of a line. */
export interface FoldedPairs {
  /** Where JSON text has key and value; where absent, lines are `key<TAB>value`. */
  readonly steps?: PairSteps
  /** The pair that the operators make of a line. Throws what they throw. */
  readonly alone: (line: string) => readonly [unknown, unknown]
}

/** Return the pair of a line `key<TAB>value`, as pair operators take it. */
export function pairOfText(line: string): readonly [unknown, unknown] {
  return pairOfLine(line) ?? [line, 1]
}

/** Keys and their combiners, in order of first appearance. */
export interface Folded {
  readonly keys: unknown[]
  readonly values: (number | Mean)[]
}

/** Bytes of a memory that is given back after its batch. */
const KEPT_BYTES = 64 << 20

/** Folds the numbers of each key, for pairs that stand in lines of text: one result by key, of whatever many values. */
export class KeyFolder {
  readonly #kernels = new KernelInstance()
  readonly #others = new OtherValues()
  readonly #fold: Fold
  readonly #pairs: FoldedPairs
  readonly #program: Program
  readonly #lines: number
  readonly #values: number
  readonly #keyKernel: EachKernel | undefined
  readonly #valueKernel: EachKernel | undefined
  #position = 0

  /** @param tests what lines are tested by before. */
  constructor(tests: readonly ProgramStep[], fold: Fold, pairs: FoldedPairs) {
    const { exports } = this.#kernels
    this.#fold = fold
    this.#pairs = pairs
    this.#lines = exports.constant(VECTOR * 8) >>> 0
    this.#values = exports.constant(VECTOR * 8) >>> 0
    this.#keyKernel = pairs.steps && this.#compile(pairs.steps.key)
    this.#valueKernel = pairs.steps && this.#compile(pairs.steps.value)
    exports.openTable()
    const sink = (from: number, count: number): void => this.#take(from, count)
    this.#program = new Program(tests, () => sink, this.#kernels, this.#others)
  }

  /** True when a new one is better than this one, once it is empty. */
  get isLarge(): boolean {
    return this.#kernels.exports.memory.buffer.byteLength > KEPT_BYTES
  }

  /**
   * Take whole lines; `position` is larger than any number of lines before them. Throws NotTaken at a value that is no
   * number, or what a test throws.
   */
  add(bytes: Uint8Array, position: number): void {
    this.#position = position
    this.#program.run(bytes)
  }

  /** Go on with the combiner of a key that has come before all others. */
  addCombiner(key: unknown, combiner: number | Mean, position: number): void {
    const { exports, vectors } = this.#kernels
    const [from] = vectors
    exports.resetScratch()
    writeElement(this.#kernels, from, 0, key, this.#others)
    this.#kernels.doubles[this.#values >>> 3] = typeof combiner === 'number' ? combiner : combiner.sum
    this.#aggregate(from, 1, position)
    if (typeof combiner === 'number' || combiner.count < 2) return
    const { place, length, tag } = encode(this.#kernels, key, this.#others)
    exports.countElement(place, (length | (tag << 29)) >>> 0, combiner.count - 1, position)
  }

  /** Return keys and combiners, and forget them. Keys that were no UTF-8 may show equal. */
  drain(): Folded {
    const { keys, values, counts } = readAggregates(this.#kernels, this.#others)
    this.#kernels.exports.clearTable()
    this.#others.clear()
    if (this.#fold !== 'mean') return { keys, values }
    return { keys, values: values.map((sum, index) => ({ sum, count: counts[index] as number })) }
  }

  #compile(step: PairSteps['key']): EachKernel {
    const kernel = compileStep(this.#kernels, step)
    if (kernel?.kind !== 'each') throw new RangeError(`${step.step} has no kernel`)
    return kernel
  }

  #take(from: number, count: number): void {
    if (this.#keyKernel === undefined || this.#valueKernel === undefined) this.#readLines(from, count)
    else this.#readFields(from, count, this.#keyKernel, this.#valueKernel)
    this.#aggregate(from, count, this.#position)
    this.#position += count
  }

  #aggregate(from: number, count: number, position: number): void {
    const vector = { from, count, values: this.#values }
    const missed = aggregateElements(this.#kernels, vector, { kind: this.#fold, position })
    if (missed > 0) throw new RangeError('the keys of a batch and their values take more than 4 GiB')
  }

  #readLines(from: number, count: number): void {
    for (const index of readPairs(this.#kernels, { from, count, values: this.#values }))
      this.#setPair(from, index, this.#pairOf(from, index))
  }

  #readFields(from: number, count: number, key: EachKernel, value: EachKernel): void {
    const kernels = this.#kernels
    const lines = this.#lines
    kernels.bytes.copyWithin(lines, from, from + count * 8)
    key.run(from, count)
    const withoutKey = kernels.takeUndone()
    value.run(lines, count)
    const withoutValue = kernels.takeUndone()
    // What a kernel has left undone is still the line. The others' values must be numbers.
    const pairs = new Map<number, readonly [unknown, unknown]>()
    for (const index of withoutKey) pairs.set(index, this.#pairOf(from, index))
    for (const index of withoutValue) if (!pairs.has(index)) pairs.set(index, this.#pairOf(lines, index))
    const { words } = kernels
    for (let index = 0; index < count; index++)
      if ((words[(lines >>> 2) + 2 * index + 1] as number) >>> 29 !== TAG.number && !pairs.has(index))
        throw new NotTaken(this.#program.offset)
    readNumbers(kernels, { from: lines, count, values: this.#values }, (index) =>
      pairs.has(index) ? 0 : (readElement(kernels, lines, index, this.#others) as number),
    )
    for (const [index, pair] of pairs) this.#setPair(from, index, pair)
  }

  /** Whatever it throws, an earlier line may throw before: the operators find out. */
  #pairOf(from: number, index: number): readonly [unknown, unknown] {
    try {
      return this.#pairs.alone(readElement(this.#kernels, from, index, this.#others) as string)
    } catch {
      throw new NotTaken(this.#program.offset)
    }
  }

  #setPair(from: number, index: number, [key, value]: readonly [unknown, unknown]): void {
    if (typeof value !== 'number') throw new NotTaken(this.#program.offset)
    writeElement(this.#kernels, from, index, key, this.#others)
    this.#kernels.doubles[(this.#values >>> 3) + index] = value
  }
}
