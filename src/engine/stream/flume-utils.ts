import type { SparkFlumeEvent } from '../sources/flume/flume-event.ts'
import type { DStream } from './dstream.ts'
import type { InputStreams } from './input-streams.ts'
import type { StorageLevel } from './storage-level.ts'

/** Where a sink listens that is asked for events. */
export type FlumeAddress = readonly [hostname: string, port: number]

/** Streams of Flume's events (Spark: `org.apache.spark.streaming.flume.FlumeUtils`). */
export const FlumeUtils = {
  /**
   * Create a stream of what Flume's avro sink sends to a port of this machine.
   *
   * @param storageLevel is there for Spark's sake: events are kept in memory, and in the log of a checkpoint.
   * @param enableDecompression where the sink's `compression-type` is `deflate`.
   */
  createStream(
    context: InputStreams,
    hostname: string,
    port: number,
    _storageLevel?: StorageLevel,
    enableDecompression = false,
  ): DStream<SparkFlumeEvent> {
    const compression = enableDecompression ? { compression: 'deflate' } : {}
    return context.source('flume', [port], { host: hostname, with: 'headers', ...compression })
  },

  /**
   * Create a stream of events that Spark's sink inside of Flume agents is asked for.
   *
   * @param hostname of the agent; or a list of hosts and ports, with no `port` behind it.
   * @param maxBatchSize events that a sink gives at once, at most.
   * @param parallelism requests at once.
   */
  createPollingStream,
} as const

function createPollingStream(context: InputStreams, hostname: string, port: number): DStream<SparkFlumeEvent>
function createPollingStream(
  context: InputStreams,
  addresses: readonly FlumeAddress[],
  storageLevel?: StorageLevel,
  maxBatchSize?: number,
  parallelism?: number,
): DStream<SparkFlumeEvent>
function createPollingStream(
  context: InputStreams,
  where: string | readonly FlumeAddress[],
  portOrLevel?: number | StorageLevel,
  maxBatchSize = 1000,
  parallelism = 5,
): DStream<SparkFlumeEvent> {
  const addresses = typeof where === 'string' ? [[where, portOrLevel as number] as const] : where
  const words = addresses.map(([host, port]) =>
    host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
  )
  return context.source('flume-polling', [words], {
    'max-batch-size': maxBatchSize,
    parallelism,
    with: 'headers',
  })
}
