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
  /** The time of the batch that is open. */
  #open: number | undefined
  #last = Number.NEGATIVE_INFINITY
  #interval = 1
  #first: number | undefined

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
      if (version !== VERSION) this.#refuse(line, `version ${VERSION}`)
      // Times that no step moves on, or that run back, would have no last batch.
      if (!Number.isSafeInteger(interval) || (interval as number) <= 0)
        this.#refuse(line, 'an interval of whole milliseconds')
      this.#open = undefined
      this.#last = Number.NEGATIVE_INFINITY
      this.#interval = interval as number
      this.#first = undefined
      this.#event({ kind: 'interval', interval: interval as number })
      return
    }
    const match = /^#(begin|end) (\d+)$/.exec(line)
    if (match === null) this.#refuse(line, '#begin TIME, #end TIME or JSON')
    else this.#mark(line, match[1] as 'begin' | 'end', Number(match[2]))
  }

  #mark(line: string, kind: 'begin' | 'end', time: number): void {
    if (kind === 'end') {
      if (time !== this.#open)
        this.#refuse(line, `${this.#open === undefined ? '#begin' : `#end ${this.#open}`}`)
      this.#open = undefined
      this.#last = time
    } else {
      if (this.#open !== undefined) this.#refuse(line, `#end ${this.#open} before the next batch`)
      if (!(time > this.#last && Number.isSafeInteger(time))) this.#refuse(line, 'times that go on')
      this.#first ??= time
      // A window would never come to the end of its slide.
      if ((time - this.#first) % this.#interval !== 0)
        this.#refuse(line, `times that are multiples of ${this.#interval} ms apart`)
      this.#open = time
    }
    this.#event({ kind, time })
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
