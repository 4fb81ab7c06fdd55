import type { Partition } from '../batch/partition.ts'

/** Where a context writes down what it must not lose, in the order in which it is processed. */
export interface BatchLog {
  /** True while sources must not read: the disk is behind. */
  readonly full: boolean
  /** A block is about to be processed. */
  block(source: number, partition: Partition): void
  /** Behind the last block of a source: where the source stands, as data of JSON. */
  position(source: number, position: unknown): void
  /** Resolves when all that was written down is on the disk; those who ask at the same time share one wait for it. */
  synced(): Promise<void>
  /** The batch at `time` ends here. Resolves when its outputs may have it. */
  cut(time: number): Promise<void>
  /** The outputs have the batch. Resolves when the next one may begin. */
  completed(time: number): Promise<void>
}
