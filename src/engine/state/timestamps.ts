import { readNumber } from '../../functions/check.ts'

/** What a number counts since 1970-01-01T00:00:00Z. */
export type EpochUnit = 's' | 'ms'

/** A date of ISO 8601, with a time and an offset or without. */
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) ?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i

/**
 * Return the milliseconds since 1970-01-01T00:00:00Z that a value denotes, or undefined: text of ISO 8601 (UTC where it has
 * no offset), a `Date`, or a number or its text.
 *
 * @param unit what numbers count.
 */
export function timestampOf(value: unknown, unit: EpochUnit): number | undefined {
  if (value instanceof Date) return finite(value.getTime())
  const number = typeof value === 'string' ? readNumber(value) : value
  if (typeof number === 'number') return finite(unit === 's' ? Math.round(number * 1000) : number)
  return typeof value === 'string' ? isoTime(value.trim()) : undefined
}

function isoTime(text: string): number | undefined {
  const match = ISO.exec(text)
  if (match === null) return undefined
  const [, date, time = '00:00', zone = 'Z'] = match
  const offset = zone.length === 3 ? `${zone}:00` : zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')
  return finite(Date.parse(`${date}T${time.replace(',', '.')}${offset.toUpperCase()}`))
}

function finite(time: number): number | undefined {
  return Number.isFinite(time) ? time : undefined
}
