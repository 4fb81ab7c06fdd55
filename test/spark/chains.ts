import { operators } from '../../src/engine/operators/registry.ts'
import { camelCase } from '../../src/functions/lookup.ts'
import { type Operator, type State, type Step, table } from './operators.ts'
import { Random } from './random.ts'
import { INT, pair, STR, type Type } from './types.ts'

/** A chain and what goes into it. */
export interface Chain {
  readonly seed: number
  readonly steps: readonly Step[]
  /** The steps of the second stream, where a step has one. */
  readonly others: readonly Step[]
  readonly batches: readonly (readonly unknown[])[]
  readonly otherBatches: readonly (readonly unknown[])[] | undefined
  readonly type: Type
  /** Into how many partitions Spark divides each batch. */
  readonly slices: number
}

const INTEGERS = [-3, -1, 0, 1, 2, 3, 4, 7, 10]
const STRINGS = ['a', 'b', 'ab', 'abc', 'a b', 'b  a', '', ' ', 'B', 'é', '日本', 'x,y', '1', '"', 'a\\']
const KEYS = ['a', 'b', 'c', '']

const TYPES: readonly Type[] = [INT, STR, pair(STR, INT), pair(INT, INT), pair(STR, STR), pair(INT, STR)]

/** The rows of the table whose operator is there. */
export const active: readonly Operator[] = table.filter(({ name }) => isThere(name))

/** The rows that wait for their operator. */
export const waiting: readonly string[] = table.filter((row) => !active.includes(row)).map(({ name }) => name)

function isThere(name: string): boolean {
  const [method, flag] = name.split(' with an ')
  const record = operators.find((entry) => (entry.method ?? camelCase(entry.name)) === method)
  return record !== undefined && (flag === undefined || record.flags.some((entry) => entry.name === flag))
}

/** Return the chain of a seed, which lasts for so many batches. */
export function chainOf(seed: number, count: number, only?: string): Chain {
  const random = new Random(seed)
  const type = random.pick(TYPES)
  const wanted = random.integer(1, 5)
  const rows = active.flatMap((row) => Array.from({ length: row.weight }, () => row))
  const steps: Step[] = []
  let state: State = { type, slide: 1000 }
  let second: { readonly type: Type; readonly steps: Step[] } | undefined
  for (let tries = 0; steps.length < wanted && tries < 60; tries++) {
    const row = random.pick(rows)
    if (only !== undefined && steps.length === wanted - 1 && tries < 50 && !row.name.startsWith(only))
      continue
    const other = second === undefined ? secondOf(row, state, random) : undefined
    const made = row.step(state, random, other?.type)
    // The last batch must see every slide once.
    if (made === undefined || made.after.slide > count * 1000) continue
    if (made.countsFromStart === true && steps.length < wanted - 1) continue
    if (made.other !== undefined) second = other && { type: other.from, steps: other.steps }
    if (made.behind !== undefined) steps.push(made.behind)
    steps.push(made)
    state = made.after
    if (made.countsFromStart === true) break
  }
  return {
    seed,
    steps,
    others: second?.steps ?? [],
    batches: batchesOf(type, count, random),
    otherBatches: second === undefined ? undefined : batchesOf(second.type, count, random),
    type: state.type,
    slices: random.pick([1, 1, 2]),
  }
}

/** Return a second stream that fits, with no step or a few; its slide is that of the first. */
function secondOf(row: Operator, first: State, random: Random) {
  const types =
    row.name === 'union'
      ? [first.type]
      : first.type.kind === 'pair'
        ? [pair(first.type.key, INT), pair(first.type.key, STR)]
        : []
  const possible = types.filter((type) => isInput(type))
  if (possible.length === 0) return undefined
  const from = random.pick(possible)
  const steps: Step[] = []
  let state: State = { type: from, slide: 1000 }
  for (const name of [
    random.pick(['', 'filter', 'reduceByKey']),
    first.slide > 1000 || random.oneIn(3) ? 'window' : '',
  ]) {
    const made = active.find((entry) => entry.name === name)?.step(state, random, undefined)
    if (made === undefined) continue
    steps.push(name === 'window' ? resized(made, first.slide) : made)
    state = { type: made.after.type, slide: name === 'window' ? first.slide : state.slide }
  }
  return state.slide === first.slide ? { type: state.type, from, steps } : undefined
}

/** A window with another slide. */
function resized(step: Step, slide: number): Step {
  const [given] = step.args
  if (given === undefined || !('duration' in given)) return step
  // No shorter than the slide: Spark takes a batch from a queue only where a window asks for it.
  const length = Math.max(given.duration, slide)
  return {
    ...step,
    args: [{ duration: length }, { duration: slide }],
    python: `window(${length / 1000}, ${slide / 1000})`,
    after: { ...step.after, slide },
  }
}

function isInput(type: Type): boolean {
  if (type.kind === 'pair') return isInput(type.key) && isInput(type.value)
  return type.kind === 'int' || type.kind === 'str'
}

function batchesOf(type: Type, count: number, random: Random): unknown[][] {
  return Array.from({ length: count }, () =>
    random.oneIn(4) ? [] : Array.from({ length: random.integer(1, 7) }, () => elementOf(type, random, false)),
  )
}

function elementOf(type: Type, random: Random, isKey: boolean): unknown {
  if (type.kind === 'pair') return [elementOf(type.key, random, true), elementOf(type.value, random, isKey)]
  if (type.kind === 'int') return isKey ? random.integer(0, 3) : random.pick(INTEGERS)
  return random.pick(isKey ? KEYS : STRINGS)
}
