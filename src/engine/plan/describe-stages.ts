import { findRecord } from '../registry.ts'
import { functionText, isFunctionReference, type Plan, type PlanNode } from './plan.ts'

const KINDS: Readonly<Record<string, string>> = {
  source: 'source',
  output: 'output',
  narrow: 'narrow: element by element, fused with its neighbours',
  wide: 'wide: combined as blocks arrive, then across partitions',
  stateful: 'stateful: looks back over earlier batches',
}

/** Return a line per stage, and one per function with how it is called. */
export function describeStages(plan: Plan): string[] {
  const width = Math.max(...plan.nodes.map(({ label }) => label.length))
  return plan.nodes.flatMap((node) => {
    const from = node.inputs.length === 0 ? '' : ` ← ${node.inputs.join(', ')}`
    return [`  ${node.id}  ${node.label.padEnd(width)}  ${kindOf(node)}${from}`, ...functionsOf(node)]
  })
}

function kindOf(node: PlanNode): string {
  const record = findRecord(node.category, node.command)
  return KINDS[record.category === 'operator' ? record.kind : record.category] as string
}

function functionsOf(node: PlanNode): string[] {
  return Object.values(node.values).flatMap((value) => {
    if (!isFunctionReference(value)) return []
    const how = value.type === 'builtin' ? 'built-in' : 'JavaScript, called once per element'
    return [`       ${functionText(value)}: ${how}`]
  })
}
