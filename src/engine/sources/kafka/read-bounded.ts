import type { Partition } from '../../batch/partition.ts'
import { Collector } from '../../codegen/collect.ts'
import { SourceError } from '../../plan/errors.ts'
import type { Clock } from '../../scheduler/clock.ts'
import { type KafkaDriver, type OffsetRange, partitionName } from './driver.ts'
import type { MessageReader } from './messages.ts'
import { Patience } from './patience.ts'
import { RangeReader, type ReaderContext } from './range-reader.ts'

/** Milliseconds for which brokers may be away in the middle. */
const AWAY = 30_000

/** What is read once. */
export interface BoundedOptions {
  readonly ranges: readonly OffsetRange[]
  readonly form: (context: ReaderContext) => MessageReader
  readonly brokers: string
  readonly clock: Clock
}

/**
 * Read ranges, each into one partition.
 *
 * @throws SourceError where a range is not there as a whole.
 */
export async function readBounded(
  driver: KafkaDriver,
  { ranges, form, brokers, clock }: BoundedOptions,
): Promise<readonly Partition[]> {
  const abort = new AbortController()
  let away: (() => void) | undefined
  const context = {
    clock,
    signal: abort.signal,
    // Said twice: that no broker answers, and that one does again.
    report: () => {
      away?.()
      away = away === undefined ? clock.at(clock.now() + AWAY, () => abort.abort()) : undefined
    },
    drop: (count: number, reason: string) => {
      throw new SourceError(`kafka: ${count} messages of ${reason}`)
    },
  }
  const patience = new Patience(brokers, context)
  const latest = (await patience.ask(() => driver.offsets(ranges, 'latest'))) ?? []
  for (const [index, range] of ranges.entries()) {
    const last = latest[index] ?? 0
    if (range.until > last)
      throw new SourceError(
        `kafka: ${partitionName(range)} ends at ${last}, and offsets before ${range.until} are asked for`,
      )
  }
  const reader = new RangeReader(driver, patience, form(context), context)
  const partitions: Partition[] = []
  for (const range of ranges) {
    const collector = new Collector()
    for await (const partition of reader.read([range])) collector.push(partition)
    if (abort.signal.aborted) throw new SourceError(`kafka: ${brokers} has not answered for ${AWAY} ms`)
    partitions.push(collector.take()[0] ?? { kind: 'rows', rows: [] })
  }
  return partitions
}
