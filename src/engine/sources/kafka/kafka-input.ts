import type { Partition } from '../../batch/partition.ts'
import type { Keeps } from '../../operators/record.ts'
import { SourceError } from '../../plan/errors.ts'
import type { PullContext, PullInput } from '../record.ts'
import { Assignment, type Subscription, without } from './assignment.ts'
import {
  type KafkaDriver,
  type OffsetPlace,
  type OffsetRange,
  partitionName,
  type TopicPartition,
} from './driver.ts'
import type { ElementForm, MessageReader } from './messages.ts'
import { Patience } from './patience.ts'
import type { StartPlace } from './places.ts'
import { RangeReader } from './range-reader.ts'
import { share } from './share.ts'
import { Sharing } from './sharing.ts'

/** Finds out where partitions begin, in their order. */
export type Starts = (
  driver: KafkaDriver,
  partitions: readonly TopicPartition[],
) => Promise<readonly (number | undefined)[]>

/** What a source of Kafka is to read. */
export interface KafkaInputOptions {
  readonly subscription: Subscription
  readonly from: StartPlace
  /** Finds out where partitions begin, in place of `from`. */
  readonly starts?: Starts
  /** Where to begin where `from` names nothing, and with partitions that come later. */
  readonly until?: OffsetPlace
  readonly form: ElementForm | MessageReader
  /** Commits what the outputs have for this group. */
  readonly group?: string
  /** Its members share the partitions. */
  readonly isShared?: boolean
  /** Messages a second of each partition, at most and at least. */
  readonly maxRatePerPartition: number
  readonly minRatePerPartition: number
  readonly brokers: string
}

/** Where a partition stands. */
interface Standing extends TopicPartition {
  next: number
  /** Where it ends; undefined where it never does. */
  readonly end: number | undefined
}

/**
 * The messages of Kafka's topics, batch by batch (Spark: `DirectKafkaInputDStream`): at each batch it asks how far each
 * partition has come, and reads exactly so far. No group takes part; the place is the checkpoint's.
 */
export class KafkaInput implements PullInput {
  readonly #driver: KafkaDriver
  readonly #options: KafkaInputOptions
  readonly #context: PullContext
  readonly #assignment: Assignment
  readonly #standings = new Map<string, Standing>()
  readonly #patience: Patience
  readonly #reader: RangeReader
  readonly #sharing: Sharing | undefined
  #hasBegun = false
  #ranges: readonly OffsetRange[] = []

  constructor(driver: KafkaDriver, options: KafkaInputOptions, context: PullContext) {
    this.#driver = driver
    this.#options = options
    this.#context = context
    this.#assignment = new Assignment(options.subscription, context.report)
    this.#patience = new Patience(options.brokers, context)
    this.#reader = new RangeReader(driver, this.#patience, options.form, context)
    if (options.isShared === true && options.group !== undefined)
      this.#sharing = new Sharing(driver, options.group, context.report)
  }

