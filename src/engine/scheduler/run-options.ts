import type { Dataflow } from '../codegen/dataflow.ts'
import type { LoweringLimits } from '../codegen/lowering.ts'
import type { OutputPort } from '../outputs/record.ts'
import { UsageError } from '../plan/errors.ts'
import type { RecordingOptions } from '../recording/block-log.ts'
import type { CheckpointOptions } from '../recovery/checkpoint-options.ts'
import type { Clock } from './clock.ts'
import type { Configuration } from './configuration.ts'
import type { FailureOptions } from './failed-elements.ts'

/** Longest line where nothing else is said. */
export const DEFAULT_MAX_LINE = 16 << 20

/** Milliseconds of a block of elements that a receiver stores one by one, where nothing else is said. */
export const BLOCK_INTERVAL = 200

/** How a plan runs. */
export interface RunOptions extends RecordingOptions, FailureOptions {
  readonly port: OutputPort
  readonly parallelism: number
  /** Whether functions that cannot be seen to be pure may be called on several threads; not where absent. */
  readonly parallelCalls?: boolean
  readonly clock?: Clock
  readonly maxBatches?: number
  readonly batchLines?: number
  readonly maxLine?: number
  /** Elements a second that a receiver may hand over. */
  readonly maxRate?: number
  /** Keys of Spark's configuration; what is said above counts more. */
  readonly configuration?: Configuration
  /** From where on kernels take the place of operators where they can, or false for nowhere. Results are the same. */
  readonly lowering?: LoweringLimits | false
  /** Where the run is written down, so that another one can go on with it. */
  readonly checkpoint?: CheckpointOptions
  /** Whether a stream of batches may set the interval; not where the user has set it. */
  readonly mayAdoptInterval?: boolean
  /** Told of the running form, again where it is made anew. */
  readonly onBuilt?: (flow: Dataflow) => void
}

/**
 * Check that what is received has somewhere to be logged, where that is asked for.
 *
 * @throws UsageError where `spark.streaming.receiver.writeAheadLog.enable` is true and there is no checkpoint.
 */
export function checkLogged({ checkpoint, configuration }: RunOptions): void {
  if (configuration?.writeAheadLog !== true || checkpoint !== undefined) return
  throw new UsageError(
    'spark.streaming.receiver.writeAheadLog.enable is true, and there is no checkpoint to log what is received in',
    'Say --checkpoint DIR, or ssc.checkpoint(directory).',
  )
}
