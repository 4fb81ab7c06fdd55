import type { Admin, Consumer } from '@platformatic/kafka'
import { SourceError } from '../../plan/errors.ts'
import { committedBatches } from './committed-batches.ts'
import { decompressor } from './decompress.ts'
import {
  type Fetched,
  type GroupMembership,
  type KafkaDriver,
  KafkaGone,
  type KafkaSettings,
  type OffsetPlace,
  type OffsetRange,
  TopicGone,
  type TopicPartition,
} from './driver.ts'
import { fetchingConsumer, recordBytesOf } from './fetching-consumer.ts'
import { GroupMember } from './group-member.ts'
import { known } from './library-errors.ts'
import { type Decompress, type RecordBatch, recordBatches } from './record-batch.ts'

type Library = typeof import('@platformatic/kafka')

/** Milliseconds for a connection, and for an answer: together less than the 10 s after which an error must show. */
const CONNECT = 4000
const ANSWER = 30_000
/** Milliseconds that a broker waits for messages where it has none. */
const WAIT = 200
/** Milliseconds after which topics are asked for anew: new partitions show then. */
const METADATA_AGE = 2000
/** Bytes of one answer. */
const FETCHED = 4 << 20

const EARLIEST = -2n
const LATEST = -1n

/** Load the client library. */
export async function loadLibrary(): Promise<Library> {
  try {
    return await import('@platformatic/kafka')
  } catch {
    throw new SourceError(
      'kafka needs the package @platformatic/kafka',
      'Install it: npm install @platformatic/kafka',
    )
  }
}

/** Return how the library is told to connect. */
export function connectionOptions({ brokers, tls, sasl }: KafkaSettings): {
  clientId: string
  bootstrapBrokers: string[]
  retries: number
  connectTimeout: number
  requestTimeout: number
  tls?: { ca?: string }
  sasl?: { mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; username: string; password: string }
} {
  return {
    clientId: 'dstream',
    bootstrapBrokers: [...brokers],
    retries: 0,
    connectTimeout: CONNECT,
    requestTimeout: ANSWER,
    ...(tls === undefined ? {} : { tls: tls.authority === undefined ? {} : { ca: tls.authority } }),
    ...(sasl === undefined
      ? {}
      : {
          sasl: {
            mechanism: sasl.mechanism as 'PLAIN',
            username: sasl.user,
            password: sasl.password,
          },
        }),
  }
}

/** Return a driver over `@platformatic/kafka`. Connects with the first question. */
export async function createDriver(settings: KafkaSettings): Promise<KafkaDriver> {
  return new PlatformaticDriver(await loadLibrary(), settings)
}

class PlatformaticDriver implements KafkaDriver {
  readonly #library: Library
  readonly #settings: KafkaSettings
  readonly #isolation: 0 | 1
  readonly #consumer: Consumer
  readonly #admin: Admin
  readonly #decompress: Decompress

