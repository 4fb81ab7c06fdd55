import { countParameter, expected, numberOf, readNumber, refuseParameter } from './check.ts'
import { toJsonText } from './json.ts'
import type { FunctionRecord } from './record.ts'
import { lengthOf } from './text.ts'

/** `identity`: the element itself. */
export const identity: FunctionRecord = {
  name: 'identity',
  summary: 'Leave an element as it is; as flatmap, flatten arrays.',
  roles: ['map', 'flatmap'],
  examples: [
    { call: 'identity', in: 'a', out: 'a' },
    { call: 'identity', in: ['a', 'b'], out: ['a', 'b'] },
  ],
  mapper: (parameter) => {
    refuseParameter('identity', parameter)
    return (element) => element
  },
}

/** `length`: how long an element is. */
export const length: FunctionRecord = {
  name: 'length',
  aliases: ['size'],
  summary: 'Count the characters (code points) of text, the items of an array or the keys of an object.',
  roles: ['map'],
  examples: [
    { call: 'length', in: 'a😀', out: 2 },
    { call: 'length', in: ['a', 'b', 'c'], out: 3 },
    { call: 'length', in: { host: 'a' }, out: 1 },
  ],
  mapper: (parameter) => {
    refuseParameter('length', parameter)
    return (element) => lengthOf('length', element)
  },
}

/** `string`: an element as text. */
export const string: FunctionRecord = {
  name: 'string',
  aliases: ['text'],
  summary: 'Turn an element into text: text stays, all else becomes JSON.',
  roles: ['map'],
  examples: [
    { call: 'string', in: 'a', out: 'a' },
    { call: 'string', in: 1.5, out: '1.5' },
    { call: 'string', in: ['a', 1], out: '["a",1]' },
  ],
  mapper: (parameter) => {
    refuseParameter('string', parameter)
    return (element) => {
      if (typeof element === 'string') return element
      // JSON would call these null.
      return typeof element === 'number' ? String(element) : toJsonText(element)
    }
  },
}

/** `number`: text as a number. */
export const number: FunctionRecord = {
  name: 'number',
  summary: 'Turn decimal text into a number; numbers stay.',
  roles: ['map'],
  examples: [
    { call: 'number', in: ' 12.5 ', out: 12.5 },
    { call: 'number', in: '-1e3', out: -1000 },
    { call: 'number', in: 7, out: 7 },
  ],
  mapper: (parameter) => {
    refuseParameter('number', parameter)
    return (element) => {
      const value = typeof element === 'string' ? readNumber(element) : element
      if (typeof value !== 'number' || Number.isNaN(value)) throw expected('number', 'a number', element)
      return value
    }
  },
}

/** `round`: a number with fewer digits. */
export const round: FunctionRecord = {
  name: 'round',
  summary: 'Round a number to N digits after the point, none unless given, halves away from zero.',
  parameter: { name: 'N', summary: 'digits after the point, 0 to 100', required: false },
  roles: ['map'],
  examples: [
    { call: 'round', in: 2.5, out: 3 },
    { call: 'round', in: -0.2, out: 0 },
    { call: 'round:2', in: 12.345678, out: 12.35 },
  ],
  mapper: (parameter) => {
    const digits = parameter === undefined ? 0 : countParameter('round', parameter, 100)
    // The sum with 0 turns -0, which would print as a key of its own, into 0.
    return (element) => Number(numberOf('round', element).toFixed(digits)) + 0
  },
}
