import type { KafkaMessage, MessageBatch } from './driver.ts'
import { VarintReader } from './varint-reader.ts'

/** Bits of a batch's attributes. */
const COMPRESSION = 7
const IS_TRANSACTIONAL = 1 << 4
const IS_CONTROL = 1 << 5

/** Places of a batch's fields, from its first byte; the format is Kafka's "Record Batch", version 2. */
const LENGTH = 8
const MAGIC = 16
const ATTRIBUTES = 21
const LAST_OFFSET_DELTA = 23
const FIRST_TIMESTAMP = 27
const PRODUCER = 43
const COUNT = 57
const RECORDS = 61
/** Bytes before those that the length counts. */
const HEAD = 12

const NEWLINE = 10

/** Unpacks what a batch holds; `method` is 1 for gzip, 2 snappy, 3 lz4, 4 zstd. */
export type Decompress = (method: number, bytes: Uint8Array) => Uint8Array

/**
 * A record batch as a broker keeps it. It is read no further than is asked for: a million messages of which only the
 * values are wanted, as lines, cost no million objects.
 */
export class RecordBatch implements MessageBatch {
  readonly offset: number
  readonly lastOffset: number
  readonly producerId: bigint
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly #timestamp: number
  readonly #count: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array, decompress: Decompress) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    if (bytes.length < RECORDS || view.getInt8(MAGIC) !== 2)
      throw new RangeError(`a record batch of format ${view.getInt8(MAGIC)}, where 2 is known`)
    const attributes = view.getInt16(ATTRIBUTES)
    this.offset = Number(view.getBigInt64(0))
    this.lastOffset = this.offset + view.getInt32(LAST_OFFSET_DELTA)
    this.producerId = view.getBigInt64(PRODUCER)
    this.isTransactional = (attributes & IS_TRANSACTIONAL) !== 0
    this.isControl = (attributes & IS_CONTROL) !== 0
    this.#timestamp = Number(view.getBigInt64(FIRST_TIMESTAMP))
    this.#count = view.getInt32(COUNT)
    const records = bytes.subarray(RECORDS)
    const method = attributes & COMPRESSION
    this.#bytes = method === 0 ? records : decompress(method, records)
  }

  get room(): number {
    return this.#bytes.length
  }

  messages(from: number, until: number): KafkaMessage[] {
    const messages: KafkaMessage[] = []
    const reader = new VarintReader(this.#bytes)
    for (let index = 0; index < this.#count; index++) {
      const end = reader.length()
      const timestamp = this.#timestamp + reader.timestampDelta()
      const offset = this.offset + reader.varint()
      if (offset >= from && offset < until)
        messages.push({
          offset,
          timestamp,
          key: reader.bytes(),
          value: reader.bytes(),
          headers: reader.headers(),
        })
      reader.at = end
    }
    return messages
  }

  lines(
    target: Uint8Array,
    start: number,
    from: number,
    until: number,
  ): { at: number; count: number } | undefined {
    // A value only moves towards the start: each has more bytes of its own before it than the one that ends its line.
    target.set(this.#bytes, start)
    const reader = new VarintReader(this.#bytes)
    let at = start
    let count = 0
    for (let index = 0; index < this.#count; index++) {
      const end = reader.length()
      reader.skipVarint()
      const offset = this.offset + reader.varint()
      if (offset >= from && offset < until) {
        reader.skipBytes()
        const length = reader.varint()
        if (length < 0) return undefined
        if (reader.at + length > end) throw new RangeError('a value that is longer than its record')
        const value = start + reader.at
        target.copyWithin(at, value, value + length)
        at += length
        target[at++] = NEWLINE
        count++
      }
      reader.at = end
    }
    return { at, count }
  }

  /** The key of its first record, which says what a control batch means. */
  firstKey(): Uint8Array | null {
    if (this.#count === 0) return null
    const reader = new VarintReader(this.#bytes)
    reader.length()
    reader.skipVarint()
    reader.skipVarint()
    return reader.bytes()
  }
}

/** Return the batches that are there as a whole: a broker ends its answer wherever it is full. */
export function recordBatches(bytes: Uint8Array, decompress: Decompress): RecordBatch[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const batches: RecordBatch[] = []
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const end = at + HEAD + view.getInt32(at + LENGTH)
    if (end <= at + HEAD) throw new RangeError('a record batch without a length')
    if (end > bytes.length) break
    batches.push(new RecordBatch(bytes.subarray(at, end), decompress))
    at = end
  }
  return batches
}
