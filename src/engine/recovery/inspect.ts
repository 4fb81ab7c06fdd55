import { stat } from 'node:fs/promises'
import { SourceError } from '../plan/errors.ts'
import { codeOf } from '../sources/reading/errors.ts'
import { keptEntries } from '../state/kept-entries.ts'
import type { Entry } from '../state/kept-window.ts'
import { type Found, fileOf, findCheckpoint, scanLog } from './checkpoint-files.ts'
import { processAt } from './directory-lock.ts'
import { LOG } from './log-kinds.ts'
import type { Kept, Snapshot, SnapshotHeader, StageName } from './snapshot-file.ts'

/** How often a directory is looked at anew whose files a running process removes meanwhile. */
const ATTEMPTS = 20

/** A checkpoint as its directory shows it, to be looked at and left as it is. */
export interface Inspected {
  readonly directory: string
  /** What its last snapshot is of. */
  readonly header: SnapshotHeader
  /** The process that works with it, where one does. */
  readonly process: number | undefined
  /** Files that are damaged and were passed over. */
  readonly damaged: readonly string[]
  /** Bytes of the logs behind the snapshot. */
  readonly logged: number
  /** Return what a stage keeps. Throws SourceError where it cannot be read. */
  entriesOf(stage: StageName): StageEntries
  /** Read the logs behind the snapshot. */
  log(): Promise<InspectedLog>
}

/** What a stage keeps, by key as it is written down. */
export interface StageEntries {
  readonly kind: string
  /** Bytes of it in the snapshots that are needed. */
  readonly bytes: number
  readonly entries: readonly Entry[]
}

/** What comes behind a snapshot when the pipeline is resumed. */
export interface InspectedLog {
  /** Batches that have ended. */
  readonly batches: number
  /** The one that is cut off at its end, which a running process may be writing. */
  readonly torn: string | undefined
  readonly damaged: readonly string[]
}

/**
 * Read the newest snapshot of a directory and change nothing, so that a process may work with it meanwhile; undefined where
 * there is none.
 *
 * @param below the newest of those with a smaller number.
 * @throws SourceError where there are some and none is whole.
 */
export async function inspectCheckpoint(directory: string, below?: number): Promise<Inspected | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      const found = await findCheckpoint(directory, below)
      return found === undefined ? undefined : await inspected(directory, found)
    } catch (error) {
      // Files that were listed, and then removed by the process that works with them.
      if (attempt === ATTEMPTS || !isGone(error)) throw error
    }
  }
}

function isGone(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf((error as Error).cause) === 'ENOENT'
}

async function inspected(directory: string, { chain, logs, damaged }: Found): Promise<Inspected> {
  const { header } = chain.at(-1) as Snapshot
  const sizes = await Promise.all(logs.map((log) => stat(fileOf(directory, 'log', log))))
  return {
    directory,
    header,
    process: processAt(directory),
    damaged,
    logged: sizes.reduce((sum, { size }) => sum + size, 0),
    entriesOf: (stage) => entriesOf(directory, chain, stage),
    log: () => inspectLogs(directory, logs),
  }
}

function entriesOf(directory: string, chain: readonly Snapshot[], { id, label }: StageName): StageEntries {
  const parts = chain.flatMap(({ kept, sizes }) => {
    const one = kept.get(id)
    return one === undefined ? [] : [{ ...one, bytes: sizes?.get(id) ?? 0 }]
  })
  const needed: readonly (Kept & { readonly bytes: number })[] = parts.slice(
    Math.max(
      0,
      parts.findLastIndex(({ form }) => form === 'whole'),
    ),
  )
  const bytes = needed.reduce((sum, part) => sum + part.bytes, 0)
  try {
    const saved = needed.map(({ value }) => value)
    return saved.length === 0 ? { kind: label, bytes, entries: [] } : { bytes, ...keptEntries(saved, label) }
  } catch (error) {
    throw new SourceError(
      `checkpoint ${directory}: what ${id} keeps cannot be read: ${(error as Error).message}`,
      'It was written by another version of dstream, perhaps.',
    )
  }
}

async function inspectLogs(directory: string, logs: readonly number[]): Promise<InspectedLog> {
  let batches = 0
  let torn: string | undefined
  const damaged: string[] = []
  for (const number of logs) {
    const { path, records, end, length, isDamaged } = await scanLog(directory, number, number === logs.at(-1))
    batches += records.filter(({ kind }) => kind === LOG.cut).length
    if (isDamaged) damaged.push(path)
    else if (end < length) torn = path
  }
  return { batches, torn, damaged }
}
