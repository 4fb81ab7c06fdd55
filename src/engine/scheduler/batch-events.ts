import type { PullInput } from '../sources/record.ts'
import type { Clock } from './clock.ts'
import type { BatchInfo, ListenerBus, StreamInputInfo } from './listener.ts'
import type { OutputOperations } from './output-operations.ts'

/** A batch whose processing has begun. */
export type SubmittedBatch = BatchInfo & { readonly processingStartTime: number }

/** What listeners are told batches from. */
export interface BatchEventsOptions {
  readonly clock: Clock
  readonly listeners: ListenerBus
  readonly outputs: OutputOperations
  /** Places of the sources that a batch counts. */
  readonly sources: readonly number[]
  readonly pulls: ReadonlyMap<number, PullInput>
}

/** Tells listeners of batches. */
export class BatchEvents {
  readonly #options: BatchEventsOptions

  constructor(options: BatchEventsOptions) {
    this.#options = options
  }

  /** A batch was cut, and waits. */
  queued(batchTime: number, submissionTime: number): void {
    this.#options.listeners.post('onBatchQueued', { batchTime, submissionTime })
  }

  /** A batch was cut, and its processing begins; `records` are its elements by source, `arrivalDelay` the
   * milliseconds of work on them as they arrived. */
  submit(
    batchTime: number,
    submissionTime: number,
    records: ReadonlyMap<number, number>,
    arrivalDelay: number,
  ): SubmittedBatch {
    const { clock, listeners, sources, pulls } = this.#options
    const inputs = sources.map((inputStreamId): [number, StreamInputInfo] => {
      const metadata = pulls.get(inputStreamId)?.metadata?.() ?? {}
      return [inputStreamId, { inputStreamId, numRecords: records.get(inputStreamId) ?? 0, metadata }]
    })
    const submitted: BatchInfo = {
      batchTime,
      numRecords: inputs.reduce((sum, [, { numRecords }]) => sum + numRecords, 0),
      streamIdToInputInfo: new Map(inputs),
      submissionTime,
      outputOperationInfos: new Map(),
    }
    listeners.post('onBatchSubmitted', { batchInfo: submitted })
    const processingStartTime = clock.now()
    const started = {
      ...submitted,
      processingStartTime,
      schedulingDelay: processingStartTime - submissionTime,
      arrivalDelay,
    }
    listeners.post('onBatchStarted', { batchInfo: started })
    return started
  }

  /** A batch is done, or has failed. */
  complete(batch: SubmittedBatch, ...failure: readonly unknown[]): void {
    const { clock, listeners, outputs } = this.#options
    if (failure.length > 0) outputs.fail(batch.batchTime, failure[0])
    const processingEndTime = clock.now()
    listeners.post('onBatchCompleted', {
      batchInfo: {
        ...batch,
        processingEndTime,
        processingDelay: processingEndTime - batch.processingStartTime,
        totalDelay: processingEndTime - batch.submissionTime,
        outputOperationInfos: outputs.take(),
      },
    })
  }
}
