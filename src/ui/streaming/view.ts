import { redact } from '../../engine/plan/redact.ts'
import { type Batch, type Progress, rateOf } from './progress.ts'
import type { Application } from './rest.ts'
import type { BatchPageView, BatchView, HeadView, StageView, StateView } from './shown.ts'

/** Return a batch as the page shows it. */
export function batchView(batch: Batch, progress: Progress): BatchView {
  const { info, number, status } = batch
  const operations = [...info.outputOperationInfos.values()]
  const failure = operations.find(({ failureReason }) => failureReason !== undefined)?.failureReason
  const succeeded = operations.filter(
    (each) => each.endTime !== undefined && each.failureReason === undefined,
  )
  return {
    number,
    status,
    time: info.batchTime,
    records: info.numRecords,
    rate: rateOf(batch),
    rates: [...progress.sources.keys()].map((id) => rateOf(batch, id)),
    schedulingDelay: info.schedulingDelay,
    processingTime: info.processingDelay,
    totalDelay: info.totalDelay,
    arrivalDelay: info.arrivalDelay,
    operations: `${succeeded.length}/${progress.outputs}`,
    failure: failure === undefined ? undefined : redact(failure),
  }
}

/** Return how a pipeline is, with the batches behind the one of `number`. */
export function stateView(progress: Progress, number: number, hasEnded: boolean): StateView {
  const completed = progress.completed
  const { startTime, completedBatches, processedRecords, droppedRecords, sources, active } = progress
  return {
    startTime,
    now: Date.now(),
    completedBatches,
    processedRecords,
    droppedRecords,
    sources: [...sources.values()],
    active: active.map((batch) => batchView(batch, progress)),
    completed: completed.filter((each) => each.number > number).map((each) => batchView(each, progress)),
    flows: flowsOf(completed.at(-1), progress),
    retained: completed.length,
    hasEnded,
  }
}

function flowsOf(batch: Batch | undefined, { sources }: Progress): StateView['flows'] {
  if (batch === undefined) return []
  const { info, duration } = batch
  return [
    ...[...sources.keys()].map((id) => [id, rateOf(batch, id)] as const),
    ...[...(info.handedOn ?? [])].map(([id, count]) => [id, (count * 1000) / duration] as const),
  ]
}

/** Return what is said first to one who opens the page. */
export function headView({ id, name, version }: Application, progress: Progress, master: string): HeadView {
  return { id, name, version, master, interval: progress.plan.interval, isTimed: progress.isTimed }
}

/** Return all about the batch at a time, where it is remembered. */
export function batchPageView(time: number, name: string, progress: Progress): BatchPageView | undefined {
  const batch = progress.batch(time)
  if (batch === undefined) return undefined
  const { info } = batch
  const all = [...progress.completed, ...progress.active]
  const place = all.indexOf(batch)
  return {
    ...batchView(batch, progress),
    name,
    isTimed: progress.isTimed,
    interval: progress.plan.interval,
    submissionTime: info.submissionTime,
    inputs: [...progress.sources.values()].map((source) => {
      const input = info.streamIdToInputInfo.get(source.id)
      return { name: source.name, records: input?.numRecords ?? 0, metadata: metadataText(input?.metadata) }
    }),
    outputs: [...info.outputOperationInfos.values()]
      .sort((a, b) => a.id - b.id)
      .map(({ id, name: output, description, duration, endTime, failureReason }) => ({
        id,
        name: output,
        description: redact(description),
        duration,
        status: failureReason !== undefined ? 'failed' : endTime === undefined ? 'active' : 'succeeded',
        error: failureReason === undefined ? undefined : redact(failureReason),
      })),
    previous: all[place - 1]?.info.batchTime,
    next: all[place + 1]?.info.batchTime,
  }
}

/** What a source says of a batch: its description, where it has one. */
function metadataText(metadata: Readonly<Record<string, unknown>> | undefined): string {
  if (metadata === undefined || Object.keys(metadata).length === 0) return ''
  const { Description: description } = metadata
  return redact(typeof description === 'string' ? description : JSON.stringify(metadata))
}

/** Return the stages of a plan; `ways` and `calls` are those of `--explain`. */
export function planView(
  { plan }: Progress,
  ways: ReadonlyMap<number, string>,
  calls: ReadonlyMap<number, string>,
): readonly StageView[] {
  return plan.nodes.map(({ id, category, label, inputs }) => {
    const way = ways.get(id) ?? category
    const call = calls.get(id)
    return {
      id,
      category,
      label: redact(label),
      inputs,
      way,
      call,
      isLowered: /^kernel/.test(way) || (call !== undefined && /^kernel/.test(call)),
    }
  })
}
