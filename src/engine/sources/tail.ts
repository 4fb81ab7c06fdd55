import type { BigIntStats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ReadArea } from '../kernels/read-area.ts'
import { SourceError } from '../plan/errors.ts'
import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { codeOf, sourceError } from './reading/errors.ts'
import { CHUNK_BYTES } from './reading/file.ts'
import { type FilePlace, FollowedFile, isOf } from './reading/followed-file.ts'
import { pause } from './reading/pause.ts'
import { defineSource, type Receiver } from './record.ts'

/** Milliseconds between two looks at the file. */
const POLL = 100
/** Looks after which a missing file is reported: a rotation leaves it missing for a moment only. */
const MISSING_POLLS = 10
/** Looks without growth after which a rotated file is closed: its writer has had the time to open the new one. */
const QUIET_POLLS = 50

/** `tail FILE`: as `tail -F`, but a rotated file is read to its last byte. */
export const tailSource = defineSource({
  name: 'tail',
  summary: 'Follow a file as it grows, through truncation and rotation.',
  description:
    'Starts at the end of the file, or waits for it and starts at its beginning. A renamed file is read on until its ' +
    'writer has left it. Truncation shows as a size below what has been read: what is overwritten faster is not seen. With a ' +
    'checkpoint, the next run goes on behind the last line that this one has handed over, in the renamed file too.',
  elements: 'lines',
  arguments: [{ name: 'file', type: 'string', required: true, summary: 'the file to follow' }],
  flags: [
    { name: 'from-start', type: 'boolean', summary: 'read also what the file holds already' },
    FRAMING_FLAG,
  ],
  receive: async (call, receiver) => {
    const path = call.string('file')
    const tail = new Tail(path, call.string('framing') as FramingKind, receiver)
    try {
      await tail.run(call.boolean('from-start'))
    } catch (error) {
      throw sourceError(path, error)
    } finally {
      await tail.close()
    }
  },
})

/** Where the files of a tail stand, the oldest first. */
interface TailPosition {
  readonly files: readonly FilePlace[]
  /** Whether the last of them had the name. */
  readonly hasCurrent: boolean
  /** Of which of them the lines are that follow. */
  readonly next: number
}

class Tail {
  readonly #path: string
  readonly #framing: FramingKind
  readonly #receiver: Receiver
  readonly #buffer = new ReadArea(CHUNK_BYTES).bytes
  #current: FollowedFile | undefined
  #rotated: FollowedFile[] = []
  /** The file whose lines follow, as was said. */
  #next: FollowedFile | undefined
  #missing = 0

  constructor(path: string, framing: FramingKind, receiver: Receiver) {
    this.#path = path
    this.#framing = framing
    this.#receiver = receiver
  }

