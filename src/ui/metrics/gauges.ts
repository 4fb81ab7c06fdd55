import type { Progress } from '../streaming/progress.ts'

/** One of Spark's gauges of a streaming application, with what it says. */
export interface Gauge {
  /** Behind `streaming.`. */
  readonly name: string
  readonly help: string
  readonly value: number
}

/** Return the gauges of a pipeline as it stands (Spark: `StreamingSource`). */
export function gaugesOf(progress: Progress): readonly Gauge[] {
  const { active, completed, sources } = progress
  const waiting = active.filter(({ status }) => status === 'QUEUED').length
  const last = completed.at(-1)?.info
  const received = (active.findLast(({ status }) => status === 'PROCESSING') ?? completed.at(-1))?.info
  const rows: readonly (readonly [string, string, number])[] = [
    [
      'receivers',
      'receivers of the pipeline',
      [...sources.values()].filter((each) => each.isReceiver).length,
    ],
    ['totalCompletedBatches', 'batches that are done', progress.completedBatches],
    ['totalReceivedRecords', 'elements received', progress.receivedRecords],
    ['totalProcessedRecords', 'elements of batches that are done', progress.processedRecords],
    ['unprocessedBatches', 'batches that wait or are worked off', active.length],
    ['waitingBatches', 'batches that wait', waiting],
    ['runningBatches', 'batches that are worked off', active.length - waiting],
    ['retainedCompletedBatches', 'batches that the page remembers', completed.length],
    ['lastCompletedBatch_submissionTime', 'when it was cut, in ms', last?.submissionTime ?? -1],
    ['lastCompletedBatch_processStartTime', 'when it was begun, in ms', last?.processingStartTime ?? -1],
    ['lastCompletedBatch_processEndTime', 'when it was done, in ms', last?.processingEndTime ?? -1],
    ['lastCompletedBatch_processTime', 'ms from begun to done', last?.processingDelay ?? -1],
    ['lastCompletedBatch_schedulingDelay', 'ms from cut to begun', last?.schedulingDelay ?? -1],
    ['lastCompletedBatch_totalDelay', 'ms from cut to done', last?.totalDelay ?? -1],
    ['lastReceivedBatch_submissionTime', 'when it was cut, in ms', received?.submissionTime ?? -1],
    ['lastReceivedBatch_processStartTime', 'when it was begun, in ms', received?.processingStartTime ?? -1],
    ['lastReceivedBatch_processEndTime', 'when it was done, in ms', received?.processingEndTime ?? -1],
    ['lastReceivedBatchRecords', 'elements of the batch received last', received?.numRecords ?? 0],
    ['totalReceivedBatchRecords', 'elements received', progress.receivedRecords],
    ['droppedRecords', 'elements lost by policy; no gauge of Spark', progress.droppedRecords],
  ]
  return rows.map(([name, help, value]) => ({ name, help, value }))
}
