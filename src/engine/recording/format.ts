import { deserialize, serialize } from 'node:v8'
import { checksum } from '../batch/checksum.ts'
import type { Partition } from '../batch/partition.ts'

/** How a recording begins; the number is the version of the format. */
export const MAGIC = Buffer.from('#dstream recording 1\n')

/** What a record holds, as a number: these stand in files and stay as they are. */
export const KIND = {
  header: 1,
  begin: 2,
  text: 3,
  values: 4,
  cut: 5,
  drained: 6,
  ended: 7,
  interval: 8,
  close: 9,
} as const

/** A source of the recorded plan. */
export interface RecordedSource {
  /** Place in the plan. */
  readonly id: number
  readonly command: string
  readonly label: string
  readonly elements: 'lines' | 'values'
}

/** What stands at the beginning of a recording: which pipeline it is of. */
export interface RecordingHeader {
  readonly name: string
  /** Milliseconds of a batch. */
  readonly interval: number
  readonly sources: readonly RecordedSource[]
  /** The words of the command line; absent where a program was recorded. */
  readonly words?: readonly string[]
  /** The output of a chain that names none. */
  readonly output?: 'print' | 'emit'
  /** Columns of the screen, and the zone of its times. */
  readonly width?: number
  readonly zone?: string
}

/** One record of a file, its checksums held. */
export interface RawRecord {
  readonly kind: number
  readonly payload: Uint8Array
}

/** What a record says. */
export type Entry =
  | { readonly kind: 'header'; readonly header: RecordingHeader }
  | { readonly kind: 'begin'; readonly time: number; readonly zeroTime: number }
  | { readonly kind: 'block'; readonly source: number; readonly partition: Partition }
  | { readonly kind: 'cut'; readonly time: number }
  | { readonly kind: 'drained' | 'ended' | 'close' }
  | { readonly kind: 'interval'; readonly interval: number }

/** Bytes before the payload of a record: kind, length, checksum of the payload, checksum of these nine bytes. */
export const HEAD = 13

/** The head of a record, or what is wrong with it. */
export type RecordHead = { readonly kind: number; readonly length: number; readonly crc: number } | 'damaged'

/** Return the bytes of an entry. Throws where an element cannot be written down. */
export function encodeEntry(entry: Entry): Buffer {
  switch (entry.kind) {
    case 'header':
      return frame(KIND.header, Buffer.from(JSON.stringify(entry.header)))
    case 'begin':
      return frame(KIND.begin, numbers(entry.time, entry.zeroTime))
    case 'block':
      return encodeBlock(entry.source, entry.partition)
    case 'cut':
      return frame(KIND.cut, numbers(entry.time))
    case 'interval':
      return frame(KIND.interval, numbers(entry.interval))
    default:
      return frame(KIND[entry.kind])
  }
}

/** Return what a record says; undefined for a kind that this version does not know. Throws where it makes no sense. */
export function decodeEntry({ kind, payload }: RawRecord): Entry | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  switch (kind) {
    case KIND.header:
      return { kind: 'header', header: checkedHeader(JSON.parse(bytes.toString())) }
    case KIND.begin:
      return { kind: 'begin', time: bytes.readDoubleLE(0), zeroTime: bytes.readDoubleLE(8) }
    case KIND.text: {
      const count = bytes.readUInt32LE(4)
      const partition: Partition = { kind: 'text', bytes: payload.subarray(8), count }
      return { kind: 'block', source: bytes.readUInt32LE(0), partition }
    }
    case KIND.values:
      return {
        kind: 'block',
        source: bytes.readUInt32LE(0),
        partition: deserialize(bytes.subarray(4)) as Partition,
      }
    case KIND.cut:
      return { kind: 'cut', time: bytes.readDoubleLE(0) }
    case KIND.interval:
      return { kind: 'interval', interval: bytes.readDoubleLE(0) }
    case KIND.drained:
      return { kind: 'drained' }
    case KIND.ended:
      return { kind: 'ended' }
    case KIND.close:
      return { kind: 'close' }
    default:
      return undefined
  }
}

/** Return the head of the record that begins at `at`. */
export function readHead(bytes: Buffer, at: number): RecordHead {
  if (checksum(bytes.subarray(at, at + HEAD - 4)) !== bytes.readUInt32LE(at + HEAD - 4)) return 'damaged'
  return {
    kind: bytes.readUInt8(at),
    length: bytes.readUInt32LE(at + 1),
    crc: bytes.readUInt32LE(at + 5),
  }
}

function encodeBlock(source: number, partition: Partition): Buffer {
  const place = Buffer.alloc(8)
  place.writeUInt32LE(source, 0)
  if (partition.kind !== 'text') return frame(KIND.values, place.subarray(0, 4), serialize(partition))
  place.writeUInt32LE(partition.count, 4)
  return frame(KIND.text, place, partition.bytes)
}

function frame(kind: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const record = Buffer.allocUnsafe(HEAD + length)
  let at = HEAD
  for (const part of parts) {
    record.set(part, at)
    at += part.length
  }
  record.writeUInt8(kind, 0)
  record.writeUInt32LE(length, 1)
  record.writeUInt32LE(checksum(record.subarray(HEAD)), 5)
  record.writeUInt32LE(checksum(record.subarray(0, HEAD - 4)), HEAD - 4)
  return record
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length)
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, 8 * index)
  return bytes
}

function checkedHeader(value: unknown): RecordingHeader {
  const header = value as Partial<RecordingHeader> | null
  if (typeof header?.interval !== 'number' || !Array.isArray(header.sources))
    throw new Error('it does not say which pipeline it is of')
  return header as RecordingHeader
}
