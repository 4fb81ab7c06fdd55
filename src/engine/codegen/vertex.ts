import type { Partition } from '../batch/partition.ts'
import type { Batch, Emit, Keeps } from '../operators/record.ts'

/**
 * A place where a batch is held between stages: what an aggregation, a window, an output or a gathering operator keeps
 * of the batch that is being received. Elements are pushed in as they arrive, so that a batch is never stored only to
 * be read again.
 */
export interface Vertex {
  /** The stage's words. */
  readonly label: string
  /** Milliseconds between batches that come in. */
  readonly inputSlide: number
  /** Milliseconds between batches that come out. */
  readonly slide: number
  /** The element-wise way in, one per input; made once. */
  readonly emit: (port: number) => Emit
  /** The way in for whole partitions, taken where nothing stands between two vertices; the callee copies what it keeps. */
  readonly push?: (port: number, partition: Partition) => void
  /** A partition of a vertex before this one ends here; the blocks of a source have no such borders. */
  readonly seal?: (port: number) => void
  /** The batch at `time` is complete: return what comes out, or undefined when nothing is due, and make ready for the next. */
  readonly finish: (time: number, due: boolean) => Batch | undefined | Promise<Batch | undefined>
  /** What it keeps from batch to batch, as elements; asked after `finish`. */
  readonly snapshot?: () => Batch
  /** The same as data, for checkpoints. */
  readonly keeps?: Keeps
  /** Resolves when an output can take more; undefined when it can now. */
  readonly pending?: () => Promise<void> | undefined
  /** No source will give more: return whether something comes out at the next batch. */
  readonly end?: () => boolean
  /** Resolves when an output can take batches. */
  readonly ready?: Promise<void>
  /** After the last batch. */
  readonly close?: () => void | Promise<void>
}
