import type { KafkaDriver, TopicPartition } from './driver.ts'
import { partitionName } from './driver.ts'

/** Which topics are read. */
export interface Subscription {
  /** Names of topics, or with `pattern` regular expressions of which one must match the whole name. */
  readonly topics: readonly string[]
  readonly isPattern: boolean
  /** Only these partitions of each topic; all where absent. */
  readonly partitions?: readonly number[]
  /** Only these partitions, by their names; all where absent. */
  readonly assigned?: ReadonlySet<string>
}

/** Knows which partitions there are, and says when topics come and go. */
export class Assignment {
  readonly #subscription: Subscription
  readonly #patterns: readonly RegExp[]
  readonly #report: (message: string) => void
  readonly #missing = new Set<string>()

  constructor(subscription: Subscription, report: (message: string) => void) {
    this.#subscription = subscription
    this.#report = report
    this.#patterns = subscription.isPattern
      ? subscription.topics.map((text) => new RegExp(`^(?:${text})$`))
      : []
  }

  /** Topics that are subscribed by name, and do not exist. */
  get missing(): readonly string[] {
    return [...this.#missing]
  }

  /** Ask which partitions there are now, in the order of topics and numbers. */
  async partitions(driver: KafkaDriver): Promise<readonly TopicPartition[]> {
    const { topics: named, isPattern, partitions: only, assigned } = this.#subscription
    const topics = isPattern
      ? (await driver.topics()).filter((name) => this.#patterns.some((pattern) => pattern.test(name)))
      : named
    const counts = await driver.partitions(topics)
    for (const topic of topics) this.#notice(topic, counts.has(topic))
    return topics.flatMap((topic) => {
      const count = counts.get(topic) ?? 0
      const all = Array.from({ length: count }, (_, partition) => partition)
      const chosen = only === undefined ? all : only.filter((partition) => partition < count)
      const partitions = chosen.map((partition) => ({ topic, partition }))
      return assigned === undefined ? partitions : partitions.filter((it) => assigned.has(partitionName(it)))
    })
  }

  #notice(topic: string, isThere: boolean): void {
    if (isThere) {
      if (this.#missing.delete(topic)) this.#report(`kafka: the topic ${topic} is there now`)
    } else if (!this.#missing.has(topic)) {
      this.#missing.add(topic)
      this.#report(`kafka: there is no topic ${topic}: waiting for it`)
    }
  }
}

/** Return the names of partitions that are in one list and not in the other. */
export function without(
  partitions: readonly TopicPartition[],
  others: ReadonlyMap<string, unknown>,
): readonly TopicPartition[] {
  return partitions.filter((partition) => !others.has(partitionName(partition)))
}
