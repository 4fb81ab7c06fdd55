import type { FlowVertex } from '../codegen/dataflow.ts'
import type { Batch, Narrow } from '../operators/record.ts'
import { UsageError } from './errors.ts'
import type { PlanNode } from './plan.ts'

/**
 * Return how to read the state of the stage right before a node: what stands between would have to be undone.
 *
 * @param input the stream that the node reads.
 * @throws UsageError when that stage keeps no state that can be read.
 */
export function stateBefore(
  node: PlanNode,
  input: { readonly from: number; readonly chain: readonly Narrow[]; readonly window?: unknown },
  vertices: readonly FlowVertex[],
): () => Batch {
  const isRightBefore = input.chain.length === 0 && input.window === undefined
  const snapshot = isRightBefore ? vertices[input.from]?.snapshot : undefined
  if (snapshot !== undefined) return snapshot
  throw new UsageError(
    `${node.command} reads the state of the stage before it, and that keeps none to be read`,
    'Write it right behind map-with-state.',
    node.id,
  )
}
