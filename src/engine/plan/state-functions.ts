import { reducing } from '../../functions/aggregator.ts'
import { StatefulFunction } from '../state/stateful-function.ts'
import { UsageError } from './errors.ts'
import { parseFunction } from './function-word.ts'
import {
  checkFunction,
  evaluate,
  isAggregator,
  type LoweredFunction,
  type ResolvedFunction,
  resolveFunction,
} from './functions.ts'
import { type FunctionReference, functionText } from './plan.ts'
import type { ArgumentRole } from './record.ts'

/** The positions of functions that are given a state. */
export type StateRole = Extract<ArgumentRole, 'update' | 'mapping'>

/** How many parameters a function may have in each position, likeliest first, and how it is written. */
const FORMS: Readonly<Record<StateRole, { readonly parameters: readonly number[]; readonly text: string }>> =
  {
    update: {
      parameters: [2, 4],
      text: '(values, state) => …, or (time, key, values, state) => …',
    },
    mapping: {
      parameters: [2, 3, 4],
      text: '(key, value, state) => …, (time, key, value, state) => …, or a reducer, (a, b) => …',
    },
  }

const LOWERED: LoweredFunction = { pure: false, reason: 'it keeps a state' }

/** Return true for the position of a function that is given a state. */
export function isStateRole(role: ArgumentRole | undefined): role is StateRole {
  return role === 'update' || role === 'mapping'
}

/**
 * Return the callable function of a reference in the position of one that is given a state: an aggregator where it is
 * one, or a built-in reducer.
 *
 * @throws UsageError when there is no such function, or it has no form that its position knows.
 */
export async function resolveStateFunction(
  reference: FunctionReference,
  role: StateRole,
): Promise<ResolvedFunction> {
  if (reference.type === 'builtin') return resolveFunction(reference, 'reduce')
  const value = await evaluate(reference)
  if (value instanceof StatefulFunction) return resolveGiven(value, role)
  if (isAggregator(value)) return { aggregator: value, lowered: LOWERED }
  checkFunction(reference, value)
  const { least, most } = await parametersOf(value)
  const { parameters, text } = FORMS[role]
  // Who looks at a batch's values alone leaves the state out, as Spark's Python lets its functions do.
  const given = role === 'update' && most === 1 ? 2 : most
  const form = parameters.find((count) => count >= least && count <= given)
  if (form === undefined) {
    const many = most === 1 ? 'one parameter' : `${most === 0 ? 'no' : most} parameters`
    throw new UsageError(`${functionText(reference)} has ${many}`, `Write ${text}.`)
  }
  if (role === 'mapping' && form === 2) return { aggregator: reducing(value), lowered: LOWERED }
  return { stateful: { call: value, parameters: form }, lowered: LOWERED }
}

/** A program has said by the method, or by what stands behind the function, which form it is, but for the time. */
async function resolveGiven({ f, settings }: StatefulFunction, role: StateRole): Promise<ResolvedFunction> {
  if (typeof f === 'string') return resolveFunction(parseFunction(f), 'reduce')
  const reference: FunctionReference = { type: 'closure', call: f }
  if (isAggregator(f)) return { aggregator: f, lowered: LOWERED }
  checkFunction(reference, f)
  const { least } = await parametersOf(f)
  const isWhole = role === 'update' && settings.rememberPartitioner !== undefined
  const plain = role === 'mapping' ? 3 : isWhole ? 1 : 2
  return { stateful: { call: f, parameters: least > plain ? 4 : plain }, lowered: LOWERED }
}

/** Of a function's own `length`, which stops at the first default, only so much is true that it needs those before it. */
async function parametersOf(
  value: (...args: unknown[]) => unknown,
): Promise<{ readonly least: number; readonly most: number }> {
  const { readParameters } = await import('../codegen/analyse.ts')
  const read = await readParameters(Function.prototype.toString.call(value))
  return read ?? { least: value.length, most: Number.POSITIVE_INFINITY }
}
