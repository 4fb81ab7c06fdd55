import { types } from 'node:util'
import type { Keeps } from '../operators/record.ts'

/** What a stage writes down: of which kind of stage it is, in which version of its form, and what it keeps. */
interface Saved {
  readonly of: string
  readonly version: number
  readonly data: unknown
}

/** A stage's `Keeps` without the marks by which what was saved is known. */
export interface KeepsData {
  /** The kind of stage; what another kind saved is refused. */
  readonly of: string
  /** Raised when the form of the data changes. */
  readonly version: number
  readonly save: () => unknown
  /** Must take all of it or, where it throws, nothing. */
  readonly restore: (data: unknown) => void
  readonly changes?: () => unknown
  readonly apply?: (data: unknown) => void
  readonly size?: Keeps['size']
  readonly entries?: Keeps['entries']
}

/** Return the `Keeps` of a stage that refuses what another kind of stage, or another version of it, has saved. */
export function keeping(kept: KeepsData): Keeps {
  const { of, version, save, restore, changes, apply, size, entries } = kept
  const marked = (data: unknown): Saved => ({ of, version, data })
  const checked = (saved: unknown): unknown => {
    const { of: kind, version: number, data } = recordOf(saved, 'of', 'version', 'data')
    if (kind !== of) throw unfit(`what ${of} saves`, `what ${String(kind)} saved`)
    if (number !== version) throw unfit(`version ${version} of what ${of} saves`, `version ${String(number)}`)
    return data
  }
  return {
    save: () => marked(save()),
    restore: (saved) => restore(checked(saved)),
    ...(changes === undefined ? {} : { changes: () => marked(changes()) }),
    ...(apply === undefined ? {} : { apply: (saved) => apply(checked(saved)) }),
    ...(size === undefined ? {} : { size }),
    ...(entries === undefined ? {} : { entries }),
  }
}

/** Return the error of what was saved and is not of the expected form. */
export function unfit(expectation: string, found: string): TypeError {
  return new TypeError(`what was saved does not fit: expected ${expectation}, got ${found}`)
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  return typeof value === 'object' ? value.constructor?.name || 'an object' : typeof value
}

/** Return a saved record that has at least these fields. Throws a TypeError for anything else. */
export function recordOf<N extends string>(value: unknown, ...names: N[]): Readonly<Record<N, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isRecord) throw unfit('a record', nameOf(value))
  const missing = names.find((name) => !(name in value))
  if (missing !== undefined) throw unfit(`a record with the field ${missing}`, 'one without')
  return value as Readonly<Record<N, unknown>>
}

/** Return a saved list, of `length` items where that is said. Throws a TypeError for anything else. */
export function listOf(value: unknown, length?: number): unknown[] {
  if (!Array.isArray(value)) throw unfit('a list', nameOf(value))
  if (length !== undefined && value.length !== length) throw unfit(`${length} items`, `${value.length}`)
  return value
}

/** Return a saved text. Throws a TypeError for anything else. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw unfit('a text', nameOf(value))
  return value
}

/** Return a saved number. Throws a TypeError for anything else. */
export function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw unfit('a number', nameOf(value))
  return value
}

/** Return a saved whole number that is not negative. Throws a TypeError for anything else. */
export function countOf(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw unfit('a count', String(value))
  return value as number
}

/** Return a saved truth value. Throws a TypeError for anything else. */
export function booleanOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw unfit('true or false', nameOf(value))
  return value
}

/** Return a copy of saved bytes, on memory of their own. Throws a TypeError for anything else. */
export function bytesOf(value: unknown): Uint8Array {
  if (!types.isUint8Array(value)) throw unfit('bytes', nameOf(value))
  return Uint8Array.prototype.slice.call(value)
}

/** Return saved numbers of 64 bits, which are not to be changed. Throws a TypeError for anything else. */
export function floatsOf(value: unknown, length?: number): Float64Array {
  if (!types.isFloat64Array(value)) throw unfit('numbers', nameOf(value))
  if (length !== undefined && value.length !== length) throw unfit(`${length} numbers`, `${value.length}`)
  return value
}

/** Return a copy of saved whole numbers from `least` to below `end`. Throws a TypeError for anything else. */
export function wholeNumbersOf(
  value: unknown,
  least: number,
  end: number,
  length?: number,
): Int32Array<ArrayBuffer> {
  if (!types.isInt32Array(value)) throw unfit('whole numbers', nameOf(value))
  if (length !== undefined && value.length !== length) throw unfit(`${length} numbers`, `${value.length}`)
  for (const number of value)
    if (number < least || number >= end) throw unfit(`numbers from ${least} to below ${end}`, `${number}`)
  return value.slice()
}
