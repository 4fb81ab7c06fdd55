import { isPair } from '../batch/pair.ts'
import { decimalsOf } from './decimals.ts'
import { dense, type Features } from './features.ts'

/** An element, as a model is given it. */
export interface DataPoint {
  /** What stands beside its prediction: its label or key, else the element itself. */
  readonly key: unknown
  /** What a model learns to tell; undefined where it is only to be told. */
  readonly label: number | undefined
  readonly features: Features
}

const SPARSE = /^\(\s*(\d+)\s*,\s*\[([^\]]*)\]\s*,\s*\[([^\]]*)\]\s*\)$/
const LABELLED = /^\(\s*([^,[\](]+?)\s*,\s*([[(].*)\)$/
const LIBSVM = /^\S+(\s+\d+:\S+)+$/
const TABBED = /^([^\t]*)\t\s*([[(].*)$/

/**
 * Return an element as a point. Lines are what Spark writes and reads, `[1,2]`, `(3,[0,2],[1,2])`, `(label,[1,2])`, lines
 * of libsvm, `label 1:0.5 3:2`, and numbers divided by commas or white space; `isLabelled` says that the first of those is
 * the label. A program passes lists of numbers, pairs of a key and such a list, and records of `label` and `features`.
 *
 * @throws TypeError for anything else, and for what is no finite number.
 */
export function dataPointOf(element: unknown, isLabelled: boolean): DataPoint {
  if (typeof element === 'string') return lineOf(element, isLabelled)
  if (isNumbers(element)) {
    // A pair of numbers is a label with its only feature, where there are labels.
    if (!isLabelled || element.length !== 2)
      return { key: element, label: undefined, features: listed(element) }
    const [label, feature] = element as readonly [number, number]
    return { key: label, label: finite(label), features: listed([feature]) }
  }
  if (isPair(element)) {
    const [key, value] = element
    const features = typeof value === 'string' ? vectorOf(value) : listed(numbersIn(value))
    return { key, label: labelOf(key, isLabelled), features }
  }
  const { label, features } = (element ?? {}) as { readonly label?: unknown; readonly features?: unknown }
  if (isNumbers(features))
    return { key: label ?? element, label: labelOf(label, isLabelled), features: listed(features) }
  throw new TypeError('expected numbers such as [1, 2], or a label with them')
}

function lineOf(line: string, isLabelled: boolean): DataPoint {
  // Most lines are plain numbers, for which no pattern has to be tried.
  const plain = decimalsOf(line)
  if (plain !== undefined) return plainPoint(line, plain, isLabelled)
  const text = line.trim()
  const keyed = SPARSE.test(text) ? null : (LABELLED.exec(text) ?? TABBED.exec(text))
  if (keyed !== null) {
    const [, key = '', vector = ''] = keyed
    const label = Number(key)
    const isNumber = key.trim() !== '' && Number.isFinite(label)
    if (isLabelled && !isNumber)
      throw new TypeError(`expected a number as the label, got ${JSON.stringify(key)}`)
    return { key: isNumber ? label : key, label: isNumber ? label : undefined, features: vectorOf(vector) }
  }
  if (LIBSVM.test(text)) return libsvm(text)
  if (text.startsWith('[') || text.startsWith('('))
    return { key: line, label: undefined, features: vectorOf(text) }
  return plainPoint(line, numbersOf(text), isLabelled)
}

function plainPoint(line: string, numbers: readonly number[], isLabelled: boolean): DataPoint {
  if (!isLabelled) return { key: line, label: undefined, features: dense(numbers) }
  const [label] = numbers
  if (label === undefined || numbers.length === 1)
    throw new TypeError('expected a label and at least one feature')
  return { key: label, label, features: dense(numbers.slice(1)) }
}

function vectorOf(text: string): Features {
  const sparse = SPARSE.exec(text.trim())
  if (sparse !== null) {
    const [, size = '', indices = '', values = ''] = sparse
    return sparseOf(numbersOf(indices, true), numbersOf(values, true), Number(size))
  }
  const list = /^\[([^\]]*)\]$/.exec(text.trim())
  if (list === null) throw new TypeError(`expected a vector such as [1,2] or (3,[0,2],[1,2]), got ${text}`)
  return dense(numbersOf(list[1] as string, true))
}

function libsvm(text: string): DataPoint {
  const [first = '', ...entries] = text.split(/\s+/)
  const label = numberOf(first)
  const parts = entries.map((entry) => entry.split(':'))
  const indices = parts.map(([index = '']) => numberOf(index) - 1)
  return {
    key: label,
    label,
    features: sparseOf(
      indices,
      parts.map(([, value = '']) => numberOf(value)),
      undefined,
    ),
  }
}

function sparseOf(indices: readonly number[], values: readonly number[], size: number | undefined): Features {
  if (indices.length !== values.length)
    throw new TypeError(`expected as many values as indices, got ${values.length} and ${indices.length}`)
  let before = -1
  for (const index of indices) {
    if (!Number.isInteger(index) || index <= before || index >= (size ?? 2 ** 31))
      throw new TypeError(
        `expected ascending indices${size === undefined ? '' : ` below ${size}`}, got ${index}`,
      )
    before = index
  }
  return { indices: Int32Array.from(indices), values, size }
}

function numbersOf(text: string, mayBeEmpty = false): number[] {
  const trimmed = text.trim()
  if (trimmed === '' && mayBeEmpty) return []
  return trimmed.split(/\s*,\s*|\s+/).map(numberOf)
}

function numberOf(text: string): number {
  const number = text === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(number)) throw new TypeError(`expected a finite number, got ${JSON.stringify(text)}`)
  return number
}

function finite(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new TypeError(`expected a finite number, got ${String(value)}`)
  return value
}

function labelOf(key: unknown, isLabelled: boolean): number | undefined {
  if (typeof key === 'number') return finite(key)
  if (isLabelled && key !== undefined && key !== null)
    throw new TypeError(`expected a number as the label, got ${JSON.stringify(key)}`)
  return undefined
}

function isNumbers(value: unknown): value is readonly number[] | Float64Array {
  return (
    value instanceof Float64Array ||
    (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number'))
  )
}

function numbersIn(value: unknown): readonly number[] | Float64Array {
  if (isNumbers(value)) return value
  throw new TypeError('expected numbers such as [1, 2] as the features')
}

function listed(values: readonly number[] | Float64Array): Features {
  for (const value of values) finite(value)
  return dense(Array.from(values))
}
