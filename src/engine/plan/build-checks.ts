import type { Behaviour } from '../operators/record.ts'
import { formatDuration } from './duration.ts'
import { UsageError } from './errors.ts'
import type { PlanNode } from './plan.ts'

/** Return how a form of behaviour runs, in words. */
export function wayOf(behaviour: Behaviour): string {
  if ('each' in behaviour) return 'element by element, fused with its neighbours'
  if ('aggregation' in behaviour) return 'combined by key as blocks arrive'
  if ('perPartition' in behaviour) return 'partition by partition'
  if ('gather' in behaviour) return 'on the whole batch'
  if ('timed' in behaviour) return 'takes elements with their times as they arrive'
  return 'union' in behaviour ? 'batches pass as they are' : 'looks back over earlier batches'
}

/** Throw a UsageError unless a length or a slide is a multiple of the input's slide. */
export function checkMultiple(node: PlanNode, name: string, value: number | undefined, slide: number): void {
  if (value === undefined || (value > 0 && value % slide === 0)) return
  throw new UsageError(
    `${node.command}: its ${name} ${formatDuration(value)} is no multiple of the stream's slide, ${formatDuration(slide)}`,
    `Use ${formatDuration(Math.max(1, Math.ceil(value / slide)) * slide)}, or another --interval.`,
    node.id,
  )
}
