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
const OWN = /^(part-(r-)?\d{5,}|_SUCCESS|\..*\.crc)$/

/**
 * The files of one batch: `part-00000` and so on, and `_SUCCESS`. They are written to a hidden directory beside the one
 * that they become by renaming, so that a reader sees all of a batch or nothing. A directory of an earlier run of the
 * same batch is replaced. Every method throws the error of the system call that failed.
 */
export class BatchDirectory {
  readonly #path: string
  readonly #temporary: string
  readonly #partPrefix: string
  #parts = 0
  #part: number | undefined

  /** @param partPrefix what the number of a part stands behind: `part-`. */
  constructor(path: string, partPrefix: string) {
    this.#path = path
    this.#temporary = join(dirname(path), `.${basename(path)}.writing`)
    this.#partPrefix = partPrefix
    mkdirSync(dirname(path), { recursive: true })
    // What a run left that was killed.
    rmSync(this.#temporary, { recursive: true, force: true })
    mkdirSync(this.#temporary)
  }

  /** True between two parts. */
  get isBetween(): boolean {
    return this.#part === undefined
  }

  /** Begin the next part. */
  beginPart(): void {
    const name = `${this.#partPrefix}${String(this.#parts).padStart(5, '0')}`
    this.#part = openSync(join(this.#temporary, name), 'w')
    this.#parts += 1
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

  /** Put the directory where readers look for it. A batch without elements has one empty part. */
  commit(): void {
    if (this.#parts === 0) this.beginPart()
    this.endPart()
    writeFileSync(join(this.#temporary, '_SUCCESS'), '')
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
    const foreign = readdirSync(this.#path).find((name) => !OWN.test(name))
    if (foreign !== undefined)
      throw new Error(`it is there already, and holds ${foreign}, which is no file of a batch`)
    const old = join(dirname(this.#path), `.${basename(this.#path)}.replaced`)
    rmSync(old, { recursive: true, force: true })
    renameSync(this.#path, old)
    renameSync(this.#temporary, this.#path)
    rmSync(old, { recursive: true, force: true })
  }
}
