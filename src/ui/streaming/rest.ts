import { hostname } from 'node:os'
import { redact } from '../../engine/plan/redact.ts'
import type { OutputOperationInfo } from '../../engine/scheduler/listener.ts'
import type { Answer, WebServer } from '../web-server.ts'
import { averageOf, type Batch, type Progress, rateOf } from './progress.ts'
import type { SourceState } from './shown.ts'

/** Who the pipeline is to those who ask. */
export interface Application {
  /** As Spark makes it: `local-` and the time of the start. */
  readonly id: string
  readonly name: string
  readonly version: string
  readonly startTime: number
}

/** Serve what Spark serves of a streaming application below `/api/v1`, with its names and formats. */
export function serveRest(server: WebServer, application: Application, progress: Progress): void {
  const root = '/api/v1/applications'
  const streaming = `${root}/([^/]+)(?:/[^/]+)?/streaming`
  server.get(root, () => json([applicationOf(application, progress)]))
  server.get(
    new RegExp(`${root}/([^/]+)`),
    (_, [id]) => known(application, id) ?? json(applicationOf(application, progress)),
  )
  server.get('/api/v1/version', () => json({ spark: application.version }))
  const at = (path: string, answer: (groups: readonly string[], url: URL) => unknown): void =>
    server.get(new RegExp(`${streaming}/${path}`), (url, [id, ...groups]) => {
      const unknown = known(application, id)
      if (unknown !== undefined) return unknown
      const value = answer(groups, url)
      return value instanceof Missing ? missing(value.what) : json(value)
    })
  at('statistics', () => statisticsOf(progress))
  at('receivers', () => [...progress.sources.values()].map((source) => receiverOf(source, progress)))
  at('receivers/(\\d+)', ([id]) => {
    const source = progress.sources.get(Number(id))
    return source === undefined ? new Missing(`receiver: ${id}`) : receiverOf(source, progress)
  })
  at('batches', (_, url) => {
    const wanted = url.searchParams.getAll('status').map((status) => status.toUpperCase())
    return [...progress.completed, ...progress.active]
      .reverse()
      .filter(({ status }) => wanted.length === 0 || wanted.includes(status))
      .map((batch) => batchOf(batch, progress))
  })
  const ofBatch = (id: string | undefined, answer: (batch: Batch) => unknown): unknown => {
    const batch = progress.batch(Number(id))
    return batch === undefined ? new Missing(`batch: ${id}`) : answer(batch)
  }
  at('batches/(\\d+)', ([id]) => ofBatch(id, (batch) => batchOf(batch, progress)))
  at('batches/(\\d+)/operations', ([id]) => ofBatch(id, (batch) => operationsOf(batch).map(operationOf)))
  at('batches/(\\d+)/operations/(\\d+)', ([id, operation]) =>
    ofBatch(id, (batch) => {
      const found = batch.info.outputOperationInfos.get(Number(operation))
      return found === undefined ? new Missing(`output operation: ${operation}`) : operationOf(found)
    }),
  )
}

class Missing {
  readonly what: string
  constructor(what: string) {
    this.what = what
  }
}

function known({ id }: Application, asked: string | undefined): Answer | undefined {
  return asked === id ? undefined : missing(`app ${asked}`, 'no such app')
}

function missing(what: string, said?: string): Answer {
  return {
    status: 404,
    type: 'text/plain',
    body: `${said === undefined ? `unknown ${what}` : `${said}: ${what.slice(4)}`}\n`,
  }
}

/** What is undefined is left out, as Spark leaves out what is absent. */
function json(value: unknown): Answer {
  return { type: 'application/json', body: `${JSON.stringify(value, undefined, 2)}\n` }
}

