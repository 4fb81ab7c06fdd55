import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { constants, createGunzip } from 'node:zlib'
import { checksum } from '../batch/checksum.ts'
import { SourceError } from '../plan/errors.ts'
import { codeOf, sourceError } from '../sources/reading/errors.ts'
import { CHUNK_BYTES, checkFile, fileChunks } from '../sources/reading/file.ts'
import {
  decodeEntry,
  type Entry,
  HEAD,
  KIND,
  MAGIC,
  type RawRecord,
  type RecordingHeader,
  readHead,
} from './format.ts'

/** Why a recording cannot be read to its end. */
export interface RecordingFault {
  /** `cut off` where the recorded process was killed, `damaged` where bytes are not those that were written. */
  readonly kind: 'cut off' | 'damaged'
  /** Place of the record that is not whole, in bytes (before compression). */
  readonly at: number
}

/** A recording that was looked through. */
export interface Recording {
  readonly path: string
  readonly header: RecordingHeader
  /** The times of its whole batches. */
  readonly times: readonly number[]
  /** How many of them were cut before the input had ended and been worked off; all of them where it did not end. */
  readonly received: number
  /** Whether the input ended, or the run was told to stop. */
  readonly isDrained: boolean
  /** Whether the run ended in the middle of a batch, of which all was written: that batch failed, or was dropped. */
  readonly hasRest: boolean
  /** The time of the first batch less one interval, from which slides are counted. */
  readonly zeroTime: number
  readonly fault?: RecordingFault
}

/**
 * Look through a recording: hold its checksums, and find its whole batches.
 *
 * @throws SourceError where the file cannot be read, is no recording, or is of another version.
 */
export async function openRecording(path: string): Promise<Recording> {
  const records = readRecords(path)
  const times: number[] = []
  let header: RecordingHeader | undefined
  let drainedAt: number | undefined
  let zeroTime: number | undefined
  let [isClosed, isOpen] = [false, false]
  let next = await records.next()
  for (; next.done !== true; next = await records.next()) {
    const { value: record } = next
    // Elements are left alone until they are needed.
    const entry = isBlock(record) ? 'block' : entryOf(path, record, times.length)
    if (entry === 'block') isOpen = true
    else if (entry?.kind === 'header') header = entry.header
    else if (entry?.kind === 'begin') zeroTime ??= entry.zeroTime
    else if (entry?.kind === 'drained') drainedAt ??= times.length
    else if (entry?.kind === 'close') isClosed = true
    else if (entry?.kind === 'cut') {
      times.push(entry.time)
      isOpen = false
    }
  }
  if (header === undefined) {
    throw new SourceError(
      `${path}: is cut off before it says which pipeline it is of`,
      'Nothing can be replayed from it.',
    )
  }
  const { kind, at } = next.value
  const isWhole = kind === 'whole' && isClosed
  return {
    path,
    header,
    times,
    received: drainedAt ?? times.length,
    isDrained: drainedAt !== undefined,
    hasRest: isClosed && isOpen,
    zeroTime: zeroTime ?? 0,
    ...(isWhole ? {} : { fault: { kind: kind === 'whole' ? 'cut off' : kind, at } }),
  }
}

/** Yield what a recording says, up to its end or its fault. Bytes of a block are valid until the next is asked for. */
export async function* readEntries(path: string): AsyncGenerator<Entry, void> {
  const records = readRecords(path)
  let batches = 0
  for await (const record of records) {
    const entry = entryOf(path, record, batches)
    if (entry?.kind === 'cut') batches += 1
    if (entry !== undefined) yield entry
  }
}

function entryOf(path: string, record: RawRecord, batches: number): Entry | undefined {
  try {
    return decodeEntry(record)
  } catch (error) {
    throw sourceError(path, new SourceError(`${path}: batch ${batches + 1} cannot be read: ${String(error)}`))
  }
}

function isBlock({ kind }: RawRecord): boolean {
  return kind === KIND.text || kind === KIND.values
}

/** Where the records of a file end, and whether all its bytes are theirs. */
interface RecordsEnd {
  readonly at: number
  readonly kind: RecordingFault['kind'] | 'whole'
}

/** Yield the records of a file; return where they end. */
async function* readRecords(path: string): AsyncGenerator<RawRecord, RecordsEnd> {
  await checkRegular(path)
  const parts: Buffer[] = []
  let size = 0
  let place = 0
  let isBegun = false
  /** Bytes without which there is no use in looking again. */
  let wanted = MAGIC.length
  try {
    for await (const chunk of chunksOf(path)) {
      parts.push(Buffer.from(chunk))
      size += chunk.length
      if (size < wanted) continue
      const bytes = Buffer.concat(parts.splice(0))
      let at = 0
      if (!isBegun) {
        checkMagic(path, bytes)
        isBegun = true
        at = MAGIC.length
      }
      for (;;) {
        wanted = HEAD
        if (size - at < wanted) break
        const head = readHead(bytes, at)
        if (head === 'damaged') return { kind: 'damaged', at: place + at }
        wanted += head.length
        if (size - at < wanted) break
        const payload = bytes.subarray(at + HEAD, at + wanted)
        if (checksum(payload) !== head.crc) return { kind: 'damaged', at: place + at }
        yield { kind: head.kind, payload }
        at += wanted
      }
      place += at
      size -= at
      parts.push(bytes.subarray(at))
    }
  } catch (error) {
    if (codeOf(error)?.startsWith('Z_') === true) return { kind: 'damaged', at: place }
    throw sourceError(path, error)
  }
  if (!isBegun) checkMagic(path, Buffer.concat(parts))
  return { kind: size === 0 ? 'whole' : 'cut off', at: place }
}

async function checkRegular(path: string): Promise<void> {
  await checkFile(path)
  // It is read twice.
  if (!(await stat(path)).isFile()) throw new SourceError(`${path}: a recording is read from a file`)
}

function checkMagic(path: string, bytes: Buffer): void {
  const found = bytes.subarray(0, MAGIC.length)
  if (found.equals(MAGIC.subarray(0, found.length))) return
  const version = /^#dstream recording (\d+)\n/.exec(found.toString('latin1'))?.[1]
  throw version === undefined
    ? new SourceError(`${path}: is no recording of dstream`, 'dstream … --record FILE makes one.')
    : new SourceError(`${path}: is a recording of version ${version}, and this dstream reads version 1`)
}

async function* chunksOf(path: string): AsyncGenerator<Uint8Array, void> {
  if (!(await isCompressed(path))) return yield* fileChunks(path)
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES })
  // What there is of a member that is cut short comes out, too.
  const plain = file.pipe(createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: constants.Z_SYNC_FLUSH }))
  file.on('error', (error) => plain.destroy(error))
  try {
    yield* plain
  } finally {
    file.destroy()
  }
}

/** By its first bytes, whatever its name. */
async function isCompressed(path: string): Promise<boolean> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b
  } finally {
    await handle.close()
  }
}
