/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Messages of a partition: from the offset `from` on, and before `until`. Spark: `OffsetRange`. */
export interface OffsetRange extends TopicPartition {
  readonly from: number
  readonly until: number
  /** Where the partition ends for this run; absent where it never does. */
  readonly end?: number
}

/** Messages that the broker keeps as one, in the order of their offsets, which may have gaps. */
export interface MessageBatch {
  /** Offset of the first message, and of the last. */
  readonly offset: number
  readonly lastOffset: number
  /** Bytes that `lines` may write, at most. */
  readonly room: number
  /** The messages from an offset on and before another one. Bytes are views that stay as they are. */
  messages(from: number, until: number): KafkaMessage[]
  /**
   * Write the values of these messages into `target` from `start` on, each ended by a line feed, and return how far
   * that came and how many there were; undefined where one has no value.
   */
  lines(
    target: Uint8Array,
    start: number,
    from: number,
    until: number,
  ): { readonly at: number; readonly count: number } | undefined
}

/** A message. */
export interface KafkaMessage {
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly key: Uint8Array | null
  /** Null for the tombstone of a key. */
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [Uint8Array | null, Uint8Array | null])[]
}

/** What one request for messages brought. */
export interface Fetched {
  /** The first may begin before the offset that was asked for. */
  readonly batches: readonly MessageBatch[]
  /** Where to go on: behind markers and gaps too. As asked for where nothing came. */
  readonly next: number
}

/** Which offset of a partition is meant: the first, the one behind the last, or that of the first message at or after a time. */
export type OffsetPlace = 'earliest' | 'latest' | { readonly timestamp: number }

/** How to connect. */
export interface KafkaSettings {
  /** HOST:PORT each. */
  readonly brokers: readonly string[]
  readonly isolation: 'read_committed' | 'read_uncommitted'
  /** Present for TLS; `authority` is a certificate in PEM, that of the system where absent. */
  readonly tls?: { readonly authority?: string }
  readonly sasl?: { readonly mechanism: string; readonly user: string; readonly password: string }
}

/**
 * A client of Kafka, as far as the source needs one. Another library is another file beside `platformatic.ts`.
 * Everything rejects with KafkaGone where no broker answers, and with SourceError where asking again is of no use.
 */
export interface KafkaDriver {
  /** Names of the topics that there are, without Kafka's own. */
  topics(): Promise<readonly string[]>
  /** How many partitions each topic has; a topic that does not exist is left out. */
  partitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** The offset of each partition, in their order; undefined where no message is at or after the time. */
  offsets(partitions: readonly TopicPartition[], place: OffsetPlace): Promise<readonly (number | undefined)[]>
  /** What a group has committed, in the order of the partitions; undefined where nothing. */
  committed(group: string, partitions: readonly TopicPartition[]): Promise<readonly (number | undefined)[]>
  /** Commit the ends of ranges for a group that has no members. */
  commit(group: string, ranges: readonly OffsetRange[]): Promise<void>
  /** Become a member of a group, whose partitions are shared by its members. */
  join(group: string, report: (message: string) => void): Promise<GroupMembership>
  /** Ask for messages from `from` on; waits a moment where there are none. */
  fetch(partition: TopicPartition, from: number): Promise<Fetched>
  close(): Promise<void>
}

/** A member of a group. */
export interface GroupMembership {
  /** What this member reads, without what it is to give up; undefined until the group has answered. Throws what went wrong. */
  readonly partitions: readonly TopicPartition[] | undefined
  /** Say which topics this member reads of; joins at the first call. */
  subscribe(topics: readonly string[]): void
  /** Give up what the group wants back: what was read of it must be committed. */
  release(): void
  /** Commit the ends of ranges; false where the group has given them to others meanwhile. */
  commit(ranges: readonly OffsetRange[]): Promise<boolean>
  leave(): Promise<void>
}

/** No broker answers, or the one that leads a partition: what failed may be tried again. */
export class KafkaGone extends Error {
  override readonly name = 'KafkaGone'
}

/** An offset is asked for that the broker no longer has. */
export class OffsetGone extends Error {
  override readonly name = 'OffsetGone'
}

/** The topic is not there (any more). */
export class TopicGone extends Error {
  override readonly name = 'TopicGone'
}

/** Return a partition as it is named to people and in maps: `clicks:0`. */
export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}:${partition}`
}
