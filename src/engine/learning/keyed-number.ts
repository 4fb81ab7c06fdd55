import { isPair } from '../batch/pair.ts'

/** A number of a series, with the key of that series where there are several. */
export interface KeyedNumber {
  /** Undefined where there is one series. */
  readonly key: unknown
  readonly value: number
}

/**
 * Return an element as a number of a series: a number, a pair of a key and a number, or a line of one or the other, divided
 * by white space or a comma.
 *
 * @throws TypeError for anything else, and for what is no finite number.
 */
export function keyedNumberOf(element: unknown): KeyedNumber {
  if (isPair(element)) return { key: element[0], value: finite(element[1]) }
  if (typeof element !== 'string') return { key: undefined, value: finite(element) }
  const parts = element.trim().split(/\s*,\s*|\s+/)
  if (parts.length > 2) throw new TypeError('expected a number, or a key and a number')
  return { key: parts.length === 2 ? parts[0] : undefined, value: finite(parts.at(-1)) }
}

function finite(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw new TypeError(`expected a finite number, got ${JSON.stringify(value ?? null)}`)
  return number
}
