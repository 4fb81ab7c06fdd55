import type { Partition } from '../batch/partition.ts'
import type { Resumed, SourceSettings } from '../sources/record.ts'
import type { Clock } from './clock.ts'
import type { FramedInputOptions } from './framed-input.ts'
import type { ReceiverInfo } from './listener.ts'
import type { Rates } from './rate-controller.ts'

/** What a receiver asks of its context. */
export interface TrackedReceiverOptions extends FramedInputOptions {
  readonly clock: Clock
  readonly interval: () => number
  readonly maxLine: number
  readonly signal: AbortSignal
  /** Elements of a batch, where batches are cut by number and not by time. */
  readonly batchLines: number | undefined
  readonly rates: Rates
  readonly isFull: () => boolean
  readonly block: (source: number, partition: Partition) => void
  readonly position: (source: number, position: unknown) => void
  /** Resolves when all blocks and positions so far are safe. */
  readonly stored: () => Promise<void>
  /** All receivers have ended, or hold the elements of a later batch. */
  readonly onComplete: () => void
  readonly onEnded: () => void
  readonly report: (message: string) => void
  readonly fail: (error: unknown) => void
  /** Milliseconds of a block of elements that are stored one by one. */
  readonly blockInterval: number
  readonly settings: SourceSettings
  readonly tell: (event: ReceiverEvent, info: ReceiverInfo) => void
}

/** The events of receivers. */
export type ReceiverEvent = 'onReceiverStarted' | 'onReceiverError' | 'onReceiverStopped'

/** What an earlier run, or the lack of one, means to a receiver of a context with a checkpoint. */
export interface Earlier {
  readonly resumed?: Resumed
  /** The source gives again what was received. */
  readonly isReplayable?: boolean
  /** Elements of the batch at hand that were received. */
  readonly inBatch?: number
}
