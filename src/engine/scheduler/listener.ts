import { reasonOf } from '../plan/describe.ts'

/** What a batch looks like to a listener (Spark: `org.apache.spark.streaming.scheduler.BatchInfo`). Times in milliseconds. */
export interface BatchInfo {
  readonly batchTime: number
  /** Elements received for the batch. */
  readonly numRecords: number
  /** Elements received per source, by its place in the plan. */
  readonly recordsBySource: ReadonlyMap<number, number>
  /** When the batch was cut. */
  readonly submissionTime: number
  readonly processingStartTime?: number
  readonly processingEndTime?: number
  /** From cut to start of processing. */
  readonly schedulingDelay?: number
  /** From start to end of processing. */
  readonly processingDelay?: number
  readonly totalDelay?: number
}

/** Elements that a source lost by policy. */
export interface DroppedInfo {
  readonly count: number
  readonly reason: string
}

/**
 * Told what happens in a context (Spark: `StreamingListener`); every method is optional. Receivers are named by their
 * place in the plan.
 */
export interface StreamingListener {
  onStreamingStarted?(event: { readonly time: number }): void
  onReceiverStarted?(event: { readonly source: number; readonly label: string }): void
  onReceiverError?(event: { readonly source: number; readonly message: string }): void
  onReceiverStopped?(event: { readonly source: number }): void
  onBatchSubmitted?(event: { readonly batchInfo: BatchInfo }): void
  onBatchStarted?(event: { readonly batchInfo: BatchInfo }): void
  onBatchCompleted?(event: { readonly batchInfo: BatchInfo }): void
  /** No row of Spark: elements were lost, and counted. */
  onElementsDropped?(event: DroppedInfo): void
}

/** Hands each event to every listener; one that throws is reported and harms no batch. */
export class ListenerBus {
  readonly #listeners = new Set<StreamingListener>()
  readonly #report: (message: string) => void

  constructor(report: (message: string) => void) {
    this.#report = report
  }

  add(listener: StreamingListener): void {
    this.#listeners.add(listener)
  }

  remove(listener: StreamingListener): void {
    this.#listeners.delete(listener)
  }

  /** Call one method of every listener. */
  post<M extends keyof StreamingListener>(
    method: M,
    event: Parameters<NonNullable<StreamingListener[M]>>[0],
  ): void {
    for (const listener of this.#listeners) {
      try {
        ;(listener[method] as ((event: unknown) => void) | undefined)?.call(listener, event)
      } catch (error) {
        this.#report(`a listener failed at ${method}: ${reasonOf(error)}`)
      }
    }
  }
}
