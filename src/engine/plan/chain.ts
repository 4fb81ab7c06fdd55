import type { Narrow, OperatorRecord } from '../operators/record.ts'
import { findRecord } from '../registry.ts'
import type { PlanNode } from './plan.ts'
import { createCall, resolveFunctions } from './resolve.ts'

/** Return the operators of some nodes of a plan, on a thread that was sent them: each works element by element, the first on lines. */
export async function resolveChain(nodes: readonly PlanNode[]): Promise<readonly Narrow[]> {
  const chain: Narrow[] = []
  let lines = true
  for (const node of nodes) {
    const record = findRecord(node.category, node.command) as OperatorRecord
    const call = createCall(node, record, await resolveFunctions(node, record), {
      lines: [lines],
      parallelism: 1,
      report: () => {},
    })
    chain.push(record.apply(call) as Narrow)
    lines &&= record.keepsElements === true
  }
  return chain
}
