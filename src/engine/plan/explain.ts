import { recordOfNode } from '../registry.ts'
import { describeFlow, type FlowDescription } from './build.ts'
import { formatDuration } from './duration.ts'
import type { OnError } from './element-errors.ts'
import { functionText, isFunctionReference, type Plan, type PlanNode } from './plan.ts'
import { redact } from './redact.ts'
import { type NodeFunctions, resolveFunctions } from './resolve.ts'

/**
 * Return a plan as text: settings, a line per stage with how it runs and what it reads, one per function, and the plan
 * as JSON.
 *
 * @param onError what happens when a function fails: what may fail is not always run by kernels.
 * @throws UsageError where the plan could not run.
 */
export async function explain(plan: Plan, master: string, onError: OnError = 'fail'): Promise<string> {
  const { ways, calls } = await describe(plan, onError)
  const width = Math.max(...plan.nodes.map(({ label }) => label.length))
  const stages = plan.nodes.flatMap((node) => {
    const from = node.inputs.length === 0 ? '' : ` ← ${node.inputs.join(', ')}`
    return [
      `  ${node.id}  ${node.label.padEnd(width)}  ${ways.get(node.id) ?? node.category}${from}`,
      ...functionsOf(node, calls.get(node.id)),
    ]
  })
  const head = [`plan of ${plan.name}`, `  batches every ${formatDuration(plan.interval)}; ${master}`, '']
  return `${[...head, ...stages, '', redact(JSON.stringify(plan, replacer))].join('\n')}\n`
}

/**
 * Return how each stage runs, and how its functions are called, in words.
 *
 * @param onError as of `explain`.
 */
export async function describe(plan: Plan, onError: OnError = 'fail'): Promise<FlowDescription> {
  const functions = new Map<number, NodeFunctions>()
  for (const node of plan.nodes) functions.set(node.id, await resolveFunctions(node, recordOfNode(node)))
  return describeFlow(plan, {
    record: recordOfNode,
    functions: (node) => functions.get(node.id) as NodeFunctions,
    port: { format: 'table', write: () => undefined, show: () => undefined, report: () => {} },
    parallelism: 1,
    errors: { skipOf: () => (onError === 'fail' ? undefined : () => {}) },
    zeroTime: () => 0,
    finish: () => {},
  })
}

function functionsOf(node: PlanNode, way: string | undefined): string[] {
  return Object.values(node.values).flatMap((value) => {
    if (!isFunctionReference(value)) return []
    return [`       ${functionText(value)}: ${way ?? 'called as elements come'}`]
  })
}

function replacer(_key: string, value: unknown): unknown {
  if (isFunctionReference(value) && value.type === 'closure')
    return { type: 'closure', call: functionText(value) }
  return value
}
