const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Global functions whose result depends on their arguments alone. */
export const FUNCTIONS: ReadonlySet<string> = words(`
  Array BigInt Boolean Number String decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN
  parseFloat parseInt`)

/** Global names that are values. */
export const CONSTANTS: ReadonlySet<string> = words('undefined NaN Infinity')

const MATH = Object.getOwnPropertyNames(Math)

/** Functions of global objects whose result depends on their arguments alone. */
export const STATIC: ReadonlySet<string> = new Set([
  ...words(`
    Array.from Array.isArray Array.of JSON.parse JSON.stringify Number.isFinite Number.isInteger Number.isNaN
    Number.isSafeInteger Number.parseFloat Number.parseInt Object.assign Object.entries Object.fromEntries
    Object.hasOwn Object.is Object.keys Object.values String.fromCharCode String.fromCodePoint`),
  ...MATH.filter((name) => /^[a-z]/.test(name) && name !== 'random').map((name) => `Math.${name}`),
])

/** Numbers of global objects. */
export const STATIC_CONSTANTS: ReadonlySet<string> = new Set([
  ...words(
    'Number.EPSILON Number.MAX_SAFE_INTEGER Number.MAX_VALUE Number.MIN_SAFE_INTEGER Number.MIN_VALUE',
  ),
  ...MATH.filter((name) => /^[A-Z]/.test(name)).map((name) => `Math.${name}`),
])

/** What a program reads of the world around it. */
export const UNSTEADY: ReadonlySet<string> = words(`
  Date Intl Math.random Symbol console crypto global globalThis performance process require`)

/** Methods of text, numbers, lists, maps and sets that change nothing and depend on nothing else. */
export const METHODS: ReadonlySet<string> = words(`
  at charAt charCodeAt codePointAt concat endsWith every filter find findIndex findLast findLastIndex flat flatMap
  forEach get has hasOwnProperty includes indexOf isWellFormed join lastIndexOf map match normalize padEnd padStart
  reduce reduceRight repeat replace replaceAll search slice some split startsWith substr substring toExponential
  toFixed toLowerCase toPrecision toReversed toSorted toSpliced toString toUpperCase toWellFormed trim trimEnd
  trimStart valueOf with`)

/** Methods that change what they are called on. */
export const CHANGING: ReadonlySet<string> = words(`
  add clear copyWithin delete fill pop push reverse set shift sort splice unshift`)

/** Methods that give an iterator, which is used up by whoever reads it first. */
export const ITERATORS: ReadonlySet<string> = words('entries keys matchAll values')

/** Methods that remember in a regular expression where they stopped. */
export const MATCHING: ReadonlySet<string> = words('exec test')

/** Which argument of a method may be a function; the method calls it while it runs, and keeps it no longer. */
export const CALLBACKS: ReadonlyMap<string, number> = new Map([
  ...[
    ...words(`
      every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some sort toSorted`),
  ].map((name) => [name, 0] as const),
  ...['replace', 'replaceAll', 'Array.from', 'JSON.parse', 'JSON.stringify'].map(
    (name) => [name, 1] as const,
  ),
])

/** Functions that read their first argument to its end. */
export const READERS: ReadonlySet<string> = words('Array.from Object.fromEntries')

/** Methods that make a new list, or none at all: what is done to it is seen by nobody else. */
export const MAKING: ReadonlySet<string> = words(`
  concat filter flat flatMap map match slice split toReversed toSorted toSpliced with`)

/** The same of functions of global objects. */
export const STATIC_MAKING: ReadonlySet<string> = words(`
  Array.from Array.of Object.entries Object.fromEntries Object.keys Object.values`)

/** Methods that give back what they were called on. */
export const RETURNING: ReadonlySet<string> = words('add copyWithin fill reverse set sort')

/** Names that are read from what JSON makes where the data has none of its own. */
export const INHERITED: ReadonlySet<string> = new Set([
  '__proto__',
  ...[Object, Array, String, Number, Boolean].flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype),
  ),
])

/** Names under which a function may be found in any value: with it in hand, a program can reach everything. */
export const REACHING: ReadonlySet<string> = new Set([
  ...words('__proto__ arguments callee caller prototype'),
  ...[Object, Array, String, Number, Boolean, RegExp, Function, Map, Set].flatMap(({ prototype }) =>
    Object.entries(Object.getOwnPropertyDescriptors(prototype))
      .filter(([, { value }]) => typeof value === 'function')
      .map(([name]) => name),
  ),
])
