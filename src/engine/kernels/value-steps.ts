import type { Step } from '../../functions/steps.ts'
import type { Others } from './elements.ts'
import type { KernelInstance } from './instance.ts'
import { eachChunk, eachRecord, keyOf } from './records.ts'
import type { StepKernel } from './step-kernel.ts'

/** Words of a step in the path that assembly/json.ts reads. */
const STEP_WORDS = 4
const NO_INDEX = 0xffff_ffff
const ODD_INDEX = 0xffff_fffe

/** Return what a key is as the index of an item; one that a number would not be written as is left to the host. */
function indexOf(key: string): number {
  if (!/^\d+$/.test(key)) return NO_INDEX
  return /^(?:0|[1-9]\d{0,8})$/.test(key) ? Number(key) : ODD_INDEX
}

function jsonPath(
  kernels: KernelInstance,
  { path, missing }: Step & { step: 'json-path' },
): StepKernel | undefined {
  // Bytes that are no UTF-8 show as U+FFFD: such a key cannot be compared by its bytes.
  if (path.length === 0 || !path.every((key) => key.isWellFormed() && !key.includes('\uFFFD')))
    return undefined
  const { exports } = kernels
  const keys = path.map((key) => ({ index: indexOf(key), ...kernels.constant(key) }))
  const table = exports.constant(4 * STEP_WORDS * keys.length) >>> 0
  for (const [number, { index, place, length }] of keys.entries())
    kernels.words.set([index, length, place], (table >>> 2) + STEP_WORDS * number)
  const missingIsNull = missing === null ? 1 : 0
  return {
    kind: 'each',
    run: (from, count) => exports.jsonPath(from, count, table, keys.length, missingIsNull),
  }
}

/** Return the kernel of a step on values in text; undefined where there is none, or none for its parameters. */
export function compileValueStep(kernels: KernelInstance, step: Step): StepKernel | undefined {
  return step.step === 'json-path' ? jsonPath(kernels, step) : undefined
}

/** Results by key that kernels make of numbers, as src/functions/reducers.ts does; assembly/aggregate.ts. */
const AGGREGATES = { sum: 0, min: 1, max: 2, first: 3, last: 4, mean: 0 } as const

/** A result by key that a kernel makes of numbers. */
export type AggregateKind = keyof typeof AGGREGATES

/** Elements of a vector, and a number for each: 8 bytes apiece, at a place that 8 divides. */
export interface Valued {
  readonly from: number
  readonly count: number
  readonly values: number
}

/**
 * Write the number that each element, text or a number, stands for to `values`. `alone` gives the number of an element
 * that the kernel has left: one that JSON would not write so, or of more digits than 64 bits hold exactly.
 */
export function readNumbers(
  kernels: KernelInstance,
  { from, count, values }: Valued,
  alone: (index: number) => number,
): void {
  kernels.exports.parseNumbers(from, count, values)
  for (const index of kernels.takeUndone()) {
    const value = alone(index)
    kernels.doubles[(values >>> 3) + index] = value
  }
}

/**
 * Make of lines `key<TAB>value` their keys, and write the values to `values`: 1 for a line without a tab. Returns the
 * indexes of elements that stand as they were, because their value may be no number.
 */
export function readPairs(kernels: KernelInstance, { from, count, values }: Valued): Uint32Array {
  kernels.exports.pairsOfLines(from, count, values)
  return kernels.takeUndone()
}

/**
 * Add values to the results of their keys in the table; the first element is the one at `position` of its batch. Returns
 * how many were not taken because the table is full: they, and their values, stand at the front.
 *
 * @param refuse throws what the function throws at NaN, which the built-in ones but `first` and `last` do not take.
 */
export function aggregateElements(
  kernels: KernelInstance,
  { from, count, values }: Valued,
  { kind, position, refuse }: { kind: AggregateKind; position: number; refuse?: (index: number) => void },
): number {
  if (refuse !== undefined) {
    const index = kernels.exports.findNaN(values, count)
    if (index >= 0) refuse(index)
  }
  return kernels.exports.aggregate(from, count, values, position, AGGREGATES[kind]) >>> 0
}

/** Keys with their results, in the order of the table. */
export interface Aggregated {
  readonly keys: unknown[]
  /** For a mean: sums. */
  readonly values: number[]
  readonly counts: number[]
  /** Place of each key's first element in its batch. */
  readonly positions: number[]
}

/** Read the keys of a table and their results, which stay. */
export function readAggregates(kernels: KernelInstance, others: Others): Aggregated {
  const found: Aggregated = { keys: [], values: [], counts: [], positions: [] }
  const { bytes, doubles, words } = kernels
  eachChunk(kernels, false, (place, end) =>
    eachRecord(words, place, end, (record, head) => {
      found.keys.push(keyOf(bytes, record, head, others))
      found.values.push(doubles[record >>> 3] as number)
      found.positions.push(doubles[(record >>> 3) + 1] as number)
    }),
  )
  kernels.exports.swapCounts(0)
  eachChunk(kernels, false, (place, end) =>
    eachRecord(words, place, end, (record) => found.counts.push(doubles[record >>> 3] as number)),
  )
  kernels.exports.swapCounts(1)
  return found
}

/** A list to be ordered: numbers, or elements of text that `areValidText` holds for; 8 bytes each. */
export interface Listed {
  readonly of: 'numbers' | 'texts'
  readonly place: number
  readonly count: number
}

/**
 * Return the indexes of a list in the order of `compareValues`; equal ones keep their order, also when `descending`.
 * Undefined where the memory cannot grow so far.
 *
 * @param to where `count` words of 4 bytes may be written.
 */
export function orderOf(
  kernels: KernelInstance,
  { of, place, count }: Listed,
  to: number,
  descending: boolean,
): Uint32Array | undefined {
  const { exports } = kernels
  const order = of === 'numbers' ? exports.orderNumbers : exports.orderTexts
  return order(place, count, to, descending ? 1 : 0) === 0 ? undefined : wordsAt(kernels, to, count)
}

/** Return the indexes of the `keep` largest of a list, largest first, of equal ones the earlier first; else as `orderOf`. */
export function topOf(
  kernels: KernelInstance,
  { of, place, count }: Listed,
  to: number,
  keep: number,
): Uint32Array | undefined {
  const { exports } = kernels
  const top = of === 'numbers' ? exports.topNumbers : exports.topTexts
  const held = top(place, count, to, Math.min(keep, count))
  return held < 0 ? undefined : wordsAt(kernels, to, held)
}

/** Asked for after a call, which may have let the memory grow. */
function wordsAt({ words }: KernelInstance, place: number, count: number): Uint32Array {
  return words.slice(place >>> 2, (place >>> 2) + count)
}
