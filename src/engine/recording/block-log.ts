import type { Partition } from '../batch/partition.ts'
import type { Replaying } from './replaying.ts'

/**
 * Told of all that goes into a flow, in the order in which it goes in. What it is told, told to another flow of the same
 * plan, gives the same results.
 */
export interface BlockLog {
  /** The batch that will be cut at `time` is open; slides are counted from `zeroTime`. */
  begin(time: number, zeroTime: number): void
  /** A block of a source, by its place in the plan. Bytes of text are valid until this returns. */
  block(source: number, partition: Partition): void
  /** The batch at `time` has all its blocks. */
  cut(time: number): void
  /** The input has ended, and all of it was cut: batches from now on only bring out what windows hold. */
  drained(): void
  /** Stages were told that no source will give more. */
  ended(): void
  /** The flow was built, or built again, for batches of so many milliseconds. */
  built(interval: number): void
  /** Resolves when the log has room again; undefined when it has room now. */
  pending(): Promise<void> | undefined
  /** Resolves when all is written, after which nothing is told. Rejects where it cannot be. */
  close(): Promise<void>
}

/** What a run writes of itself, or is read from. */
export interface RecordingOptions {
  /** Told what the sources deliver. */
  readonly log?: BlockLog
  /** What gives blocks and batches in place of sources and clock. */
  readonly replay?: Replaying
}
