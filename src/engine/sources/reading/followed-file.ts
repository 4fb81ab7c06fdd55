import type { BigIntStats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SourceError } from '../../plan/errors.ts'
import type { FramingKind } from '../framing/framing.ts'
import type { Receiver, TextInput } from '../record.ts'

/** An open file that may grow; it is known by its inode, so that a new name does not end it. */
export class FollowedFile {
  /** Where the next read starts, in bytes. */
  position: number
  /** How many times in a row nothing was there to read. */
  quiet = 0
  readonly #handle: FileHandle
  readonly #inode: Pick<BigIntStats, 'dev' | 'ino'>
  readonly #openInput: () => TextInput
  readonly #receiver: Receiver
  #input: TextInput

  private constructor(
    handle: FileHandle,
    stats: BigIntStats,
    fromStart: boolean,
    openInput: () => TextInput,
    receiver: Receiver,
  ) {
    this.position = fromStart ? 0 : Number(stats.size)
    this.#handle = handle
    this.#inode = stats
    this.#openInput = openInput
    this.#receiver = receiver
    this.#input = openInput()
  }

  /** Open the file of that name; rejects with SourceError when it cannot grow, with the system's error otherwise. */
  static async open(
    path: string,
    framing: FramingKind,
    receiver: Receiver,
    fromStart: boolean,
  ): Promise<FollowedFile> {
    const handle = await open(path)
    try {
      const stats = await handle.stat({ bigint: true })
      if (stats.isDirectory()) throw new SourceError(`${path}: is a directory`, 'files DIR reads a directory')
      if (!stats.isFile())
        throw new SourceError(`${path}: is not a regular file`, 'text FILE reads a pipe or device')
      return new FollowedFile(handle, stats, fromStart, () => receiver.open(path, framing), receiver)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** True when `stats` are of this very file. */
  is(stats: Pick<BigIntStats, 'dev' | 'ino'>): boolean {
    return stats.ino === this.#inode.ino && stats.dev === this.#inode.dev
  }

  /** Hand over what is there to read, through `buffer`. */
  async drain(buffer: Buffer): Promise<void> {
    const { signal } = this.#receiver
    this.quiet++
    while (!signal.aborted) {
      if (this.#receiver.full) {
        await this.#receiver.ready()
        continue
      }
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.position)
      if (bytesRead === 0 || signal.aborted) return
      this.#input.write(buffer.subarray(0, bytesRead))
      this.position += bytesRead
      this.quiet = 0
    }
  }

  /** Begin again at the first byte, as another input: half a line from before is not the start of a new one. */
  restart(): void {
    this.#input.end()
    this.#input = this.#openInput()
    this.position = 0
  }

  /** End the input, then close the file. */
  async end(): Promise<void> {
    this.#input.end()
    await this.close()
  }

  /** Close the file. */
  async close(): Promise<void> {
    await this.#handle.close()
  }
}
