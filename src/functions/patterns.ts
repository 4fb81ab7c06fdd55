import { requireParameter, shown, textOf, unescapeText } from './check.ts'
import type { FunctionRecord, ParameterRecord } from './record.ts'

function compile(name: string, source: string, flags: string, extra: string): RegExp {
  // A g or y would make the pattern remember where the last element's match ended.
  const refused = /[gy]/.exec(flags)
  if (refused !== null) throw new RangeError(`${name} takes no flag ${refused[0]}, got ${shown(flags)}`)
  try {
    return new RegExp(source, flags + extra)
  } catch (cause) {
    throw new RangeError(
      `${name} expects a regular expression: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    )
  }
}

/** `RE`, or `/RE/flags` as in JavaScript. */
function patternParameter(name: string, parameter: string | undefined, extra = ''): RegExp {
  const text = requireParameter(name, parameter, 'RE')
  const literal = /^\/(.+)\/([dgimsuvy]*)$/s.exec(text)
  return literal === null
    ? compile(name, text, '', extra)
    : compile(name, literal[1] ?? '', literal[2] ?? '', extra)
}

const PATTERN: ParameterRecord = {
  name: 'RE',
  summary: 'a regular expression of JavaScript, RE or /RE/flags; it may match anywhere',
  required: true,
}

/** `regex`: the first match and its groups. */
export const regex: FunctionRecord = {
  name: 'regex',
  aliases: ['match'],
  summary: 'Take the first match with its groups as an array, null where nothing matches.',
  parameter: PATTERN,
  roles: ['map', 'flatmap', 'filter'],
  examples: [
    { call: 'regex:(\\w+)=(\\d+)', in: 'x ms=12', out: ['ms=12', 'ms', '12'] },
    { call: 'regex:a(b)?', in: 'ac', out: ['a', null] },
    { call: 'regex:/ERR/i', in: 'err: 1', out: ['err'] },
    { call: 'regex:^a:b$', in: 'a', out: null },
  ],
  mapper: (parameter) => {
    const pattern = patternParameter('regex', parameter)
    return (element) => {
      const match = pattern.exec(textOf('regex', element))
      // A plain array: what a match carries besides would be lost on its way to a worker or a file.
      return match === null ? null : Array.from(match, (group: string | undefined) => group ?? null)
    }
  },
}

/** `capture`: the named groups of the first match. */
export const capture: FunctionRecord = {
  name: 'capture',
  summary: 'Take the named groups of the first match as a record, null where nothing matches.',
  parameter: { ...PATTERN, summary: 'a regular expression with named groups, (?<host>\\S+)' },
  roles: ['map', 'filter'],
  examples: [
    { call: 'capture:(?<host>\\w+) (?<ms>\\d+)', in: 'web 12', out: { host: 'web', ms: '12' } },
    { call: 'capture:(?<host>\\w+) (?<ms>\\d+)', in: 'web', out: null },
  ],
  mapper: (parameter) => {
    const pattern = patternParameter('capture', parameter)
    // With an empty alternative every pattern matches, and so shows whether it has names.
    if (new RegExp(`${pattern.source}|`, pattern.flags).exec('')?.groups === undefined) {
      throw new RangeError(`capture expects named groups such as (?<host>\\S+), got ${shown(parameter)}`)
    }
    return (element) => {
      const groups = pattern.exec(textOf('capture', element))?.groups
      if (groups === undefined) return null
      return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, text ?? null]))
    }
  },
}

/** `find-all`: every match. */
export const findAll: FunctionRecord = {
  name: 'find-all',
  summary: 'Take every match of a regular expression.',
  parameter: PATTERN,
  roles: ['flatmap', 'map'],
  examples: [
    { call: 'find-all:#\\w+', in: 'a #b c #d', out: ['#b', '#d'] },
    { call: 'find-all:#\\w+', in: 'none', out: [] },
  ],
  mapper: (parameter) => {
    const pattern = patternParameter('find-all', parameter, 'g')
    return (element) => textOf('find-all', element).match(pattern) ?? []
  },
}

/** `matches`: whether a pattern matches. */
export const matches: FunctionRecord = {
  name: 'matches',
  summary: 'Tell whether a regular expression matches somewhere in text.',
  parameter: PATTERN,
  roles: ['filter', 'map'],
  examples: [
    { call: 'matches:^\\d+$', in: '42', out: true },
    { call: 'matches:^\\d+$', in: '42a', out: false },
  ],
  mapper: (parameter) => {
    const pattern = patternParameter('matches', parameter)
    return (element) => pattern.test(textOf('matches', element))
  },
}

/** `replace`: text with matches replaced. */
export const replace: FunctionRecord = {
  name: 'replace',
  summary: 'Replace the first match of a regular expression in text, with flag g every match.',
  parameter: {
    name: '/RE/TEXT/FLAGS',
    summary: 'as in sed; \\/ is a slash, and in TEXT $1 is a group, $& the match, \\t a tab',
    required: true,
  },
  roles: ['map'],
  examples: [
    { call: 'replace:/\\d+/N/g', in: 'a1 b22', out: 'aN bN' },
    { call: 'replace:/(\\w) (\\w)/$2 $1/', in: 'a b c d', out: 'b a c d' },
    { call: 'replace:/\\//::/g', in: 'a/b/c', out: 'a::b::c' },
  ],
  mapper: (parameter) => {
    const call = requireParameter('replace', parameter, '/RE/TEXT/')
    const found = /^\/((?:\\.|[^\\/])+)\/((?:\\.|[^\\/])*)\/([a-z]*)$/s.exec(call)
    if (found === null) throw new RangeError(`replace expects /RE/TEXT/ or /RE/TEXT/g, got ${shown(call)}`)
    const [, source = '', text = '', flags = ''] = found
    const every = flags.includes('g')
    const pattern = compile('replace', source, flags.replace('g', ''), every ? 'g' : '')
    const replacement = unescapeText(text.replaceAll('\\/', '/'))
    return (element) => textOf('replace', element).replace(pattern, replacement)
  },
}
