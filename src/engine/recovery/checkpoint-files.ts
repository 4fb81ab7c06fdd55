import { mkdir, readdir, readFile, truncate, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { SourceError } from '../plan/errors.ts'
import { diskError } from './disk-error.ts'
import { LOG } from './log-kinds.ts'
import { readRecords, recordAt, type StoredRecord } from './records.ts'
import { readSnapshot, type Snapshot } from './snapshot-file.ts'

/** Bytes of increments and logs behind a whole snapshot after which the next one is whole too. */
const LEAST_GENERATION = 16 << 20

/** Increments behind a whole snapshot, at most: a start opens them all, one after the other. */
const MOST_INCREMENTS = 100

/** The files of a directory, by number. */
interface Listing {
  readonly snapshots: readonly number[]
  readonly logs: readonly number[]
}

/** What a directory holds, as far as it is whole. */
export interface Found {
  /** A whole snapshot and the increments behind it. */
  readonly chain: readonly [Snapshot, ...Snapshot[]]
  /** Numbers of the logs behind the last of the chain. */
  readonly logs: readonly number[]
  /** Files that are damaged and were passed over. */
  readonly damaged: readonly string[]
}

/** Return the path of a snapshot or a log. */
export function fileOf(directory: string, kind: 'snapshot' | 'log', number: number): string {
  return join(directory, `${kind}-${String(number).padStart(6, '0')}`)
}

/** Make the directory of a checkpoint where it is missing. */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
  } catch (error) {
    throw diskError(directory, error)
  }
}

async function isEmpty(directory: string, logs: readonly number[]): Promise<boolean> {
  const files = await Promise.all(logs.map((log) => readFile(fileOf(directory, 'log', log))))
  return files.every(({ length }) => length === 0)
}

async function list(directory: string): Promise<Listing> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw diskError(directory, error)
  })
  const numbers = (kind: string): number[] =>
    names
      .flatMap((name) => new RegExp(`^${kind}-(\\d{6,})$`).exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b)
  return { snapshots: numbers('snapshot'), logs: numbers('log') }
}

/**
 * Return the newest snapshot that can be read, with all that came after it; undefined where the directory holds none.
 *
 * @param below the newest of those with a smaller number.
 * @throws SourceError where there are snapshots and none is whole, or a log between them is missing.
 */
export async function findCheckpoint(
  directory: string,
  below = Number.POSITIVE_INFINITY,
): Promise<Found | undefined> {
  const { snapshots: all, logs } = await list(directory)
  const snapshots = all.filter((number) => number < below)
  if (snapshots.length === 0) {
    // A run that was killed before its first snapshot has received nothing.
    if (logs.every((log) => log === 0) && (await isEmpty(directory, logs))) return undefined
    throw new SourceError(
      `checkpoint ${directory}: it has logs and no snapshot`,
      'Give back the files that are missing, or begin anew with --create-on-error.',
    )
  }
  const read = new Map<number, Snapshot | undefined>()
  const damaged = new Set<string>()
  const snapshotOf = async (number: number): Promise<Snapshot | undefined> => {
    if (!read.has(number)) {
      const path = fileOf(directory, 'snapshot', number)
      const snapshot = snapshots.includes(number) ? await readSnapshot(path, number) : undefined
      if (snapshot === undefined && snapshots.includes(number)) damaged.add(path)
      read.set(number, snapshot)
    }
    return read.get(number)
  }
  for (const last of [...snapshots].reverse()) {
    const chain: Snapshot[] = []
    for (let number = last; ; number--) {
      const snapshot = await snapshotOf(number)
      if (snapshot === undefined) break
      chain.unshift(snapshot)
      if (!snapshot.header.isIncrement) {
        const behind = logs.filter((log) => log >= last)
        if (behind.some((log, index) => log !== last + index)) break
        return { chain: chain as [Snapshot, ...Snapshot[]], logs: behind, damaged: [...damaged] }
      }
    }
  }
  throw new SourceError(
    `checkpoint ${directory}: no snapshot can be read; damaged: ${[...damaged].join(', ') || 'none, but logs are missing'}`,
    'Give back the files as they were, or begin anew with --create-on-error.',
  )
}