  constructor(library: Library, settings: KafkaSettings) {
    const options = connectionOptions(settings)
    this.#library = library
    this.#settings = settings
    this.#decompress = decompressor(library)
    this.#isolation = settings.isolation === 'read_committed' ? 1 : 0
    this.#consumer = fetchingConsumer(library, {
      ...options,
      groupId: 'dstream',
      metadataMaxAge: METADATA_AGE,
    })
    this.#admin = new library.Admin({ ...options, metadataMaxAge: METADATA_AGE })
  }

  async topics(): Promise<readonly string[]> {
    return this.#ask(async () => (await this.#admin.listTopics({ includeInternals: false })).toSorted())
  }

  async partitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#ask(async () => {
      const found = new Map<string, number>()
      // One by one where one is missing, for the answer is then an error as a whole.
      for (const name of topics) {
        try {
          const topic = (await this.#consumer.metadata({ topics: [name] })).topics.get(name)
          if (topic !== undefined) found.set(name, topic.partitionsCount)
        } catch (error) {
          if (!(known(error) instanceof TopicGone)) throw error
        }
      }
      return found
    })
  }

  async offsets(
    partitions: readonly TopicPartition[],
    place: OffsetPlace,
  ): Promise<readonly (number | undefined)[]> {
    if (partitions.length === 0) return []
    const timestamp =
      place === 'earliest' ? EARLIEST : place === 'latest' ? LATEST : BigInt(Math.floor(place.timestamp))
    return this.#ask(async () => {
      const byTopic = partitionsByTopic(partitions)
      const found = await this.#consumer.listOffsetsWithTimestamps({
        topics: Object.keys(byTopic),
        partitions: byTopic,
        timestamp,
        isolationLevel: this.#isolation,
      })
      return partitions.map(({ topic, partition }) => {
        const offset = found.get(topic)?.get(partition)?.offset
        return offset === undefined || offset < 0n ? undefined : Number(offset)
      })
    })
  }

  async committed(
    group: string,
    partitions: readonly TopicPartition[],
  ): Promise<readonly (number | undefined)[]> {
    const topics = Object.entries(partitionsByTopic(partitions)).map(([name, partitionIndexes]) => ({
      name,
      partitionIndexes,
    }))
    return this.#ask(async () => {
      const groups = await this.#admin.listConsumerGroupOffsets({ groups: [{ groupId: group, topics }] })
      return partitions.map(({ topic, partition }) => {
        const offset = groups[0]?.topics
          .find(({ name }) => name === topic)
          ?.partitions.find(({ partitionIndex }) => partitionIndex === partition)?.committedOffset
        return offset === undefined || offset < 0n ? undefined : Number(offset)
      })
    })
  }

  async commit(groupId: string, ranges: readonly OffsetRange[]): Promise<void> {
    const byTopic = new Map<string, { partition: number; offset: bigint }[]>()
    for (const { topic, partition, until } of ranges) {
      const offsets = byTopic.get(topic) ?? []
      byTopic.set(topic, [...offsets, { partition, offset: BigInt(until) }])
    }
    const topics = [...byTopic].map(([name, partitionOffsets]) => ({ name, partitionOffsets }))
    await this.#ask(() => this.#admin.alterConsumerGroupOffsets({ groupId, topics }))
  }

  async join(groupId: string, report: (message: string) => void): Promise<GroupMembership> {
    // A sign of life must not wait behind what is fetched.
    const options = { ...connectionOptions(this.#settings), groupId, metadataMaxAge: METADATA_AGE }
    const consumer = new this.#library.Consumer(options)
    return new GroupMember(this.#library, consumer, groupId, report)
  }

  async fetch({ topic, partition }: TopicPartition, from: number): Promise<Fetched> {
    return this.#ask(async () => {
      // Known to the client, but for the first time and every METADATA_AGE.
      const known = (await this.#consumer.metadata({ topics: [topic] })).topics.get(topic)
      const leader = known?.partitions[partition]?.leader
      if (known === undefined || leader === undefined || leader < 0)
        throw new KafkaGone(`${topic}:${partition} has no leader`)
      const response = await this.#consumer.fetch({
        node: leader,
        maxWaitTime: WAIT,
        minBytes: 1,
        maxBytes: FETCHED,
        isolationLevel: this.#isolation,
        topics: [
          {
            topicId: known.id,
            partitions: [
              {
                partition,
                currentLeaderEpoch: -1,
                fetchOffset: BigInt(from),
                lastFetchedEpoch: -1,
                partitionMaxBytes: FETCHED,
              },
            ],
          },
        ],
      })
      const answer = response.responses[0]?.partitions[0]
      const batches = this.#batches(recordBytesOf(answer), `${topic}:${partition}`, from)
      const next = (batches.at(-1)?.lastOffset ?? from - 1) + 1
      const committed = [...committedBatches(batches, answer?.abortedTransactions ?? [])]
      return { batches: committed, next: Math.max(from, next) }
    })
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#consumer.close(true), this.#admin.close()])
  }

  #batches(bytes: Uint8Array, name: string, from: number): RecordBatch[] {
    try {
      return recordBatches(bytes, this.#decompress)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new SourceError(
        `kafka: what ${name} holds at offset ${from} or behind is broken: ${error.message}`,
        `Read on behind it: --from ${name}=OFFSET.`,
      )
    }
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question()
    } catch (error) {
      this.#consumer.clearMetadata()
      throw known(error, this.#settings)
    }
  }
}

function partitionsByTopic(partitions: readonly TopicPartition[]): Record<string, number[]> {
  const byTopic: Record<string, number[]> = {}
  for (const { topic, partition } of partitions) byTopic[topic] = [...(byTopic[topic] ?? []), partition]
  return byTopic
}
