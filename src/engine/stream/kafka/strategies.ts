import { UsageError } from '../../plan/errors.ts'
import type { KafkaParams } from './kafka-params.ts'
import type { PartitionOffsets, PartitionOfTopic } from './offset-range.ts'

/** Where partitions are read. On one machine there is one place only. */
export interface LocationStrategy {
  readonly location: 'consistent' | 'brokers' | 'fixed'
}

/** Spark: `LocationStrategies`. Each is accepted, and none changes anything: this machine reads all partitions. */
export const LocationStrategies = {
  PreferConsistent: { location: 'consistent' } as LocationStrategy,
  PreferBrokers: { location: 'brokers' } as LocationStrategy,
  PreferFixed(_hosts: Iterable<readonly [PartitionOfTopic, string]>): LocationStrategy {
    return { location: 'fixed' }
  },
} as const

/** Which partitions are read, and from where on. Made by `ConsumerStrategies`. */
export interface ConsumerStrategy<K, V> {
  readonly topics: readonly string[]
  readonly isPattern: boolean
  /** Where only some partitions are read: these. */
  readonly assigned?: readonly PartitionOfTopic[]
  readonly kafkaParams: KafkaParams<K, V>
  readonly offsets: PartitionOffsets
}

/**
 * Spark: `ConsumerStrategies`. `offsets` says where partitions begin; for what it leaves out what the group has committed
 * counts, and `auto.offset.reset` where that is nothing.
 */
export const ConsumerStrategies = {
  /** Read topics by their names; partitions that are added too. */
  Subscribe<K = string, V = string>(
    topics: Iterable<string>,
    kafkaParams: KafkaParams<K, V>,
    offsets: PartitionOffsets = [],
  ): ConsumerStrategy<K, V> {
    return { topics: listOf('Subscribe', topics), isPattern: false, kafkaParams, offsets }
  },

  /** Read the topics whose whole name a pattern matches; those that are made later too. */
  SubscribePattern<K = string, V = string>(
    pattern: RegExp | string,
    kafkaParams: KafkaParams<K, V>,
    offsets: PartitionOffsets = [],
  ): ConsumerStrategy<K, V> {
    if (pattern instanceof RegExp && pattern.flags !== '')
      throw new UsageError(`SubscribePattern expects a pattern without flags, got ${pattern}`)
    const text = typeof pattern === 'string' ? pattern : pattern.source
    return { topics: [text], isPattern: true, kafkaParams, offsets }
  },

  /** Read these partitions and no others. */
  Assign<K = string, V = string>(
    topicPartitions: Iterable<PartitionOfTopic>,
    kafkaParams: KafkaParams<K, V>,
    offsets: PartitionOffsets = [],
  ): ConsumerStrategy<K, V> {
    const assigned = [...topicPartitions]
    const topics = [...new Set(assigned.map(({ topic }) => topic))]
    return { topics: listOf('Assign', topics), isPattern: false, assigned, kafkaParams, offsets }
  },
} as const

function listOf(name: string, topics: Iterable<string>): readonly string[] {
  if (typeof topics === 'string') throw new UsageError(`${name} expects a list of topics, got '${topics}'`)
  const names = [...topics]
  if (names.length === 0) throw new UsageError(`${name} expects at least one topic`)
  const wrong = names.find((topic) => !/^[\w.-]{1,249}$/.test(topic))
  if (wrong !== undefined) throw new UsageError(`${name}: ${wrong} is no name of a topic`)
  return names
}
