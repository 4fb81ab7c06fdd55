import { partitionName, type TopicPartition } from './driver.ts'

/** Partitions of a topic, as the coordinator of a group names them. */
export interface Assigned {
  readonly topicId: string
  readonly partitions: readonly number[]
}

interface OwnedPartition extends TopicPartition {
  readonly topicId: string
  /** The group wants it back. */
  isLeaving: boolean
}

/** The partitions of a member of a group: those it reads, and those it has yet to give up. */
export class Owned {
  readonly #partitions = new Map<string, OwnedPartition>()

  /** Take what the coordinator assigns: what is new counts at once, what is not named is to be given up. */
  assign(assigned: readonly Assigned[], names: ReadonlyMap<string, string>): boolean {
    let hasGained = false
    const wanted = new Set<string>()
    for (const { topicId, partitions } of assigned) {
      const topic = names.get(topicId)
      if (topic === undefined) continue
      for (const partition of partitions) {
        const name = partitionName({ topic, partition })
        wanted.add(name)
        const owned = this.#partitions.get(name)
        if (owned === undefined) hasGained = true
        else owned.isLeaving = false
        if (owned === undefined) this.#partitions.set(name, { topic, partition, topicId, isLeaving: false })
      }
    }
    for (const [name, owned] of this.#partitions) if (!wanted.has(name)) owned.isLeaving = true
    return hasGained
  }

  /** Those to be read. */
  kept(): TopicPartition[] {
    return [...this.#partitions.values()]
      .filter(({ isLeaving }) => !isLeaving)
      .map(({ topic, partition }) => ({ topic, partition }))
  }

  /** Give up what is to be given up; true where there was any. */
  release(): boolean {
    const before = this.#partitions.size
    for (const [name, { isLeaving }] of this.#partitions) if (isLeaving) this.#partitions.delete(name)
    return this.#partitions.size < before
  }

  clear(): void {
    this.#partitions.clear()
  }

  /** All, as a request names them. */
  asRequest(): { topicId: string; partitions: number[] }[] {
    const byTopic = new Map<string, number[]>()
    for (const { topicId, partition } of this.#partitions.values())
      byTopic.set(topicId, [...(byTopic.get(topicId) ?? []), partition])
    return Array.from(byTopic, ([topicId, partitions]) => ({ topicId, partitions }))
  }
}
