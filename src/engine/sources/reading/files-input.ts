import type { Partition } from '../../batch/partition.ts'
import type { Keeps } from '../../operators/record.ts'
import { formatDuration } from '../../plan/duration.ts'
import type { FramingKind } from '../framing/framing.ts'
import type { PullContext, PullInput } from '../record.ts'
import { codeOf, sourceError } from './errors.ts'
import type { FileName, FileStore } from './file-store.ts'
import { fixedRecords } from './fixed-records.ts'
import { framedFile } from './framed-file.ts'

/** Spark's `spark.streaming.fileStream.minRememberDuration`, in milliseconds. */
const REMEMBERED = 60_000

/** Which files are read, and how. */
export interface FilesOptions {
  readonly store: FileStore
  /** Whether a file is looked at, by its name and its path. */
  readonly accepts: (name: string, path: string) => boolean
  /** What is there at the start: nothing of it, what was modified within the time that is remembered, or all. */
  readonly existing: 'none' | 'remembered' | 'all'
  readonly framing: FramingKind
  /** Bytes of a record, where files are no text. */
  readonly recordBytes: number | undefined
}

interface Found extends FileName {
  readonly modified: number
}

/** The new files of a directory, batch by batch (Spark: `FileInputDStream`). */
export class FilesInput implements PullInput {
  readonly finished = false
  readonly #options: FilesOptions
  readonly #context: PullContext
  /** Milliseconds, a whole number of batches as in Spark. */
  readonly #remembered: number
  /** Paths that are done with, and the batch they were last in the directory at. */
  readonly #seen = new Map<string, number>()
  /** The files of the batch that was read last. */
  #batch: readonly string[] = []
  /** Resolves when what was there at the start is known. */
  #started: Promise<void> | undefined
  #goesOn = false

  constructor(options: FilesOptions, context: PullContext) {
    this.#options = options
    this.#context = context
    const remembered = context.settings?.minRememberDuration ?? REMEMBERED
    this.#remembered = Math.ceil(remembered / context.interval) * context.interval
    if (options.existing !== 'none') return
    const files = options.store.atStart()
    if ('then' in files) {
      this.#started = this.#leaveOutLater(files)
      // Awaited by the first batch.
      this.#started.catch(() => {})
    } else this.#leaveOut(files)
  }

  async *blocks(time: number): AsyncGenerator<Partition> {
    const read: string[] = []
    this.#batch = read
    // A context that stops leaves files to the next run: the batch has those that were begun, and all of them.
    for (const { path } of await this.#filesOf(time)) {
      if (this.#context.signal.aborted) return
      read.push(path)
      yield* this.#read(path, time)
    }
  }

  async #filesOf(time: number): Promise<readonly Found[]> {
    try {
      await this.#started
      this.#started = undefined
      return await this.#newFiles(time)
    } catch (error) {
      if (this.#context.signal.aborted) return []
      throw error
    }
  }

  #leaveOut(files: readonly FileName[]): void {
    for (const { path } of files) this.#seen.set(path, this.#context.startTime)
  }

  async #leaveOutLater(files: Promise<readonly FileName[]>): Promise<void> {
    const found = await files
    // A run that goes on knows what was seen, and what came while nothing ran is new to it.
    if (!this.#goesOn) this.#leaveOut(found)
  }

  async *#read(path: string, time: number): AsyncGenerator<Partition> {
    const { framing, recordBytes, store } = this.#options
    this.#seen.set(path, time)
    try {
      if (recordBytes === undefined)
        yield* framedFile(path, framing, this.#context, (name) => store.chunks(name))
      else yield* fixedRecords(path, recordBytes, store)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw sourceError(path, error)
      this.#context.report(`${path} was deleted before it could be read`)
    }
  }

  position(): unknown {
    return this.#batch
  }

  async *again(position: unknown, time: number): AsyncGenerator<Partition> {
    this.#batch = position as readonly string[]
    for (const path of this.#batch) yield* this.#read(path, time)
  }

  readonly keeps: Keeps = {
    // Nothing where the context stopped before it knew what was there: the next run begins anew.
    save: () => (this.#started === undefined || this.#goesOn ? [...this.#seen] : null),
    restore: (saved) => {
      if (saved === null) return
      this.#goesOn = true
      this.#seen.clear()
      for (const [path, time] of saved as [string, number][]) this.#seen.set(path, time)
    },
  }

  metadata(): Readonly<Record<string, unknown>> {
    return this.#batch.length === 0 ? {} : { files: this.#batch, Description: this.#batch.join('\n') }
  }

  close(): void {
    this.#options.store.close?.()
  }

  async #newFiles(time: number): Promise<readonly Found[]> {
    const found: Found[] = []
    for (const { path, name } of await this.#options.store.list()) {
      // What is still there stays seen, however long: a late change must not bring it back, as it does in Spark.
      if (this.#seen.has(path)) this.#seen.set(path, time)
      else if (this.#options.accepts(name, path)) {
        const file = await this.#look(path, name, time)
        if (file !== undefined) found.push(file)
      }
    }
    for (const [path, last] of this.#seen) if (last < time - this.#remembered) this.#seen.delete(path)
    return found.sort((a, b) => a.modified - b.modified || (a.path < b.path ? -1 : 1))
  }

  async #look(path: string, name: string, time: number): Promise<Found | undefined> {
    const modified = await this.#options.store.modified(path)
    if (modified === undefined || modified > time) return undefined
    if (this.#options.existing !== 'all' && modified < time - this.#remembered) {
      this.#seen.set(path, time)
      this.#context.report(
        `${path} is left out: it was last modified more than ${formatDuration(this.#remembered)} ago (touch it, or --existing)`,
      )
      return undefined
    }
    return { path, name, modified }
  }
}
