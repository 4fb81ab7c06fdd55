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

export type { MapWithStateDStream } from './engine/operators/state-snapshots.ts'
export type { OutputPort, PrintedBatch } from './engine/outputs/record.ts'
export { SourceError, StageError, UsageError } from './engine/plan/errors.ts'
export { type Clock, ManualClock } from './engine/scheduler/clock.ts'
export type { BatchInfo, DroppedInfo, StreamingListener } from './engine/scheduler/listener.ts'
export type { Partitioner } from './engine/shuffle/partitioning.ts'
export { type State, StateSpec } from './engine/state/state-spec.ts'
export type { InitialState } from './engine/state/stateful-function.ts'
export { DStream } from './engine/stream/dstream.ts'
export { RDD } from './engine/stream/rdd.ts'
export type { Ordering } from './engine/stream/rdd-actions.ts'
export type { Interval } from './engine/stream/remembered.ts'
export type { Broadcast, CollectionAccumulator, NumberAccumulator } from './engine/stream/shared-variables.ts'
export { SparkContext, type SparkContextOptions } from './engine/stream/spark-context.ts'
export type { StatCounter } from './engine/stream/statistics.ts'
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
