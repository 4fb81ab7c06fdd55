import { isPair } from '../../batch/pair.ts'

/** Writes a stream of batches as bytes: one encoder per running output. */
export interface Encoder {
  /** What stands before everything, written when the pipeline starts, so that a reader knows the format at once. */
  readonly head: string
  /** What stands before a batch; empty where a format has nothing to say. */
  begin(time: number): string
  /** One element, its line end included. */
  element(element: unknown): string
  /** What stands behind a batch. */
  end(time: number): string
  /** True where a line of text stands as it is, so that bytes need not be decoded. */
  readonly keepsText: boolean
}

/** Formats of `emit`, in the order of the help. */
export const EMIT_FORMATS = ['lines', 'json', 'csv', 'tsv', 'arrow', 'batches'] as const

/** A format of `emit`. */
export type EmitFormat = (typeof EMIT_FORMATS)[number]

/** Return the encoder of a text format. `interval` is the milliseconds between batches. */
export function createEncoder(format: Exclude<EmitFormat, 'arrow'>, interval: number): Encoder {
  const none = (): string => ''
  switch (format) {
    case 'lines':
      return {
        head: '',
        begin: none,
        element: (element) => `${lineText(element)}\n`,
        end: none,
        keepsText: true,
      }
    case 'json':
      return {
        head: '',
        begin: none,
        element: (element) => `${jsonText(element)}\n`,
        end: none,
        keepsText: false,
      }
    case 'csv':
      return delimited(',')
    case 'tsv':
      return delimited('\t')
    case 'batches':
      return {
        head: `#dstream batches 1 ${interval}\n`,
        begin: (time) => `#begin ${time}\n`,
        element: (element) => `${jsonText(element)}\n`,
        end: (time) => `#end ${time}\n`,
        keepsText: false,
      }
  }
}

/** Return an element as a line: text as it is, a pair as `key<TAB>value`, anything else as JSON. */
export function lineText(element: unknown): string {
  if (isPair(element)) return `${fieldText(element[0])}\t${fieldText(element[1])}`
  return oneLine(typeof element === 'string' ? element : jsonText(element))
}

/** A text that holds a line end would come back as two elements. */
function oneLine(text: string): string {
  return /[\n\r]/.test(text) ? JSON.stringify(text) : text
}

function fieldText(value: unknown): string {
  if (typeof value !== 'string') return jsonText(value)
  return /[\n\r\t]/.test(value) ? JSON.stringify(value) : value
}

/** Return an element as JSON; what JSON cannot say stands as null or, for big integers, as a number. */
export function jsonText(element: unknown): string {
  const text = JSON.stringify(element, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  return text ?? 'null'
}

/** One row per element: a pair has two columns, a list one per item, a record one per field after a header. */
function delimited(separator: ',' | '\t'): Encoder {
  let header: readonly string[] | undefined
  const row = (values: readonly unknown[]): string =>
    `${values.map((value) => cell(value, separator)).join(separator)}\n`
  return {
    head: '',
    begin: () => '',
    element: (element) => {
      if (Array.isArray(element)) return row(element)
      if (typeof element !== 'object' || element === null) return row([element])
      const record = element as Record<string, unknown>
      if (header !== undefined) return row(header.map((name) => record[name]))
      header = Object.keys(record)
      return row(header) + row(Object.values(record))
    },
    end: () => '',
    keepsText: false,
  }
}

/** Return a value as a field: RFC 4180 for csv; the escapes of IANA's text/tab-separated-values, as most readers know them, for tsv. */
export function cell(value: unknown, separator: ',' | '\t'): string {
  const text =
    value === null || value === undefined ? '' : typeof value === 'string' ? value : jsonText(value)
  if (separator === '\t') {
    return text.replace(
      /[\\\t\n\r]/g,
      (found) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n' })[found] ?? '\\r',
    )
  }
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
