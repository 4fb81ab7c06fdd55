/** An element that a function of pairs takes: a pair, or a line `key<TAB>value`. */
type PairLike = readonly [unknown, unknown] | string

/** What `length` measures. */
type Measurable = string | object

type KeyOf<T> = T extends string ? string : T extends readonly [infer K, unknown] ? K : unknown
type ValueOf<T> = T extends string ? string | number : T extends readonly [unknown, infer V] ? V : unknown

/** The built-in functions of one element of type `T` by name: what each takes and gives. */
export interface MapperTypes<T> {
  split: [string, string[]]
  words: [string, string[]]
  lines: [string, string[]]
  chars: [string, string[]]
  lower: [string, string]
  upper: [string, string]
  trim: [string, string]
  take: [string, string]
  replace: [string, string]
  identity: [unknown, T]
  length: [Measurable, number]
  string: [unknown, string]
  number: [string | number, number]
  round: [number, number]
  json: [string, unknown]
  'to-json': [unknown, string]
  field: [string | object | null, unknown]
  csv: [string, string[]]
  tsv: [string, string[]]
  logfmt: [string, Record<string, string | true>]
  regex: [string, (string | null)[] | null]
  capture: [string, Record<string, string | null> | null]
  'find-all': [string, string[]]
  pair: [unknown, [T, number]]
  swap: [PairLike, [ValueOf<T>, KeyOf<T>]]
  key: [PairLike, KeyOf<T>]
  value: [PairLike, ValueOf<T>]
  'not-empty': [unknown, boolean]
  contains: [string, boolean]
  'starts-with': [string, boolean]
  'ends-with': [string, boolean]
  equals: [string | number | boolean | null, boolean]
  matches: [string, boolean]
  'longer-than': [Measurable, boolean]
  'shorter-than': [Measurable, boolean]
  'greater-than': [number, boolean]
  'at-least': [number, boolean]
  'less-than': [number, boolean]
  'at-most': [number, boolean]
  not: [unknown, boolean]
}

/** Where a parameter changes what a function gives. */
interface MapperTypesWithParameter {
  csv: [string, Record<string, string | null>]
  tsv: [string, Record<string, string | null>]
  /** `pair:KEY` gives the element as value, `pair:KEY,VALUE` a field of it. */
  pair: [string | object | null, [unknown, unknown]]
}

type WithParameter<T, N extends MapperName> = N extends keyof MapperTypesWithParameter
  ? MapperTypesWithParameter[N][1]
  : MapperTypes<T>[N][1]

/** The built-in reducers of values of type `V` by name: what each takes and gives. */
export interface ReducerTypes<V> {
  sum: [number, number]
  product: [number, number]
  min: [string | number, V]
  max: [string | number, V]
  count: [unknown, number]
  mean: [number, number]
  first: [unknown, V]
  last: [unknown, V]
  concat: [string, string]
  list: [unknown, V[]]
  percentile: [number, number]
  /** By name: `p50`, `p99.9`. */
  percentiles: [number, Readonly<Record<string, number>>]
  'approx-distinct': [unknown, number]
  'approx-top': [unknown, [V, number][]]
  hyperloglog: [unknown, number]
  /** By name: `p50`, `p99.9`. */
  't-digest': [number, Readonly<Record<string, number>>]
}

/** Names of the built-in functions of one element. */
export type MapperName = keyof MapperTypes<unknown>

/** Names of the built-in reducers. */
export type ReducerName = keyof ReducerTypes<unknown>

/** Names of all built-in functions. */
export type BuiltInName = MapperName | ReducerName

type Camel<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S
type Kebab<S extends string, N extends string> = N extends unknown
  ? S extends N | Camel<N>
    ? N
    : never
  : never

/** Names that stand alone: a parameter would be refused. */
export type BareName =
  | 'words'
  | 'lines'
  | 'chars'
  | 'lower'
  | 'upper'
  | 'trim'
  | 'identity'
  | 'length'
  | 'string'
  | 'number'
  | 'json'
  | 'to-json'
  | 'logfmt'
  | 'swap'
  | 'key'
  | 'value'
  | 'not-empty'
  | Exclude<ReducerName, 'concat' | 'percentile' | 'percentiles' | 'approx-top' | 'hyperloglog' | 't-digest'>

