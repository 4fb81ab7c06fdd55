import type { CombineKernel } from '../codegen/combine-buffer.ts'
import type { CountingTask } from '../codegen/counting-task.ts'
import type { LoweredStart } from '../codegen/lowered-way.ts'
import type { LoweredAggregation, LoweringLimits } from '../codegen/lowering.ts'
import type { Narrow } from '../operators/record.ts'
import { isFunctionReference, type PlanNode } from './plan.ts'

/** Operators that work element by element, and their nodes. */
interface Chain {
  readonly chain: readonly Narrow[]
  readonly nodes: readonly PlanNode[]
}

/** Return how an aggregation is counted by kernels, on this thread and on others. */
export function combineKernel(
  { chain, nodes }: Chain,
  lowered: LoweredAggregation,
  options: {
    readonly parallelism: number
    readonly parallelCalls?: boolean
    readonly limits: LoweringLimits
  },
): CombineKernel {
  const { steps } = lowered
  // Of the operators that are called, all or all but a last one that pairs.
  const called = nodes.slice(0, lowered.calls.length)
  // What is left out is counted here.
  const skips =
    steps === undefined ? chain.some(({ skip }) => skip) : steps.some((step) => step.skips !== undefined)
  const mayTravel = options.parallelCalls === true && called.every(canTravel)
  const calls: CountingTask | undefined = mayTravel ? { kind: 'calls', nodes: called } : undefined
  const kernels: CountingTask | undefined = steps && { kind: 'kernels', steps }
  // Who may have to give up must know what it has counted.
  const task = skips || lowered.refusesPairs || lowered.folded !== undefined ? undefined : (kernels ?? calls)
  return { lowered, chain, task, parallelism: options.parallelism, limits: options.limits }
}

/** True for a node that another thread can be sent: a function that is part of a program cannot. */
function canTravel(node: PlanNode): boolean {
  return Object.values(node.values).every((value) => !isFunctionReference(value) || value.type !== 'closure')
}

const KERNEL = 'kernel: runs on bytes, in WebAssembly'
const ONCE = 'called once per distinct value of a batch'
const EACH = 'called for each element'

/** Return how the functions of an aggregation that kernels count, and of the chain before it, are called. */
export function aggregationWays(
  node: PlanNode,
  { chain, nodes }: Chain,
  { steps, calls, rest }: LoweredAggregation,
): [number, string][] {
  const ways = nodes.map((before, index): [number, string] => {
    if (steps !== undefined)
      return [before.id, index < nodes.length - rest.length ? KERNEL : onceWay(chain[index])]
    return [before.id, index < calls.length ? eachWay(chain[index]) : KERNEL]
  })
  return [...ways, [node.id, KERNEL]]
}

/** Return how the functions of a chain are called that ends at something else than a counting. */
export function startWays(
  { chain, nodes }: Chain,
  lowered: LoweredStart | undefined,
  isText: boolean,
): [number, string][] {
  const kernels = lowered === undefined ? 0 : chain.length - lowered.rest.length
  return nodes.map((node, index) => {
    if (index < kernels) return [node.id, KERNEL]
    return [node.id, eachWay(chain[index], isText)]
  })
}

function onceWay(narrow: Narrow | undefined): string {
  const { steps, builtin, reason } = narrow?.lowered ?? {}
  if (steps !== undefined || builtin !== undefined) return ONCE
  return reason === undefined ? ONCE : `${ONCE}, because ${reason}`
}

function eachWay(narrow: Narrow | undefined, isText = true): string {
  const { steps, builtin, reason } = narrow?.lowered ?? {}
  if (narrow?.skip !== undefined && steps !== undefined && isText)
    return `${EACH}, because --on-error must know the element at which it fails`
  if (!isText) return `${EACH}, because what comes in is no text of a source`
  if (steps !== undefined) return `${EACH}, because a kernel would save nothing here`
  if (builtin !== undefined) return `${EACH}, because there is no kernel for it`
  return reason === undefined ? EACH : `${EACH}, because ${reason}`
}
