import { isPair } from '../batch/pair.ts'
import { jsonText } from '../outputs/formats/encoder.ts'
import type { SqlValue } from './sqlite.ts'

const LARGEST = (1n << 63n) - 1n
const SMALLEST = -(1n << 63n)

/** Return the columns of an element: `key` and `value` of a pair, the fields of a record, else `value`. */
export function fieldsOf(element: unknown): Readonly<Record<string, unknown>> {
  if (isPair(element)) return { key: element[0], value: element[1] }
  return isRecord(element) ? element : { value: element }
}

function isRecord(element: unknown): element is Readonly<Record<string, unknown>> {
  return (
    typeof element === 'object' &&
    element !== null &&
    !(Array.isArray(element) || element instanceof Date || element instanceof Uint8Array)
  )
}

/**
 * Return a value as SQLite holds it: whole numbers as integers, true and false as 1 and 0, a date as ISO 8601 in text,
 * lists and records as JSON in text. Undefined and NaN are NULL.
 */
export function toSql(value: unknown): SqlValue {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      // Node's own module binds every number as a float, of which a division by 2 keeps the fraction.
      if (Number.isSafeInteger(value)) return BigInt(value)
      return Number.isNaN(value) ? null : value
    case 'bigint':
      return value >= SMALLEST && value <= LARGEST ? value : String(value)
    case 'boolean':
      return value ? 1n : 0n
    case 'object':
      if (value === null || value instanceof Uint8Array) return value
      return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : jsonText(value)
    default:
      return null
  }
}

/** Return a value of a result as an element holds it: integers as numbers, or as text where a number is not exact. */
export function fromSql(value: SqlValue): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}
