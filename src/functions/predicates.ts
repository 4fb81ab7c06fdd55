import { expected, refuseParameter, requireParameter, textOf } from './check.ts'
import type { FunctionRecord } from './record.ts'
import { lengthOf } from './text.ts'

function textTest(
  name: 'contains' | 'starts-with' | 'ends-with',
  summary: string,
  test: (text: string, wanted: string) => boolean,
  examples: FunctionRecord['examples'],
  aliases: readonly string[] = [],
): FunctionRecord {
  return {
    name,
    aliases,
    summary,
    parameter: { name: 'TEXT', summary: 'the text, in the same case', required: true },
    roles: ['filter', 'map'],
    examples,
    mapper: (parameter) => {
      const wanted = requireParameter(name, parameter, 'TEXT')
      return (element) => test(textOf(name, element), wanted)
    },
    steps: (parameter, role) =>
      role === 'filter' ? [{ step: name, text: requireParameter(name, parameter, 'TEXT') }] : undefined,
  }
}

/** `not-empty`: whether there is anything in an element. */
export const notEmpty: FunctionRecord = {
  name: 'not-empty',
  aliases: ['non-empty'],
  summary: 'Tell whether an element is anything but empty text, an empty array or object, or null.',
  roles: ['filter', 'map'],
  examples: [
    { call: 'not-empty', in: ' ', out: true },
    { call: 'not-empty', in: '', out: false },
    { call: 'not-empty', in: [], out: false },
    { call: 'not-empty', in: 0, out: true },
    { call: 'not-empty', in: null, out: false },
  ],
  mapper: (parameter) => {
    refuseParameter('not-empty', parameter)
    return (element) => {
      if (element === null || element === undefined || element === '') return false
      return typeof element !== 'object' || lengthOf('not-empty', element) > 0
    }
  },
}

/** `contains`: whether text holds another. */
export const contains: FunctionRecord = textTest(
  'contains',
  'Tell whether text contains another.',
  (text, wanted) => text.includes(wanted),
  [
    { call: 'contains:err', in: 'an error', out: true },
    { call: 'contains:err', in: 'ERROR', out: false },
  ],
  ['includes'],
)

/** `starts-with`: whether text begins with another. */
export const startsWith: FunctionRecord = textTest(
  'starts-with',
  'Tell whether text starts with another.',
  (text, wanted) => text.startsWith(wanted),
  [
    { call: 'starts-with:http:', in: 'http://x', out: true },
    { call: 'starts-with:http:', in: 'https://x', out: false },
  ],
)

/** `ends-with`: whether text ends with another. */
export const endsWith: FunctionRecord = textTest(
  'ends-with',
  'Tell whether text ends with another.',
  (text, wanted) => text.endsWith(wanted),
  [
    { call: 'ends-with:.ts', in: 'a.ts', out: true },
    { call: 'ends-with:.ts', in: 'a.tsx', out: false },
  ],
)

/** `equals`: whether an element is the given text. */
export const equals: FunctionRecord = {
  name: 'equals',
  summary: 'Tell whether text, or a number, a boolean or null as it is written, equals the given text.',
  parameter: { name: 'TEXT', summary: 'the text, in the same case', required: true },
  roles: ['filter', 'map'],
  examples: [
    { call: 'equals:GET', in: 'GET', out: true },
    { call: 'equals:GET', in: 'get', out: false },
    { call: 'equals:200', in: 200, out: true },
  ],
  mapper: (parameter) => {
    const wanted = requireParameter('equals', parameter, 'TEXT')
    return (element) => {
      if (typeof element === 'object' && element !== null) {
        throw expected('equals', 'text, a number, a boolean or null', element)
      }
      return String(element) === wanted
    }
  },
  steps: (parameter, role) =>
    role === 'filter' ? [{ step: 'equals', text: requireParameter('equals', parameter, 'TEXT') }] : undefined,
}
