import { isPair } from '../batch/pair.ts'
import { dataPointOf } from './data-point.ts'
import type { Features } from './features.ts'
import { hashedWords } from './hashed-words.ts'
import type { Point } from './learner.ts'

/** What names a class; a number that is written as text is that number. */
export type ClassLabel = string | number

/** An element, as a model is given it that tells classes. */
export interface ClassPoint extends Point {
  /** Undefined where the class is only to be told. */
  readonly label: ClassLabel | undefined
  readonly features: Features
}

/** How features are read: numbers in their places, or words in places found by their hashes. */
export type FeatureKind = 'numbers' | 'words'

/** As a label, it says that there is none. */
const UNKNOWN = '?'
const FIRST = /^\s*([^\s,]+)(?:\s*,\s*|\s+)(.*)$/s

/**
 * Return an element as a point of a class: a line with its label first, a pair of a label and its features, or a record
 * whose field `label` is the label. Features are numbers as of `dataPointOf`, or words: a text, a list of texts, or the
 * other fields of a record. The label `?` is none.
 *
 * @throws TypeError for anything else.
 */
export function classPointOf(
  element: unknown,
  kind: FeatureKind,
  bits: number,
  isLabelled: boolean,
): ClassPoint {
  if (typeof element === 'string' && !isLabelled)
    return { key: element, label: undefined, features: featuresOf(element, kind, bits) }
  const [label, told] = partsOf(element, kind)
  const features = featuresOf(told, kind, bits)
  return { key: label ?? element, label, features }
}

/** Return a label, or undefined where there is none, and what the features are read from. */
function partsOf(
  element: unknown,
  kind: FeatureKind,
): readonly [label: ClassLabel | undefined, told: unknown] {
  if (typeof element === 'string') return lineParts(element, kind)
  if (isPair(element) && (kind === 'words' || typeof element[1] !== 'number'))
    return [labelOf(element[0]), element[1]]
  if (typeof element === 'object' && element !== null && !Array.isArray(element)) {
    const { label, features, ...others } = element as { label?: unknown; features?: unknown }
    return [labelOf(label), features ?? others]
  }
  if (Array.isArray(element) && element.length > 1) return [labelOf(element[0]), element.slice(1)]
  throw new TypeError('expected a label with its features, such as a line that begins with the label')
}

function lineParts(line: string, kind: FeatureKind): readonly [ClassLabel | undefined, unknown] {
  const text = line.trim()
  if (kind === 'numbers' && /^[[(]/.test(text)) {
    const { key, features } = dataPointOf(text, false)
    return [key === text ? undefined : labelOf(key), features]
  }
  const [, first, rest] = FIRST.exec(text) ?? []
  if (first === undefined || rest === undefined)
    throw new TypeError('expected a label and at least one feature')
  return [labelOf(first), rest]
}

/** Return a label; undefined where it is none. Throws a TypeError for what cannot be one. */
export function labelOf(value: unknown): ClassLabel | undefined {
  if (value === undefined || value === null || value === UNKNOWN) return undefined
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`expected a text or a finite number as the label, got ${JSON.stringify(value)}`)
  const number = Number(value)
  return Number.isFinite(number) && value.trim() !== '' ? number : value
}

function featuresOf(told: unknown, kind: FeatureKind, bits: number): Features {
  if (isFeatures(told)) return told
  if (kind === 'words') return hashedWords(wordsOf(told), bits)
  const isIndexed = typeof told === 'string' && told.includes(':') && !/^[[(]/.test(told.trim())
  return dataPointOf(isIndexed ? `0 ${told}` : told, isIndexed).features
}

function isFeatures(value: unknown): value is Features {
  return typeof value === 'object' && value !== null && 'indices' in value && 'values' in value
}

function wordsOf(told: unknown): readonly string[] {
  if (typeof told === 'string') return told.split(/\s+/)
  if (Array.isArray(told)) return told.map(String)
  if (typeof told === 'object' && told !== null)
    return Object.entries(told).map(([name, value]) =>
      typeof value === 'number' ? `${name}:${value}` : `${name}=${String(value)}`,
    )
  throw new TypeError('expected words, such as a text, or a record of fields')
}
