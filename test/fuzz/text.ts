import { deepStrictEqual } from 'node:assert/strict'
import { FROM_THE_START, runBytes } from '../support/run-bytes.ts'
import type { Target } from './target.ts'

/** The value of a line, or `REFUSED`. */
type Reference = (line: string) => unknown
const REFUSED = Symbol('refused')

const json: Reference = (line) => {
  try {
    return JSON.parse(line)
  } catch {
    return REFUSED
  }
}

/** RFC 4180, one character after the other. */
const csv: Reference = (line) => {
  const fields = ['']
  let place: 'start' | 'bare' | 'quoted' | 'closed' = 'start'
  for (const unit of line.split('')) {
    const last = fields.length - 1
    if (place === 'quoted') {
      if (unit === '"') place = 'closed'
      else fields[last] += unit
    } else if (unit === ',') {
      fields.push('')
      place = 'start'
    } else if (unit === '"' && place !== 'bare') {
      if (place === 'closed') fields[last] += '"'
      place = 'quoted'
    } else if (place === 'closed') return REFUSED
    else {
      fields[last] += unit
      place = 'bare'
    }
  }
  return place === 'quoted' ? REFUSED : fields
}

const tsv: Reference = (line) => line.split('\t')

const LOGFMT_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }
const LOGFMT_FIELD = /^([^\t\n\r ="]+)(?:(=)(?:"((?:\\.|[^"\\])*)"|([^\t\n\r ="]*)))?(?=[ \t]|\s*$)/s

/** Fields between blanks, each matched as a whole. */
const logfmt: Reference = (line) => {
  const entries: [string, unknown][] = []
  for (let rest = line; ; ) {
    rest = rest.replace(/^[ \t]+/, '')
    if (rest.trim() === '') break
    const found = LOGFMT_FIELD.exec(rest)
    if (found === null) return REFUSED
    const [all, key, equals, quoted, bare] = found as unknown as [string, string, string?, string?, string?]
    const value = quoted?.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, unit?: string, letter = '') =>
      unit === undefined
        ? (LOGFMT_ESCAPES[letter] ?? letter)
        : String.fromCharCode(Number.parseInt(unit, 16)),
    )
    entries.push([key, equals === undefined ? true : (value ?? bare)])
    rest = rest.slice(all.length)
  }
  return Object.fromEntries(entries)
}

const REFERENCES = { json, csv, tsv, logfmt }

/** What is asked of a record, so that kernels take part. */
const CHAINS: Readonly<Record<keyof typeof REFERENCES, readonly (readonly string[])[]>> = {
  json: [
    ['map', 'field:a'],
    ['map', 'l => JSON.parse(l).a'],
    ['map', 'field:a', 'count-by-value'],
  ],
  csv: [['map', 'csv', 'map', 'r => r[1]']],
  tsv: [
    ['map', 'field:2'],
    ['map', "l => l.split('\\t')[1]"],
  ],
  logfmt: [['map', 'logfmt', 'map', 'field:a']],
}

/** A format of lines: with kernels and without the results are the same, and those of a plain reference. */
export function textTarget(name: keyof typeof REFERENCES): Target {
  return {
    name,
    corpus: name,
    runs: 60,
    words: [
      '"a":',
      '{"a":1}',
      '\\u0000',
      '\\ud800',
      '1e999',
      '-0',
      ',',
      '\t',
      '""',
      '"',
      '\\',
      ' a=',
      '=',
      '\ufeff',
      '\n',
      '\r',
      '\u2028',
    ],
    seeds: async () => [
      Buffer.from('{"a":1}\n{"a":"x","a":2}\n[1,2]\nnope\n'),
      Buffer.from('a,b\n"a ""b""",c\na,"b\n'),
      Buffer.from('a\tb\t\n\t\nx\n'),
      Buffer.from('a=1 b="x \\" y" c\na="\nb= a=\n'),
      Buffer.from(`{"a":${'['.repeat(2000)}${']'.repeat(2000)}}\n`),
    ],
    run: async (bytes) => {
      const whole = Buffer.concat([bytes, Buffer.from('\n')])
      const lines = linesOf(whole)
      const values = lines.map(REFERENCES[name]).filter((value) => value !== REFUSED)
      const all = await runBytes(
        ['map', name, 'map', 'v => JSON.stringify(v)'],
        whole,
        1 << 20,
        FROM_THE_START,
        'skip',
      )
      deepStrictEqual(all.failure, '')
      deepStrictEqual(all.written, values.map((value) => `${JSON.stringify(value)}\n`).join(''))
      deepStrictEqual(all.dropped, lines.length - values.length)
      for (const chain of CHAINS[name]) {
        const plain = await runBytes(chain, whole, 1 << 20, false, 'skip')
        deepStrictEqual(await runBytes(chain, whole, 1 << 20, FROM_THE_START, 'skip'), plain)
      }
    },
  }
}

function linesOf(bytes: Buffer): string[] {
  const text = bytes.toString()
  const lines = (text.startsWith('\ufeff') ? text.slice(1) : text).split(/\r\n|\r|\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
