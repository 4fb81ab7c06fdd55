/** A function as the plan holds it: what was typed, or what a program passed. */
export type FunctionReference =
  | { readonly type: 'builtin'; readonly name: string; readonly parameter?: string }
  | { readonly type: 'source'; readonly text: string }
  | { readonly type: 'module'; readonly path: string; readonly name: string }
  | { readonly type: 'closure'; readonly call: unknown }

/** The value of an argument or a flag; durations are milliseconds, bytes are numbers. */
export type PlanValue = string | number | boolean | FunctionReference | readonly (string | number)[]

/** One stage of the plan. */
export interface PlanNode {
  /** Place in `Plan.nodes`; stable while the pipeline's text stays the same. */
  readonly id: number
  readonly category: 'source' | 'operator' | 'output'
  /** Name of the record. */
  readonly command: string
  readonly values: Readonly<Record<string, PlanValue>>
  /** Nodes whose batches come in, by id, always smaller than this node's. */
  readonly inputs: readonly number[]
  /** The stage as it was written, for errors and `--explain`. */
  readonly label: string
}

/** A pipeline as plain data: JSON but for functions passed by a program. */
export interface Plan {
  readonly version: 1
  readonly name: string
  /** Milliseconds of a batch. */
  readonly interval: number
  readonly nodes: readonly PlanNode[]
}

/** True for a value of a plan that is a function. */
export function isFunctionReference(value: unknown): value is FunctionReference {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** Return a function of the plan as a user would write it. */
export function functionText(reference: FunctionReference): string {
  if (reference.type === 'builtin') {
    return reference.parameter === undefined ? reference.name : `${reference.name}:${reference.parameter}`
  }
  if (reference.type === 'source') return reference.text
  if (reference.type === 'module') return `${reference.path}#${reference.name}`
  return String(reference.call)
}
