import { eachElement } from '../batch/lines.ts'
import { copyBytes, type Partition, type TextPartition } from '../batch/partition.ts'

/**
 * Gathers what is pushed into few partitions: text stays bytes, copied together; other elements become rows.
 */
export class Collector {
  #partitions: Partition[] = []
  #rows: unknown[] = []
  #chunks: Uint8Array[] = []
  #lines = 0
  /** A part of the partition at hand is already closed. */
  #isOpen = false

  /** Take one element. */
  readonly emit = (element: unknown): void => {
    if (this.#lines > 0) this.#closeText()
    this.#rows.push(element)
  }

  /** Take a partition; text is copied, for its bytes belong to the one who pushes. */
  push(partition: Partition): void {
    if (partition.kind === 'text') {
      if (partition.count === 0) return
      this.#closeRows()
      this.#chunks.push(copyBytes(partition.bytes))
      this.#lines += partition.count
    } else if (partition.kind === 'rows') {
      if (this.#lines > 0) this.#closeText()
      for (const row of partition.rows) this.#rows.push(row)
    } else {
      if (this.#lines > 0) this.#closeText()
      eachElement(partition, this.emit)
    }
  }

  /** The partition at hand is complete, even when nothing came: what follows belongs to the next. */
  seal(): void {
    const before = this.#partitions.length
    this.#closeText()
    this.#closeRows()
    const isEmpty = this.#partitions.length === before && !this.#isOpen
    if (isEmpty) this.#partitions.push({ kind: 'rows', rows: [] })
    this.#isOpen = false
  }

  /** Return what was gathered since the last call. */
  take(): Partition[] {
    this.#closeText()
    this.#closeRows()
    const partitions = this.#partitions
    this.#partitions = []
    this.#isOpen = false
    return partitions
  }

  #closeText(): void {
    if (this.#lines === 0) return
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Uint8Array) : Buffer.concat(this.#chunks)
    const text: TextPartition = { kind: 'text', bytes, count: this.#lines }
    this.#partitions.push(text)
    this.#isOpen = true
    this.#chunks = []
    this.#lines = 0
  }

  #closeRows(): void {
    if (this.#rows.length === 0) return
    this.#partitions.push({ kind: 'rows', rows: this.#rows })
    this.#isOpen = true
    this.#rows = []
  }
}
