import { checksum } from '../batch/checksum.ts'

/** A record of a file: what it is, and its bytes. */
export interface StoredRecord {
  readonly kind: number
  readonly payload: Buffer
  /** Bytes of the file up to the end of the record. */
  readonly end: number
}

/** Bytes before the payload: its length, a checksum of what follows, the kind. */
export const HEADER = 9

/** No record is longer: a length beyond it is damage, and no reason to ask for so much memory. */
const LONGEST = 2 ** 31 - 1

/** Where a record stands: the number of its file, and its place in it, in bytes. */
export interface RecordPlace {
  readonly file: number
  readonly at: number
}

/**
 * Return the bytes that stand before a payload of these parts. The checksum is that of a place too, so that a record which
 * was moved, doubled, or comes of another file is damage.
 */
export function recordHeader(kind: number, parts: readonly Uint8Array[], place: RecordPlace): Buffer {
  const header = Buffer.allocUnsafe(HEADER)
  let length = 0
  header[HEADER - 1] = kind
  let sum = checksum(header.subarray(HEADER - 1), seedOf(place))
  for (const part of parts) {
    length += part.length
    sum = checksum(part, sum)
  }
  if (length > LONGEST)
    throw new RangeError(`${length} bytes are more than a record of a checkpoint can hold: 2 GiB`)
  header.writeUInt32LE(length, 0)
  header.writeUInt32LE(sum, 4)
  return header
}

/** Return what the checksum of a record at a place begins with. */
function seedOf({ file, at }: RecordPlace): number {
  SEED.writeUInt32LE(file, 0)
  SEED.writeDoubleLE(at, 4)
  return checksum(SEED)
}

const SEED = Buffer.alloc(12)

/**
 * Read the records of a file up to the first that is cut off or damaged.
 *
 * @returns where that is; the length of `bytes` where all are whole.
 */
export function* readRecords(bytes: Buffer, file: number): Generator<StoredRecord, number> {
  let at = 0
  for (;;) {
    const record = recordAt(bytes, { file, at })
    if (record === undefined) return at
    yield record
    at = record.end
  }
}

/**
 * Return the record of a place; undefined where none is whole.
 *
 * @param at where it stands in `bytes`, which need not be all of its file.
 */
export function recordAt(bytes: Buffer, place: RecordPlace, at = place.at): StoredRecord | undefined {
  if (at + HEADER > bytes.length) return undefined
  const length = bytes.readUInt32LE(at)
  const end = at + HEADER + length
  if (length > LONGEST || end > bytes.length) return undefined
  const sum = checksum(bytes.subarray(at + HEADER - 1, end), seedOf(place))
  if (sum !== bytes.readUInt32LE(at + 4)) return undefined
  return { kind: bytes[at + HEADER - 1] as number, payload: bytes.subarray(at + HEADER, end), end }
}
