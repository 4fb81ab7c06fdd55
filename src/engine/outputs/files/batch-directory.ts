import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../../sources/reading/errors.ts'

/** What a directory of a batch holds; it is replaced only where it holds nothing else. */
const OWN = /^(part-(r-)?\d{5,}(\.(gz|zst|parquet|arrow))?|_SUCCESS|\..*\.crc)$/

/** The file that says that a batch is whole. */
export const SUCCESS = '_SUCCESS'

/** How the parts of a batch are called. */
export interface PartNames {
  /** What the number of a part stands behind: `part-`. */
  readonly prefix: string
  /** What stands behind the number: `.gz`. */
  readonly ending: string
}

/** Return whether a name may be that of a file of a batch. */
export function isOwn(name: string): boolean {
  return OWN.test(name)
}

/**
 * The files of one batch: `part-00000` and so on, and `_SUCCESS`. They are written to a hidden directory beside the one
 * that they become by renaming, so that a reader sees all of a batch or nothing. A directory of an earlier run of the
 * same batch is replaced. Every method throws the error of the system call that failed.
 */
export class BatchDirectory {
  readonly #path: string
  readonly #temporary: string
  readonly #names: PartNames
  #parts = 0
  #part: number | undefined

  constructor(path: string, names: PartNames) {
    this.#path = path
    this.#temporary = join(dirname(path), `.${basename(path)}.writing`)
    this.#names = names
    mkdirSync(dirname(path), { recursive: true })
    // What a run left that was killed.
    rmSync(this.#temporary, { recursive: true, force: true })
    mkdirSync(this.#temporary)
  }

  /** True between two parts. */
  get isBetween(): boolean {
    return this.#part === undefined
  }

  /** Return the path of the next part, which is then there or is not. */
  nextPart(): string {
    const { prefix, ending } = this.#names
    const name = `${prefix}${String(this.#parts).padStart(5, '0')}${ending}`
    this.#parts += 1
    return join(this.#temporary, name)
  }

  /** Begin the next part. */
  beginPart(): void {
    this.#part = openSync(this.nextPart(), 'w')
  }

  /** Append to the part that is open. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#part as number, bytes, at)
  }

  /** End the part that is open. */
  endPart(): void {
    const part = this.#part
    this.#part = undefined
    if (part !== undefined) closeSync(part)
  }

  /** Return the directory in which the batch is now whole, under its hidden name. */
  complete(): string {
    this.endPart()
    writeFileSync(join(this.#temporary, SUCCESS), '')
    return this.#temporary
  }

  /** Put the directory where readers look for it. */
  commit(): void {
    this.complete()
    try {
      renameSync(this.#temporary, this.#path)
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) throw error
      this.#replace()
    }
  }

  /** Leave nothing behind. Throws nothing: there is already an error, or nobody waits for the batch. */
  abandon(): void {
    try {
      this.endPart()
      rmSync(this.#temporary, { recursive: true, force: true })
    } catch {
      // The next run of the batch removes it.
    }
  }

  #replace(): void {
    const foreign = readdirSync(this.#path).find((name) => !isOwn(name))
    if (foreign !== undefined)
      throw new Error(`it is there already, and holds ${foreign}, which is no file of a batch`)
    const old = join(dirname(this.#path), `.${basename(this.#path)}.replaced`)
    rmSync(old, { recursive: true, force: true })
    renameSync(this.#path, old)
    renameSync(this.#temporary, this.#path)
    rmSync(old, { recursive: true, force: true })
  }
}
