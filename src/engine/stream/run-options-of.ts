import type { RunOptions } from '../scheduler/run-options.ts'
import { definedOnly, type StreamingContextOptions } from './context-options.ts'

/** Return what of a context's options a run takes as it is. */
export function runOptionsOf({
  clock,
  batches: maxBatches,
  batchLines,
  maxLine,
  maxRate,
  onError,
}: StreamingContextOptions): Partial<RunOptions> {
  return definedOnly({ clock, maxBatches, batchLines, maxLine, maxRate, onError })
}
