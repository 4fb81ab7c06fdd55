import {
  type GroupMembership,
  type KafkaDriver,
  type OffsetRange,
  partitionName,
  type TopicPartition,
} from './driver.ts'

/** Shares the partitions of topics with all processes that say the same group. */
export class Sharing {
  readonly #driver: KafkaDriver
  readonly #group: string
  readonly #report: (message: string) => void
  #membership: GroupMembership | undefined
  #mine: readonly string[] = []
  /** Where each partition ended at the start, of those that had something; undefined where there is no end. */
  #ends: Map<string, { readonly place: TopicPartition; readonly end: number }> | undefined
  /** All that there was at the start is read, by this process or by others. */
  isDone = false

  constructor(driver: KafkaDriver, group: string, report: (message: string) => void) {
    this.#driver = driver
    this.#group = group
    this.#report = report
  }

  /** Return which of the partitions this process reads now; what was read of others is committed. */
  async own(partitions: readonly TopicPartition[]): Promise<readonly TopicPartition[]> {
    this.#membership ??= await this.#driver.join(this.#group, this.#report)
    this.#membership.subscribe([...new Set(partitions.map(({ topic }) => topic))])
    this.#membership.release()
    const names = new Set(this.#membership.partitions?.map(partitionName))
    const own = partitions.filter((partition) => names.has(partitionName(partition)))
    const now = own.map(partitionName)
    if (this.#membership.partitions !== undefined && now.join() !== this.#mine.join()) {
      const which = now.length === 0 ? 'none' : now.join(', ')
      this.#report(`kafka: of the group ${this.#group}, this process reads ${which}`)
    }
    this.#mine = now
    return own
  }

  /** Remember where partitions end now: the stream ends there, whoever reads it. */
  pin(partitions: readonly TopicPartition[], earliest: readonly number[], ends: readonly number[]): void {
    this.#ends = new Map()
    for (const [index, place] of partitions.entries()) {
      const end = ends[index] ?? 0
      if (end > (earliest[index] ?? 0)) this.#ends.set(partitionName(place), { place, end })
    }
  }

  get isPinned(): boolean {
    return this.#ends !== undefined
  }

  /** Look whether the group has come to the end of everything. */
  async look(): Promise<void> {
    if (this.#ends === undefined) return
    const open = [...this.#ends.values()]
    const committed = await this.#driver.committed(
      this.#group,
      open.map(({ place }) => place),
    )
    this.isDone = open.every(({ end }, index) => (committed[index] ?? -1) >= end)
  }

  /** Commit the ends of ranges. */
  async commit(ranges: readonly OffsetRange[]): Promise<void> {
    if (ranges.length === 0 || this.#membership === undefined) return
    if (await this.#membership.commit(ranges)) return
    const names = ranges.map((range) => `${partitionName(range)} up to ${range.until}`)
    this.#report(
      `kafka: the group ${this.#group} takes no commit of ${names.join(', ')} from this process any more: others read it again`,
    )
  }

  /** Give everything back, so that others need not wait until it is missed. */
  async leave(): Promise<void> {
    await this.#membership?.leave()
  }
}
