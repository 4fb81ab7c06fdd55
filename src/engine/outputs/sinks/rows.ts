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
  const places = new Map<string, number>()
  const types: (ColumnType | undefined)[] = []
  let values = elements.map((element) => {
    const row: unknown[] = []
    for (const [name, value] of Object.entries(fieldsOf(element))) {
      let place = places.get(name)
      if (place === undefined) {
        place = places.size
        places.set(name, place)
      }
      row[place] = value
      types[place] = joined(types[place], typeOf(value))
    }
    return row
  })
  const fields = [...places.keys()]
  if (names.length > 0 && fields.length > names.length)
    throw new TypeError(
      `the elements have ${fields.length} fields (${fields.join(', ')}), and --columns names ${names.length}`,
    )
  const columns = fields.map((name, place) => ({
    name: names[place] ?? name,
    field: name,
    type: types[place],
  }))
  const width = columns.length
  for (const row of values) for (let place = 0; place < width; place++) row[place] ??= null
  if (keys.length > 0 && values.length > 0) values = lastOfEach(values, columns, keys)
  return { columns, values, elements }
}

function lastOfEach(values: unknown[][], columns: readonly Column[], keys: readonly string[]): unknown[][] {
  const places = keys.map((key) => {
    const place = columns.findIndex(({ name }) => name === key)
    if (place < 0)
      throw new TypeError(
        `no field ${key} to know a row by; fields: ${columns.map(({ name }) => name).join(', ')}`,
      )
    return place
  })
  const last = new Map<string, unknown[]>()
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
