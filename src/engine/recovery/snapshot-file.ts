import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { diskError } from './disk-error.ts'
import { SNAPSHOT } from './log-kinds.ts'
import { writeAll } from './log-writer.ts'
import { HEADER, recordAt, recordHeader, type StoredRecord } from './records.ts'

/** Bytes that are read by one call. */
const LONGEST_READ = 1 << 30

/** Version of the files of a checkpoint. */
export const FORMAT = 2

/** A source or a stage as it was when the snapshot was made. */
export interface StageName {
  /** Its words and which of those with the same words it is: what a stage is known by in a changed pipeline. */
  readonly id: string
  readonly label: string
  readonly command: string
}

/** How a run counts its batches. */
export interface RunTimes {
  /** The time before the first batch. */
  readonly zeroTime: number
  /** Whether times were read from a clock, or count batches. */
  readonly mode: 'time' | 'lines'
}

/** What a snapshot is of. */
export interface SnapshotHeader extends RunTimes {
  readonly format: number
  /** The same in all runs that go on one behind the other. */
  readonly run: string
  /** The pipeline, as it was written: its name where it has no words. */
  readonly line: readonly string[]
  /** Number of the snapshot, and of the log that begins where it ends. */
  readonly number: number
  /** True where the snapshot before it is needed too. */
  readonly isIncrement: boolean
  /** The last batch that it holds; the zero time before the first. */
  readonly time: number
  readonly interval: number
  readonly sources: readonly (StageName & {
    /** Its place in the plan of that run: what the log calls it. */
    readonly node: number
    /** Elements that it had given. */
    readonly received: number
    /** Where it stood, where it can be read anew. */
    readonly position?: unknown
    /** Elements behind that. */
    readonly behind?: number
  })[]
  readonly stages: readonly StageName[]
  /** When it was written, by the clock of the run. */
  readonly written: number
}

/** What a stage keeps: all of it, or what has changed since the snapshot before. */
export interface Kept {
  readonly form: 'whole' | 'changes'
  readonly value: unknown
}

/** A snapshot: what each stage keeps, by its id. */
export interface Snapshot {
  readonly header: SnapshotHeader
  readonly kept: ReadonlyMap<string, Kept>
  /** Bytes that each of them takes in the file, where it was read from one. */
  readonly sizes?: ReadonlyMap<string, number>
}

/** Return the bytes of a snapshot. Throws where something that is kept cannot be written down. */
export function snapshotParts({ header, kept }: Snapshot): readonly Uint8Array[] {
  const parts: Uint8Array[] = []
  let at = 0
  const put = (kind: number, ...payload: Uint8Array[]): void => {
    const bytes = [recordHeader(kind, payload, { file: header.number, at }), ...payload]
    parts.push(...bytes)
    at += bytes.reduce((sum, { length }) => sum + length, 0)
  }
  put(SNAPSHOT.header, Buffer.from(JSON.stringify(header)))
  for (const [id, value] of kept) {
    const name = Buffer.from(id)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(name.length)
    put(SNAPSHOT.stage, length, name, serialize(value))
  }
  put(SNAPSHOT.end)
  return parts
}

/**
 * Write a snapshot so that it is there whole or not at all.
 *
 * @returns its length in bytes.
 */
export async function writeSnapshot(path: string, parts: readonly Uint8Array[]): Promise<number> {
  const draft = `${path}.draft`
  try {
    const file = await open(draft, 'w')
    try {
      for (const part of parts) await writeAll(file, part)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    throw diskError(path, error)
  }
  return parts.reduce((sum, { length }) => sum + length, 0)
}

/** Make the names of a directory's files last. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Read the snapshot of a number; undefined where it is damaged, cut off, another one or of another format. */
export async function readSnapshot(path: string, number: number): Promise<Snapshot | undefined> {
  const file = await open(path)
  let header: SnapshotHeader | undefined
  const kept = new Map<string, Kept>()
  const sizes = new Map<string, number>()
  try {
    for await (const { kind, payload } of recordsOf(file, number)) {
      if (kind === SNAPSHOT.header) header = JSON.parse(payload.toString()) as SnapshotHeader
      else if (kind === SNAPSHOT.stage) {
        const end = 4 + payload.readUInt32LE(0)
        const id = payload.subarray(4, end).toString()
        kept.set(id, deserialize(payload.subarray(end)) as Kept)
        sizes.set(id, payload.length - end)
      } else if (kind === SNAPSHOT.end) {
        return header?.format === FORMAT ? { header, kept, sizes } : undefined
      }
    }
  } catch {
    // A value that this version of Node cannot read is damage like any other.
  } finally {
    await file.close()
  }
  return undefined
}

/** Read a file record by record, for it may be longer than the longest buffer. */
async function* recordsOf(file: FileHandle, number: number): AsyncGenerator<StoredRecord, void> {
  const { size } = await file.stat()
  for (let at = 0; at + HEADER <= size; ) {
    const head = await readAt(file, at, HEADER)
    const length = head.readUInt32LE(0)
    if (at + HEADER + length > size) return
    const record = recordAt(await readAt(file, at, HEADER + length), { file: number, at }, 0)
    if (record === undefined) return
    yield record
    at += record.end
  }
}

/** Read `length` bytes; one call of the system reads less than 2 GiB. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, Math.min(length - at, LONGEST_READ), position + at)
    if (bytesRead === 0) return bytes.subarray(0, at)
    at += bytesRead
  }
  return bytes
}
