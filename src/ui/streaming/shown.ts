/** What the pages are told, as data: shared by the server and the scripts of the pages. */

/** A source of the pipeline, and how it is. */
export interface SourceState {
  readonly id: number
  /** As it was written, without passwords. */
  readonly name: string
  /** False for one that is asked at each batch, such as `files`. */
  readonly isReceiver: boolean
  readonly active: boolean
  readonly lastErrorMessage: string
  readonly lastError: string
  /** -1 where there was none. */
  readonly lastErrorTime: number
}

/** Spark's states of a batch. */
export type BatchStatus = 'QUEUED' | 'PROCESSING' | 'COMPLETED'

/** A batch as the page shows it. */
export interface BatchView {
  /** Counts batches that are done, from 1. */
  readonly number: number
  readonly status: BatchStatus
  readonly time: number
  readonly records: number
  /** Elements a second, and of each source in the order of `sources`. */
  readonly rate: number
  readonly rates: readonly number[]
  readonly schedulingDelay?: number | undefined
  readonly processingTime?: number | undefined
  readonly totalDelay?: number | undefined
  /** Milliseconds of work on its elements before it was cut. */
  readonly arrivalDelay?: number | undefined
  readonly operations: string
  readonly failure?: string | undefined
}

/** What stays the same while a pipeline runs. */
export interface HeadView {
  readonly id: string
  readonly name: string
  readonly master: string
  readonly interval: number
  readonly isTimed: boolean
  readonly version: string
}

/** What the page is told. */
export interface StateView {
  /** Only to one who has just come. */
  readonly head?: HeadView
  readonly startTime: number
  readonly now: number
  readonly completedBatches: number
  readonly processedRecords: number
  readonly droppedRecords: number
  readonly sources: readonly SourceState[]
  readonly active: readonly BatchView[]
  /** Those that are done since the page was told last, the oldest first; all, to one who has just come. */
  readonly completed: readonly BatchView[]
  /** Elements a second out of sources and of stages that hold batches, in the batch that was done last. */
  readonly flows: readonly (readonly [stage: number, rate: number])[]
  /** Batches that are remembered. */
  readonly retained: number
  readonly hasEnded: boolean
}

/** A batch on its own page. */
export interface BatchPageView extends BatchView {
  readonly name: string
  readonly isTimed: boolean
  readonly interval: number
  readonly submissionTime: number
  readonly inputs: readonly { readonly name: string; readonly records: number; readonly metadata: string }[]
  readonly outputs: readonly {
    readonly id: number
    readonly name: string
    readonly description: string
    readonly duration?: number | undefined
    readonly status: 'active' | 'succeeded' | 'failed'
    readonly error?: string | undefined
  }[]
  readonly previous?: number | undefined
  readonly next?: number | undefined
}

/** A stage of the plan. */
export interface StageView {
  readonly id: number
  readonly category: string
  readonly label: string
  readonly inputs: readonly number[]
  /** How it runs, in words. */
  readonly way: string
  /** How its functions are called, in words; where there is one. */
  readonly call?: string | undefined
  /** Whether kernels run it, wholly or in part. */
  readonly isLowered: boolean
}
