import type { Partition } from '../../batch/partition.ts'
import { countNewlines } from '../framing/count-newlines.ts'
import type { KafkaMessage, MessageBatch, OffsetRange, TopicPartition } from './driver.ts'

/** What of a message is the element. */
export const ELEMENT_FORMS = ['value', 'key', 'record'] as const
/** One of them: the value, the pair of key and value, or all there is to know. */
export type ElementForm = (typeof ELEMENT_FORMS)[number]

/** Makes elements of messages of a range. */
export type MessageReader = (
  batches: readonly MessageBatch[],
  range: OffsetRange,
) => Partition | Promise<Partition>

/** Return messages of a range as elements: values as text where that says what they are, else as rows. */
export function elementsOf(
  batches: readonly MessageBatch[],
  form: ElementForm,
  range: OffsetRange,
): Partition {
  if (form === 'record') return rows(batches, range, (message) => recordOf(message, range))
  if (form === 'key') return rows(batches, range, ({ key, value }) => [text(key), text(value)])
  return textOf(batches, range) ?? rows(batches, range, ({ value }) => text(value))
}

/** Return what a function makes of each message as elements. */
export function rows(
  batches: readonly MessageBatch[],
  range: OffsetRange,
  element: (message: KafkaMessage) => unknown,
): Partition {
  return { kind: 'rows', rows: messagesOf(batches, range).map(element) }
}

/** Return the messages of a range. */
export function messagesOf(
  batches: readonly MessageBatch[],
  { from, until }: OffsetRange,
): readonly KafkaMessage[] {
  return batches.flatMap((batch) => batch.messages(from, until))
}

/** Return values as lines; undefined where one has a line break in it, or is a tombstone. */
function textOf(batches: readonly MessageBatch[], { from, until }: OffsetRange): Partition | undefined {
  const target = new Uint8Array(batches.reduce((sum, { room }) => sum + room, 0))
  let at = 0
  let count = 0
  for (const batch of batches) {
    const written = batch.lines(target, at, from, until)
    if (written === undefined) return undefined
    at = written.at
    count += written.count
  }
  const bytes = target.subarray(0, at)
  return countNewlines(bytes) === count ? { kind: 'text', bytes, count } : undefined
}

/** Return all there is to know of a message, its key and its value as text unless told. */
export function recordOf(
  { offset, timestamp, key, value, headers }: KafkaMessage,
  { topic, partition }: TopicPartition,
  readKey: (bytes: Uint8Array | null) => unknown = text,
  readValue: (bytes: Uint8Array | null) => unknown = text,
): Readonly<Record<string, unknown>> {
  return {
    topic,
    partition,
    offset,
    timestamp,
    key: readKey(key),
    value: readValue(value),
    headers: Object.fromEntries(headers.map(([name, content]) => [text(name) ?? '', text(content)])),
  }
}

/** Return bytes of UTF-8 as text. */
export function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}
