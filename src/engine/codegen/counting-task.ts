import { eachLine } from '../batch/lines.ts'
import { type Feed, programFeed } from '../kernels/key-counter.ts'
import type { Narrow } from '../operators/record.ts'
import type { PlanNode } from '../plan/plan.ts'
import { through } from './generate.ts'
import type { PlainStep } from './lowering.ts'
import { programSteps } from './program-steps.ts'

/** What is counted of text, as plain data that any thread can run: kernels, or operators that call functions. */
export type CountingTask =
  | { readonly kind: 'kernels'; readonly steps: readonly PlainStep[] }
  | { readonly kind: 'calls'; readonly nodes: readonly PlanNode[] }

/** Return what feeds a counter. Functions are looked up, compiled or imported anew. */
export async function feedOf(task: CountingTask): Promise<Feed> {
  if (task.kind === 'kernels') return programFeed(programSteps(task.steps))
  const { resolveChain } = await import('../plan/chain.ts')
  const chain = await resolveChain(task.nodes)
  return chainFeed(chain)
}

/** Return the feed of operators over lines: what comes out of them is counted. */
export function chainFeed(chain: readonly Narrow[]): Feed {
  return (counter) => {
    const emit = through(chain, (value) => counter.countValue(value))
    return (bytes) => eachLine(bytes, emit)
  }
}