/**
 * Read a log. What a killed process has left half-written at its end is cut off when it is the last one.
 *
 * @throws SourceError where it is damaged in the middle: what comes behind cannot be trusted.
 */
export async function readLog(
  directory: string,
  number: number,
  isLast: boolean,
): Promise<readonly StoredRecord[]> {
  const { path, records, end, length, isDamaged } = await scanLog(directory, number, isLast)
  if (isDamaged) {
    throw new SourceError(
      `checkpoint ${path}: damaged at byte ${end.toLocaleString('en')} of ${length.toLocaleString('en')}`,
      'Give back the file as it was, or begin anew with --create-on-error.',
    )
  }
  if (end < length) await truncate(path, end)
  return records
}

const LOG_KINDS: ReadonlySet<number> = new Set(Object.values(LOG))

/** What of a log is whole. */
export interface ScannedLog {
  readonly path: string
  readonly records: readonly StoredRecord[]
  /** Where the records end, and the file: what is between was cut off. */
  readonly end: number
  readonly length: number
  /** What is behind the end was whole once. */
  readonly isDamaged: boolean
}

/** Read a log and leave it as it is. */
export async function scanLog(directory: string, number: number, isLast: boolean): Promise<ScannedLog> {
  const path = fileOf(directory, 'log', number)
  const bytes = await readFile(path).catch((error: unknown) => {
    throw diskError(path, error)
  })
  const records: StoredRecord[] = []
  const reader = readRecords(bytes, number)
  let next = reader.next()
  const { length } = bytes
  for (; next.done !== true; next = reader.next()) {
    // Another file in its place, such as the snapshot of the same number: its records are whole, and none of a log.
    if (!LOG_KINDS.has(next.value.kind))
      return { path, records, end: records.at(-1)?.end ?? 0, length, isDamaged: true }
    records.push(next.value)
  }
  const end = next.value
  const isDamaged = end < length && (!isLast || hasRecordBehind(bytes, number, end))
  return { path, records, end, length, isDamaged }
}

/**
 * True where the end of a batch stands behind what is damaged, or a whole record right behind it: that was whole once too.
 * The length of what is damaged may be what is wrong.
 */
function hasRecordBehind(bytes: Buffer, file: number, from: number): boolean {
  if (from + 9 > bytes.length) return false
  if (recordAt(bytes, { file, at: from + 9 + bytes.readUInt32LE(from) }) !== undefined) return true
  for (let at = bytes.indexOf(TIME_LENGTH, from); at >= 0; at = bytes.indexOf(TIME_LENGTH, at + 1)) {
    const kind = bytes[at + 8]
    if ((kind === LOG.cut || kind === LOG.done) && recordAt(bytes, { file, at }) !== undefined) return true
  }
  return false
}

/** What a record of a time begins with: its length. */
const TIME_LENGTH = Buffer.from([8, 0, 0, 0])

/** Remove what no recovery needs any more: all before the whole snapshot `number`. */
export async function removeBefore(directory: string, number: number): Promise<void> {
  const { snapshots, logs } = await list(directory)
  const paths = [
    ...snapshots.filter((each) => each < number).map((each) => fileOf(directory, 'snapshot', each)),
    ...logs.filter((each) => each < number).map((each) => fileOf(directory, 'log', each)),
  ]
  for (const path of paths) await unlink(path).catch(() => {})
}

/** Remove every file of a checkpoint. */
export async function removeAll(directory: string): Promise<void> {
  await removeBefore(directory, Number.POSITIVE_INFINITY)
}

/** True where the next snapshot is better whole: increments and logs are as long as the last whole one, or too many files. */
export function isGenerationFull(whole: number, behind: number, increments: number): boolean {
  return behind > Math.max(LEAST_GENERATION, whole) || increments >= MOST_INCREMENTS
}
