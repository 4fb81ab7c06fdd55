import { parseCall } from './call.ts'
import { requireParameter, shown } from './check.ts'
import * as comparisons from './comparisons.ts'
import { field } from './field.ts'
import { indexByName } from './lookup.ts'
import { capture, matches, regex } from './patterns.ts'
import * as predicates from './predicates.ts'
import type { FunctionRecord } from './record.ts'

const tests = indexByName([
  field,
  regex,
  capture,
  matches,
  ...Object.values(predicates),
  ...Object.values(comparisons),
])

/** `not`: a filter turned round. */
export const not: FunctionRecord = {
  name: 'not',
  summary: 'Tell whether another filter refuses an element.',
  parameter: { name: 'FILTER', summary: 'a built-in filter: not:contains:DEBUG', required: true },
  roles: ['filter', 'map'],
  examples: [
    { call: 'not:contains:DEBUG', in: 'INFO a', out: true },
    { call: 'not:contains:DEBUG', in: 'DEBUG a', out: false },
    { call: 'not:notEmpty', in: '', out: true },
  ],
  mapper: (parameter) => {
    const word = requireParameter('not', parameter, 'FILTER')
    const call = parseCall(word)
    const mapper = call === undefined ? undefined : tests.get(call.name)?.mapper
    if (mapper === undefined) throw new RangeError(`not expects a built-in filter, got ${shown(word)}`)
    const test = mapper(call?.parameter)
    return (element) => !test(element)
  },
}
