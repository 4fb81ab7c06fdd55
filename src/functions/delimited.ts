import { shown, textOf } from './check.ts'
import type { FunctionRecord, ParameterRecord } from './record.ts'

/** Set an own property, `__proto__` included: plain assignment of that name would change the prototype. */
export function define(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') record[key] = value
  else Object.defineProperty(record, key, { value, configurable: true, enumerable: true, writable: true })
}

/**
 * Return the fields of one line of comma-separated values.
 *
 * Written by hand after RFC 4180, §2: elements are single lines, so the libraries' streaming state, dialects and header
 * detection would cost more than they save. A quote inside an unquoted field is taken as it is; text after a closing
 * quote, and a quote that the line does not close, throw a SyntaxError.
 */
export function parseCsvLine(text: string): string[] {
  const fields: string[] = []
  for (let at = 0; ; at++) {
    if (text[at] === '"') {
      let value = ''
      let from = at + 1
      for (;;) {
        const quote = text.indexOf('"', from)
        if (quote < 0) {
          throw new SyntaxError(
            `csv expects a line that closes its quotes, got ${shown(text)}: column ${at + 1} opens one`,
          )
        }
        value += text.slice(from, quote)
        from = quote + 1
        if (text[from] !== '"') break
        value += '"'
        from++
      }
      if (from < text.length && text[from] !== ',') {
        throw new SyntaxError(
          `csv expects a comma after a closing quote, got ${shown(text)}: column ${from + 1}`,
        )
      }
      fields.push(value)
      at = from
    } else {
      const comma = text.indexOf(',', at)
      const end = comma < 0 ? text.length : comma
      fields.push(text.slice(at, end))
      at = end
    }
    if (at >= text.length) return fields
  }
}

/** Fields as they are, or named by the columns that the parameter lists. */
function delimitedMapper(
  name: string,
  parse: (text: string) => string[],
): (parameter: string | undefined) => (element: unknown) => unknown {
  return (parameter) => {
    if (parameter === undefined) return (element) => parse(textOf(name, element))
    const columns = parseCsvLine(parameter).map((column) => column.trim())
    if (columns.includes('') || new Set(columns).size < columns.length) {
      throw new RangeError(
        `${name} expects different column names as in ${name}:host,ms, got ${shown(parameter)}`,
      )
    }
    return (element) => {
      const text = textOf(name, element)
      const fields = parse(text)
      // To drop what has no name would lose data unseen; what is missing shows as null.
      if (fields.length > columns.length) {
        throw new TypeError(
          `${name} expects at most ${columns.length} fields, got ${fields.length} in ${shown(text)}`,
        )
      }
      const record: Record<string, unknown> = {}
      columns.forEach((column, index) => {
        define(record, column, fields[index] ?? null)
      })
      return record
    }
  }
}

const COLUMNS: ParameterRecord = {
  name: 'COLUMNS',
  summary: 'names of the columns, joined by commas: gives records',
  required: false,
}

/** `csv`: a line of comma-separated values into fields. */
export const csv: FunctionRecord = {
  name: 'csv',
  summary:
    'Parse a line of comma-separated values (RFC 4180) into an array, or into a record of named columns.',
  parameter: COLUMNS,
  roles: ['map', 'flatmap'],
  examples: [
    { call: 'csv', in: 'a,"b, ""c""",', out: ['a', 'b, "c"', ''] },
    { call: 'csv', in: '', out: [''] },
    { call: 'csv:host,ms', in: 'a,12', out: { host: 'a', ms: '12' } },
    { call: 'csv:host,ms', in: 'a', out: { host: 'a', ms: null } },
  ],
  mapper: delimitedMapper('csv', parseCsvLine),
}

/** `tsv`: a line of tab-separated values into fields. */
export const tsv: FunctionRecord = {
  name: 'tsv',
  summary:
    'Parse a line of tab-separated values, without quotes, into an array, or into a record of named columns.',
  parameter: COLUMNS,
  roles: ['map', 'flatmap'],
  examples: [
    { call: 'tsv', in: 'a\t"b"\t', out: ['a', '"b"', ''] },
    { call: 'tsv:host,ms', in: 'a\t12', out: { host: 'a', ms: '12' } },
  ],
  mapper: delimitedMapper('tsv', (text) => text.split('\t')),
}