/** Names that may stand alone. */
export type OptionalName = 'split' | 'round' | 'csv' | 'tsv' | 'pair' | 'concat' | 'hyperloglog'

/** How a function is written: its name in either case, with the parameter that it needs or may have. */
type Written<N extends string> = N extends BareName
  ? N | Camel<N>
  : N extends OptionalName
    ? N | Camel<N> | `${N | Camel<N>}:${string}`
    : `${N | Camel<N>}:${string}`

/** Names of `Names` whose input takes elements of type `T`; all of them while `T` is unknown. */
type Taking<Types, T, Names extends keyof Types = keyof Types> = {
  [N in Names]: Types[N] extends [infer In, unknown]
    ? unknown extends T
      ? N
      : [T] extends [In]
        ? N
        : never
    : never
}[Names] &
  string

/** Functions that may stand as a test. */
export type FilterName =
  | 'field'
  | 'regex'
  | 'capture'
  | 'not-empty'
  | 'contains'
  | 'starts-with'
  | 'ends-with'
  | 'equals'
  | 'matches'
  | 'longer-than'
  | 'shorter-than'
  | 'greater-than'
  | 'at-least'
  | 'less-than'
  | 'at-most'
  | 'not'

/** Functions that may give many. */
export type FlatMapperName =
  | 'split'
  | 'words'
  | 'lines'
  | 'chars'
  | 'identity'
  | 'json'
  | 'field'
  | 'csv'
  | 'tsv'
  | 'regex'
  | 'find-all'
  | 'value'

/** Of `Names` those that give a list for elements of type `T`; `identity` of text does not. */
type Listing<T, Names extends MapperName> = {
  [N in Names]: [Items<MapperTypes<T>[N][1]>] extends [never] ? never : N
}[Names]

/** The items of a list; null has none, and text is no list. */
type Items<R> = unknown extends R ? unknown : ItemOf<Exclude<NonNullable<R>, string>>
type ItemOf<L> = L extends Iterable<infer E> ? E : never

/** The name in a written call, and whether a parameter follows. */
type NameIn<W extends string> = W extends `${infer N}:${string}` ? N : W
type HasParameter<W extends string> = W extends `${string}:${infer P}` ? (P extends '' ? false : true) : false

/** The calls that `map` takes over elements of type `T`: `'lower'`, `'split:,'`, `'notEmpty'`. */
export type MapperCall<T> = Written<Taking<MapperTypes<T>, T>>

/** The calls that `filter` takes over elements of type `T`: `'contains:the'`, `'notEmpty'`. */
export type FilterCall<T> = Written<Taking<MapperTypes<T>, T, FilterName>>

/** The calls that `flatMap` takes over elements of type `T`: `'split'`, `'csv'`. */
export type FlatMapperCall<T> = Written<Listing<T, Taking<MapperTypes<T>, T, FlatMapperName> & MapperName>>

/** The calls that a reduction takes over values of type `V`: `'sum'`, `'concat:, '`. */
export type ReducerCall<V> = Written<Taking<ReducerTypes<V>, V>>

/** What the function of a call gives for one element of type `T`; unknown for a word that is no call. */
export type MapperResult<W extends string, T> = [Kebab<NameIn<W>, MapperName>] extends [never]
  ? unknown
  : HasParameter<W> extends true
    ? WithParameter<T, Kebab<NameIn<W>, MapperName>>
    : MapperTypes<T>[Kebab<NameIn<W>, MapperName>][1]

/** The elements that the function of a call gives as `flatmap`; null gives none. */
export type FlatMapperResult<W extends string, T> = Items<MapperResult<W, T>>

/** What the reducer of a call gives for values of type `V`; unknown for a word that is no call. */
export type ReducerResult<W extends string, V> = [Kebab<NameIn<W>, ReducerName>] extends [never]
  ? unknown
  : ReducerTypes<V>[Kebab<NameIn<W>, ReducerName>][1]
