import { jsonText, shortened } from './json.ts'

/** What a cell says, which decides its colour. */
export type Tone = 'text' | 'number' | 'boolean' | 'absent'

/** One value as text, not yet safe for a terminal and not yet cut. */
export interface Cell {
  readonly text: string
  readonly tone: Tone
}

/** The cell of a field that a record does not have. */
export const BLANK: Cell = { text: '', tone: 'absent' }

const DEEPEST = 8

/**
 * Return a value as the text of its cell: a string as it is, the empty one as `""`, what is no scalar as compact JSON.
 *
 * @param tuples whether arrays of two are pairs, shown as `(a, 1)`.
 */
export function cellOf(value: unknown, tuples: boolean): Cell {
  if (value === undefined || value === null) return { text: String(value), tone: 'absent' }
  switch (typeof value) {
    case 'string':
      return value === '' ? { text: '""', tone: 'absent' } : { text: shortened(value), tone: 'text' }
    case 'number':
      return { text: Object.is(value, -0) ? '-0' : String(value), tone: 'number' }
    case 'bigint':
      return { text: shortened(String(value)), tone: 'number' }
    case 'boolean':
      return { text: String(value), tone: 'boolean' }
    default:
      return { text: tuples && isTuple(value) ? tupleText(value) : jsonText(value), tone: 'text' }
  }
}

/** True for a pair of scalars, or of scalars and such pairs: what joins and composite keys are made of. */
export function isTuple(value: unknown, depth = 0): value is readonly unknown[] {
  if (!Array.isArray(value) || value.length !== 2 || depth === DEEPEST) return false
  return value.every((item) => typeof item !== 'object' || item === null || isTuple(item, depth + 1))
}

/** True for an object literal, or what JSON makes of one: an element shown as a record. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function tupleText(tuple: readonly unknown[]): string {
  return shortened(`(${tuple.map((item) => cellOf(item, true).text).join(', ')})`)
}
