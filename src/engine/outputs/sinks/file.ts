import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, link, mkdir, open, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { SourceError } from '../../plan/errors.ts'
import { codeOf, reasonOf } from '../../sources/reading/errors.ts'
import { loadPack, type Pack } from '../files/compression.ts'
import { savedEncoder } from '../formats/file-encoder.ts'
import { separatedEncoder } from '../formats/separated.ts'
import { type FileName, fileNameOf, pathAt, type Roll, rollOf } from './file/file-name.ts'
import { type Entry, readLedger, syncDirectory, writeLedger } from './file/ledger.ts'
import type { Rows } from './rows.ts'
import type { OpenSink, Sink, SinkOptions } from './sink.ts'

/** `file:PATH`: batches behind each other in a file, and the next file where `--roll` says so. */
export const openFile: OpenSink = async (options) => {
  const name = fileNameOf(options.path ?? '')
  if (typeof name === 'string') throw new SourceError(name)
  const roll = options.roll === undefined ? undefined : rollOf(options.roll)
  const pack = name.compression === undefined ? undefined : await loadPack(name.compression)
  const file = new RollingFile(options, name, roll, pack)
  await file.attempt(() => file.goOn())
  return file
}

/**
 * The file is written under a hidden name, and linked to its own when it is whole. Behind each batch the ledger says how
 * many bytes count: what a killed run wrote behind them is cut off, and a batch that it says is there is not written again.
 */
class RollingFile implements Sink {
  readonly #name: FileName
  readonly #roll: Roll | undefined
  readonly #pack: Pack | undefined
  readonly #isRecoverable: boolean
  readonly #unfinished: string
  readonly #ledger: string
  #entry: Entry = { time: Number.NEGATIVE_INFINITY }

  constructor(options: SinkOptions, name: FileName, roll: Roll | undefined, pack: Pack | undefined) {
    this.#name = name
    this.#roll = roll
    this.#pack = pack
    this.#isRecoverable = options.isRecoverable
    const writer = createHash('sha256').update(options.identity).digest('hex').slice(0, 12)
    const hidden = join(name.folder, `.${name.stem}${name.ending}.${writer}`)
    this.#unfinished = `${hidden}.writing`
    this.#ledger = `${hidden}.ledger`
  }

  /** Begin where the run before ended. */
  async goOn(): Promise<void> {
    await mkdir(this.#name.folder, { recursive: true })
    await access(this.#name.folder, constants.W_OK | constants.X_OK)
    const entry = await readLedger(this.#ledger)
    const found = await stat(this.#unfinished).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error
    })
    if (entry !== undefined) this.#entry = entry
    const { file, time } = this.#entry
    if (file !== undefined && found?.nlink === 1) {
      await truncate(this.#unfinished, file.bytes)
      return
    }
    // It has its own name already, or nothing of it counts.
    if (found !== undefined) await rm(this.#unfinished)
    if (file !== undefined) await this.#write({ time })
  }

  async write(time: number, rows: Rows): Promise<void> {
    if (time <= this.#entry.time) return
    const start = this.#startOf(time)
    const { file } = this.#entry
    if (file !== undefined && this.#isTimed && file.start !== start) await this.attempt(() => this.#finish())
    if (rows.elements.length === 0) return
    try {
      const { text, columns } = this.#textOf(rows)
      const plain = Buffer.from(text)
      await this.attempt(() => this.#append(time, start, this.#pack?.(plain) ?? plain, columns))
    } catch (error) {
      // No run goes on behind this one: what is whole must not stay under a hidden name.
      if (!this.#isRecoverable) await this.close(false).catch(() => {})
      throw error
    }
    const { bytes = 0 } = this.#entry.file ?? {}
    if (this.#roll !== undefined && 'bytes' in this.#roll && bytes >= this.#roll.bytes)
      await this.attempt(() => this.#finish())
  }

  async close(isRecoverable: boolean): Promise<void> {
    await this.attempt(() => this.#finish())
    if (!isRecoverable) await rm(this.#ledger, { force: true })
  }

  /** Do what may fail, and say in words why it did. */
  async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      const path = pathAt(this.#name, undefined, 0)
      throw new SourceError(`cannot write ${path}: ${reasonOf(error)}`)
    }
  }

  get #isTimed(): boolean {
    return this.#roll !== undefined && 'milliseconds' in this.#roll
  }

  /** When the file began that a batch belongs to; undefined where all do. */
  #startOf(time: number): number | undefined {
    if (this.#roll === undefined) return undefined
    return 'bytes' in this.#roll ? time : time - (time % this.#roll.milliseconds)
  }

  #textOf({ columns, elements, values }: Rows): { text: string; columns?: readonly string[] } {
    const { format } = this.#name
    const isRenamed = columns.some(({ name, field }) => name !== field)
    const records =
      isRenamed || format === 'csv' || format === 'tsv'
        ? values.map((row) => Object.fromEntries(columns.map(({ name }, place) => [name, row[place]])))
        : elements
    if (format !== 'csv' && format !== 'tsv') {
      const encoder = savedEncoder(format)
      return { text: records.map((record) => encoder.element(record)).join('') }
    }
    const encoder = separatedEncoder(format === 'csv' ? ',' : '\t', this.#entry.file?.columns)
    const text = records.map((record) => encoder.element(record)).join('')
    return { text, ...(encoder.columns === undefined ? {} : { columns: encoder.columns }) }
  }

  async #append(
    time: number,
    start: number | undefined,
    bytes: Uint8Array,
    columns: readonly string[] | undefined,
  ): Promise<void> {
    const { file: before } = this.#entry
    const from = before?.bytes ?? 0
    const began = before === undefined ? start : before.start
    const file = await open(this.#unfinished, before === undefined ? 'w' : 'r+')
    try {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, at, bytes.length - at, from + at)
        at += bytesWritten
      }
      await file.datasync()
      await this.#write({
        time,
        file: {
          bytes: from + bytes.length,
          ...(began === undefined ? {} : { start: began }),
          ...(columns === undefined ? {} : { columns }),
        },
      })
    } catch (error) {
      // What stands behind the batches that count must not be in the file that is left.
      await file.truncate(from).catch(() => {})
      throw error
    } finally {
      await file.close()
    }
  }

  /** Give the file its own name; where another run wrote one of that name, with a number behind it. */
  async #finish(): Promise<void> {
    const { file, time } = this.#entry
    if (file === undefined) return
    for (let number = 0; !(await this.#named(pathAt(this.#name, file.start, number))); ) number += 1
    await rm(this.#unfinished, { force: true })
    await syncDirectory(this.#name.folder)
    await this.#write({ time })
  }

  /** Name the file so; false where there is another one of that name. */
  async #named(path: string): Promise<boolean> {
    try {
      await link(this.#unfinished, path)
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      // A disk that knows no links.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? '')) throw error
      const isThere = await access(path).then(
        () => true,
        () => false,
      )
      if (isThere) return false
      await rename(this.#unfinished, path)
      return true
    }
  }

  async #write(entry: Entry): Promise<void> {
    await writeLedger(this.#ledger, entry)
    this.#entry = entry
  }
}
