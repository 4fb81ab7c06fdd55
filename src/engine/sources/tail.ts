import { stat } from 'node:fs/promises'
import { ReadArea } from '../kernels/read-area.ts'
import { SourceError } from '../plan/errors.ts'
import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { codeOf, sourceError } from './reading/errors.ts'
import { CHUNK_BYTES } from './reading/file.ts'
import { FollowedFile } from './reading/followed-file.ts'
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
    'writer has left it. Truncation shows as a size below what has been read: what is overwritten faster is not seen.',
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

class Tail {
  readonly #path: string
  readonly #framing: FramingKind
  readonly #receiver: Receiver
  readonly #buffer = new ReadArea(CHUNK_BYTES).bytes
  #current: FollowedFile | undefined
  #rotated: FollowedFile[] = []
  #missing = 0

  constructor(path: string, framing: FramingKind, receiver: Receiver) {
    this.#path = path
    this.#framing = framing
    this.#receiver = receiver
  }

  async run(fromStart: boolean): Promise<void> {
    const { signal } = this.#receiver
    await this.#open(fromStart)
    if (this.#current === undefined) {
      this.#receiver.report(`waiting for ${this.#path} to appear`)
      this.#missing = MISSING_POLLS
    }
    while (!signal.aborted) {
      await this.#drain()
      if (!(await this.#look())) await pause(POLL, signal)
    }
  }

  async close(): Promise<void> {
    for (const file of [...this.#rotated, this.#current]) await file?.close()
  }

  async #open(fromStart: boolean): Promise<boolean> {
    try {
      this.#current = await FollowedFile.open(this.#path, this.#framing, this.#receiver, fromStart)
      this.#missing = 0
      return true
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      return false
    }
  }

  async #drain(): Promise<void> {
    // Lines of a rotated file are older than those of the file that took its name.
    const left: FollowedFile[] = []
    for (const file of this.#rotated) {
      await file.drain(this.#buffer)
      if (file.quiet < QUIET_POLLS) left.push(file)
      else await file.end()
    }
    this.#rotated = left
    await this.#current?.drain(this.#buffer)
  }

  /** Compare the file of that name with the one at hand; true when there is something new to read at once. */
  async #look(): Promise<boolean> {
    const current = this.#current
    const stats = await stat(this.#path, { bigint: true }).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error
      return undefined
    })
    if (stats === undefined) {
      if (++this.#missing === MISSING_POLLS)
        this.#receiver.report(`${this.#path} is gone: waiting for a new one`)
      return false
    }
    if (stats.isDirectory())
      throw new SourceError(`${this.#path}: is a directory`, 'files DIR reads a directory')
    if (current === undefined) return this.#open(true)
    if (!current.is(stats)) {
      if (!(await this.#open(true))) return false
      this.#rotated.push(current)
      this.#receiver.report(`${this.#path} was replaced: reading the new file`)
      return true
    }
    this.#missing = 0
    if (stats.size >= current.position) return false
    current.restart()
    this.#receiver.report(`${this.#path} was truncated: reading it from its start`)
    return true
  }
}
