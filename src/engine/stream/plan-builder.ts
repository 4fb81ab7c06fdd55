import { camelCase } from '../../functions/lookup.ts'
import { findFunction } from '../../functions/registry.ts'
import { UsageError } from '../plan/errors.ts'
import { parseFunction, parseFunctionOrPath } from '../plan/function-word.ts'
import { functionText, isFunctionReference, type Plan, type PlanNode, type PlanValue } from '../plan/plan.ts'
import { type ArgumentRecord, builtInRole, type FlagRecord } from '../plan/record.ts'
import { redact } from '../plan/redact.ts'
import type { RegisteredRecord } from '../registry.ts'
import { isPartitioner } from '../shuffle/partitioning.ts'
import { StatefulFunction } from '../state/stateful-function.ts'
import { DStream } from './dstream.ts'

/** Longest argument shown in a label. */
const SHOWN = 60

/** Turns the calls of a program into the nodes of a plan. */
export class PlanBuilder {
  readonly #nodes: PlanNode[] = []

  /** The stages so far. */
  get nodes(): Plan['nodes'] {
    return [...this.#nodes]
  }

  /**
   * Append a stage that reads `inputs` and return its place.
   *
   * @param flags the flags; where absent, the last of `args` if that is a plain object.
   * @throws UsageError where an argument is missing or of the wrong type.
   */
  append(
    record: RegisteredRecord,
    inputs: readonly number[],
    args: readonly unknown[],
    flags?: Readonly<Record<string, unknown>>,
  ): number {
    if (flags === undefined && record.flags.length > 0 && isPlainObject(args.at(-1))) {
      return this.append(record, inputs, args.slice(0, -1), args.at(-1) as Record<string, unknown>)
    }
    const values: Record<string, PlanValue> = {}
    const allInputs = [...inputs]
    const label = [record.name]
    for (const [index, argument] of record.arguments.entries()) {
      const value = args[index]
      if (argument.type === 'stream') {
        if (!(value instanceof DStream))
          throw new UsageError(`${record.name} expects a DStream as its ${argument.name}`)
        allInputs.push(value.node)
      } else if (value !== undefined) {
        const planned =
          argument.variadic === true ? args.slice(index).map(String) : planValue(record.name, argument, value)
        values[argument.name] = planned
        if (argument.type !== 'value') label.push(textOf(planned))
      } else if (argument.required) {
        throw new UsageError(`${record.name} expects a ${argument.type} as its ${argument.name}`)
      } else if (argument.default !== undefined && argument.type === 'function') {
        values[argument.name] = parseFunction(String(argument.default))
      }
    }
    checkNames(record, flags ?? {})
    for (const flag of record.flags) {
      const value = flags?.[flag.name] ?? flags?.[camelCase(flag.name)]
      if (value !== undefined) values[flag.name] = planValue(record.name, flag, value)
    }
    const { category, name: command } = record
    const id = this.#nodes.length
    this.#nodes.push({ id, category, command, values, inputs: allInputs, label: redact(label.join(' ')) })
    return id
  }
}

/** A misspelt option would be left out in silence. */
function checkNames(record: RegisteredRecord, flags: Readonly<Record<string, unknown>>): void {
  const known = record.flags.flatMap(({ name }) => [name, camelCase(name)])
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined || known.includes(name)) continue
    const names = record.flags.map((flag) => camelCase(flag.name)).join(', ')
    throw new UsageError(
      `${record.name} has no option ${name}`,
      names === '' ? undefined : `It has ${names}.`,
    )
  }
}

function planValue(command: string, entry: ArgumentRecord | FlagRecord, value: unknown): PlanValue {
  const refuse = (expected: string): never => {
    const got = typeof value === 'string' ? `'${value}'` : value === null ? 'null' : typeof value
    throw new UsageError(`${command} expects ${expected} as its ${entry.name}, got ${got}`)
  }
  if ('partitions' in entry && isPartitioner(value)) return { type: 'closure', call: value }
  switch (entry.type) {
    case 'value':
      return { type: 'closure', call: value }
    case 'function':
      return functionValue(command, entry, value, refuse)
    case 'string':
      if (typeof value !== 'string') return refuse('a string')
      if ('options' in entry && entry.options?.includes(value) === false)
        return refuse(`one of ${entry.options.join(', ')}`)
      return value
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse('true or false')
    case 'integer':
      return Number.isSafeInteger(value) ? (value as number) : refuse('a whole number')
    case 'duration':
      return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : refuse('milliseconds')
    default:
      return typeof value === 'number' && !Number.isNaN(value) ? value : refuse('a number')
  }
}

/** Checked where it is written, for the stack of this error names the line of the program; a later one does not. */
function functionValue(
  command: string,
  entry: ArgumentRecord | FlagRecord,
  value: unknown,
  refuse: (expected: string) => never,
): PlanValue {
  const role = builtInRole(entry.role ?? 'map')
  if (typeof value === 'string') {
    if (entry.own === true) return refuse('a function of your own')
    const reference = 'isPath' in entry ? parseFunctionOrPath(value) : parseFunction(value)
    const found = reference.type === 'builtin' ? findFunction(reference.name) : undefined
    if (found === undefined) throw new UsageError(`${command}: there is no function '${value}'`)
    if (!found.roles.includes(role)) {
      const expected = role === 'reduce' ? 'a function over the values of a key' : 'a function of one element'
      throw new UsageError(`${command} expects ${expected}, got '${value}'`)
    }
    return reference
  }
  if (typeof value === 'function') return { type: 'closure', call: value }
  const mayAggregate = role === 'reduce' && typeof value === 'object' && value !== null
  return mayAggregate ? { type: 'closure', call: value } : refuse('a function')
}

/** Return an argument as one line of a label. */
function textOf(value: PlanValue): string {
  const call = isFunctionReference(value) && value.type === 'closure' ? value.call : undefined
  const isObject = typeof call === 'object' && !(call instanceof StatefulFunction)
  const text = isObject ? '{…}' : isFunctionReference(value) ? functionText(value) : String(value)
  const line = text.replace(/\s+/g, ' ')
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
