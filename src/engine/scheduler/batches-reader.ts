import { eachElement } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import { SourceError } from '../plan/errors.ts'

/** How a stream written by `emit --format batches` begins; the version follows. */
export const BATCHES_MAGIC = '#dstream batches '
const VERSION = 1

/** What a stream of batches says between its elements. */
export type BatchesEvent =
  | { readonly kind: 'interval'; readonly interval: number }
  | { readonly kind: 'begin' | 'end'; readonly time: number }

/**
 * Reads what `emit --format batches` writes, a line each: `#dstream batches 1 INTERVAL`, then for every batch
 * `#begin TIME`, its elements as JSON, `#end TIME`; times and the interval in milliseconds.
 */
export class BatchesReader {
  readonly #name: string
  readonly #store: (partition: Partition) => void
  readonly #event: (event: BatchesEvent) => void
  #rows: unknown[] = []

  constructor(name: string, store: (partition: Partition) => void, event: (event: BatchesEvent) => void) {
    this.#name = name
    this.#store = store
    this.#event = event
  }

  /** Take lines. Throws SourceError at one that belongs to no stream of batches. */
  push(partition: Partition): void {
    eachElement(partition, (line) => this.#line(line as string))
    this.#flush()
  }

  #line(line: string): void {
    if (!line.startsWith('#')) {
      this.#rows.push(this.#parse(line))
      return
    }
    this.#flush()
    if (line.startsWith(BATCHES_MAGIC)) {
      const [version, interval] = line.slice(BATCHES_MAGIC.length).split(' ').map(Number)
      if (version !== VERSION || !interval) this.#refuse(line, `version ${VERSION}`)
      else this.#event({ kind: 'interval', interval })
      return
    }
    const match = /^#(begin|end) (\d+)$/.exec(line)
    if (match === null) this.#refuse(line, '#begin TIME, #end TIME or JSON')
    else this.#event({ kind: match[1] as 'begin' | 'end', time: Number(match[2]) })
  }

  #parse(line: string): unknown {
    try {
      return JSON.parse(line)
    } catch {
      return this.#refuse(line, 'JSON')
    }
  }

  #refuse(line: string, expected: string): never {
    throw new SourceError(`${this.#name}: a stream of batches has ${expected}, got ${line.slice(0, 60)}`)
  }

  #flush(): void {
    if (this.#rows.length === 0) return
    const rows = this.#rows
    this.#rows = []
    this.#store({ kind: 'rows', rows })
  }
}
