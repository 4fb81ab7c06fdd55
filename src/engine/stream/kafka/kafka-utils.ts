import { UsageError } from '../../plan/errors.ts'
import { SystemClock } from '../../scheduler/clock.ts'
import { DirectLink, type DirectStreamOptions } from '../../sources/kafka/direct-stream.ts'
import { type OffsetRange as DriverRange, partitionName } from '../../sources/kafka/driver.ts'
import { lazyDriver } from '../../sources/kafka/lazy-driver.ts'
import { readBounded } from '../../sources/kafka/read-bounded.ts'
import { startsOf } from '../../sources/kafka/starts.ts'
import { DStream } from '../dstream.ts'
import { RDD } from '../rdd.ts'
import type { SparkContext } from '../spark-context.ts'
import type { StreamingContext } from '../streaming-context.ts'
import type { ConsumerRecord } from './consumer-record.ts'
import { setOffsetRanges } from './has-offset-ranges.ts'
import { checkParams, type KafkaParams } from './kafka-params.ts'
import type { OffsetRange } from './offset-range.ts'
import type { ConsumerStrategy, LocationStrategy } from './strategies.ts'

/** Told how a commit went (Spark: `OffsetCommitCallback`). */
export type OffsetCommitCallback = (offsetRanges: readonly OffsetRange[], error: Error | undefined) => void

/** Spark: `CanCommitOffsets`. */
export interface CanCommitOffsets {
  /**
   * Commit the ends of ranges for the group of `group.id`. Call it in `foreachRDD`, behind the output: what was committed
   * there has arrived before the next batch begins. A message may come again where the program is killed in between.
   *
   * @returns a promise of the commit; nobody has to wait for it. A rejection that nobody looks at does no harm.
   * @throws UsageError without a `group.id`, or where the context does not run.
   */
  commitAsync(offsetRanges: readonly OffsetRange[], callback?: OffsetCommitCallback): Promise<void>
}

/** A stream of Kafka's messages (Spark: `DirectKafkaInputDStream`). */
export class DirectKafkaInputDStream<K, V> extends DStream<ConsumerRecord<K, V>> implements CanCommitOffsets {
  readonly #options: DirectStreamOptions

  /**
   * For `KafkaUtils`.
   *
   * @internal
   */
  constructor(context: StreamingContext, node: number, options: DirectStreamOptions) {
    super(context, node)
    this.#options = options
  }

  commitAsync(offsetRanges: readonly OffsetRange[], callback?: OffsetCommitCallback): Promise<void> {
    const { group, link } = this.#options
    if (group === undefined)
      throw new UsageError('commitAsync needs a group', "Say in kafkaParams which: { 'group.id': 'NAME' }.")
    const done = link.commit(offsetRanges.map(driverRange))
    if (done === undefined) throw new UsageError('commitAsync commits while the context runs')
    done.then(
      () => callback?.(offsetRanges, undefined),
      (error: unknown) => callback?.(offsetRanges, error instanceof Error ? error : new Error(String(error))),
    )
    return done
  }
}

/** Streams and RDDs of Kafka's messages (Spark: `org.apache.spark.streaming.kafka010.KafkaUtils`). */
export const KafkaUtils = {
  /**
   * Create a stream of the messages of topics. Each batch has a range of offsets of each partition, found with
   * `HasOffsetRanges.of`; with a checkpoint each message is in one batch.
   *
   * @param _locationStrategy for Spark's sake: one machine reads all partitions.
   * @throws UsageError where the parameters have a key that is not known, or a wrong value.
   */
  createDirectStream<K, V>(
    ssc: StreamingContext,
    _locationStrategy: LocationStrategy,
    consumerStrategy: ConsumerStrategy<K, V>,
  ): DirectKafkaInputDStream<K, V> {
    const { topics, isPattern, assigned, kafkaParams, offsets } = consumerStrategy
    const { settings, group, reset, reader } = checkParams(kafkaParams)
    const named = new Map(
      Array.from(offsets, ([partition, offset]): [string, number] => [
        partitionName(partition),
        wholeOffset(partitionName(partition), offset),
      ]),
    )
    const ofGroup = group === undefined ? {} : { group }
    const options: DirectStreamOptions = {
      subscription: {
        topics,
        isPattern,
        ...(assigned === undefined ? {} : { assigned: new Set(assigned.map(partitionName)) }),
      },
      starts: startsOf({ offsets: named, reset, ...ofGroup }),
      reader,
      brokers: settings.brokers.join(','),
      settings,
      ...ofGroup,
      link: new DirectLink(),
    }
    const { node } = ssc.source('kafka-direct', [options])
    return new DirectKafkaInputDStream<K, V>(ssc, node, options)
  },

  /**
   * Read ranges of offsets into an RDD, one partition for each. Unlike in Spark the messages are read now: wait for it.
   *
   * @throws UsageError where a range is none; rejects where Kafka no longer has all its messages, or does not answer.
   */
  async createRDD<K, V>(
    sc: SparkContext,
    kafkaParams: KafkaParams<K, V>,
    offsetRanges: readonly OffsetRange[],
    _locationStrategy?: LocationStrategy,
  ): Promise<RDD<ConsumerRecord<K, V>>> {
    const { settings, reader } = checkParams(kafkaParams)
    const ranges = offsetRanges.map(driverRange)
    const driver = lazyDriver(settings)
    try {
      const partitions = await readBounded(driver, {
        ranges,
        form: (context) => reader({ label: 'createRDD' }, context),
        brokers: settings.brokers.join(','),
        clock: new SystemClock(),
      })
      const rdd = new RDD<ConsumerRecord<K, V>>(partitions, sc)
      setOffsetRanges(rdd, [...offsetRanges])
      return rdd
    } finally {
      await driver.close()
    }
  },
} as const

function driverRange({ topic, partition, fromOffset, untilOffset }: OffsetRange): DriverRange {
  const range = { topic, partition }
  const from = wholeOffset(partitionName(range), fromOffset)
  const until = wholeOffset(partitionName(range), untilOffset)
  if (until < from) throw new UsageError(`${partitionName(range)}: a range ends at ${until}, before ${from}`)
  return { ...range, from, until }
}

function wholeOffset(name: string, offset: number): number {
  if (Number.isSafeInteger(offset) && offset >= 0) return offset
  throw new UsageError(`${name}: an offset is a whole number of 0 or more, got ${String(offset)}`)
}
