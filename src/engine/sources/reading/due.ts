import type { PullContext } from '../record.ts'

/** Return the numbers of the first element due in the batch at `time`, and of the first one due after it. */
export function dueBetween(
  perSecond: number,
  context: Pick<PullContext, 'startTime' | 'interval'>,
  time: number,
): { readonly from: number; readonly to: number } {
  const due = (at: number): number => Math.max(0, Math.floor((perSecond * (at - context.startTime)) / 1000))
  return { from: due(time - context.interval), to: due(time) }
}
