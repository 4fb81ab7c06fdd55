/** A partition of a topic (Spark: `org.apache.kafka.common.TopicPartition`). */
export class TopicPartition {
  readonly topic: string
  readonly partition: number

  constructor(topic: string, partition: number) {
    this.topic = topic
    this.partition = partition
  }

  /** Return `clicks-0`. */
  toString(): string {
    return `${this.topic}-${this.partition}`
  }
}

/**
 * Messages of one partition, from an offset on, and before another
 * (Spark: `org.apache.spark.streaming.kafka010.OffsetRange`).
 */
export class OffsetRange {
  readonly topic: string
  readonly partition: number
  /** The first offset that belongs to it. */
  readonly fromOffset: number
  /** The first offset behind it. */
  readonly untilOffset: number

  constructor(topic: string, partition: number, fromOffset: number, untilOffset: number) {
    this.topic = topic
    this.partition = partition
    this.fromOffset = fromOffset
    this.untilOffset = untilOffset
  }

  /** Return a range of a partition. */
  static create(topic: string, partition: number, fromOffset: number, untilOffset: number): OffsetRange
  static create(topicPartition: PartitionOfTopic, fromOffset: number, untilOffset: number): OffsetRange
  static create(first: string | PartitionOfTopic, second: number, third: number, fourth = 0): OffsetRange {
    return typeof first === 'string'
      ? new OffsetRange(first, second, third, fourth)
      : new OffsetRange(first.topic, first.partition, second, third)
  }

  /** Return how many offsets it has: no fewer than messages, for transactions and compaction leave gaps. */
  count(): number {
    return this.untilOffset - this.fromOffset
  }

  /** Return the partition. */
  topicPartition(): TopicPartition {
    return new TopicPartition(this.topic, this.partition)
  }

  toString(): string {
    const { topic, partition, fromOffset, untilOffset } = this
    return `OffsetRange(topic: '${topic}', partition: ${partition}, range: [${fromOffset} -> ${untilOffset}])`
  }
}

/** What says which partition is meant: a `TopicPartition`, or any record of the two. */
export type PartitionOfTopic = Pick<TopicPartition, 'topic' | 'partition'>

/** Offsets of partitions: a map, or a list of pairs. */
export type PartitionOffsets = Iterable<readonly [PartitionOfTopic, number]>
