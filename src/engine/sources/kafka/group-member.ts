import { randomUUID } from 'node:crypto'
import type { API, Callback, Connection, Consumer } from '@platformatic/kafka'
import { SourceError } from '../../plan/errors.ts'
import { type GroupMembership, KafkaGone, type OffsetRange, type TopicPartition } from './driver.ts'
import { errorNames, known } from './library-errors.ts'
import { Owned } from './owned.ts'

type Library = typeof import('@platformatic/kafka')
type Heartbeat = Parameters<Library['consumerGroupHeartbeatV1']['createRequest']>
type Beat = ReturnType<Library['consumerGroupHeartbeatV1']['parseResponse']>
type Commit = Parameters<Library['offsetCommitV9']['createRequest']>

/** Milliseconds in which what is given up has to be released, before the group goes on without this member. */
const REBALANCE_TIMEOUT = 60_000
/** Milliseconds before the next try where the coordinator does not answer. */
const RETRY = 500
/** How often a commit is tried again while the epoch of the group changes. */
const COMMIT_TRIES = 10
/** Milliseconds between two signs of life, until the coordinator says how many. */
const FIRST_INTERVAL = 1000

/** The coordinator does not know this member any more: others have its partitions. */
const FENCED = new Set(['FENCED_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID', 'STALE_MEMBER_EPOCH'])

/**
 * A member of a group by Kafka's own protocol of groups (KIP-848): the coordinator assigns, and partitions move one by
 * one, while all others are read on. What the coordinator wants back is kept until `release`, so that what was read of it is
 * committed first; the library's own member gives it up at once.
 */
export class GroupMember implements GroupMembership {
  readonly #library: Library
  readonly #consumer: Consumer
  readonly #group: string
  readonly #report: (message: string) => void
  readonly #owned = new Owned()
  #topics: readonly string[] = []
  #id: string = randomUUID()
  #epoch = 0
  #hasJoined = false
  #interval = FIRST_INTERVAL
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<void> = Promise.resolve()
  #failure: unknown
  #isOver = false

  constructor(library: Library, consumer: Consumer, group: string, report: (message: string) => void) {
    this.#library = library
    this.#consumer = consumer
    this.#group = group
    this.#report = report
  }

  get partitions(): readonly TopicPartition[] | undefined {
    if (this.#failure !== undefined) throw this.#failure
    return this.#hasJoined ? this.#owned.kept() : undefined
  }

  subscribe(topics: readonly string[]): void {
    const isSame =
      topics.length === this.#topics.length && topics.every((topic) => this.#topics.includes(topic))
    if (isSame) return
    this.#topics = [...topics]
    this.#beatSoon(0)
  }

  release(): void {
    if (this.#owned.release()) this.#beatSoon(0)
  }

  async commit(ranges: readonly OffsetRange[]): Promise<boolean> {
    const byTopic = new Map<
      string,
      { partitionIndex: number; committedOffset: bigint; committedLeaderEpoch: number }[]
    >()
    for (const { topic, partition, until } of ranges) {
      const offsets = byTopic.get(topic) ?? []
      offsets.push({ partitionIndex: partition, committedOffset: BigInt(until), committedLeaderEpoch: -1 })
      byTopic.set(topic, offsets)
    }
    const topics = [...byTopic].map(([name, partitions]) => ({ name, partitions }))
    // A sign of life under way may bring another epoch, and the coordinator takes none but the last.
    for (let tries = 0; ; tries++) {
      await this.#beating
      try {
        await this.#call<Commit, unknown>('OffsetCommit', [this.#group, this.#epoch, this.#id, null, topics])
        return true
      } catch (error) {
        if (!isFenced(error)) throw known(error)
        if (tries === COMMIT_TRIES) return false
        this.#beatSoon(0)
        await new Promise((resolve) => setTimeout(resolve, RETRY))
      }
    }
  }

  async leave(): Promise<void> {
    this.#isOver = true
    clearTimeout(this.#timer)
    await this.#beating
    if (this.#hasJoined)
      await this.#call<Heartbeat, Beat>('ConsumerGroupHeartbeat', this.#heartbeat(-1)).catch(() => undefined)
    await Promise.resolve(this.#consumer.close(true)).catch(() => undefined)
  }

  #beatSoon(delay: number): void {
    clearTimeout(this.#timer)
    if (this.#isOver) return
    this.#timer = setTimeout(() => {
      this.#beating = this.#beating.then(() => this.#beat())
    }, delay)
    this.#timer.unref()
  }

  async #beat(): Promise<void> {
    if (this.#isOver || this.#topics.length === 0) return
    try {
      const { memberEpoch, memberId, heartbeatIntervalMs, assignment } = await this.#call<Heartbeat, Beat>(
        'ConsumerGroupHeartbeat',
        this.#heartbeat(this.#epoch),
      )
      this.#epoch = memberEpoch
      this.#id = memberId ?? this.#id
      if (heartbeatIntervalMs > 0) this.#interval = heartbeatIntervalMs
      const hasGained =
        assignment === null ? false : this.#owned.assign(assignment.topicPartitions, await this.#names())
      this.#hasJoined = true
      // What is gained is said at once, for the coordinator waits for it.
      this.#beatSoon(hasGained ? 0 : this.#interval)
    } catch (error) {
      if (isFenced(error)) {
        this.#report(
          `kafka: the group ${this.#group} has heard nothing of this process for too long, and gave its partitions to others; joining again`,
        )
        this.#owned.clear()
        this.#epoch = 0
        this.#beatSoon(0)
        return
      }
      const reason = known(error)
      if (reason instanceof SourceError) this.#failure = reason
      else this.#beatSoon(RETRY)
    }
  }

  #heartbeat(epoch: number): Heartbeat {
    const owned = epoch === -1 ? [] : this.#owned.asRequest()
    return [this.#group, this.#id, epoch, null, null, REBALANCE_TIMEOUT, [...this.#topics], null, null, owned]
  }

  /** The names of the topics, by their identifiers. */
  async #names(): Promise<ReadonlyMap<string, string>> {
    const { topics } = await this.#consumer.metadata({ topics: [...this.#topics] })
    return new Map(Array.from(topics, ([name, { id }]) => [id, name]))
  }

  /** Ask the coordinator of the group. */
  async #call<Request extends unknown[], Response>(name: string, request: Request): Promise<Response> {
    const consumer = this.#consumer
    const library = this.#library
    try {
      const node = await consumer.findGroupCoordinator()
      const { brokers } = await consumer.metadata({ topics: [...this.#topics] })
      const broker = brokers.get(node)
      if (broker === undefined) throw new KafkaGone(`the group ${this.#group} has no coordinator`)
      const api = await answerOf<API<Request, Response>>((callback) =>
        consumer[library.kGetApi](name, callback),
      )
      const connection = await answerOf<Connection>((callback) =>
        consumer[library.kGetConnection](broker, callback),
      )
      return await api.async(connection, ...request)
    } catch (error) {
      consumer.clearMetadata()
      throw error
    }
  }
}

function isFenced(error: unknown): boolean {
  return [...errorNames(error)].some((name) => FENCED.has(name))
}

function answerOf<T>(ask: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, answer) => (error === null ? resolve(answer as T) : reject(error)))
  })
}
