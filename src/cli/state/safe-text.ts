import { types } from 'node:util'
import { jsonText as shownText } from '../screen/json.ts'

/** Characters that a terminal obeys and JSON leaves as they are. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu
const ALL_CONTROLS = /\p{Cc}/gu

/** Return any value as JSON without control characters: also maps, sets, bytes, and what JSON does not know. */
export function safeJson(value: unknown): string {
  try {
    return (JSON.stringify(value, plain) ?? 'null').replace(CONTROLS, escaped)
  } catch {
    // It holds itself.
    return JSON.stringify(shownText(value)).replace(CONTROLS, escaped)
  }
}

/** Return a cell of a row: text without control characters but those that the format escapes, anything else as JSON. */
export function safeCell(value: unknown, separator: ',' | '\t'): string {
  if (value === undefined || value === null) return ''
  const text = typeof value === 'string' ? value : safeJson(value)
  if (separator === '\t') {
    return text
      .replaceAll('\\', '\\\\')
      .replace(
        ALL_CONTROLS,
        (found) => ({ '\t': '\\t', '\n': '\\n', '\r': '\\r' })[found] ?? byteEscape(found),
      )
  }
  const safe = text.replace(ALL_CONTROLS, (found) => (/[\n\r\t]/.test(found) ? found : byteEscape(found)))
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Return a text without control characters, for a line of its own. */
export function safeLine(text: string): string {
  return text.replace(ALL_CONTROLS, byteEscape)
}

function plain(this: unknown, name: string, value: unknown): unknown {
  // A date is a text by now; asked for under its name it is still itself.
  const own = (this as Readonly<Record<string, unknown>>)[name]
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (types.isMap(value)) return [...value]
  if (types.isSet(value)) return [...value]
  if (ArrayBuffer.isView(own)) return [...new Uint8Array(own.buffer, own.byteOffset, own.byteLength)]
  if (types.isArrayBuffer(value)) return [...new Uint8Array(value)]
  return types.isNativeError(value) || types.isRegExp(value) ? String(value) : value
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function byteEscape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
