import type { Behaviour } from '../operators/record.ts'

/** Return how a form of behaviour runs, in words. */
export function wayOf(behaviour: Behaviour): string {
  if ('each' in behaviour) return 'element by element, fused with its neighbours'
  if ('aggregation' in behaviour) return 'combined by key as blocks arrive'
  if ('perPartition' in behaviour) return 'partition by partition'
  if ('gather' in behaviour) return 'on the whole batch'
  if ('snapshot' in behaviour) return 'reads the state of the stage before it'
  if ('timed' in behaviour) return 'takes elements with their times as they arrive'
  return 'union' in behaviour ? 'batches pass as they are' : 'looks back over earlier batches'
}
