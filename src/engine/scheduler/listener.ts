import { reasonOf } from '../plan/describe.ts'

/** What one source gave to a batch (Spark: `StreamInputInfo`). */
export interface StreamInputInfo {
  /** Place of the source in the plan; 0 for a program's first stream. */
  readonly inputStreamId: number
  readonly numRecords: number
  /** What the source says of the batch, such as `files`; `Description` is the text of it. */
  readonly metadata: Readonly<Record<string, unknown>>
}

/** One output of one batch (Spark: `OutputOperationInfo`). Times and durations in milliseconds. */
export interface OutputOperationInfo {
  readonly batchTime: number
  /** 0 for the first output of the pipeline. */
  readonly id: number
  /** The output's name: `print`. */
  readonly name: string
  /** The output as it was written: `print 5`. */
  readonly description: string
  readonly startTime: number
  readonly endTime?: number
  readonly duration?: number
  /** Why it failed; absent where it did not. */
  readonly failureReason?: string
}

/** What a batch looks like to a listener (Spark: `org.apache.spark.streaming.scheduler.BatchInfo`). Times in milliseconds. */
export interface BatchInfo {
  readonly batchTime: number
  /** Elements received for the batch, of all sources. */
  readonly numRecords: number
  /** What each source gave, by its place in the plan. */
  readonly streamIdToInputInfo: ReadonlyMap<number, StreamInputInfo>
  /** When the batch was cut. */
  readonly submissionTime: number
  readonly processingStartTime?: number
  readonly processingEndTime?: number
  /** From cut to start of processing. */
  readonly schedulingDelay?: number
  /** From start to end of processing. */
  readonly processingDelay?: number
  readonly totalDelay?: number
  /** Milliseconds of work on the batch's blocks before it was cut, outputs' waiting included. No row of Spark. */
  readonly arrivalDelay?: number
  /**
   * How many elements came out of each stage that holds batches, such as an aggregation, by its place in the plan; known
   * when the batch is done. No row of Spark.
   */
  readonly handedOn?: ReadonlyMap<number, number>
  /** The outputs that ran for the batch, by their ids; complete when the batch is. */
  readonly outputOperationInfos: ReadonlyMap<number, OutputOperationInfo>
}

/** What a receiver looks like to a listener (Spark: `org.apache.spark.streaming.scheduler.ReceiverInfo`). */
export interface ReceiverInfo {
  /** Place of the source in the plan. */
  readonly streamId: number
  /** The source as it was written: `socket localhost 9999`. */
  readonly name: string
  readonly active: boolean
  /** Why it stopped or what it reported last; empty where nothing was said. */
  readonly lastErrorMessage: string
  /** The error behind the message; empty where there is none. */
  readonly lastError: string
  /** Milliseconds since 1970; -1 where there was no error. */
  readonly lastErrorTime: number
}

/** Elements that a source lost by policy. */
export interface DroppedInfo {
  readonly count: number
  readonly reason: string
}

/**
 * Told what happens in a context (Spark: `StreamingListener`); every method is optional. What a method throws is
 * reported and harms no batch.
 */
export interface StreamingListener {
  /** The first batch is open; `time` is when it began. */
  onStreamingStarted?(event: { readonly time: number }): void
  /** A receiver has started, or started again after a restart. */
  onReceiverStarted?(event: { readonly receiverInfo: ReceiverInfo }): void
  /** A receiver has reported an error and goes on. */
  onReceiverError?(event: { readonly receiverInfo: ReceiverInfo }): void
  /** A receiver has stopped: for good, or to start again after a while. */
  onReceiverStopped?(event: { readonly receiverInfo: ReceiverInfo }): void
  /** No row of Spark: a batch was cut while another is being worked off. What it holds is known when it is submitted. */
  onBatchQueued?(event: { readonly batchTime: number; readonly submissionTime: number }): void
  /** A batch was cut. */
  onBatchSubmitted?(event: { readonly batchInfo: BatchInfo }): void
  /** What remains to be done at the end of a batch begins. */
  onBatchStarted?(event: { readonly batchInfo: BatchInfo }): void
  /** A batch is done; a failed one too, whose output operation says why. */
  onBatchCompleted?(event: { readonly batchInfo: BatchInfo }): void
  onOutputOperationStarted?(event: { readonly outputOperationInfo: OutputOperationInfo }): void
  onOutputOperationCompleted?(event: { readonly outputOperationInfo: OutputOperationInfo }): void
  /** No row of Spark: elements were lost, and counted. */
  onElementsDropped?(event: DroppedInfo): void
  /** No row of Spark: called once with what writes a line for the user, before any event. */
  reportTo?(report: (message: string) => void): void
}

/** Every event, in the order in which a batch meets them. */
export const LISTENER_EVENTS = [
  'onStreamingStarted',
  'onReceiverStarted',
  'onReceiverError',
  'onReceiverStopped',
  'onBatchQueued',
  'onBatchSubmitted',
  'onBatchStarted',
  'onOutputOperationStarted',
  'onOutputOperationCompleted',
  'onBatchCompleted',
  'onElementsDropped',
] as const satisfies readonly (keyof StreamingListener)[]

/** The name of an event. */
export type ListenerEvent = (typeof LISTENER_EVENTS)[number]

/** Hands each event to every listener; one that throws is reported and harms no batch. */
export class ListenerBus {
  readonly #listeners = new Set<StreamingListener>()
  readonly #report: (message: string) => void

  constructor(report: (message: string) => void) {
    this.#report = report
  }

  add(listener: StreamingListener): void {
    this.#listeners.add(listener)
    listener.reportTo?.(this.#report)
  }

  remove(listener: StreamingListener): void {
    this.#listeners.delete(listener)
  }

  /** Call one method of every listener. */
  post<M extends ListenerEvent>(method: M, event: Parameters<NonNullable<StreamingListener[M]>>[0]): void {
    for (const listener of this.#listeners) {
      try {
        ;(listener[method] as ((event: unknown) => void) | undefined)?.call(listener, event)
      } catch (error) {
        this.#report(`a listener failed at ${method}: ${reasonOf(error)}`)
      }
    }
  }
}
