import { BLANK, type Cell, cellOf, isRecord, isTuple } from './cell.ts'
import { fit } from './text.ts'

/** One column of a table. */
export interface Column {
  readonly label: string
  readonly cells: readonly Cell[]
  /** Numbers stand at the right, as digits of one weight belong under each other. */
  readonly right: boolean
}

/** The columns of a batch, and the fields for which there was no room. */
export interface Columns {
  readonly columns: readonly Column[]
  readonly widths: readonly number[]
  readonly hidden: readonly string[]
}

/** Blank columns between two columns of a table. */
export const GAP = 2

// A column narrower than this says little: fields are dropped before texts are cut shorter.
const LEGIBLE = 8
// The columns of keys that are mostly words, so that the tables of one batch after another stand alike.
const KEY = 16

/**
 * Return the columns in which the elements are shown, fitted to `room` columns of the terminal: pairs as key and value,
 * records by field, anything else as one value. The widest columns are cut first; then the last fields are dropped.
 */
export function columnsOf(elements: readonly unknown[], room: number): Columns {
  const fields = elements.every(isRecord) ? fieldsOf(elements) : undefined
  if (fields !== undefined && fields.length > 0) {
    const records = elements as readonly Readonly<Record<string, unknown>>[]
    const shown = fields.slice(0, Math.floor((room + GAP) / (1 + GAP)))
    const columns = shown.map((field) =>
      columnOf(
        field,
        records.map((record) => (Object.hasOwn(record, field) ? [record[field]] : [])),
      ),
    )
    return fitted(columns, fields, room)
  }
  if (elements.every((element) => Array.isArray(element) && element.length === 2)) {
    const pairs = elements as readonly (readonly [unknown, unknown])[]
    const keys = pairs.map(([key]) => [key])
    const values = pairs.map(([, value]) => [value])
    return fitted([columnOf('key', keys), columnOf('value', values)], ['key', 'value'], room, KEY)
  }
  const values = elements.map((element) => [element])
  return fitted([columnOf('value', values, false)], ['value'], room)
}

/** The names of all fields, in the order in which they first appear. */
function fieldsOf(records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))]
}

/** A column of values, each in a list of its own which is empty where there is none. */
function columnOf(label: string, values: readonly (readonly unknown[])[], pairs = true): Column {
  // Two numbers are a pair or a list of two: only a column in which all arrays could be pairs has pairs.
  const tuples = pairs && values.every(([value]) => !Array.isArray(value) || isTuple(value))
  const cells = values.map((value) => (value.length === 0 ? BLANK : cellOf(value[0], tuples)))
  const right = cells.some(isNumber) && cells.every((cell) => isNumber(cell) || cell.tone === 'absent')
  return { label: label === '' ? '""' : label, cells, right }
}

function isNumber(cell: Cell): boolean {
  return cell.tone === 'number'
}

function fitted(columns: readonly Column[], fields: readonly string[], room: number, first = 1): Columns {
  const natural = columns.map((column, index) =>
    Math.max(naturalWidth(column, room), index === 0 ? Math.min(first, Math.floor(room / 3)) : 1),
  )
  let count = 0
  let least = -GAP
  for (const width of natural) {
    least += GAP + Math.min(width, LEGIBLE)
    if (least > room && count > 0) break
    count++
  }
  const widths = shrunk(natural.slice(0, count), room - GAP * (count - 1))
  return { columns: columns.slice(0, count), widths, hidden: fields.slice(count) }
}

function naturalWidth(column: Column, room: number): number {
  let width = Math.max(1, fit(column.label, room).width)
  for (const cell of column.cells) width = Math.max(width, fit(cell.text, room).width)
  return width
}

/** The widths, of which the largest are lowered until their sum is no more than `room`. */
function shrunk(natural: readonly number[], room: number): readonly number[] {
  let cap = Math.max(...natural)
  const sum = (): number => natural.reduce((total, width) => total + Math.min(width, cap), 0)
  while (sum() > room && cap > 1) cap--
  let spare = room - sum()
  return natural.map((width) => {
    if (width <= cap || spare <= 0) return Math.min(width, cap)
    spare--
    return cap + 1
  })
}
