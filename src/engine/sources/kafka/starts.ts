import { SourceError } from '../../plan/errors.ts'
import { type KafkaDriver, partitionName, type TopicPartition } from './driver.ts'
import type { Starts } from './kafka-input.ts'

/** Where a program's stream begins. */
export interface StartOptions {
  /** Offsets that the program names, by the name of the partition. */
  readonly offsets: ReadonlyMap<string, number>
  /** The group whose offsets count for other partitions. */
  readonly group?: string
  /** What counts where it has none: as `auto.offset.reset` of Kafka's consumer. */
  readonly reset: 'earliest' | 'latest' | 'none'
}

/** Return what finds out where partitions begin: at the offset named, else behind what the group has, else as `reset` says. */
export function startsOf({ offsets, group, reset }: StartOptions): Starts {
  return async (driver, partitions) => {
    const committed = group === undefined ? [] : await driver.committed(group, partitions)
    const starts = partitions.map(
      (partition, index) => offsets.get(partitionName(partition)) ?? committed[index],
    )
    const open = partitions.filter((_, index) => starts[index] === undefined)
    if (open.length === 0) return starts
    const found = await resetOffsets(driver, open, reset, group)
    return starts.map((start) => start ?? found.shift())
  }
}

async function resetOffsets(
  driver: KafkaDriver,
  open: readonly TopicPartition[],
  reset: StartOptions['reset'],
  group: string | undefined,
): Promise<(number | undefined)[]> {
  if (reset !== 'none') return [...(await driver.offsets(open, reset))]
  const who = group === undefined ? 'no group is named' : `the group ${group} has committed none`
  throw new SourceError(
    `kafka: there is no offset to begin with for ${open.map(partitionName).join(', ')}: ${who}, and auto.offset.reset is none`,
    'Name offsets in the consumer strategy, or set auto.offset.reset to earliest or latest.',
  )
}
