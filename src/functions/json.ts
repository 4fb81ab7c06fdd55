import { refuseParameter, shown, textMapper } from './check.ts'
import { findJsonFault } from './json-position.ts'
import type { FunctionRecord } from './record.ts'

/** Return the value of a JSON text; throws a SyntaxError that names the function, the text and the column. */
export function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const fault = findJsonFault(text)
    const where =
      fault === undefined
        ? String(cause)
        : fault < text.length
          ? `unexpected ${shown(String.fromCodePoint(text.codePointAt(fault) ?? 0))} at column ${fault + 1}`
          : `unexpected end at column ${fault + 1}`
    throw new SyntaxError(`${name} expects JSON, got ${shown(text)}: ${where}`, { cause })
  }
}

/** Return any value as JSON; what JSON does not know (undefined, a function) becomes `null`. */
export function toJsonText(value: unknown): string {
  // A bigint has no JSON form of its own; its digits are a JSON number.
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'null')
}

/** `json`: JSON text into a value. */
export const json: FunctionRecord = {
  name: 'json',
  aliases: ['from-json'],
  summary: 'Parse text as JSON.',
  roles: ['map', 'flatmap'],
  examples: [
    { call: 'json', in: '{"host":"a","ms":12}', out: { host: 'a', ms: 12 } },
    { call: 'json', in: ' [1, "b", null] ', out: [1, 'b', null] },
  ],
  mapper: textMapper('json', (text) => parseJson('json', text)),
}

/** `to-json`: a value into JSON text. */
export const toJson: FunctionRecord = {
  name: 'to-json',
  summary: 'Turn any element into JSON text on one line.',
  roles: ['map'],
  examples: [
    { call: 'to-json', in: { host: 'a' }, out: '{"host":"a"}' },
    { call: 'to-json', in: 'a', out: '"a"' },
  ],
  mapper: (parameter) => {
    refuseParameter('to-json', parameter)
    return toJsonText
  },
}
