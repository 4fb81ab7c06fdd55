import { closeSync, openSync, write } from 'node:fs'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Partition } from '../batch/partition.ts'
import { SourceError, UsageError } from '../plan/errors.ts'
import type { Plan } from '../plan/plan.ts'
import { recordOfNode } from '../registry.ts'
import { reasonOf } from '../sources/reading/errors.ts'
import type { BlockLog } from './block-log.ts'
import { type Entry, encodeEntry, MAGIC, type RecordedSource, type RecordingHeader } from './format.ts'

/** Bytes that are gathered before they are written in the middle of a batch. */
const GATHERED = 1 << 18
/** Bytes that may wait for the disk before the flow does. */
const MOST_WAITING = 8 << 20
/** The file holds all input: nobody else needs to read it. */
const MODE = 0o600

/** Return what a recording of a plan begins with. */
export function headerOf({ name, interval, nodes }: Plan): RecordingHeader {
  const sources = nodes.flatMap((node): RecordedSource[] => {
    const record = recordOfNode(node)
    if (record.category !== 'source') return []
    return [{ id: node.id, command: node.command, label: node.label, elements: record.elements }]
  })
  return { name, interval, sources }
}

const compress = promisify(gzip)

/**
 * Writes a recording in the background: at every cut, and whenever enough has gathered. What was written is there when
 * the process is killed. A file whose name ends in `.gz` is a row of gzip members, one for each writing, so that it can be
 * read up to the last of them.
 */
export class Recorder implements BlockLog {
  /** Told once when the file cannot be written on. */
  onError: (error: Error) => void = () => {}
  readonly #path: string
  readonly #file: number
  readonly #isCompressed: boolean
  #gathered: Buffer[] = []
  #gatheredBytes = 0
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  #batch: { readonly time: number; readonly zeroTime: number } | undefined
  #isDrained = false
  #error: Error | undefined

  /** Make the file anew. Throws UsageError where it cannot be opened. */
  constructor(path: string, header: RecordingHeader) {
    this.#path = path
    this.#isCompressed = path.endsWith('.gz')
    try {
      this.#file = openSync(path, 'w', MODE)
    } catch (error) {
      throw new UsageError(`--record: ${path}: ${reasonOf(error)}`)
    }
    this.#put(MAGIC)
    this.#add({ kind: 'header', header })
  }

  begin(time: number, zeroTime: number): void {
    // Written with what comes: a batch that is opened last gets nothing.
    this.#batch = { time, zeroTime }
  }

  block(source: number, partition: Partition): void {
    this.#open()
    this.#add({ kind: 'block', source, partition })
  }

  cut(time: number): void {
    this.#open()
    this.#add({ kind: 'cut', time })
    this.#write()
  }

  drained(): void {
    if (this.#isDrained) return
    this.#isDrained = true
    this.#add({ kind: 'drained' })
  }

  ended(): void {
    this.#add({ kind: 'ended' })
  }

  built(interval: number): void {
    this.#batch = undefined
    this.#add({ kind: 'interval', interval })
  }

  pending(): Promise<void> | undefined {
    return this.#waitingBytes > MOST_WAITING ? this.#writing : undefined
  }

  async close(): Promise<void> {
    this.#add({ kind: 'close' })
    this.#write()
    while (this.#writing !== undefined) await this.#writing
    closeSync(this.#file)
    if (this.#error !== undefined) throw this.#error
  }

  #open(): void {
    if (this.#batch === undefined) return
    this.#add({ kind: 'begin', ...this.#batch })
    this.#batch = undefined
  }

  #add(entry: Entry): void {
    if (this.#error !== undefined) return
    try {
      this.#put(encodeEntry(entry))
    } catch (error) {
      this.#fail(new SourceError(`--record ${this.#path}: an element cannot be recorded: ${reasonOf(error)}`))
    }
  }

  #put(bytes: Buffer): void {
    this.#gathered.push(bytes)
    this.#gatheredBytes += bytes.length
    this.#waitingBytes += bytes.length
    if (this.#gatheredBytes >= GATHERED) this.#write()
  }

  #write(): void {
    // Without anything to write, it would be done before it is kept.
    if (this.#gathered.length > 0) this.#writing ??= this.#drain()
  }

  async #drain(): Promise<void> {
    try {
      while (this.#gathered.length > 0) {
        const bytes = Buffer.concat(this.#gathered)
        this.#gathered = []
        this.#gatheredBytes = 0
        await this.#writeAll(this.#isCompressed ? await compress(bytes, { level: 1 }) : bytes)
        this.#waitingBytes -= bytes.length
      }
    } catch (error) {
      const hint = `What was written is good: dstream replay ${this.#path} runs its whole batches.`
      this.#fail(new SourceError(`--record ${this.#path}: ${reasonOf(error)}`, hint))
    } finally {
      this.#writing = undefined
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at += await new Promise<number>((resolve, reject) =>
        write(this.#file, bytes, at, (error, written) => (error === null ? resolve(written) : reject(error))),
      )
    }
  }

  #fail(error: Error): void {
    this.#error = error
    this.#gathered = []
    this.#waitingBytes = 0
    this.onError(error)
  }
}
