import { firstLines } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import type { Framer, FramingKind } from '../sources/framing/framing.ts'
import type { TextInput } from '../sources/record.ts'
import { BATCHES_MAGIC, type BatchesEvent, BatchesReader } from './batches-reader.ts'

/** What an input tells its context. */
export interface FramedInputOptions {
  readonly malformed: (count: number, name: string) => void
  readonly drop: (count: number, reason: string) => void
  /** A batch time read from a stream of batches; undefined where it cannot be followed. */
  readonly batches: ((event: BatchesEvent) => void) | undefined
}

/** One input with its framer; a stream of batches is known by its first line. */
export class FramedInput implements TextInput {
  readonly #framer: Framer
  readonly #name: string
  readonly #options: FramedInputOptions
  readonly #store: (partition: Partition) => void
  readonly #onEnd: () => void
  #batches: BatchesReader | undefined
  #isFirst: boolean
  #malformed = 0
  #dropped = 0
  #ended = false

  constructor(
    framer: Framer,
    framing: FramingKind,
    name: string,
    options: FramedInputOptions,
    store: (partition: Partition) => void,
    onEnd: () => void,
  ) {
    this.#framer = framer
    this.#onEnd = onEnd
    this.#name = name
    this.#options = options
    this.#store = store
    this.#isFirst = framing === 'lines' && options.batches !== undefined
  }

  get pending(): number {
    return this.#framer.pending
  }

  write(bytes: Uint8Array): void {
    if (this.#ended) return
    try {
      this.#framer.push(bytes, this.#emit)
    } catch (error) {
      this.discard()
      throw error
    }
    this.#count()
  }

  get held(): number {
    return this.#ended ? 0 : this.#framer.held
  }

  discard(): void {
    if (this.#ended) return
    this.#ended = true
    this.#onEnd()
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#onEnd()
    this.#framer.end(this.#emit)
    this.#count()
  }

  readonly #emit = (partition: Partition): void => {
    if (this.#isFirst && partition.kind === 'text' && partition.count > 0) {
      this.#isFirst = false
      const start = Buffer.from(firstLines(partition.bytes, 1)).toString()
      const { batches } = this.#options
      if (batches !== undefined && start.startsWith(BATCHES_MAGIC)) {
        this.#batches = new BatchesReader(this.#name, this.#store, batches)
      }
    }
    if (this.#batches !== undefined) this.#batches.push(partition)
    else this.#store(partition)
  }

  #count(): void {
    const malformed = this.#framer.malformed - this.#malformed
    if (malformed > 0) this.#options.malformed(malformed, this.#name)
    this.#malformed += malformed
    const dropped = this.#framer.dropped - this.#dropped
    if (dropped > 0) this.#options.drop(dropped, `truncated records of ${this.#name}`)
    this.#dropped += dropped
  }
}
