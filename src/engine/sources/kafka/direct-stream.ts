import type { Partition } from '../../batch/partition.ts'
import type { PullContext, PullInput } from '../record.ts'
import type { KafkaDriver, KafkaSettings, OffsetRange } from './driver.ts'
import type { ElementFaults } from './element-faults.ts'
import { KafkaInput, type KafkaInputOptions } from './kafka-input.ts'
import type { MessageReader } from './messages.ts'
import type { ReaderContext } from './range-reader.ts'

/** What a program reads: where partitions begin is asked of `starts`, for no flag says so much. */
export interface DirectStreamOptions extends Pick<KafkaInputOptions, 'subscription' | 'starts' | 'brokers'> {
  /** Makes the elements. */
  readonly reader: (faults: ElementFaults, context: ReaderContext) => MessageReader
  readonly settings: KafkaSettings
  /** The group for which ranges are committed. */
  readonly group?: string
  readonly link: DirectLink
}

/** Commits ranges for a group. */
type Commit = (ranges: readonly OffsetRange[]) => Promise<void>

/** What ties a program's stream to the input that runs it: the ranges of the batch at hand, and the way to commit. */
export class DirectLink {
  #batch: { readonly time: number; readonly ranges: readonly OffsetRange[] } = { time: 0, ranges: [] }
  #commit: Commit | undefined
  readonly #commits = new Set<Promise<unknown>>()

  /** Return what the batch at `time` has, while it is the one at hand: the last batch of a run may have been asked for nothing. */
  rangesAt(time: number): readonly OffsetRange[] {
    return this.#batch.time === time ? this.#batch.ranges : []
  }

  /** For the input: the batch at hand has these ranges. */
  enter(time: number, ranges: readonly OffsetRange[]): void {
    this.#batch = { time, ranges }
  }

  /** For the input: this is how to commit. */
  open(commit: Commit): void {
    this.#commit = commit
  }

  /** Commit ranges; undefined where no input runs. */
  commit(ranges: readonly OffsetRange[]): Promise<void> | undefined {
    const done = this.#commit?.(ranges)
    if (done === undefined) return undefined
    this.#commits.add(done)
    const forget = (): void => void this.#commits.delete(done)
    done.then(forget, forget)
    return done
  }

  /** Resolves when what was committed so far has arrived, or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#commits)
  }
}

/** The input of a program's stream. */
export class DirectInput implements PullInput {
  readonly #input: KafkaInput
  readonly #link: DirectLink
  readonly keeps: KafkaInput['keeps']

  constructor(
    driver: KafkaDriver,
    options: DirectStreamOptions,
    faults: ElementFaults,
    context: PullContext,
  ) {
    const { subscription, starts, reader, brokers, group, link } = options
    const { settings = {} } = context
    this.#input = new KafkaInput(
      driver,
      {
        subscription,
        from: 'latest',
        ...(starts === undefined ? {} : { starts }),
        form: reader(faults, context),
        brokers,
        maxRatePerPartition: settings.kafkaMaxRatePerPartition || Number.POSITIVE_INFINITY,
        minRatePerPartition: settings.kafkaMinRatePerPartition ?? 1,
      },
      context,
    )
    this.#link = link
    this.keeps = this.#input.keeps
    if (group !== undefined) link.open((ranges) => driver.commit(group, ranges))
  }

  get finished(): boolean {
    return this.#input.finished
  }

  async *blocks(time: number): AsyncGenerator<Partition> {
    yield* this.#input.blocks()
    this.#enter(time)
  }

  position(): unknown {
    return this.#input.position()
  }

  async *again(position: unknown, time: number): AsyncGenerator<Partition> {
    yield* this.#input.again(position)
    this.#enter(time)
  }

  /** What an output has committed without waiting is there before the next batch, and before the end. */
  async completed(): Promise<void> {
    await this.#link.settled()
  }

  metadata(): Readonly<Record<string, unknown>> {
    return this.#input.metadata()
  }

  close(): void {
    void this.#link.settled().then(() => this.#input.close())
  }

  #enter(time: number): void {
    const ranges = this.#input.position() as readonly OffsetRange[]
    this.#link.enter(
      time,
      ranges.filter(({ from, until }) => until > from),
    )
  }
}
