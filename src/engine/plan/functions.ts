import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Aggregator, reducing, subtract } from '../../functions/aggregator.ts'
import type { FunctionRole } from '../../functions/record.ts'
import { findFunction } from '../../functions/registry.ts'
import type { Analysis, PairSteps } from '../../functions/steps.ts'
import { evaluateArrow } from './arrow.ts'
import { reasonOf } from './describe.ts'
import { UsageError } from './errors.ts'
import { type FunctionReference, functionText } from './plan.ts'

/** A function ready to be called, in the position it stands in. */
export type ResolvedFunction =
  | { readonly mapper: (element: unknown) => unknown; readonly lowered: LoweredFunction }
  | { readonly aggregator: Aggregator; readonly lowered: LoweredFunction }
  | { readonly stateful: KeptFunction; readonly lowered: LoweredFunction }

/** A function that is given a state, or is a reducer of one; its operator tells by how many parameters it has. */
export interface KeptFunction {
  readonly call: (...args: unknown[]) => unknown
  readonly parameters: number
}

/** What kernels and the code generator know of a function. */
export interface LoweredFunction extends Analysis {
  /** A built-in function, as plain data: any thread can look it up. */
  readonly builtin?: { readonly name: string; readonly parameter?: string | undefined }
  /** Where it has key and value of a pair from. */
  readonly pairSteps?: PairSteps
  /** The source of a function, types erased. */
  readonly source?: string
}

/**
 * Return the callable function of a reference.
 *
 * @param role the position it stands in: a `reduce` gives an aggregator, `own` the function as it is, all others a
 * function of one element.
 * @throws UsageError when there is no such function, it cannot stand in the position, or its text does not parse.
 */
export async function resolveFunction(
  reference: FunctionReference,
  role: FunctionRole | 'own',
): Promise<ResolvedFunction> {
  if (reference.type === 'builtin') {
    await findFunction(reference.name)?.load?.()
    if (role !== 'own') return resolveBuiltIn(reference.name, reference.parameter, role)
    throw new UsageError(
      `'${functionText(reference)}' cannot stand here: a function of your own is expected`,
      "Write an arrow, or a module's export, ./my.ts#name.",
    )
  }
  const value = await evaluate(reference)
  if (role === 'reduce' && isAggregator(value))
    return { aggregator: value, lowered: { pure: false, reason: 'it is an aggregator of its own' } }
  checkFunction(reference, value)
  if (role === 'own') {
    const lowered = { pure: false, reason: 'it is called with more than an element' }
    return { mapper: value as (element: unknown) => unknown, lowered }
  }
  const lowered = await analyse(value, role, reference.type === 'source')
  if (role !== 'reduce') return { mapper: value as (element: unknown) => unknown, lowered }
  const aggregator = reducing(value as (left: unknown, right: unknown) => unknown)
  const { reducer } = lowered
  if (reducer === 'plus')
    return { aggregator: { ...aggregator, countsOnes: true, inverse: subtract, folds: 'sum' }, lowered }
  if (reducer === 'first' || reducer === 'last')
    return { aggregator: { ...aggregator, folds: reducer }, lowered }
  return { aggregator, lowered }
}

/** Throw a UsageError for what cannot be called, or gives promises. */
export function checkFunction(
  reference: FunctionReference,
  value: unknown,
): asserts value is (...args: unknown[]) => unknown {
  if (typeof value !== 'function') {
    throw new UsageError(
      `${functionText(reference)} is no function but ${value === null ? 'null' : typeof value}`,
    )
  }
  if (value.constructor.name === 'AsyncFunction') {
    throw new UsageError(
      `${functionText(reference)} is an async function; operators take functions that return at once`,
    )
  }
}

/** What a function does in each position, for errors. */
const ROLE_WORDS: Readonly<Record<FunctionRole, string>> = {
  map: 'makes one element of one',
  filter: 'is true or false of an element',
  flatmap: 'makes a list of an element',
  reduce: 'makes one value of many',
}

function resolveBuiltIn(name: string, parameter: string | undefined, role: FunctionRole): ResolvedFunction {
  const record = findFunction(name)
  if (record === undefined) throw new UsageError(`there is no function '${name}'`)
  if (!record.roles.includes(role)) {
    throw new UsageError(`'${name}' cannot stand here: a function that ${ROLE_WORDS[role]} is expected`)
  }
  try {
    const builtin = { name, parameter }
    if (role === 'reduce' && record.aggregator !== undefined)
      return { aggregator: record.aggregator(parameter), lowered: { pure: true, builtin } }
    if (role !== 'reduce' && record.mapper !== undefined) {
      const steps = record.steps?.(parameter, role)
      const pairSteps = role === 'map' ? record.pairSteps?.(parameter) : undefined
      return {
        mapper: record.mapper(parameter),
        lowered: { pure: true, builtin, ...(steps && { steps }), ...(pairSteps && { pairSteps }) },
      }
    }
  } catch (error) {
    throw new UsageError(reasonOf(error))
  }
  throw new RangeError(`${name} has no function for its role ${role}`)
}

async function analyse(value: unknown, role: FunctionRole, isSource: boolean): Promise<LoweredFunction> {
  const { analyseFunction } = await import('../codegen/analyse.ts')
  const source = Function.prototype.toString.call(value)
  return { ...(await analyseFunction(source, role, isSource ? 'source' : 'closure')), source }
}

/**
 * Return what a reference that is no built-in stands for.
 *
 * @throws UsageError when its text does not parse, or there is no such module or export.
 */
export async function evaluate(reference: Exclude<FunctionReference, { type: 'builtin' }>): Promise<unknown> {
  if (reference.type === 'closure') return reference.call
  return reference.type === 'source' ? evaluateArrow(reference.text) : loadExport(reference)
}

/**
 * Return what a module exports under a name; TypeScript is loaded too.
 *
 * @throws UsageError where there is no such file or export, or the module throws.
 */
export async function loadExport(
  reference: Extract<FunctionReference, { type: 'module' }>,
): Promise<unknown> {
  const path = resolve(reference.path)
  if (!existsSync(path)) throw new UsageError(`there is no file ${reference.path}`)
  if (/\.[mc]?ts$/.test(path)) await (await import('./typescript.ts')).registerTypeScript()
  let module: Record<string, unknown>
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (error) {
    throw new UsageError(`cannot load ${reference.path}: ${reasonOf(error)}`)
  }
  if (!(reference.name in module)) {
    const names = Object.keys(module).join(', ') || 'nothing'
    throw new UsageError(`${reference.path} exports no '${reference.name}'`, `It exports ${names}.`)
  }
  return module[reference.name]
}

/** Return true for an object with the functions of an aggregator. */
export function isAggregator(value: unknown): value is Aggregator {
  const record = value as Record<string, unknown> | null
  return (
    typeof record === 'object' &&
    record !== null &&
    ['create', 'mergeValue', 'mergeCombiners'].every((name) => typeof record[name] === 'function')
  )
}
