/**
 * dstream as a library: Spark Streaming's names over the engine that the command runs. Importing it loads no
 * command-line framework.
 */
import './engine/stream/methods.ts'
import { installMethods } from './engine/stream/install.ts'
import { StreamingContext } from './engine/stream/streaming-context.ts'
import { createProgramPort } from './program-port.ts'

installMethods()
StreamingContext.defaultPort = createProgramPort

export type { OutputPort, PrintedBatch } from './engine/outputs/record.ts'
export { SourceError, StageError, UsageError } from './engine/plan/errors.ts'
export { type Clock, ManualClock } from './engine/scheduler/clock.ts'
export type { BatchInfo, DroppedInfo, StreamingListener } from './engine/scheduler/listener.ts'
export type { Partitioner } from './engine/shuffle/partitioning.ts'
export { DStream } from './engine/stream/dstream.ts'
export { RDD } from './engine/stream/rdd.ts'
export type { Interval } from './engine/stream/remembered.ts'
export type { StorageLevel } from './engine/stream/storage-level.ts'
export type { StreamingContextOptions, StreamingContextState } from './engine/stream/streaming-context.ts'
export {
  type Aggregator,
  type Duration,
  type InvertibleCall,
  Milliseconds,
  Minutes,
  type Reducer,
  Seconds,
  type Time,
} from './engine/stream/types.ts'
export type {
  BuiltInName,
  FilterCall,
  FlatMapperCall,
  MapperCall,
  MapperName,
  ReducerCall,
  ReducerName,
} from './functions/names.ts'
export { StreamingContext }
