import { isPair } from '../../../batch/pair.ts'
import { fieldsOf } from '../../../sql/values.ts'
import { jsonText } from '../../formats/encoder.ts'
import type { Rows } from '../rows.ts'
import { keyHash } from './murmur2.ts'

/** Messages of one request, of all partitions together. */
const MESSAGES = 5000
/** Bytes of one request, and of what of it goes to one partition: half of what a broker takes if it is not told otherwise. */
const REQUEST = 8 << 20
const PARTITION = 1 << 19
/** Bytes that a message needs beside its key and its value, more or less. */
const FRAME = 40

/** A message on its way. */
export interface Outgoing {
  readonly key: Buffer | null
  /** Null is the tombstone of a key. */
  readonly value: Buffer | null
  readonly partition: number
}

/**
 * Return the elements of a batch as messages: a pair is key and value, a record is JSON, anything else is the value. `key`
 * names the field of a record that is the key. A key goes to the partition to which Java clients send it; what has none
 * is dealt to the partitions in runs, from `turn` on.
 *
 * @throws TypeError where a record has no such field.
 */
export function messagesOf(
  rows: Rows,
  key: string | undefined,
  partitions: number,
  turn: number,
): readonly Outgoing[] {
  const { elements } = rows
  const names = new Map(rows.columns.map(({ field, name }) => [field, name]))
  const isRenamed = rows.columns.some(({ field, name }) => field !== name)
  const run = Math.max(1, Math.ceil(elements.length / partitions))
  return elements.map((element, index) => {
    const [keyOf, value] = partsOf(element)
    const bytes = bytesOf(keyOf)
    const partition = bytes === null ? turn + Math.floor(index / run) : keyHash(bytes)
    return { key: bytes, value: bytesOf(value), partition: partition % partitions }
  })

  function partsOf(element: unknown): readonly [unknown, unknown] {
    if (!isRenamed && isPair(element) && (key === undefined || key === 'key')) return element
    if (!isRenamed && key === undefined) return [null, element]
    const fields = Object.entries(fieldsOf(element)).map(
      ([field, value]) => [names.get(field) ?? field, value] as const,
    )
    const found = fields.find(([name]) => name === key)
    if (key !== undefined && found === undefined) {
      const known = fields.map(([name]) => name).join(', ')
      throw new TypeError(`no field ${key} to be the key; fields: ${known}`)
    }
    return [found?.[1], Object.fromEntries(fields)]
  }
}

function bytesOf(value: unknown): Buffer | null {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof Date) return Buffer.from(value.toISOString())
  return Buffer.from(typeof value === 'object' ? jsonText(value) : String(value))
}

/** Return messages in as many requests as brokers take; those of a partition stay in their order. */
export function requestsOf(messages: readonly Outgoing[]): (readonly Outgoing[])[] {
  const requests: (readonly Outgoing[])[] = []
  let request: Outgoing[] = []
  let sizes = new Map<number, number>()
  let total = 0
  for (const message of messages) {
    const size = sizeOf(message)
    const ofPartition = (sizes.get(message.partition) ?? 0) + size
    if (
      request.length > 0 &&
      (ofPartition > PARTITION || total + size > REQUEST || request.length === MESSAGES)
    ) {
      requests.push(request)
      request = []
      sizes = new Map()
      total = 0
    }
    request.push(message)
    sizes.set(message.partition, (sizes.get(message.partition) ?? 0) + size)
    total += size
  }
  if (request.length > 0) requests.push(request)
  return requests
}

/** Return about how many bytes a message is. */
export function sizeOf({ key, value }: Outgoing): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + FRAME
}
