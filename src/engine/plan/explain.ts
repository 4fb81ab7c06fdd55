import { findRecord } from '../registry.ts'
import { describeFlow } from './build.ts'
import { formatDuration } from './duration.ts'
import { functionText, isFunctionReference, type Plan, type PlanNode } from './plan.ts'
import { type NodeFunctions, resolveFunctions } from './resolve.ts'

/**
 * Return a plan as text: settings, a line per stage with how it runs and what it reads, one per function, and the plan
 * as JSON.
 *
 * @throws UsageError where the plan could not run.
 */
export async function explain(plan: Plan, master: string): Promise<string> {
  const functions = new Map<number, NodeFunctions>()
  for (const node of plan.nodes)
    functions.set(node.id, await resolveFunctions(node, findRecord(node.category, node.command)))
  const { ways, calls } = describeFlow(plan, {
    record: (node) => findRecord(node.category, node.command),
    functions: (node) => functions.get(node.id) as NodeFunctions,
    port: { format: 'table', write: () => undefined, show: () => undefined, report: () => {} },
    parallelism: 1,
    zeroTime: () => 0,
    finish: () => {},
  })
  const width = Math.max(...plan.nodes.map(({ label }) => label.length))
  const stages = plan.nodes.flatMap((node) => {
    const from = node.inputs.length === 0 ? '' : ` ← ${node.inputs.join(', ')}`
    return [
      `  ${node.id}  ${node.label.padEnd(width)}  ${ways.get(node.id) ?? node.category}${from}`,
      ...functionsOf(node, calls.get(node.id)),
    ]
  })
  const head = [`plan of ${plan.name}`, `  batches every ${formatDuration(plan.interval)}; ${master}`, '']
  return `${[...head, ...stages, '', JSON.stringify(plan, replacer)].join('\n')}\n`
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
