import { shown, textMapper } from './check.ts'
import { define } from './delimited.ts'
import type { FunctionRecord } from './record.ts'

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
])

/** The offset of the quote that closes the one at `start`, or -1. */
function closingQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return at
    if (text[at] === '\\') at++
  }
  return -1
}

function unquote(quoted: string): string {
  return quoted.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, unit: string | undefined, letter: string) =>
    unit === undefined ? (ESCAPES.get(letter) ?? letter) : String.fromCharCode(Number.parseInt(unit, 16)),
  )
}

/**
 * Return the record of one line of `key=value` words, after https://brandur.org/logfmt and Go's `go-logfmt`: values
 * are text, quoted where they hold white space; a key alone is true; of a repeated key the last value stands.
 * Throws a SyntaxError that names the column.
 */
export function parseLogfmt(text: string): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  const fault = (problem: string, offset: number): SyntaxError =>
    new SyntaxError(`logfmt expects key=value, got ${shown(text)}: ${problem} at column ${offset + 1}`)
  const key = /[\t ]*([^\t\n\r ="]+)(=?)/y
  const bare = /[^\t\n\r ="]*/y
  let at = 0
  const end = text.trimEnd().length
  while (at < end) {
    key.lastIndex = at
    const found = key.exec(text)
    if (found === null) throw fault('no key', at)
    const name = found[1] ?? ''
    at = key.lastIndex
    if (found[2] === '') define(record, name, true)
    else if (text[at] === '"') {
      const close = closingQuote(text, at)
      if (close < 0) throw fault('a quote opens that is not closed', at)
      define(record, name, unquote(text.slice(at + 1, close)))
      at = close + 1
    } else {
      bare.lastIndex = at
      define(record, name, bare.exec(text)?.[0] ?? '')
      at = bare.lastIndex
    }
    if (at < end && text[at] !== ' ' && text[at] !== '\t') throw fault('no space between fields', at)
  }
  return record
}

/** `logfmt`: a line of key=value words into a record. */
export const logfmt: FunctionRecord = {
  name: 'logfmt',
  summary: 'Parse a line of key=value words (logfmt) into a record; a key alone is true.',
  roles: ['map'],
  examples: [
    {
      call: 'logfmt',
      in: 'level=info msg="it \\"works\\"" empty= dry-run',
      out: { level: 'info', msg: 'it "works"', empty: '', 'dry-run': true },
    },
    { call: 'logfmt', in: '', out: {} },
  ],
  mapper: textMapper('logfmt', parseLogfmt),
}
