import type { Partition } from '../batch/partition.ts'
import type { PullInput } from '../sources/record.ts'
import type { BatchLog } from './batch-log.ts'
import type { Clock } from './clock.ts'
import type { ListenerBus } from './listener.ts'
import type { OutputOperations } from './output-operations.ts'

/** What waits to be done: a block that a receiver stored, the begin or the end of a batch, or someone who waits. */
export type Work =
  | { readonly kind: 'block'; readonly source: number; readonly partition: Partition; readonly size: number }
  | { readonly kind: 'position'; readonly source: number; readonly position: unknown }
  | { readonly kind: 'begin'; readonly time: number }
  | CutWork
  | { readonly kind: 'barrier'; readonly done: () => void }

/** The end of a batch. */
export interface CutWork {
  readonly kind: 'cut'
  readonly time: number
  /** When the batch was cut. */
  readonly submitted: number
  /** Whether sources that are asked belong to it: not to the one that is cut because the context stops. */
  readonly asks: boolean
  /** Whether another batch is being worked off: this one is late before it begins. */
  readonly isLate: boolean
  readonly done: () => void
}

/** What the scheduler asks of its context. */
export interface JobSchedulerOptions {
  readonly clock: Clock
  readonly listeners: ListenerBus
  readonly outputs: OutputOperations
  /** Places of the sources that a batch counts. */
  readonly sources: readonly number[]
  /** Sources that are asked at each batch. */
  readonly pulls: ReadonlyMap<number, PullInput>
  /** Aborted when the context stops: sources that are asked give no more. */
  readonly signal: AbortSignal
  /** Where blocks are written down before they are processed. */
  readonly log?: BatchLog | undefined
  readonly fail: (error: unknown) => void
  /** Told of each block before it runs through its stages, and behind them that its bytes are no longer there. */
  readonly onBlock?: (block: Partition | undefined) => void
  /** Called when receivers may read again. */
  readonly onRoom: () => void
}
