import { jsonText } from '../formats/encoder.ts'
import { isConnectionCode } from './connection-codes.ts'
import { SinkLost } from './sink.ts'

/** What COPY's text format escapes. */
const ESCAPED = /[\\\n\r\t\0]/g
const HAS_ESCAPED = /[\\\n\r\t\0]/
const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** Return a value as the text format of COPY has it. Text cannot hold NUL there: it becomes U+FFFD. */
export function copyText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return escaped(value)
    case 'number':
    case 'bigint':
      return String(value)
    case 'boolean':
      return value ? 't' : 'f'
    case 'object':
      if (value === null) return '\\N'
      if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value).toString('hex')}`
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? '\\N' : value.toISOString()
      return escaped(jsonText(value).replaceAll('\\u0000', '\\ufffd'))
    default:
      return escaped(String(value))
  }
}

function escaped(text: string): string {
  // Most text has none of them: looking is much cheaper than replacing.
  return HAS_ESCAPED.test(text) ? text.replace(ESCAPED, (character) => ESCAPES[character] as string) : text
}

/** Classes of SQLSTATE that tell of the connection or of a server that stops or has no room, not of what was asked. */
const LOST_CLASSES = /^(08|57P0[123]|53[123]00|40001|40P01|55P03)/

/** Return the error as SinkLost where it tells of the connection, else with the row and the hint that the server gave. */
export function lostOr(error: unknown): unknown {
  const {
    code = '',
    message = '',
    where,
    hint,
  } = error as { code?: string; message?: string; where?: string; hint?: string }
  const isLost =
    isConnectionCode(code) ||
    LOST_CLASSES.test(code) ||
    /terminated|timeout expired|not queryable/i.test(message)
  if (isLost) return new SinkLost(message === '' ? code : message)
  const detail = [where, hint].filter((part) => part !== undefined).join('; ')
  return new Error(detail === '' ? message : `${message} (${detail})`)
}
