import type { Aggregation, OperatorCall, Stateful } from '../operators/record.ts'
import { UsageError } from '../plan/errors.ts'
import { isFunctionReference } from '../plan/plan.ts'
import type { ArgumentRecord, FlagRecord } from '../plan/record.ts'
import { partitionedBy } from '../shuffle/partitioning.ts'
import { inverseWindow } from './inverse-window.ts'
import { windowedAggregation } from './windowed-aggregation.ts'

/** LENGTH of every operator over a window. */
export const LENGTH: ArgumentRecord = {
  name: 'length',
  type: 'duration',
  ofSlide: true,
  required: true,
  summary: 'how far back a window reaches, such as 1m',
}

/** SLIDE where it may be left out. */
export const SLIDE: ArgumentRecord = {
  name: 'slide',
  type: 'duration',
  ofSlide: true,
  required: false,
  summary: 'how often one comes out, such as 5s',
}

/** SLIDE where Spark has no default. */
export const REQUIRED_SLIDE: ArgumentRecord = { ...SLIDE, required: true }

/** `--inverse FUNCTION`. */
export const INVERSE: FlagRecord = {
  name: 'inverse',
  type: 'function',
  role: 'reduce',
  summary: "the value of a window without what leaves it, such as '(all, gone) => all - gone'",
}

/** Return the aggregation of a call over its window, by the inverse function if it names one. Throws UsageError. */
export function overWindow(call: OperatorCall, aggregation: Omit<Aggregation, 'partitioning'>): Stateful {
  const length = call.number('length')
  const slide = call.value('slide') as number | undefined
  const divided = { ...aggregation, ...partitionedBy(call) }
  const reference = call.value('inverse')
  const hasFilter = call.value('filter') !== undefined
  if (reference === undefined) {
    if (!hasFilter) return windowedAggregation(divided, length, slide)
    throw new UsageError(
      `${call.label}: --filter belongs to --inverse`,
      'Without an inverse, keys leave with their last value; put filter behind this stage to show fewer.',
    )
  }
  if (isFunctionReference(reference) && reference.type === 'builtin') {
    throw new UsageError(
      `${call.label}: '${reference.name}' takes nothing back`,
      "Write --inverse '(all, gone) => all - gone'; without --inverse, every function slides as fast.",
    )
  }
  const reducer = call.value('function')
  const isBuiltIn = isFunctionReference(reducer) && reducer.type === 'builtin'
  if (isBuiltIn && aggregation.aggregator.finish !== undefined) {
    throw new UsageError(
      `${call.label}: ${reducer.name} keeps more than its result, and --inverse cannot be given that`,
      `Leave --inverse out: ${reducer.name} slides as fast without it.`,
    )
  }
  const { mergeValue } = call.aggregator('inverse')
  const keep = hasFilter ? call.mapper('filter') : undefined
  return inverseWindow({ aggregation: divided, inverse: mergeValue, keep, length, slide, label: call.label })
}

/**
 * Return the arguments in the order of the record of a call that Spark writes `f, length, slide, numPartitions` or
 * `f, inverse, length, slide, numPartitions, filter`.
 */
export function withInverse(args: readonly unknown[]): readonly unknown[] {
  const [f, second] = args
  if (typeof second === 'number') {
    const [, length, slide, partitions] = args
    return [f, length, slide, { partitions }]
  }
  const [, inverse, length, slide, partitions, filter] = args
  return [f, length, slide, { inverse, partitions, filter: filter ?? undefined }]
}
