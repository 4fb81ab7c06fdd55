import { type BothWays, filters, flatMaps, maps, reducers } from './functions.ts'
import type { Random } from './random.ts'
import { bag, INT, isKeyable, option, pair, type Type } from './types.ts'

/** What a chain is at some place. */
export interface State {
  readonly type: Type
  /** Milliseconds between its batches. */
  readonly slide: number
}

/** An argument of a step: a function, milliseconds, a count, or the second stream. */
export type Argument =
  | { readonly js: string }
  | { readonly duration: number }
  | { readonly count: number }
  | { readonly stream: true }

/** One operator of a chain, in all three ways of saying it. */
export interface Step {
  /** The method of both libraries; in kebab case, the command. */
  readonly method: string
  readonly args: readonly Argument[]
  /** The flags of the command that stand for arguments which it does not take, `args` being those of the library. */
  readonly flags?: { readonly words: readonly string[]; readonly instead: readonly number[] }
  /** What PySpark is asked for. */
  readonly python: string
  readonly after: State
  /** The keys come out in order. */
  readonly ordered?: boolean
  /** What the second stream must be. */
  readonly other?: 'same' | 'pairs'
  /** A step that stands before it. */
  readonly behind?: Step
  /** dstream counts 0 where nothing has come yet, and says so; Spark gives nothing. Nothing may follow. */
  readonly countsFromStart?: boolean
}

/** A row of the table: a step from a state, or undefined where there is none. */
export interface Operator {
  readonly name: string
  readonly weight: number
  readonly step: (state: State, random: Random, other: Type | undefined) => Step | undefined
}

/** Windows from so many slides on are incremental in PySpark too; it makes shorter ones anew, as Scala's do not. */
const INCREMENTAL = 5

/** The operators that Spark and dstream both have. A row whose operator dstream lacks is left out of the chains. */
export const table: readonly Operator[] = [
  calling(
    'map',
    5,
    maps,
    (state) => state.type,
    (_, type) => type,
  ),
  calling(
    'flatMap',
    3,
    flatMaps,
    (state) => state.type,
    (_, type) => type,
  ),
  calling(
    'filter',
    2,
    filters,
    (state) => state.type,
    (_, type) => type,
  ),
  calling('mapValues', 4, maps, valueType, (state, type) => pair(keyType(state), type)),
  calling('flatMapValues', 2, flatMaps, valueType, (state, type) => pair(keyType(state), type)),
  calling(
    'reduce',
    2,
    reducers,
    (state) => state.type,
    (_, type) => type,
  ),
  calling('reduceByKey', 5, reducers, keyedValueType, (state, type) => pair(keyType(state), type)),
  plain('groupByKey', 3, (state) => keyed(state, (key, value) => pair(key, bag(value)))),
  plain('countByValue', 3, ({ type }) => (isKeyable(type) ? pair(type, INT) : undefined)),
  plain('count', 2, () => INT),
  {
    name: 'repartition',
    weight: 2,
    step: (state, random) => {
      const count = random.integer(1, 3)
      return step('repartition', [{ count }], `repartition(${count})`, state)
    },
  },
  {
    name: 'glom',
    weight: 1,
    // In one partition, for Spark divides elements as it likes.
    step: (state) => ({
      ...step('glom', [], 'glom()', { ...state, type: bag(state.type) }),
      behind: step('repartition', [{ count: 1 }], 'repartition(1)', state),
    }),
  },
  {
    name: 'window',
    weight: 5,
    step: (state, random) => {
      const { length, slide, args, python } = windowOf(state, random, 1, 4)
      return length > 0 ? step('window', args, `window(${python})`, { ...state, slide }) : undefined
    },
  },
  {
    name: 'reduceByKeyAndWindow',
    weight: 4,
    step: (state, random) => overWindow('reduceByKeyAndWindow', state, random, keyedValueType(state)),
  },
  {
    name: 'reduceByKeyAndWindow with an inverse',
    weight: 2,
    step: (state, random) =>
      keyedValueType(state)?.kind === 'int' ? inverse('reduceByKeyAndWindow', state, random) : undefined,
  },
  {
    name: 'reduceByWindow',
    weight: 3,
    step: (state, random) => overWindow('reduceByWindow', state, random, state.type),
  },
  {
    name: 'reduceByWindow with an inverse',
    weight: 1,
    step: (state, random) =>
      state.type.kind === 'int' ? inverse('reduceByWindow', state, random) : undefined,
  },
  {
    name: 'countByWindow',
    weight: 2,
    step: (state, random) => ({
      ...windowed('countByWindow', state, random, INT, INCREMENTAL),
      countsFromStart: true,
    }),
  },
  {
    name: 'countByValueAndWindow',
    weight: 2,
    step: (state, random) =>
      isKeyable(state.type)
        ? windowed('countByValueAndWindow', state, random, pair(state.type, INT), 1)
        : undefined,
  },
  {
    name: 'groupByKeyAndWindow',
    weight: 2,
    step: (state, random) => {
      const type = keyed(state, (key, value) => pair(key, bag(value)))
      // Where PySpark's is incremental, keys without values stay, and in Scala they do not.
      return type && windowed('groupByKeyAndWindow', state, random, type, 1, INCREMENTAL - 1)
    },
  },
  two('union', 3, 'same', (type) => type),
  two('join', 4, 'pairs', (left, right) => valuesOf(left, right, (a, b) => pair(a, b))),
  two('leftOuterJoin', 3, 'pairs', (left, right) => valuesOf(left, right, (a, b) => pair(a, option(b)))),
  two('rightOuterJoin', 3, 'pairs', (left, right) => valuesOf(left, right, (a, b) => pair(option(a), b))),
  two('fullOuterJoin', 3, 'pairs', (left, right) =>
    valuesOf(left, right, (a, b) => pair(option(a), option(b))),
  ),
  two('cogroup', 3, 'pairs', (left, right) => valuesOf(left, right, (a, b) => pair(bag(a), bag(b)))),
  {
    name: 'updateStateByKey',
    weight: 3,
    step: (state, random) => {
      if (keyedValueType(state)?.kind !== 'int' || state.slide !== 1000) return undefined
      const [js, py] = random.pick([
        [
          '(values, state = 0) => values.reduce((a, b) => a + b, state)',
          'lambda values, state: (state or 0) + sum(values)',
        ],
        [
          '(values) => values.length === 0 ? undefined : values.length',
          'lambda values, state: len(values) or None',
        ],
      ] as const)
      const after = { ...state, type: pair(keyType(state), INT) }
      return step('updateStateByKey', [{ js }], `updateStateByKey(${py})`, after)
    },
  },
  {
    name: 'transform',
    weight: 2,
    step: (state) => {
      const isSorted = state.type.kind === 'pair' && ['int', 'str'].includes(state.type.key.kind)
      if (!isSorted) return undefined
      const args = [{ js: 'rdd => rdd.sortByKey()' }]
      return { ...step('transform', args, 'transform(lambda rdd: rdd.sortByKey())', state), ordered: true }
    },
  },
]

