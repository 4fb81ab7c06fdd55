import { pairOfLine } from '../../../functions/pairs.ts'
import type { Measured } from './chart.ts'

/**
 * Return the number of an element: itself, the value of a pair, or the first field of a record that is one. Texts are read
 * as numbers where they are written so. Undefined where there is none that is finite.
 */
export function measuredOf(element: unknown): Measured | undefined {
  const alone = numberOf(element)
  if (alone !== undefined) return { value: alone }
  const pair = typeof element === 'string' ? pairOfLine(element) : element
  if (Array.isArray(pair)) {
    const value = pair.length === 2 ? numberOf(pair[1]) : undefined
    return value === undefined ? undefined : { label: pair[0], value }
  }
  if (typeof pair !== 'object' || pair === null) return undefined
  return measuredOfRecord(pair)
}

function measuredOfRecord(record: object): Measured | undefined {
  let value: number | undefined
  let label: { readonly is: unknown } | undefined
  for (const field of Object.values(record)) {
    const isNumeric = typeof field === 'number' || typeof field === 'bigint'
    if (isNumeric && value === undefined) value = numberOf(field)
    else label ??= { is: field }
  }
  if (value === undefined) return undefined
  return label === undefined ? { value } : { label: label.is, value }
}

function numberOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && value.trim() !== ''
  if (!isText && typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
