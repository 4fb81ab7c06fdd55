import { pairOfLine } from '../../functions/pairs.ts'
import { isPair } from '../batch/pair.ts'
import type { OperatorCall } from '../operators/record.ts'

/** Where values of a type stand in the order of all values. */
const RANK: Readonly<Record<string, number>> = {
  undefined: 0,
  boolean: 1,
  number: 2,
  bigint: 2,
  string: 3,
  object: 4,
}

/**
 * Compare two values of any type: null, then booleans, numbers, strings (by UTF-16 code units, as Java does), lists and
 * records. Lists item by item; NaN before every number.
 *
 * @returns negative, zero or positive.
 */
export function compareValues(left: unknown, right: unknown): number {
  const rank = rankOf(left) - rankOf(right)
  if (rank !== 0) return rank
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right)
  if (typeof left === 'object' && left !== null)
    return compareLists(Object.values(left), Object.values(right as object))
  if (Number.isNaN(left) || Number.isNaN(right))
    return Number(Number.isNaN(right)) - Number(Number.isNaN(left))
  if ((left as string) < (right as string)) return -1
  return (left as string) > (right as string) ? 1 : 0
}

function rankOf(value: unknown): number {
  return value === null ? 0 : (RANK[typeof value] ?? 5)
}

function compareLists(left: readonly unknown[], right: readonly unknown[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareValues(left[index], right[index])
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** Return what `sort-by` and `top` rank an element by: their function, or the value of a pair, or the element itself. */
export function ranking(call: OperatorCall): (element: unknown) => unknown {
  if (call.value('function') !== undefined) return call.mapper('function')
  const { lines } = call
  return (element) => {
    if (isPair(element)) return element[1]
    return (lines && typeof element === 'string' ? pairOfLine(element)?.[1] : undefined) ?? element
  }
}
