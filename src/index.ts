/**
 * dstream as a library: Spark Streaming's names over the engine that the command runs. Importing it loads no
 * command-line framework.
 */
import { pages } from './engine/scheduler/extra-listeners.ts'
import './engine/stream/methods.ts'
import { installMethods } from './engine/stream/install.ts'
import { StreamingContext } from './engine/stream/streaming-context.ts'
import { reportGauges, servePage } from './program-page.ts'
import { createProgramPort } from './program-port.ts'

installMethods()
StreamingContext.defaultPort = createProgramPort
StreamingContext.test = process.env.DSTREAM_TEST
pages.open = servePage
pages.report = reportGauges

export type { MapWithStateDStream } from './engine/operators/state-snapshots.ts'
export type { BinarySample, StreamingTestResult } from './engine/operators/streaming-test.ts'
export type { OutputPort, PrintedBatch } from './engine/outputs/record.ts'
export type { ElementHandler, OnError } from './engine/plan/element-errors.ts'
export { SourceError, StageError, UsageError } from './engine/plan/errors.ts'
export { type Clock, ManualClock } from './engine/scheduler/clock.ts'
export type {
  BatchInfo,
  DroppedInfo,
  OutputOperationInfo,
  ReceiverInfo,
  StreamInputInfo,
  StreamingListener,
} from './engine/scheduler/listener.ts'
export {
  type DelayDistribution,
  type DelayReport,
  StatsReportListener,
} from './engine/scheduler/stats-report-listener.ts'
export type { Partitioner } from './engine/shuffle/partitioning.ts'
export type { SparkFlumeEvent } from './engine/sources/flume/flume-event.ts'
export type { KinesisMessage, KinesisRecord } from './engine/sources/kinesis/message.ts'
export { type State, StateSpec } from './engine/state/state-spec.ts'
export type { InitialState } from './engine/state/stateful-function.ts'
export type { ContextSource, StreamingContextOptions } from './engine/stream/context-options.ts'
export { DStream } from './engine/stream/dstream.ts'
export { type FlumeAddress, FlumeUtils } from './engine/stream/flume-utils.ts'
export {
  ByteArrayDeserializer,
  type ConsumerRecord,
  type Deserializer,
  DoubleDeserializer,
  IntegerDeserializer,
  LongDeserializer,
  StringDeserializer,
} from './engine/stream/kafka/consumer-record.ts'
export { HasOffsetRanges } from './engine/stream/kafka/has-offset-ranges.ts'
export type { KafkaParams } from './engine/stream/kafka/kafka-params.ts'
export {
  type CanCommitOffsets,
  type DirectKafkaInputDStream,
  KafkaUtils,
  type OffsetCommitCallback,
} from './engine/stream/kafka/kafka-utils.ts'
export { OffsetRange, TopicPartition } from './engine/stream/kafka/offset-range.ts'
export {
  ConsumerStrategies,
  type ConsumerStrategy,
  LocationStrategies,
  type LocationStrategy,
} from './engine/stream/kafka/strategies.ts'
export {
  type KinesisInitialPosition,
  KinesisInitialPositions,
  KinesisInputDStream,
  type KinesisInputDStreamBuilder,
} from './engine/stream/kinesis.ts'
export { StreamingKMeans, type StreamingKMeansModel } from './engine/stream/learning/streaming-k-means.ts'
export {
  type RegressionModel,
  StreamingLinearRegressionWithSGD,
  StreamingLogisticRegressionWithSGD,
} from './engine/stream/learning/streaming-regression.ts'
export { StreamingTest } from './engine/stream/learning/streaming-test.ts'
export { LabeledPoint, Vectors } from './engine/stream/learning/vectors.ts'
export { RDD } from './engine/stream/rdd.ts'
export type { Ordering } from './engine/stream/rdd-actions.ts'
export { Receiver } from './engine/stream/receiver.ts'
export type { Interval } from './engine/stream/remembered.ts'
export type { Broadcast, CollectionAccumulator, NumberAccumulator } from './engine/stream/shared-variables.ts'
export { SparkConf } from './engine/stream/spark-conf.ts'
export { SparkContext, type SparkContextOptions } from './engine/stream/spark-context.ts'
export type { StatCounter } from './engine/stream/statistics.ts'
export type { StorageLevel } from './engine/stream/storage-level.ts'
export type { StreamingContextState } from './engine/stream/streaming-context.ts'
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
