import { countOf, type Partition } from '../../batch/partition.ts'
import type { PullContext } from '../record.ts'
import {
  type Fetched,
  type KafkaDriver,
  KafkaGone,
  OffsetGone,
  type OffsetRange,
  partitionName,
} from './driver.ts'
import { type ElementForm, elementsOf, type MessageReader } from './messages.ts'
import type { Patience } from './patience.ts'

/** Partitions whose first messages are asked for while those before are worked off. */
const AHEAD = 4

/** One partition of Kafka is one of the batch, also where it holds nothing but markers. */
const END_OF_PARTITION: Partition = { kind: 'rows', rows: [], isWhole: true }

/** What a reader asks of the engine. */
export type ReaderContext = Pick<PullContext, 'clock' | 'signal' | 'report' | 'drop'>

/** Reads ranges of offsets. */
export class RangeReader {
  readonly #driver: KafkaDriver
  readonly #patience: Patience
  readonly #form: ElementForm | MessageReader
  readonly #context: ReaderContext

  constructor(
    driver: KafkaDriver,
    patience: Patience,
    form: ElementForm | MessageReader,
    context: ReaderContext,
  ) {
    this.#driver = driver
    this.#patience = patience
    this.#form = form
    this.#context = context
  }

  /**
   * Read ranges one after the other, the next messages asked for while those before are worked off.
   *
   * @returns the ranges as far as they were read: not to their end where the context stops meanwhile.
   */
  async *read(ranges: readonly OffsetRange[]): AsyncGenerator<Partition, readonly OffsetRange[]> {
    const wanted = ranges.filter(({ from, until }) => until > from)
    const begun: Promise<Fetched>[] = []
    const ends = new Map<OffsetRange, number>()
    for (const [index, range] of wanted.entries()) {
      if (this.#context.signal.aborted) break
      for (let ahead = begun.length; ahead < Math.min(wanted.length, index + AHEAD); ahead++) {
        const next = wanted[ahead] as OffsetRange
        begun.push(this.#fetch(next, next.from))
      }
      const end = yield* this.#readRange(range, begun[index] as Promise<Fetched>)
      ends.set(range, end)
      if (end > range.from) yield END_OF_PARTITION
      // What came is not needed any more.
      delete begun[index]
    }
    return ranges.map((range) => ({ ...range, until: ends.get(range) ?? range.from }))
  }

  /** Returns the offset up to which it came. */
  async *#readRange(range: OffsetRange, first: Promise<Fetched>): AsyncGenerator<Partition, number> {
    const { until } = range
    let { from } = range
    let fetched = first
    for (;;) {
      const { batches, next } = await fetched
      const isLast = next >= until || next === from || this.#context.signal.aborted
      if (!isLast) fetched = this.#fetch(range, next)
      const own = batches.filter(({ offset, lastOffset }) => lastOffset >= from && offset < until)
      const part = { ...range, from }
      const form = this.#form
      const elements =
        own.length === 0
          ? undefined
          : typeof form === 'function'
            ? await form(own, part)
            : elementsOf(own, form, part)
      from = next
      if (elements !== undefined && countOf(elements) > 0) yield elements
      if (isLast) return Math.min(next, until)
    }
  }

  #fetch(range: OffsetRange, from: number): Promise<Fetched> {
    const nothing: Fetched = { batches: [], next: from }
    const fetching = this.#patience
      .ask(() => this.#fetchOnce(range, from))
      .then((fetched) => fetched ?? nothing)
    // Awaited when its turn comes.
    fetching.catch(() => {})
    return fetching
  }

  async #fetchOnce(range: OffsetRange, from: number): Promise<Fetched> {
    for (;;) {
      try {
        const fetched = await this.#driver.fetch(range, from)
        if (fetched.next > from || this.#context.signal.aborted) return fetched
      } catch (error) {
        if (!(error instanceof OffsetGone)) throw error
        const [first = range.until] = await this.#driver.offsets([range], 'earliest')
        const next = Math.max(from, Math.min(first, range.until))
        if (next === from) throw new KafkaGone(`${partitionName(range)} refuses its own first offset`)
        this.#context.drop(
          next - from,
          `${partitionName(range)}: Kafka has deleted them before they were read`,
        )
        return { batches: [], next }
      }
    }
  }
}
