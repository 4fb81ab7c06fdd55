/**
 * dstream as a library: Spark Streaming's names over the engine that the command runs. Importing it loads no
 * command-line framework.
 */
import { installMethods } from './engine/stream/install.ts'

installMethods()

export type { OutputPort, PrintedBatch } from './engine/outputs/record.ts'
export { SourceError, StageError, UsageError } from './engine/plan/errors.ts'
export { ManualClock } from './engine/scheduler/clock.ts'
export type { BatchInfo, StreamingListener } from './engine/scheduler/listener.ts'
export { DStream } from './engine/stream/dstream.ts'
export { RDD } from './engine/stream/rdd.ts'
export {
  StreamingContext,
  type StreamingContextOptions,
  type StreamingContextState,
} from './engine/stream/streaming-context.ts'
export { type Duration, Milliseconds, Minutes, Seconds, type Time } from './engine/stream/types.ts'
export type { Aggregator } from './functions/aggregator.ts'
