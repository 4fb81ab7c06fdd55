import { createHash } from 'node:crypto'

/** What an aggregated record of the Kinesis Producer Library begins with. */
const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2])

const DIGEST_BYTES = 16

/** Numbers of the fields of the message `AggregatedRecord` and of its `Record`. */
const TABLE = 1
const RECORDS = 3
const KEY_INDEX = 1
const DATA = 3

/** Wire types of protocol buffers. */
const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** One record inside of an aggregated one. */
export interface UserRecord {
  readonly partitionKey: string
  readonly data: Buffer
}

/**
 * Return the records inside of an aggregated one; undefined where the bytes are none, for then they are a record themselves.
 * Bytes that begin like one and have not its digest, or are no such message, are none either: whoever wrote them is read.
 */
export function userRecords(bytes: Uint8Array): readonly UserRecord[] | undefined {
  if (bytes[0] !== MAGIC[0] || bytes.length < MAGIC.length + DIGEST_BYTES) return undefined
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (whole.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) !== 0) return undefined
  const message = whole.subarray(MAGIC.length, -DIGEST_BYTES)
  const digest = createHash('md5').update(message).digest()
  if (digest.compare(whole, whole.length - DIGEST_BYTES) !== 0) return undefined
  const keys: string[] = []
  const found: { index: number; data: Buffer }[] = []
  const isMessage = eachField(message, (field, value) => {
    if (typeof value === 'number') return true
    if (field === TABLE) keys.push(value.toString())
    if (field !== RECORDS) return true
    let index: number | undefined
    let data: Buffer | undefined
    const isRecord = eachField(value, (inner, content) => {
      if (inner === KEY_INDEX && typeof content === 'number') index = content
      if (inner === DATA && typeof content !== 'number') data = content
      return true
    })
    if (!isRecord || index === undefined || data === undefined) return false
    found.push({ index, data })
    return true
  })
  if (!isMessage || found.some(({ index }) => index >= keys.length)) return undefined
  return found.map(({ index, data }) => ({ partitionKey: keys[index] as string, data }))
}

/** Call `take` for every field of a message, with a number or with bytes; false where it is none, or `take` says so. */
function eachField(message: Buffer, take: (field: number, value: number | Buffer) => boolean): boolean {
  const reader = { message, at: 0 }
  while (reader.at < message.length) {
    const tag = varint(reader)
    if (tag === undefined || tag < 8) return false
    const [field, wire] = [Math.floor(tag / 8), tag % 8]
    let value: number | Buffer | undefined
    if (wire === VARINT) value = varint(reader)
    else if (wire === BYTES) value = bytesOf(reader, varint(reader))
    else if (wire === FIXED64) value = bytesOf(reader, 8)
    else if (wire === FIXED32) value = bytesOf(reader, 4)
    if (value === undefined || !take(field, value)) return false
  }
  return true
}

interface Reader {
  readonly message: Buffer
  at: number
}

/** Read a number, which must be one that is held exactly. */
function varint(reader: Reader): number | undefined {
  let value = 0
  let scale = 1
  while (reader.at < reader.message.length) {
    const byte = reader.message[reader.at++] as number
    value += (byte & 0x7f) * scale
    if (value > Number.MAX_SAFE_INTEGER) return undefined
    if (byte < 0x80) return value
    scale *= 128
    if (scale > 2 ** 63) return undefined
  }
  return undefined
}

function bytesOf(reader: Reader, length: number | undefined): Buffer | undefined {
  if (length === undefined || length > reader.message.length - reader.at) return undefined
  reader.at += length
  return reader.message.subarray(reader.at - length, reader.at)
}
