import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../../../sources/reading/errors.ts'

/** What of a file is written for good. */
export interface Entry {
  /** Time of the last batch. */
  readonly time: number
  /** The file that is being written; absent where none is. */
  readonly file?: {
    /** When it began, for its name. */
    readonly start?: number
    /** Bytes of whole batches. */
    readonly bytes: number
    /** The header that it has. */
    readonly columns?: readonly string[]
  }
}

/** Return the entry of a ledger; undefined where there is none. */
export async function readLedger(path: string): Promise<Entry | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Entry
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Put an entry in the place of the one before, whole, and on the disk. */
export async function writeLedger(path: string, entry: Entry): Promise<void> {
  const unfinished = `${path}.new`
  const file = await open(unfinished, 'w')
  try {
    await file.writeFile(JSON.stringify(entry))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
  await syncDirectory(dirname(path))
}

/** Wait until what was renamed in a directory is on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
