import { fieldsOf } from '../../sql/values.ts'
import { cell, type Encoder } from './encoder.ts'

/** An encoder whose columns are known once it has written its header. */
export interface SeparatedEncoder extends Encoder {
  readonly columns: readonly string[] | undefined
}

/**
 * Return an encoder of a file with columns: a header, then a row per element. The first element says which columns there
 * are: `key` and `value` of a pair, the fields of a record, else `value`. An empty text stands in quotes, for without
 * them it is null to readers.
 *
 * @param columns those of a file that has its header already.
 * @throws TypeError, from `element`, at a field that is no column: a row that lacks it would be a loss that nobody sees.
 */
export function separatedEncoder(separator: ',' | '\t', columns?: readonly string[]): SeparatedEncoder {
  let known = columns
  const row = (values: readonly unknown[]): string => {
    const text = values.map((value) => (value === '' && separator === ',' ? '""' : cell(value, separator)))
    return `${text.join(separator)}\n`
  }
  return {
    head: '',
    begin: () => '',
    element: (element) => {
      const fields = fieldsOf(element)
      let header = ''
      if (known === undefined) {
        known = Object.keys(fields)
        header = row(known)
      }
      const strange = Object.keys(fields).find((name) => !known?.includes(name))
      if (strange !== undefined) {
        throw new TypeError(
          `the field ${strange} is no column of the file, which has ${known.join(', ')}; choose fields with map, or write json`,
        )
      }
      return header + row(known.map((name) => fields[name]))
    },
    end: () => '',
    keepsText: false,
    get columns() {
      return known
    },
  }
}
