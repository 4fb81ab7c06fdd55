import { type FileHandle, open } from 'node:fs/promises'
import type { Partition } from '../batch/partition.ts'
import { diskError } from './disk-error.ts'
import { LOG } from './log-kinds.ts'
import { partitionRecord } from './partition-record.ts'
import { recordHeader } from './records.ts'

/** Bytes that are gathered before they are written. */
const CHUNK = 1 << 20

/** Bytes after which the disk is set to work, so that the end of a batch has little left to wait for. */
const AHEAD = 16 << 20

/** Bytes that may wait for the disk before sources are told to stop reading. */
const WAITING = 16 << 20

/**
 * The write-ahead log: what sources gave, and where batches end, in the order in which it is processed. Blocks are written
 * in the background as they come; the end of a batch resolves when everything up to it is on the disk, so that a batch
 * costs one wait for the disk, however many blocks it has.
 */
export class LogWriter {
  readonly #fail: (error: unknown) => void
  readonly #onRoom: () => void
  #file: FileHandle | undefined
  #path = ''
  #number = 0
  /** Where the next record will stand in the file. */
  #at = 0
  #chunk: Buffer = Buffer.allocUnsafe(CHUNK)
  #used = 0
  /** Chunks that were written and can be filled again. */
  readonly #free: Buffer[] = []
  #waiting = 0
  #writing: Promise<void> = Promise.resolve()
  #error: unknown
  #unsynced = 0
  #early: Promise<void> | undefined
  /** Whether the batch at hand has elements. */
  #hasElements = false
  /** A sync that has not begun: who asks for one joins it. */
  #next: Promise<void> | undefined
  /** Bytes since the log was opened. */
  #written = 0

  /** @param onRoom called when sources may read again. */
  constructor(fail: (error: unknown) => void, onRoom: () => void) {
    this.#fail = fail
    this.#onRoom = onRoom
  }

  /** True while sources must not read, for the disk is behind. */
  get full(): boolean {
    return this.#waiting >= WAITING
  }

  /** Bytes that were written, in all files. */
  get written(): number {
    return this.#written
  }

  /** Go on in another file, a new one or behind what it holds; what was written before is on the disk then. */
  async open(path: string, number: number): Promise<void> {
    await this.#sync()
    await this.#switch(path, async () => {
      this.#number = number
      const file = await open(path, 'a')
      this.#at = (await file.stat()).size
      return file
    })
  }

  /** A source has given a block, which is about to be processed. */
  block(source: number, partition: Partition): void {
    this.#hasElements = true
    this.#append(LOG.block, partitionRecord(source, partition))
  }

  /** A source that is read anew by its position has given the elements of the batch at hand. */
  position(source: number, position: unknown): void {
    this.#hasElements = true
    this.#append(LOG.position, [Buffer.from(JSON.stringify({ source, position }))])
  }

  /** Resolves when all that was written is on the disk. */
  synced(): Promise<void> {
    this.#next ??= this.#writing.then(() => {
      this.#next = undefined
      return this.#sync()
    })
    return this.#next
  }

  /** The batch at `time` ends here. Resolves when its elements are on the disk: at once where it has none. */
  async cut(time: number): Promise<void> {
    this.#append(LOG.cut, [timeBytes(time)])
    if (this.#hasElements) await this.#sync()
    this.#hasElements = false
  }

  /** The outputs of the batch at `time` have it. */
  done(time: number): void {
    this.#append(LOG.done, [timeBytes(time)])
  }

  /** Write what is left and close. */
  async close(): Promise<void> {
    try {
      await this.#sync()
    } finally {
      await this.#switch(this.#path, async () => undefined)
    }
  }

  /** Close the file for another one, in the line of writes: who waits for the disk meanwhile finds one of them open. */
  async #switch(path: string, next: () => Promise<FileHandle | undefined>): Promise<void> {
    const switched = this.#writing.then(async () => {
      const file = this.#file
      this.#file = undefined
      this.#path = path
      await file?.close()
      this.#file = await next()
    })
    this.#writing = switched.catch(() => {})
    await switched.catch((error: unknown) => {
      throw diskError(path, error)
    })
  }

  #append(kind: number, parts: readonly Uint8Array[]): void {
    if (this.#error !== undefined) return
    const header = recordHeader(kind, parts, { file: this.#number, at: this.#at })
    for (const part of [header, ...parts]) {
      this.#put(part)
      this.#at += part.length
    }
  }

  #put(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.length > 0) {
      const space = this.#chunk.length - this.#used
      const now = rest.subarray(0, space)
      this.#chunk.set(now, this.#used)
      this.#used += now.length
      rest = rest.subarray(now.length)
      if (this.#used === this.#chunk.length) this.#flush()
    }
  }

  #flush(): void {
    if (this.#used === 0) return
    const chunk = this.#chunk
    const bytes = chunk.subarray(0, this.#used)
    this.#chunk = this.#free.pop() ?? Buffer.allocUnsafe(CHUNK)
    this.#used = 0
    this.#waiting += bytes.length
    this.#written += bytes.length
    this.#then(async (file) => {
      await writeAll(file, bytes)
      this.#free.push(chunk)
      this.#ahead(file, bytes.length)
      const wasFull = this.full
      this.#waiting -= bytes.length
      if (wasFull && !this.full) this.#onRoom()
    })
  }

  /** Let the disk begin beside the writes that follow; who needs it done waits for a sync of its own. */
  #ahead(file: FileHandle, bytes: number): void {
    this.#unsynced += bytes
    if (this.#unsynced < AHEAD || this.#early !== undefined) return
    this.#unsynced = 0
    this.#early = file
      .datasync()
      // The system tells of a failed write once: a later sync would succeed.
      .catch((error: unknown) => this.#broken(error))
      .finally(() => {
        this.#early = undefined
      })
  }

  async #sync(): Promise<void> {
    this.#flush()
    this.#then(async (file) => {
      // A file is not closed under a sync that is at work.
      await this.#early
      if (this.#error === undefined) await file.datasync()
    })
    await this.#writing
    if (this.#error !== undefined) throw this.#error
  }

  #broken(error: unknown): void {
    if (this.#error !== undefined) return
    this.#error = diskError(this.#path, error)
    this.#fail(this.#error)
  }

  #then(work: (file: FileHandle) => Promise<void>): void {
    this.#writing = this.#writing.then(async () => {
      const file = this.#file
      if (this.#error !== undefined || file === undefined) return
      try {
        await work(file)
      } catch (error) {
        this.#broken(error)
      }
    })
  }
}

/** Write all bytes where the file stands. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let at = 0
  while (at < bytes.length)
    at += (await file.write(bytes, at, Math.min(bytes.length - at, CHUNK << 10))).bytesWritten
}

function timeBytes(time: number): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeDoubleLE(time, 0)
  return bytes
}
