import type { Aggregator } from '../../functions/aggregator.ts'
import type { OperatorCall } from '../operators/record.ts'
import type { SourceCall } from '../sources/record.ts'
import { stageError } from './describe.ts'
import { parseBytes, parseDuration } from './duration.ts'
import type { Skip } from './element-errors.ts'
import { UsageError } from './errors.ts'
import { type ResolvedFunction, resolveFunction } from './functions.ts'
import { isFunctionReference, type PlanNode } from './plan.ts'
import type { ArgumentRecord, CommandRecord, FlagRecord } from './record.ts'
import type { Shape } from './shape.ts'
import { isStateRole, resolveStateFunction } from './state-functions.ts'

/** The resolved functions of a node by argument or flag. */
export type NodeFunctions = ReadonlyMap<string, ResolvedFunction>

/**
 * Resolve every function of a node: names are looked up, arrows compiled, modules loaded.
 *
 * @throws UsageError naming the stage.
 */
export async function resolveFunctions(node: PlanNode, record: CommandRecord): Promise<NodeFunctions> {
  const functions = new Map<string, ResolvedFunction>()
  for (const { name, type, role, own } of [...record.arguments, ...record.flags]) {
    const value = node.values[name]
    if (type !== 'function' || !isFunctionReference(value)) continue
    try {
      const resolved = isStateRole(role)
        ? resolveStateFunction(value, role)
        : resolveFunction(value, own === true ? 'own' : (role ?? 'map'))
      functions.set(name, await resolved)
    } catch (error) {
      if (error instanceof UsageError)
        throw new UsageError(`${node.command}: ${error.message}`, error.hint, node.id)
      throw error
    }
  }
  return functions
}

/** What a call needs beyond its node. */
export interface CallOptions {
  /** Per input, whether its elements are lines of text. */
  readonly lines: readonly boolean[]
  readonly parallelism: number
  readonly report: (message: string) => void
  readonly drop?: (count: number, reason: string) => void
  /** Leaves out an element at which a function fails; where absent, that is an error. */
  readonly skip?: Skip | undefined
  readonly slide?: number
  readonly finish?: () => void
  readonly zeroTime?: () => number
  readonly shape?: Shape | undefined
}

/** Return the arguments of a node as its operator, source or output reads them. */
export function createCall(
  node: PlanNode,
  record: CommandRecord,
  functions: NodeFunctions,
  options: CallOptions,
): OperatorCall & SourceCall {
  const { label } = node
  const entries = new Map([...record.arguments, ...record.flags].map((entry) => [entry.name, entry]))
  const value = (name: string): unknown => node.values[name] ?? defaultOf(entries.get(name))
  const missing = (name: string, expected: string): never => {
    throw new UsageError(`${node.command} expects ${expected} as its ${name}`, undefined, node.id)
  }
  return {
    label,
    shape: options.shape,
    lines: options.lines[0] ?? false,
    linesAt: (input) => options.lines[input] ?? false,
    parallelism: options.parallelism,
    report: options.report,
    drop: options.drop ?? (() => {}),
    skip: options.skip,
    slide: options.slide ?? 0,
    finish: options.finish ?? (() => {}),
    zeroTime: options.zeroTime ?? (() => 0),
    value,
    string: (name) => {
      const found = value(name)
      return typeof found === 'string' ? found : missing(name, 'a text')
    },
    number: (name) => {
      const found = value(name)
      return typeof found === 'number' ? found : missing(name, 'a number')
    },
    boolean: (name) => value(name) === true,
    refuse: (message, hint) => new UsageError(message, hint, node.id),
    strings: (name) => ((value(name) ?? []) as readonly (string | number)[]).map(String),
    callable: (name) => {
      const found = functions.get(name)
      return found !== undefined && 'mapper' in found ? found.mapper : undefined
    },
    mapper: (name) => {
      const found = functions.get(name)
      if (found === undefined || !('mapper' in found)) return missing(name, 'a function')
      return guardMapper(label, found.mapper)
    },
    plainMapper: (name) => {
      const found = functions.get(name)
      return found !== undefined && 'mapper' in found ? found.mapper : missing(name, 'a function')
    },
    lowered: (name) => functions.get(name)?.lowered ?? { pure: false, reason: 'there is no such function' },
    aggregator: (name) => {
      const found = functions.get(name)
      if (found === undefined || !('aggregator' in found)) return missing(name, 'a function')
      return guardAggregator(label, found.aggregator, options.skip)
    },
    stateFunction: (name) => {
      const found = functions.get(name)
      if (found === undefined || 'mapper' in found) return missing(name, 'a function')
      if ('aggregator' in found) return { aggregator: guardAggregator(label, found.aggregator, options.skip) }
      return found.stateful
    },
  }
}

/** Records write durations and sizes as a user would. */
function defaultOf(entry: ArgumentRecord | FlagRecord | undefined): unknown {
  if (typeof entry?.default !== 'string') return entry?.default
  if (entry.type === 'duration') return parseDuration(entry.default)
  return entry.type === 'bytes' ? parseBytes(entry.default) : entry.default
}

function guardMapper(label: string, apply: (element: unknown) => unknown): (element: unknown) => unknown {
  return (element) => {
    try {
      return apply(element)
    } catch (error) {
      throw stageError(label, element, error)
    }
  }
}

function guardAggregator(label: string, aggregator: Aggregator, skip?: Skip): Aggregator {
  const { create, mergeValue, mergeCombiners, finish } = aggregator
  return {
    ...aggregator,
    ...(skip && { skip }),
    create: (value) => {
      try {
        return create(value)
      } catch (error) {
        throw stageError(label, value, error)
      }
    },
    mergeValue: (combiner, value) => {
      try {
        return mergeValue(combiner, value)
      } catch (error) {
        throw stageError(label, value, error)
      }
    },
    mergeCombiners: (left, right) => {
      try {
        return mergeCombiners(left, right)
      } catch (error) {
        if (skip !== undefined) {
          skip(right, error)
          return left
        }
        throw stageError(label, right, error)
      }
    },
    ...(finish === undefined
      ? {}
      : {
          finish: (combiner: unknown) => {
            try {
              return finish(combiner)
            } catch (error) {
              throw stageError(label, combiner, error)
            }
          },
        }),
  }
}
