import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Partition } from '../batch/partition.ts'
import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { Directories } from './reading/directories.ts'
import { codeOf, sourceError } from './reading/errors.ts'
import { framedFile } from './reading/framed-file.ts'
import { globTest } from './reading/glob.ts'
import { defineSource, type PullContext, type PullInput } from './record.ts'

/** Spark's `spark.streaming.fileStream.minRememberDuration`, in milliseconds. */
const REMEMBERED = 60_000

/** `files DIR`. Spark: `textFileStream`, `fileStream`, FileInputDStream. */
export const filesSource = defineSource({
  name: 'files',
  aliases: ['text-file-stream'],
  summary: 'Read each new file of a directory, once.',
  description:
    'A file belongs to the first batch at or after its modification time; files of one batch are read by that time, ' +
    'then by name. Move a file into the directory when it is whole: what is written to it later is not seen. ' +
    'Names that start with . or _ are left out. DIR may be a pattern of directories. .gz files are decompressed.',
  elements: 'lines',
  arguments: [{ name: 'dir', type: 'string', required: true, summary: 'the directory to watch' }],
  flags: [
    { name: 'existing', type: 'boolean', summary: 'take also files that are there at the start, or are old' },
    { name: 'match', type: 'string', summary: "take only names that match a pattern, such as '*.log'" },
    FRAMING_FLAG,
  ],
  pull: (call, context) =>
    new FilesInput(
      call.string('dir'),
      (call.value('match') as string | undefined) ?? '*',
      call.boolean('existing'),
      call.string('framing') as FramingKind,
      context,
    ),
})

interface Found {
  readonly path: string
  readonly name: string
  readonly modified: number
}

class FilesInput implements PullInput {
  readonly finished = false
  readonly #directories: Directories
  readonly #matches: (name: string) => boolean
  readonly #existing: boolean
  readonly #framing: FramingKind
  readonly #context: PullContext
  /** Milliseconds, a whole number of batches as in Spark. */
  readonly #remembered: number
  /** Paths that are done with, and the batch they were last in the directory at. */
  readonly #seen = new Map<string, number>()

  constructor(pattern: string, match: string, existing: boolean, framing: FramingKind, context: PullContext) {
    this.#directories = new Directories(pattern, context)
    this.#matches = globTest(match)
    this.#existing = existing
    this.#framing = framing
    this.#context = context
    this.#remembered = Math.ceil(REMEMBERED / context.interval) * context.interval
    if (existing) return
    for (const { directory, name } of this.#directories.listAtStart()) {
      this.#seen.set(join(directory, name), context.startTime)
    }
  }

  async *blocks(time: number): AsyncGenerator<Partition> {
    for (const { path } of await this.#newFiles(time)) {
      if (this.#context.signal.aborted) return
      this.#seen.set(path, time)
      try {
        yield* framedFile(path, this.#framing, this.#context)
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw sourceError(path, error)
        this.#context.report(`${path} was deleted before it could be read`)
      }
    }
  }

  async #newFiles(time: number): Promise<readonly Found[]> {
    const found: Found[] = []
    for (const { directory, name } of await this.#directories.list()) {
      const path = join(directory, name)
      // What is still there stays seen, however long: a late change must not bring it back, as it does in Spark.
      if (this.#seen.has(path)) this.#seen.set(path, time)
      else if (!/^[._]/.test(name) && this.#matches(name)) {
        const file = await this.#look(path, name, time)
        if (file !== undefined) found.push(file)
      }
    }
    for (const [path, last] of this.#seen) if (last < time - this.#remembered) this.#seen.delete(path)
    return found.sort((a, b) => a.modified - b.modified || (a.path < b.path ? -1 : 1))
  }

  async #look(path: string, name: string, time: number): Promise<Found | undefined> {
    const stats = await stat(path).catch(() => undefined)
    if (stats === undefined || !stats.isFile() || stats.mtimeMs > time) return undefined
    if (!this.#existing && stats.mtimeMs < time - this.#remembered) {
      this.#seen.set(path, time)
      this.#context.report(
        `${path} is left out: it was last modified over a minute ago (touch it, or --existing)`,
      )
      return undefined
    }
    return { path, name, modified: stats.mtimeMs }
  }
}
