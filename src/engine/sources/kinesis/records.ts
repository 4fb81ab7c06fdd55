import type { Receiver, TextInput } from '../record.ts'
import { userRecords } from './aggregation.ts'
import type { RawRecord } from './client.ts'
import type { KinesisMessage } from './message.ts'

/** Which fields elements have; a function makes one element of each record. */
export type Fields = 'data' | 'partition-key' | 'sequence' | 'all' | ((message: KinesisMessage) => unknown)

/** Elements that were made of records and are to be stored. */
export interface Taken {
  readonly count: number
  /** Store them, but for the first ones. */
  readonly store: (skip: number) => void
}

const LENGTH_BYTES = 4
const NEWLINE = 10
const RETURN = 13

/** Makes elements of the records of shards. */
export class Records {
  readonly #receiver: Receiver
  readonly #fields: Fields
  #lines: TextInput | undefined
  #texts: TextInput | undefined

  constructor(receiver: Receiver, fields: Fields) {
    this.#receiver = receiver
    this.#fields = fields
  }

  /** Return the elements of records; an aggregated record gives those inside of it. */
  take(records: readonly RawRecord[], shard: string): Taken {
    const fields = this.#fields
    if (fields === 'data') return this.#takeTexts(records)
    const messages = records.flatMap((record) => messagesOf(record, shard))
    const rows =
      typeof fields === 'function'
        ? messages.map(fields)
        : messages.map((message) => withFields(message, fields))
    return {
      count: rows.length,
      store: (skip) => this.#receiver.store(skip === 0 ? rows : rows.slice(skip)),
    }
  }

  #takeTexts(records: readonly RawRecord[]): Taken {
    const bodies: Uint8Array[] = []
    for (const { Data = new Uint8Array() } of records) {
      const inside = userRecords(Data)
      if (inside === undefined) bodies.push(Data)
      else for (const { data } of inside) bodies.push(data)
    }
    return {
      count: bodies.length,
      store: (skip) => this.#storeTexts(skip === 0 ? bodies : bodies.slice(skip)),
    }
  }

  /** Hand texts over as lines, which stay bytes; where one holds an end of a line, each goes as a text of its own. */
  #storeTexts(bodies: readonly Uint8Array[]): void {
    if (bodies.length === 0) return
    let size = 0
    let hasLines = false
    for (const body of bodies) {
      size += body.length
      hasLines ||= body.includes(NEWLINE) || body.includes(RETURN)
    }
    if (hasLines) {
      this.#texts ??= this.#receiver.open('kinesis', 'length')
      this.#texts.write(texts(bodies, size))
    } else {
      this.#lines ??= this.#receiver.open('kinesis', 'blocks')
      this.#lines.write(block(bodies, size))
    }
  }
}

function block(bodies: readonly Uint8Array[], size: number): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + size + bodies.length)
  let at = bytes.writeUInt32BE(size + bodies.length, 0)
  for (const body of bodies) {
    bytes.set(body, at)
    at += body.length
    bytes[at++] = NEWLINE
  }
  return bytes
}

function texts(bodies: readonly Uint8Array[], size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size + bodies.length * LENGTH_BYTES)
  let at = 0
  for (const body of bodies) {
    at = bytes.writeUInt32BE(body.length, at)
    bytes.set(body, at)
    at += body.length
  }
  return bytes
}

function messagesOf(record: RawRecord, shard: string): readonly KinesisMessage[] {
  const { Data = new Uint8Array(), PartitionKey = '', SequenceNumber = '' } = record
  const common = {
    sequenceNumber: SequenceNumber,
    timestamp: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
    shard,
  }
  const inside = userRecords(Data)
  if (inside === undefined) return [{ partitionKey: PartitionKey, ...common, data: Data }]
  return inside.map(({ partitionKey, data }) => ({ partitionKey, ...common, data }))
}

function withFields(message: KinesisMessage, fields: 'partition-key' | 'sequence' | 'all'): unknown {
  const { partitionKey, sequenceNumber, timestamp, shard } = message
  const data = textOf(message.data)
  if (fields === 'partition-key') return { partitionKey, data }
  if (fields === 'sequence') return { shard, sequenceNumber, data }
  return { partitionKey, sequenceNumber, timestamp, shard, data }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
}
