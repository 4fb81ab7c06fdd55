import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PullContext } from '../record.ts'
import { Directories } from './directories.ts'
import { fileChunks } from './file.ts'

/** A file of which only the name is known. */
export interface FileName {
  readonly path: string
  /** The last part of the path. */
  readonly name: string
}

/** Where files are: directories of this machine, or a bucket. */
export interface FileStore {
  /** The files that are there now, while nothing else happens where that can be. Throws SourceError. */
  atStart(): readonly FileName[] | Promise<readonly FileName[]>
  /** The files that are there now; what cannot be listed is reported once. */
  list(): Promise<readonly FileName[]>
  /** When a file was last changed, in milliseconds since 1970; undefined where it is no file, or is gone. */
  modified(path: string): Promise<number | undefined>
  /** Bytes of a file. System errors are thrown as they come. */
  size(path: string): Promise<number>
  /** What a file holds, unpacked. Each chunk is overwritten by the next one. ENOENT where it is gone. */
  chunks(path: string): AsyncGenerator<Uint8Array, void>
  close?(): void
}

/** The files of a directory, or of all that match a pattern. */
export class LocalFiles implements FileStore {
  readonly #directories: Directories

  constructor(pattern: string, context: Pick<PullContext, 'report'>) {
    this.#directories = new Directories(pattern, context)
  }

  atStart(): readonly FileName[] {
    return this.#directories
      .listAtStart()
      .map(({ directory, name }) => ({ path: join(directory, name), name }))
  }

  async list(): Promise<readonly FileName[]> {
    const entries = await this.#directories.list()
    return entries.map(({ directory, name }) => ({ path: join(directory, name), name }))
  }

  async modified(path: string): Promise<number | undefined> {
    const stats = await stat(path).catch(() => undefined)
    return stats?.isFile() === true ? stats.mtimeMs : undefined
  }

  async size(path: string): Promise<number> {
    return (await stat(path)).size
  }

  chunks(path: string): AsyncGenerator<Uint8Array, void> {
    return fileChunks(path)
  }
}
