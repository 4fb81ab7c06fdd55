import { countParameter, expected, requireParameter, textMapper, textOf, unescapeText } from './check.ts'
import type { FunctionRecord } from './record.ts'

/**
 * Return the parts of a text between a literal separator, as Java's `String.split` gives them: trailing empty parts
 * are dropped, so `' '` gives none, but a text without the separator is one part, even the empty text.
 */
export function splitLikeJava(text: string, separator: string): string[] {
  const parts = text.split(separator)
  if (parts.length === 1) return parts
  let length = parts.length
  while (length > 0 && parts[length - 1] === '') length--
  parts.length = length
  return parts
}

/**
 * Return the runs of characters between white space.
 *
 * White space is Java's `\s`, six ASCII characters, so that a byte kernel and Spark cut the same words.
 */
export function wordsOf(text: string): string[] {
  return text.match(/[^\t\n\v\f\r ]+/g) ?? []
}

/** Return the length of a text in characters (code points, not UTF-16 units), of an array, or of a record's keys. */
export function lengthOf(name: string, element: unknown): number {
  if (Array.isArray(element)) return element.length
  if (typeof element === 'object' && element !== null) return Object.keys(element).length
  if (typeof element !== 'string') throw expected(name, 'text, an array or an object', element)
  let length = 0
  for (let index = 0; index < element.length; index++, length++) {
    if ((element.codePointAt(index) ?? 0) > 0xffff) index++
  }
  return length
}

function separatorOf(parameter: string | undefined): string {
  return parameter === undefined ? ' ' : unescapeText(requireParameter('split', parameter, 'SEP'))
}

/** `split`: text into parts. */
export const split: FunctionRecord = {
  name: 'split',
  summary:
    'Split text at a separator, a single space unless given, and drop trailing empty parts as Java does.',
  parameter: {
    name: 'SEP',
    summary: 'any literal text; \\t, \\n, \\r and \\\\ are understood',
    required: false,
  },
  roles: ['flatmap', 'map'],
  examples: [
    { call: 'split', in: 'to be or', out: ['to', 'be', 'or'] },
    { call: 'split', in: 'a  b ', out: ['a', '', 'b'] },
    { call: 'split', in: ' ', out: [] },
    { call: 'split', in: '', out: [''] },
    { call: 'split:,', in: 'a,b,,c,,', out: ['a', 'b', '', 'c'] },
    { call: 'split:::', in: 'a::b:c', out: ['a', 'b:c'] },
    { call: 'split:\\t', in: 'a b\tc', out: ['a b', 'c'] },
    { call: 'split:.', in: '10.0.0.1', out: ['10', '0', '0', '1'] },
  ],
  steps: (parameter, role) =>
    role === 'flatmap' ? [{ step: 'split', separator: separatorOf(parameter), trailing: 'drop' }] : undefined,
  mapper: (parameter) => {
    const separator = separatorOf(parameter)
    return (element) => splitLikeJava(textOf('split', element), separator)
  },
}

/** `words`: text into words. */
export const words: FunctionRecord = {
  name: 'words',
  summary: 'Split text at runs of white space; no word is empty.',
  roles: ['flatmap', 'map'],
  examples: [
    { call: 'words', in: '  to be\tor ', out: ['to', 'be', 'or'] },
    { call: 'words', in: '', out: [] },
  ],
  mapper: textMapper('words', wordsOf),
  steps: (_parameter, role) => (role === 'flatmap' ? [{ step: 'words' }] : undefined),
}

/** `lines`: text into lines. */
export const lines: FunctionRecord = {
  name: 'lines',
  summary: 'Split text of several lines into its lines, ended by LF, CR LF or CR.',
  roles: ['flatmap', 'map'],
  examples: [
    { call: 'lines', in: 'a\r\n\nb\n', out: ['a', '', 'b'] },
    { call: 'lines', in: '', out: [] },
  ],
  mapper: textMapper('lines', (text) => {
    const parts = text.split(/\r\n|\n|\r/)
    // A terminator ends a line, it does not begin another.
    if (parts.at(-1) === '') parts.pop()
    return parts
  }),
}

/** `chars`: text into characters. */
export const chars: FunctionRecord = {
  name: 'chars',
  summary: 'Split text into its characters (code points).',
  roles: ['flatmap', 'map'],
  examples: [{ call: 'chars', in: 'a😀', out: ['a', '😀'] }],
  mapper: textMapper('chars', (text) => Array.from(text)),
}

/** `lower`: text in lower case. */
export const lower: FunctionRecord = {
  name: 'lower',
  aliases: ['to-lower-case'],
  summary: 'Put text into lower case, the same in every locale.',
  roles: ['map'],
  examples: [{ call: 'lower', in: 'ÀB1', out: 'àb1' }],
  mapper: textMapper('lower', (text) => text.toLowerCase()),
  steps: () => [{ step: 'lower' }],
}

/** `upper`: text in upper case. */
export const upper: FunctionRecord = {
  name: 'upper',
  aliases: ['to-upper-case'],
  summary: 'Put text into upper case, the same in every locale.',
  roles: ['map'],
  examples: [{ call: 'upper', in: 'àb1', out: 'ÀB1' }],
  mapper: textMapper('upper', (text) => text.toUpperCase()),
  steps: () => [{ step: 'upper' }],
}

/** `trim`: text without white space around it. */
export const trim: FunctionRecord = {
  name: 'trim',
  summary: 'Remove white space, Unicode included, from both ends of text.',
  roles: ['map'],
  examples: [{ call: 'trim', in: ' a b\t', out: 'a b' }],
  mapper: textMapper('trim', (text) => text.trim()),
  steps: () => [{ step: 'trim' }],
}

/** `take`: the beginning of text. */
export const take: FunctionRecord = {
  name: 'take',
  summary: 'Keep the first N characters (code points) of text.',
  parameter: { name: 'N', summary: 'how many characters', required: true },
  roles: ['map'],
  examples: [
    { call: 'take:2', in: 'a😀b', out: 'a😀' },
    { call: 'take:10', in: 'short', out: 'short' },
  ],
  mapper: (parameter) => {
    const count = countParameter('take', parameter, Number.MAX_SAFE_INTEGER)
    return (element) => {
      const text = textOf('take', element)
      let end = 0
      for (let taken = 0; taken < count && end < text.length; taken++) {
        end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
      }
      return text.slice(0, end)
    }
  },
}
