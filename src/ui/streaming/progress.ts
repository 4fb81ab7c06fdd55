import type { Plan } from '../../engine/plan/plan.ts'
import { redact } from '../../engine/plan/redact.ts'
import { recordOfNode } from '../../engine/registry.ts'
import type { BatchInfo, ReceiverInfo, StreamingListener } from '../../engine/scheduler/listener.ts'
import type { BatchStatus, SourceState } from './shown.ts'

/** Batches that are remembered where nothing else is said, as in Spark. */
const RETAINED = 1000

/** A batch as it is known so far. */
export interface Batch {
  /** Counts batches that are done, from 1; 0 for one that is not. */
  readonly number: number
  readonly status: BatchStatus
  readonly info: BatchInfo
  /** Milliseconds that its elements took to come. */
  readonly duration: number
}

/** What the progress of a pipeline is collected from. */
export interface ProgressOptions {
  readonly plan: Plan
  /** Batches that are remembered. */
  readonly retained?: number | undefined
  /** Whether batches are cut by the clock; else their times say nothing of how long they took. */
  readonly isTimed: boolean
}

/** Remembers how a pipeline goes, batch by batch (Spark: `StreamingJobProgressListener`). Nothing here is done per element. */
export class Progress implements StreamingListener {
  readonly plan: Plan
  readonly isTimed: boolean
  /** When the first batch was opened; when this was made, until then. */
  startTime = Date.now()
  /** Batches and elements since the start, those too that are no longer remembered. */
  completedBatches = 0
  processedRecords = 0
  receivedRecords = 0
  /** Elements that sources lost by policy. */
  droppedRecords = 0
  /** Called after each change. */
  onChange: () => void = () => {}
  readonly sources = new Map<number, SourceState>()
  readonly #retained: number
  readonly #active = new Map<number, Batch>()
  #completed: Batch[] = []
  #lastSubmission = 0

  constructor({ plan, retained = RETAINED, isTimed }: ProgressOptions) {
    this.plan = plan
    this.isTimed = isTimed
    this.#retained = Math.max(1, retained)
    for (const node of plan.nodes) {
      const record = recordOfNode(node)
      if (record.category !== 'source' || node.command === 'table') continue
      const isReceiver = record.receive !== undefined
      const quiet = { active: false, lastErrorMessage: '', lastError: '', lastErrorTime: -1 }
      this.sources.set(node.id, { id: node.id, name: redact(node.label), isReceiver, ...quiet })
    }
  }

  /** Those that wait or are worked off, the oldest first. */
  get active(): readonly Batch[] {
    return [...this.#active.values()]
  }

  /** Those that are done and remembered, the oldest first. */
  get completed(): readonly Batch[] {
    return this.#completed.slice(-this.#retained)
  }

  /** Outputs of the pipeline. */
  get outputs(): number {
    return this.plan.nodes.filter(({ category }) => category === 'output').length
  }

  /** The batch at a time, where it is remembered. */
  batch(time: number): Batch | undefined {
    return this.#active.get(time) ?? this.#completed.findLast(({ info }) => info.batchTime === time)
  }

  onStreamingStarted(): void {
    this.startTime = Date.now()
    this.onChange()
  }

  onReceiverStarted({ receiverInfo }: { readonly receiverInfo: ReceiverInfo }): void {
    this.#source(receiverInfo)
  }

  onReceiverError({ receiverInfo }: { readonly receiverInfo: ReceiverInfo }): void {
    this.#source(receiverInfo)
  }

  onReceiverStopped({ receiverInfo }: { readonly receiverInfo: ReceiverInfo }): void {
    this.#source(receiverInfo)
  }

  onElementsDropped({ count }: { readonly count: number }): void {
    this.droppedRecords += count
    this.onChange()
  }

  onBatchQueued({ batchTime, submissionTime }: { batchTime: number; submissionTime: number }): void {
    const nothing = { numRecords: 0, streamIdToInputInfo: new Map(), outputOperationInfos: new Map() }
    const info = { batchTime, submissionTime, ...nothing }
    this.#active.set(batchTime, { number: 0, status: 'QUEUED', info, duration: this.plan.interval })
    this.onChange()
  }

  onBatchStarted({ batchInfo }: { readonly batchInfo: BatchInfo }): void {
    const { batchTime, submissionTime, numRecords } = batchInfo
    const since = this.#lastSubmission === 0 ? this.startTime : this.#lastSubmission
    const duration = this.isTimed ? this.plan.interval : Math.max(1, submissionTime - since)
    this.#lastSubmission = submissionTime
    this.receivedRecords += numRecords
    this.#active.set(batchTime, { number: 0, status: 'PROCESSING', info: batchInfo, duration })
    this.onChange()
  }

  onBatchCompleted({ batchInfo }: { readonly batchInfo: BatchInfo }): void {
    const duration = this.#active.get(batchInfo.batchTime)?.duration ?? this.plan.interval
    this.#active.delete(batchInfo.batchTime)
    this.completedBatches += 1
    this.processedRecords += batchInfo.numRecords
    this.#completed.push({ number: this.completedBatches, status: 'COMPLETED', info: batchInfo, duration })
    // Cut in one go now and then: to take the first of many out is dear.
    if (this.#completed.length > this.#retained * 1.25 + 8)
      this.#completed = this.#completed.slice(-this.#retained)
    this.onChange()
  }

  #source({ streamId, active, lastErrorMessage, lastError, lastErrorTime }: ReceiverInfo): void {
    const known = this.sources.get(streamId)
    if (known === undefined) return
    const errors = { lastErrorMessage: redact(lastErrorMessage), lastError: redact(lastError), lastErrorTime }
    this.sources.set(streamId, { ...known, active, ...errors })
    this.onChange()
  }
}

/** Elements a second of a batch, of one source or of all. */
export function rateOf(batch: Batch, source?: number): number {
  const { numRecords, streamIdToInputInfo } = batch.info
  const count = source === undefined ? numRecords : (streamIdToInputInfo.get(source)?.numRecords ?? 0)
  return (count * 1000) / batch.duration
}

/** The average of the values that are there; undefined for none. */
export function averageOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length
}