  get finished(): boolean {
    if (this.#options.until === undefined || !this.#hasBegun) return false
    if (this.#sharing !== undefined) return this.#sharing.isDone
    return [...this.#standings.values()].every(({ next, end = Number.POSITIVE_INFINITY }) => next >= end)
  }

  async *blocks(): AsyncGenerator<Partition> {
    this.#ranges = []
    const ranges = await this.#patience.ask(() => this.#plan())
    if (ranges === undefined) return
    this.#follow(yield* this.#reader.read(ranges))
  }

  position(): unknown {
    return this.#ranges
  }

  async *again(position: unknown): AsyncGenerator<Partition> {
    const ranges = position as readonly OffsetRange[]
    this.#hasBegun = true
    const read = yield* this.#reader.read(ranges)
    if (read.some(({ until }, index) => until < (ranges[index] as OffsetRange).until))
      throw new SourceError('kafka: stopped in the middle of a batch that runs again', 'Start it again.')
    this.#follow(ranges)
  }

  async completed(): Promise<void> {
    const { group } = this.#options
    const done = this.#ranges.filter(({ from, until }) => until > from)
    // A last batch that asks for nothing must not pass for this one.
    this.#ranges = []
    if (group === undefined || done.length === 0) return
    await this.#patience.ask(() => this.#sharing?.commit(done) ?? this.#driver.commit(group, done))
  }

  metadata(): Readonly<Record<string, unknown>> {
    const offsets = this.#ranges.filter(({ from, until }) => until > from)
    if (offsets.length === 0) return {}
    const lines = offsets.map((range) => `${partitionName(range)} offsets ${range.from} to ${range.until}`)
    return { offsets, Description: lines.join('\n') }
  }

  readonly keeps: Keeps = {
    save: () => [...this.#standings.values()].map((standing) => ({ ...standing })),
    restore: (saved) => {
      this.#standings.clear()
      for (const standing of saved as Standing[])
        this.#standings.set(partitionName(standing), { ...standing })
      this.#hasBegun = this.#standings.size > 0
    },
  }

  close(): void {
    void Promise.resolve(this.#sharing?.leave()).finally(() => this.#driver.close())
  }

  /** Find out what belongs to this batch; what is read begins where the one before ended. */
  async #plan(): Promise<readonly OffsetRange[]> {
    const all = await this.#assignment.partitions(this.#driver)
    const partitions = await this.#shared(all)
    const { until } = this.#options
    const { missing } = this.#assignment
    if (until !== undefined && missing.length > 0)
      throw new SourceError(`kafka: there is no topic ${missing.join(', ')} on ${this.#options.brokers}`)
    const fresh =
      until !== undefined && this.#hasBegun && this.#sharing === undefined
        ? []
        : without(partitions, this.#standings)
    if (fresh.length > 0) await this.#begin(fresh)
    this.#hasBegun = true
    const read = partitions.flatMap((partition) => this.#standings.get(partitionName(partition)) ?? [])
    const latest = await this.#driver.offsets(read, 'latest')
    const open = read.map((standing, index): OffsetRange => {
      const { topic, partition, end = Number.POSITIVE_INFINITY } = standing
      const last = latest[index] ?? standing.next
      // A topic of the same name that was made anew begins again.
      if (last < standing.next) {
        this.#context.report(
          `kafka: ${partitionName(standing)} ends at ${last}, before ${standing.next}: it was made anew, and is read from its start`,
        )
        standing.next = 0
      }
      const until = Math.max(standing.next, Math.min(last, end))
      return { topic, partition, from: standing.next, until, ...(standing.end === undefined ? {} : { end }) }
    })
    const ranges = share(open, {
      perSecond: this.#context.limit?.() ?? Number.POSITIVE_INFINITY,
      perPartition: this.#options.maxRatePerPartition,
      least: this.#options.minRatePerPartition,
      seconds: this.#context.interval / 1000,
    })
    if (ranges.some(({ until }, index) => until < (open[index] as OffsetRange).until)) this.#context.held?.()
    const began = new Set(fresh.map(partitionName))
    // Also where a partition begins is to be known again, though it has nothing yet.
    return ranges.filter((range) => range.until > range.from || began.has(partitionName(range)))
  }

  /** Return what this process reads: of a shared group its part, and what belongs to others now is forgotten. */
  async #shared(all: readonly TopicPartition[]): Promise<readonly TopicPartition[]> {
    const sharing = this.#sharing
    if (sharing === undefined) return all
    const { until } = this.#options
    if (until !== undefined && !sharing.isPinned) {
      const numbers = async (place: OffsetPlace): Promise<number[]> =>
        (await this.#driver.offsets(all, place)).map((offset) => offset ?? 0)
      sharing.pin(all, await numbers('earliest'), await numbers(until === 'earliest' ? 'latest' : until))
    }
    const own = await sharing.own(all)
    const names = new Set(own.map(partitionName))
    for (const name of this.#standings.keys()) if (!names.has(name)) this.#standings.delete(name)
    await sharing.look()
    return own
  }

  /** The batch has these ranges, and the next one goes on behind them. */
  #follow(ranges: readonly OffsetRange[]): void {
    this.#ranges = ranges
    for (const range of ranges) this.#stand(range, range.until, range.end)
  }

  #stand({ topic, partition }: TopicPartition, next: number, end?: number): void {
    const name = partitionName({ topic, partition })
    const known = this.#standings.get(name)
    if (known === undefined) this.#standings.set(name, { topic, partition, next, end })
    else known.next = next
  }

  /** Find out where partitions that are new begin, and where they end. */
  async #begin(partitions: readonly TopicPartition[]): Promise<void> {
    const { from, until, group, starts: ask } = this.#options
    const earliest = await this.#driver.offsets(partitions, 'earliest')
    const latest = await this.#driver.offsets(partitions, 'latest')
    const ends = until === undefined ? [] : await this.#driver.offsets(partitions, until)
    const starts = await (ask?.(this.#driver, partitions) ?? this.#starts(partitions, from, group))
    for (const [index, partition] of partitions.entries()) {
      const first = earliest[index] ?? 0
      const last = latest[index] ?? first
      // A partition that came while this ran is read from its start: nobody has seen what it holds.
      const isLate = this.#hasBegun && this.#sharing === undefined
      const fallback = isLate || from === 'committed' || from instanceof Map ? first : last
      const next = isLate ? first : Math.max(first, starts[index] ?? fallback)
      const end = until === undefined ? undefined : (ends[index] ?? last)
      this.#stand(partition, next, end)
      if (isLate)
        this.#context.report(`kafka: ${partitionName(partition)} is new, and is read from its start`)
    }
    // Whoever gets one next must begin where it began here, though nothing has come of it yet.
    await this.#sharing?.commit(
      partitions.map((partition) => {
        const next = this.#standings.get(partitionName(partition))?.next ?? 0
        return { ...partition, from: next, until: next }
      }),
    )
  }

  async #starts(
    partitions: readonly TopicPartition[],
    from: StartPlace,
    group: string | undefined,
  ): Promise<readonly (number | undefined)[]> {
    if (from instanceof Map) return partitions.map((partition) => from.get(partitionName(partition)))
    if (from === 'committed') return this.#driver.committed(group ?? '', partitions)
    return this.#driver.offsets(partitions, from as OffsetPlace)
  }
}
