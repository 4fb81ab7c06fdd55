import { isPair } from '../../batch/pair.ts'
import { fieldsOf } from '../../sql/values.ts'

/** The column that holds the time of the batch. */
export const BATCH_TIME = 'batch_time'

/** What a column holds; `json` is a list or a record. */
export type ColumnType = 'integer' | 'number' | 'boolean' | 'text' | 'bytes' | 'time' | 'json'

/** A column, as the elements of a batch show it. */
export interface Column {
  readonly name: string
  /** The field of the elements that it holds. */
  readonly field: string
  /** Undefined where all values are null. */
  readonly type: ColumnType | undefined
}

/** The elements of a batch as rows: a value per column each, null where an element lacks the field. */
export interface Rows {
  readonly columns: readonly Column[]
  readonly values: readonly (readonly unknown[])[]
  /** As they came, before keys were looked at. */
  readonly elements: readonly unknown[]
}

/**
 * Return elements as rows: `key` and `value` of pairs, the fields of records in the order in which they are met, else
 * `value`; `names` stand in the place of those. Of rows with the same values in `keys` only the last stays.
 *
 * @throws TypeError where there are more columns than `names`, or none of the name of a key.
 */
export function rowsOf(
  elements: readonly unknown[],
  names: readonly string[],
  keys: readonly string[],
): Rows {
  const { fields, types, values: all } = isOfPairs(elements) ? pairsTable(elements) : fieldsTable(elements)
  if (names.length > 0 && fields.length > names.length)
    throw new TypeError(
      `the elements have ${fields.length} fields (${fields.join(', ')}), and --columns names ${names.length}`,
    )
  const columns = fields.map((name, place) => ({
    name: names[place] ?? name,
    field: name,
    type: types[place],
  }))
  const values = keys.length > 0 && all.length > 0 ? lastOfEach(all, columns, keys) : all
  return { columns, values, elements }
}

/** Rows, and what their columns are called and hold. */
interface Table {
  readonly fields: readonly string[]
  readonly types: readonly (ColumnType | undefined)[]
  readonly values: readonly (readonly unknown[])[]
}

function isOfPairs(elements: readonly unknown[]): elements is readonly (readonly [unknown, unknown])[] {
  if (elements.length === 0) return false
  for (const element of elements)
    if (!isPair(element) || element[0] === undefined || element[1] === undefined) return false
  return true
}

/** Pairs are rows already. */
function pairsTable(pairs: readonly (readonly [unknown, unknown])[]): Table {
  let key: ColumnType | undefined
  let value: ColumnType | undefined
  for (const pair of pairs) {
    key = joined(key, typeOf(pair[0]))
    value = joined(value, typeOf(pair[1]))
  }
  return { fields: ['key', 'value'], types: [key, value], values: pairs }
}

function fieldsTable(elements: readonly unknown[]): Table {
  const fields: string[] = []
  const places = new Map<string, number>()
  const types: (ColumnType | undefined)[] = []
  const values = elements.map((element) => {
    const row: unknown[] = []
    let next = 0
    for (const [name, value] of Object.entries(fieldsOf(element))) {
      // Most elements have the fields of the one before, in its order.
      let place = fields[next] === name ? next : places.get(name)
      if (place === undefined) {
        place = fields.length
        places.set(name, place)
        fields.push(name)
      }
      next = place + 1
      row[place] = value
      types[place] = joined(types[place], typeOf(value))
    }
    return row
  })
  const width = fields.length
  for (const row of values) for (let place = 0; place < width; place++) row[place] ??= null
  return { fields, types, values }
}

function lastOfEach(
  values: Rows['values'],
  columns: readonly Column[],
  keys: readonly string[],
): Rows['values'] {
  const places = keys.map((key) => {
    const place = columns.findIndex(({ name }) => name === key)
    if (place < 0)
      throw new TypeError(
        `no field ${key} to know a row by; fields: ${columns.map(({ name }) => name).join(', ')}`,
      )
    return place
  })
  const last = new Map<string, readonly unknown[]>()
  for (const row of values) {
    const key = JSON.stringify(places.map((place) => keyText(row[place])))
    // Taken out first, so that rows stand in the order of their last values.
    last.delete(key)
    last.set(key, row)
  }
  return [...last.values()]
}

function keyText(value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}

/** Return what a value is to a column; undefined for null. */
export function typeOf(value: unknown): ColumnType | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? 'integer' : 'number'
    case 'bigint':
      return 'integer'
    case 'boolean':
      return 'boolean'
    case 'object':
      if (value === null) return undefined
      if (value instanceof Date) return 'time'
      return value instanceof Uint8Array ? 'bytes' : 'json'
    case 'undefined':
      return undefined
    default:
      return 'text'
  }
}

/** Return the type that holds values of both. */
function joined(one: ColumnType | undefined, other: ColumnType | undefined): ColumnType | undefined {
  if (one === undefined || one === other) return other ?? one
  if (other === undefined) return one
  const numbers = [one, other].every((type) => type === 'integer' || type === 'number')
  return numbers ? 'number' : 'text'
}