/** Spark's form of a time. */
function dateOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, -1)}GMT`
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value)
}

function applicationOf({ id, name, version, startTime }: Application, progress: Progress): unknown {
  const now = Date.now()
  const attempt = {
    startTime: dateOf(startTime),
    endTime: dateOf(-1),
    lastUpdated: dateOf(now),
    duration: now - progress.startTime,
    sparkUser: '',
    completed: false,
    appSparkVersion: version,
    startTimeEpoch: startTime,
    endTimeEpoch: -1,
    lastUpdatedEpoch: now,
  }
  return { id, name, attempts: [attempt] }
}

function statisticsOf(progress: Progress): unknown {
  const { completed, active, sources } = progress
  const receivers = [...sources.values()].filter(({ isReceiver }) => isReceiver)
  const running = receivers.filter((receiver) => receiver.active).length
  const infos = completed.map(({ info }) => info)
  return {
    startTime: dateOf(progress.startTime),
    batchDuration: progress.plan.interval,
    numReceivers: receivers.length,
    numActiveReceivers: running,
    numInactiveReceivers: receivers.length - running,
    numTotalCompletedBatches: progress.completedBatches,
    numRetainedCompletedBatches: completed.length,
    numActiveBatches: active.length,
    numProcessedRecords: progress.processedRecords,
    numReceivedRecords: progress.receivedRecords,
    avgInputRate: averageOf([...completed, ...active].map((batch) => rateOf(batch))),
    avgSchedulingDelay: rounded(averageOf(infos.map(({ schedulingDelay }) => schedulingDelay))),
    avgProcessingTime: rounded(averageOf(infos.map(({ processingDelay }) => processingDelay))),
    avgTotalDelay: rounded(averageOf(infos.map(({ totalDelay }) => totalDelay))),
  }
}

function receiverOf(source: SourceState, { completed, active }: Progress): unknown {
  const { id, isReceiver, name, lastErrorMessage, lastError, lastErrorTime } = source
  const rates = [...completed, ...active].map((batch) => [batch.info.batchTime, rateOf(batch, id)] as const)
  const hasFailed = lastErrorTime >= 0
  return {
    streamId: id,
    streamName: name,
    isActive: isReceiver ? source.active : undefined,
    executorId: isReceiver ? 'driver' : undefined,
    executorHost: isReceiver ? hostname() : undefined,
    lastErrorTime: hasFailed ? dateOf(lastErrorTime) : undefined,
    lastErrorMessage: hasFailed ? lastErrorMessage : undefined,
    lastError: hasFailed ? lastError : undefined,
    avgEventRate: averageOf(rates.map(([, rate]) => rate)),
    eventRates: rates,
  }
}

function batchOf({ info, status }: Batch, { plan, outputs }: Progress): unknown {
  const operations = [...info.outputOperationInfos.values()]
  const failed = operations.filter(({ failureReason }) => failureReason !== undefined)
  const completed = operations.filter(({ endTime }) => endTime !== undefined).length - failed.length
  return {
    batchId: info.batchTime,
    batchTime: dateOf(info.batchTime),
    status,
    batchDuration: plan.interval,
    inputSize: info.numRecords,
    schedulingDelay: info.schedulingDelay,
    processingTime: info.processingDelay,
    totalDelay: info.totalDelay,
    numActiveOutputOps: status === 'PROCESSING' ? outputs - completed - failed.length : 0,
    numCompletedOutputOps: completed,
    numFailedOutputOps: failed.length,
    numTotalOutputOps: outputs,
    firstFailureReason: failed[0]?.failureReason && redact(failed[0].failureReason),
  }
}

/** The output operations of a batch, by their ids. */
function operationsOf({ info }: Batch): readonly OutputOperationInfo[] {
  return [...info.outputOperationInfos.values()].sort((a, b) => a.id - b.id)
}

function operationOf(operation: OutputOperationInfo): unknown {
  const { id, name, description, startTime, endTime, duration, failureReason } = operation
  return {
    outputOpId: id,
    name,
    description: redact(description),
    startTime: dateOf(startTime),
    endTime: endTime === undefined ? undefined : dateOf(endTime),
    duration,
    failureReason: failureReason === undefined ? undefined : redact(failureReason),
    jobIds: [],
  }
}