function step(method: string, args: readonly Argument[], python: string, after: State): Step {
  return { method, args, python, after }
}

function plain(name: string, weight: number, typeOf: (state: State) => Type | undefined): Operator {
  return {
    name,
    weight,
    step: (state) => {
      const type = typeOf(state)
      return type && step(name, [], `${name}()`, { ...state, type })
    },
  }
}

/** An operator with one function. */
function calling(
  name: string,
  weight: number,
  functions: readonly BothWays[],
  input: (state: State) => Type | undefined,
  output: (state: State, type: Type) => Type,
): Operator {
  return {
    name,
    weight,
    step: (state, random) => {
      const chosen = applied(functions, input(state), random)
      if (chosen === undefined) return undefined
      const after = { ...state, type: output(state, chosen.type) }
      return step(name, [{ js: chosen.js }], `${name}(${chosen.py})`, after)
    },
  }
}

function applied(
  functions: readonly BothWays[],
  input: Type | undefined,
  random: Random,
): (BothWays & { readonly type: Type }) | undefined {
  if (input === undefined) return undefined
  const possible = functions.flatMap((entry) => {
    const type = entry.of(input)
    return type === undefined ? [] : [{ ...entry, type }]
  })
  return possible.length === 0 ? undefined : random.pick(possible)
}

/** An operator with a second stream. */
function two(
  name: string,
  weight: number,
  other: 'same' | 'pairs',
  typeOf: (type: Type, other: Type) => Type | undefined,
): Operator {
  return {
    name,
    weight,
    step: (state, _, right) => {
      const type = right && typeOf(state.type, right)
      return type && { ...step(name, [{ stream: true }], `${name}(OTHER)`, { ...state, type }), other }
    },
  }
}

function windowOf(state: State, random: Random, least: number, most: number) {
  const slides = random.pick([1, 1, 2])
  const slide = slides * state.slide
  const length = random.integer(least * slides, Math.max(least * slides, most)) * state.slide
  return {
    length,
    slide,
    args: [{ duration: length }, { duration: slide }],
    python: `${length / 1000}, ${slide / 1000}`,
  }
}

function windowed(
  name: string,
  state: State,
  random: Random,
  type: Type,
  least: number,
  most = least + 3,
): Step {
  const { slide, args, python } = windowOf(state, random, least, most)
  return step(name, args, `${name}(${python})`, { type, slide })
}

/** A reduction over a window that is made anew at each slide. */
function overWindow(name: string, state: State, random: Random, input: Type | undefined): Step | undefined {
  const chosen = applied(reducers, input, random)
  if (chosen === undefined) return undefined
  const { slide, args, python } = windowOf(state, random, 1, 4)
  const after = { ...state, slide }
  return step(name, [{ js: chosen.js }, ...args], `${name}(${chosen.py}, None, ${python})`, after)
}

/** Sums over a window that are made of those before. */
function inverse(name: string, state: State, random: Random): Step {
  const { slide, args, python } = windowOf(state, random, INCREMENTAL, INCREMENTAL)
  const gone = '(all, gone) => all - gone'
  return {
    ...step(
      name,
      [{ js: 'sum' }, { js: gone }, ...args],
      `${name}(lambda a, b: a + b, lambda all, gone: all - gone, ${python})`,
      { ...state, slide },
    ),
    flags: { words: ['--inverse', gone], instead: [1] },
  }
}

function keyType({ type }: State): Type {
  return type.kind === 'pair' ? type.key : type
}

function valueType({ type }: State): Type | undefined {
  return type.kind === 'pair' ? type.value : undefined
}

function keyedValueType(state: State): Type | undefined {
  return isKeyable(keyType(state)) ? valueType(state) : undefined
}

function keyed({ type }: State, make: (key: Type, value: Type) => Type): Type | undefined {
  return type.kind === 'pair' && isKeyable(type.key) ? make(type.key, type.value) : undefined
}

function valuesOf(left: Type, right: Type, make: (left: Type, right: Type) => Type): Type | undefined {
  const isJoin =
    left.kind === 'pair' &&
    right.kind === 'pair' &&
    isKeyable(left.key) &&
    JSON.stringify(left.key) === JSON.stringify(right.key)
  return isJoin ? pair(left.key, make(left.value, right.value)) : undefined
}
