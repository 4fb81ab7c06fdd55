import type { Partition } from '../../batch/partition.ts'
import { stageError } from '../../plan/describe.ts'
import type { Skip } from '../../plan/element-errors.ts'
import type { KafkaMessage, TopicPartition } from './driver.ts'

/** What happens with a message that cannot be read. */
export interface ElementFaults {
  /** The words of the stage. */
  readonly label: string
  /** Leaves it out; where absent, the batch fails. */
  readonly skip?: Skip | undefined
}

/** Return what a function makes of each message as elements, without those at which it fails, as the policy says. */
export function rowsWithout(
  { label, skip }: ElementFaults,
  messages: readonly KafkaMessage[],
  { topic, partition }: TopicPartition,
  element: (message: KafkaMessage) => unknown,
): Partition {
  const rows: unknown[] = []
  for (const message of messages) {
    try {
      rows.push(element(message))
    } catch (error) {
      const broken = { topic, partition, offset: message.offset, value: base64(message.value) }
      if (skip === undefined) throw stageError(label, broken, error)
      skip(broken, error)
    }
  }
  return { kind: 'rows', rows }
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes === null
    ? null
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