  async run(fromStart: boolean): Promise<void> {
    const { signal, resumed } = this.#receiver
    if (resumed?.position === undefined) await this.#open(fromStart ? 'start' : 'end')
    else await this.#resume(resumed.position as TailPosition, resumed.behind)
    // Lines that were received behind the place are passed over first: only behind them is there another place.
    if (this.#next !== undefined) await this.#drain(this.#next, false)
    if (this.#current === undefined) {
      this.#receiver.report(`waiting for ${this.#path} to appear`)
      this.#missing = MISSING_POLLS
    }
    await this.#say(this.#current)
    while (!signal.aborted) {
      await this.#drainAll()
      if (!(await this.#look())) await pause(POLL, signal)
    }
  }

  async close(): Promise<void> {
    for (const file of [...this.#rotated, this.#current]) await file?.close()
  }

  async #open(beginning: 'start' | 'end'): Promise<boolean> {
    try {
      this.#current = await FollowedFile.open(this.#path, this.#framing, this.#receiver, beginning)
      this.#missing = 0
      return true
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      return false
    }
  }

  /** Go on where an earlier run stood, `behind` lines further; say what has happened to the files meanwhile. */
  async #resume({ files, hasCurrent, next }: TailPosition, behind: number): Promise<void> {
    for (const [index, place] of files.entries()) {
      const received = index === next ? behind : 0
      const path = await pathOf(this.#path, place)
      const again = { place, received }
      const file =
        path === undefined ? undefined : await FollowedFile.open(path, this.#framing, this.#receiver, again)
      if (file === undefined) {
        const what = path === this.#path ? 'was overwritten' : 'was replaced, and its file is gone,'
        this.#receiver.report(
          `${this.#path} ${what} while nothing ran: what came behind its byte ${place.offset} is lost`,
        )
        continue
      }
      if (path === this.#path && hasCurrent && index === files.length - 1) this.#current = file
      else this.#rotated.push(file)
      if (index === next) this.#next = file
    }
    if (this.#current !== undefined || !(await this.#open('start')) || !hasCurrent) return
    this.#receiver.report(
      `${this.#path} is not what it was when the last run ended: reading it from its start`,
    )
  }

  /**
   * Say where the files stand, and that the lines that follow are of `next`. Wherever it can it does so at once: a batch that
   * begins between lines and their place has the lines alone, and a run behind it could only count them.
   */
  async #say(next: FollowedFile | undefined): Promise<void> {
    const files = [...this.#rotated, ...(this.#current === undefined ? [] : [this.#current])]
    const places: FilePlace[] = []
    for (const file of files) places.push(file.placeAtHand() ?? (await file.place()))
    this.#next = next
    const hasCurrent = this.#current !== undefined
    const position: TailPosition = {
      files: places,
      hasCurrent,
      next: next === undefined ? -1 : files.indexOf(next),
    }
    this.#receiver.at(position)
  }

  async #drainAll(): Promise<void> {
    // Lines of a rotated file are older than those of the file that took its name.
    for (const file of [...this.#rotated]) {
      await this.#drain(file)
      if (file.quiet < QUIET_POLLS) continue
      // Half a line may follow.
      if (this.#next !== file) await this.#say(file)
      await file.end()
      this.#rotated = this.#rotated.filter((other) => other !== file)
      await this.#say(this.#current)
    }
    if (this.#current !== undefined) await this.#drain(this.#current)
  }

  async #drain(file: FollowedFile, says = true): Promise<void> {
    const { signal } = this.#receiver
    file.quiet++
    while (!signal.aborted) {
      if (this.#receiver.full) {
        await this.#receiver.ready()
        continue
      }
      const bytes = await file.read(this.#buffer)
      if (bytes.length === 0) return
      if (this.#next !== file) await this.#say(file)
      if (signal.aborted) return
      file.take(bytes)
      if (says) await this.#say(file)
    }
  }

  /** Compare the file of that name with the one at hand; true when there is something new to read at once. */
  async #look(): Promise<boolean> {
    const current = this.#current
    const stats = await statOf(this.#path)
    if (stats === undefined) {
      if (++this.#missing === MISSING_POLLS)
        this.#receiver.report(`${this.#path} is gone: waiting for a new one`)
      return false
    }
    if (stats.isDirectory())
      throw new SourceError(`${this.#path}: is a directory`, 'files DIR reads a directory')
    if (current === undefined) {
      if (!(await this.#open('start'))) return false
      await this.#say(this.#current)
      return true
    }
    if (!current.is(stats)) {
      if (!(await this.#open('start'))) return false
      this.#rotated.push(current)
      await this.#say(current)
      this.#receiver.report(`${this.#path} was replaced: reading the new file`)
      return true
    }
    this.#missing = 0
    if (stats.size >= current.position) return false
    await this.#say(current)
    current.restart()
    await this.#say(current)
    this.#receiver.report(`${this.#path} was truncated: reading it from its start`)
    return true
  }
}

async function statOf(path: string): Promise<BigIntStats | undefined> {
  return await stat(path, { bigint: true }).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
    return undefined
  })
}

/** Return where the file of a place is now: at `path`, or beside it under another name; undefined where it is gone. */
async function pathOf(path: string, place: FilePlace): Promise<string | undefined> {
  const directory = dirname(path)
  const names = await readdir(directory).catch(() => [])
  for (const candidate of [path, ...names.map((name) => join(directory, name))]) {
    const stats = await statOf(candidate).catch(() => undefined)
    if (stats !== undefined && isOf(stats, place)) return candidate
  }
  return undefined
}
