import { bag, INT, isKeyable, pair, STR, type Type } from './types.ts'

/** A function in both languages. `js` is an arrow, or the name of a built-in of dstream. */
export interface BothWays {
  readonly js: string
  readonly py: string
  /** Return what comes of an element, undefined where it takes none of this type. */
  readonly of: (type: Type) => Type | undefined
}

const from = (wanted: Type, result: Type) => (type: Type) => (type.kind === wanted.kind ? result : undefined)
const same = (test: (type: Type) => boolean) => (type: Type) => (test(type) ? type : undefined)
const any = same(() => true)
const isInt = ({ kind }: Type) => kind === 'int'
const isStr = ({ kind }: Type) => kind === 'str'
const isPairWith = (test: (value: Type) => boolean) => (type: Type) =>
  type.kind === 'pair' && test(type.value)

/** What `map` may do, and `mapValues`. */
export const maps: readonly BothWays[] = [
  { js: 'n => n * 2', py: 'lambda n: n * 2', of: same(isInt) },
  { js: 'n => n + 1', py: 'lambda n: n + 1', of: same(isInt) },
  { js: 'n => -n', py: 'lambda n: -n', of: same(isInt) },
  { js: 'n => ((n % 3) + 3) % 3', py: 'lambda n: n % 3', of: same(isInt) },
  { js: "n => 'n' + n", py: "lambda n: 'n' + str(n)", of: from(INT, STR) },
  { js: 'n => [((n % 3) + 3) % 3, n]', py: 'lambda n: (n % 3, n)', of: from(INT, pair(INT, INT)) },
  { js: 'upper', py: 'lambda s: s.upper()', of: same(isStr) },
  { js: 's => s.toLowerCase()', py: 'lambda s: s.lower()', of: same(isStr) },
  { js: "s => s + '!'", py: "lambda s: s + '!'", of: same(isStr) },
  { js: 'length', py: 'lambda s: len(s)', of: from(STR, INT) },
  { js: 's => s.slice(0, 1)', py: 'lambda s: s[:1]', of: same(isStr) },
  { js: 's => [s.length, s]', py: 'lambda s: (len(s), s)', of: from(STR, pair(INT, STR)) },
  {
    js: 'e => [e, 1]',
    py: 'lambda e: (e, 1)',
    of: (type) => (isKeyable(type) ? pair(type, INT) : undefined),
  },
  {
    js: 'e => [e[1], e[0]]',
    py: 'lambda e: (e[1], e[0])',
    of: (type) => (type.kind === 'pair' && isKeyable(type.value) ? pair(type.value, type.key) : undefined),
  },
  { js: 'e => e[0]', py: 'lambda e: e[0]', of: (type) => (type.kind === 'pair' ? type.key : undefined) },
  { js: 'e => e[1]', py: 'lambda e: e[1]', of: (type) => (type.kind === 'pair' ? type.value : undefined) },
  { js: 'list => list.length', py: 'lambda list: len(list)', of: from(bag(INT), INT) },
  {
    js: 'list => list.reduce((sum, n) => sum + n, 0)',
    py: 'lambda list: sum(list)',
    of: (type) => (type.kind === 'bag' && isInt(type.of) ? INT : undefined),
  },
  {
    js: 'n => n ?? 0',
    py: 'lambda n: 0 if n is None else n',
    of: (type) => (type.kind === 'option' && isInt(type.of) ? INT : undefined),
  },
]

/** What `flatMap` may do, and `flatMapValues`. */
export const flatMaps: readonly BothWays[] = [
  // As Java splits, without what is empty at the end; the next as JavaScript and Python do.
  { js: 'split', py: 'split', of: same(isStr) },
  { js: "s => s.split(' ')", py: "lambda s: s.split(' ')", of: same(isStr) },
  { js: 's => [...s]', py: 'lambda s: list(s)', of: same(isStr) },
  { js: 'n => [n, n + 1, n + 2]', py: 'lambda n: [n, n + 1, n + 2]', of: same(isInt) },
  { js: 'n => n > 0 ? [n, -n] : []', py: 'lambda n: [n, -n] if n > 0 else []', of: same(isInt) },
  { js: 'e => [e, e]', py: 'lambda e: [e, e]', of: any },
  { js: 'list => list', py: 'lambda list: list', of: (type) => (type.kind === 'bag' ? type.of : undefined) },
]

/** What `filter` may ask. */
export const filters: readonly BothWays[] = [
  { js: 'n => n % 2 === 0', py: 'lambda n: n % 2 == 0', of: same(isInt) },
  { js: 'n => n > 1', py: 'lambda n: n > 1', of: same(isInt) },
  { js: 'not-empty', py: "lambda s: s != ''", of: same(isStr) },
  { js: 'contains:a', py: "lambda s: 'a' in s", of: same(isStr) },
  { js: 's => s.length > 2', py: 'lambda s: len(s) > 2', of: same(isStr) },
  { js: "s => !s.startsWith('b')", py: "lambda s: not s.startswith('b')", of: same(isStr) },
  { js: '([, n]) => n > 1', py: 'lambda e: e[1] > 1', of: same(isPairWith(isInt)) },
  { js: "([, s]) => s !== ''", py: "lambda e: e[1] != ''", of: same(isPairWith(isStr)) },
]

/** What `reduce` may do, and its kin: associative and commutative, for Spark promises no order. */
export const reducers: readonly BothWays[] = [
  { js: 'sum', py: 'lambda a, b: a + b', of: same(isInt) },
  { js: '(a, b) => a + b', py: 'lambda a, b: a + b', of: same(isInt) },
  { js: 'max', py: 'lambda a, b: max(a, b)', of: same(isInt) },
  { js: 'min', py: 'lambda a, b: min(a, b)', of: same(isInt) },
  {
    js: '(a, b) => a > b ? a : b',
    py: 'lambda a, b: max(a, b)',
    of: same((type) => isInt(type) || isStr(type)),
  },
  {
    js: '(a, b) => a < b ? a : b',
    py: 'lambda a, b: min(a, b)',
    of: same((type) => isInt(type) || isStr(type)),
  },
]
