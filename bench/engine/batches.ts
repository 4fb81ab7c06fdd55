/**
 * Runs a pipeline over files in batches of N lines, as fast as it can, and says what each batch took: a process of its
 * own, so that one measurement leaves the next one no garbage. Takes a `BatchesRequest` as JSON, prints a `BatchesReport`.
 */
import type { DStream } from '../../src/index.ts'
import { library } from './library.ts'

/** What is run. */
export interface BatchesRequest {
  readonly pipeline: 'window' | 'state'
  readonly files: readonly string[]
  readonly batchLines: number
  readonly batches: number
  readonly master: string
  /** Length of the window, in batches. */
  readonly length?: number
}

/** What a batch took. */
export interface Batch {
  /** Milliseconds from the end of the batch before: receiving, and all that follows. */
  readonly whole: number
  /** Milliseconds after the batch was cut. */
  readonly processing: number
  /** Sum of the values that came out: to be checked. */
  readonly sum: number
  /** Number of the elements that came out. */
  readonly count: number
}

/** What was found. */
export interface BatchesReport {
  /** The library has no such operator. */
  readonly missing?: boolean
  readonly batches: readonly Batch[]
  readonly peakMegabytes: number
}

const request = JSON.parse(process.argv[2] as string) as BatchesRequest
const { DStream: Stream, Seconds, StreamingContext } = await library()
const operator = request.pipeline === 'window' ? 'reduceByKeyAndWindow' : 'mapWithState'

if (!(operator in Stream.prototype)) {
  console.log(JSON.stringify({ missing: true, batches: [], peakMegabytes: 0 } satisfies BatchesReport))
} else {
  const port = { format: 'spark', write: () => undefined, show: () => undefined, report: console.error }
  const context = new StreamingContext({
    batchDuration: Seconds(1),
    batchLines: request.batchLines,
    batches: request.batches,
    master: request.master,
    port,
  })
  const lines = context.source<string>('text', request.files)
  // An element that is no pair counts as (element, 1), which the types of these operators do not say.
  const pairs = (stream: DStream<string>): DStream<readonly [string, number]> =>
    stream as unknown as DStream<readonly [string, number]>
  const out =
    request.pipeline === 'window'
      ? pairs(lines.flatMap('split')).reduceByKeyAndWindow('sum', Seconds(request.length ?? 1), Seconds(1))
      : pairs(lines).mapWithState()
  const batches: Batch[] = []
  let sum = 0
  let count = 0
  out.foreachRDD((rdd) => {
    sum = 0
    count = rdd.count()
    rdd.foreach(([, value]) => {
      sum += value
    })
  })
  let started = 0
  let last = performance.now()
  context.addStreamingListener({
    onBatchStarted: () => {
      started = performance.now()
    },
    onBatchCompleted: () => {
      const now = performance.now()
      batches.push({ whole: now - last, processing: now - started, sum, count })
      last = now
    },
  })
  context.start()
  await context.awaitTermination()
  const peakMegabytes = (process.resourceUsage().maxRSS * 1024) / 1e6
  console.log(JSON.stringify({ batches, peakMegabytes } satisfies BatchesReport))
}
