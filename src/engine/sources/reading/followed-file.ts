import type { BigIntStats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { checksum } from '../../batch/checksum.ts'
import { SourceError } from '../../plan/errors.ts'
import type { FramingKind } from '../framing/framing.ts'
import type { Receiver, TextInput } from '../record.ts'

/** Bytes before a place by which the file is known to be the same: another one may have got its inode. */
const KNOWN_BYTES = 64

/** Bytes of half a record up to which those before it are kept at hand. */
const KEPT_PENDING = 65_536

/** A place in a file, as data of JSON. */
export interface FilePlace {
  readonly dev: string
  readonly ino: string
  /** Bytes up to the end of the last record that was handed over. */
  readonly offset: number
  /** Checksum of the last of them. */
  readonly before: number
}

/** Where to begin in a file; at a place, records behind it that were received before are passed over. */
export type Beginning = 'start' | 'end' | { readonly place: FilePlace; readonly received: number }

/** An open file that may grow; it is known by its inode, so that a new name does not end it. */
export class FollowedFile {
  /** Where the next read starts, in bytes. */
  position: number
  /** How many times in a row nothing was there to read. */
  quiet = 0
  readonly #handle: FileHandle
  readonly #inode: Pick<BigIntStats, 'dev' | 'ino'>
  readonly #openInput: (received?: number) => TextInput
  #input: TextInput
  #place: FilePlace | undefined
  /** The last bytes before the position; undefined where they must be read again. */
  #recent: Buffer | undefined

  private constructor(
    handle: FileHandle,
    inode: Pick<BigIntStats, 'dev' | 'ino'>,
    position: number,
    openInput: (received?: number) => TextInput,
    received: number,
  ) {
    this.position = position
    this.#handle = handle
    this.#inode = inode
    if (position === 0) this.#recent = Buffer.alloc(0)
    this.#openInput = openInput
    this.#input = openInput(received)
  }

  /**
   * Open the file of that name; rejects with SourceError when it cannot grow, with the system's error otherwise.
   *
   * @returns undefined where it is not the file of the place, or holds something else there now.
   */
  static async open<B extends Beginning>(
    path: string,
    framing: FramingKind,
    receiver: Receiver,
    beginning: B,
  ): Promise<FollowedFile | (B extends string ? never : undefined)> {
    type Opened = FollowedFile | (B extends string ? never : undefined)
    const handle = await open(path)
    try {
      const stats = await handle.stat({ bigint: true })
      if (stats.isDirectory()) throw new SourceError(`${path}: is a directory`, 'files DIR reads a directory')
      if (!stats.isFile())
        throw new SourceError(`${path}: is not a regular file`, 'text FILE reads a pipe or device')
      const openInput = (received?: number): TextInput => receiver.open(path, framing, received)
      if (typeof beginning === 'string') {
        const position = beginning === 'start' ? 0 : Number(stats.size)
        return new FollowedFile(handle, stats, position, openInput, 0)
      }
      const { place, received } = beginning
      const isThat = isOf(stats, place) && (await checksumBefore(handle, place.offset)) === place.before
      if (isThat) return new FollowedFile(handle, stats, place.offset, openInput, received)
      await handle.close()
      return undefined as Opened
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** True when `stats` are of this very file. */
  is(stats: Pick<BigIntStats, 'dev' | 'ino'>): boolean {
    return stats.ino === this.#inode.ino && stats.dev === this.#inode.dev
  }

  /** Read what is there into `buffer`; `take` hands it over. */
  async read(buffer: Buffer): Promise<Buffer> {
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.position)
    return buffer.subarray(0, bytesRead)
  }

  /** Hand over what was read. */
  take(bytes: Buffer): void {
    this.#input.write(bytes)
    this.position += bytes.length
    this.quiet = 0
    const { pending } = this.#input
    const kept = KNOWN_BYTES + pending
    if (pending > KEPT_PENDING) this.#recent = undefined
    else if (bytes.length >= kept) this.#recent = Buffer.from(bytes.subarray(-kept))
    else if (this.#recent !== undefined) this.#recent = Buffer.concat([this.#recent, bytes]).subarray(-kept)
  }

  /** Return where it stands; undefined where that takes a look into the file. */
  placeAtHand(): FilePlace | undefined {
    const offset = this.position - this.#input.pending
    if (this.#place?.offset === offset) return this.#place
    const recent = this.#recent
    if (recent === undefined || recent.length < Math.min(KNOWN_BYTES, offset) + this.#input.pending)
      return undefined
    const before = recent.subarray(0, recent.length - this.#input.pending).subarray(-KNOWN_BYTES)
    return this.#placeOf(offset, checksum(before))
  }

  /** Return where it stands. */
  async place(): Promise<FilePlace> {
    const atHand = this.placeAtHand()
    if (atHand !== undefined) return atHand
    const offset = this.position - this.#input.pending
    return this.#placeOf(offset, (await checksumBefore(this.#handle, offset)) ?? 0)
  }

  #placeOf(offset: number, before: number): FilePlace {
    const { dev, ino } = this.#inode
    this.#place = { dev: String(dev), ino: String(ino), offset, before }
    return this.#place
  }

  /** Begin again at the first byte, as another input: half a line from before is not the start of a new one. */
  restart(): void {
    this.#input.end()
    this.#input = this.#openInput()
    this.#place = undefined
    this.#recent = Buffer.alloc(0)
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

/** True when `stats` are of the file of a place. */
export function isOf(stats: Pick<BigIntStats, 'dev' | 'ino'>, place: FilePlace): boolean {
  return String(stats.ino) === place.ino && String(stats.dev) === place.dev
}

/** Return the checksum of the last bytes before `offset`; undefined where the file is shorter. */
async function checksumBefore(handle: FileHandle, offset: number): Promise<number | undefined> {
  const bytes = Buffer.alloc(Math.min(KNOWN_BYTES, offset))
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset - bytes.length)
  return bytesRead < bytes.length ? undefined : checksum(bytes)
}
