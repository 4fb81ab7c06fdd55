import { OtherValues } from './elements.ts'
import type { KernelInstance } from './instance.ts'
import { type Counted, inOrder, merged } from './key-order.ts'
import { KeyTable, type PackedTable } from './key-table.ts'
import { Program, type ProgramStep } from './program.ts'

/** Gives a counter what it makes of whole lines of text. */
export type Feed = (counter: KeyCounter) => (bytes: Uint8Array) => void

/** Values that are counted at once: fewer than what one scan gives. */
const VALUES = 4000

/** Counts keys by their bytes. */
export class KeyCounter {
  readonly kernels: KernelInstance
  readonly others = new OtherValues()
  readonly #table: KeyTable
  readonly #run: (bytes: Uint8Array) => void
  #position = 0
  #values: string[] = []

  /** @param pages how far each memory may grow, in units of 64 KiB; as far as it can where absent. */
  constructor(feed: Feed, kernels: KernelInstance, pages?: number) {
    this.kernels = kernels
    this.#table = new KeyTable(kernels, this.others, pages)
    this.#run = feed(this)
  }

  /** Number of keys. */
  get size(): number {
    return this.#table.size
  }

  /** True when a new counter is better than this one, once it is empty. */
  get isLarge(): boolean {
    return this.#table.isLarge
  }

  /** Count whole lines; `position` is larger than any number of elements before them, and than those of earlier calls. */
  add(bytes: Uint8Array, position: number): void {
    this.#position = position
    this.#run(bytes)
    this.flush()
  }

  /** Count one value `times` times. */
  addValue(value: unknown, times: number, position: number): void {
    this.#table.countValue(value, times, position)
  }

  /** Say how many elements were before those that come. */
  continueFrom(position: number): void {
    this.#position = position
  }

  /** Count the elements of a vector. */
  countElements(from: number, count: number): void {
    this.#table.count(from, count, this.#position)
    this.#position += count
  }

  /** Count a value; it may wait for others until `flush`. */
  countValue(value: unknown): void {
    if (typeof value === 'string') {
      if (this.#values.push(value) === VALUES) this.flush()
      return
    }
    this.flush()
    this.#table.countValue(value, 1, this.#position++)
  }

  /** Count what waits. */
  flush(): void {
    const values = this.#values
    if (values.length === 0) return
    this.#values = []
    // One text for many: to hash a string and to find it in a Map costs more than to copy it.
    const text = values.join('\n')
    const { exports, vectors } = this.kernels
    if (text.isWellFormed()) {
      const place = exports.inputBuffer(text.length * 3 + 1) >>> 0
      const { bytes } = this.kernels
      const length = bytes.write(text, place)
      bytes[place + length] = 10
      exports.beginScan(place, length + 1)
      // A value with a line feed in it would be two.
      if (exports.scanLines() === values.length && exports.isScanned() !== 0) {
        this.countElements(vectors[0], values.length)
        return
      }
    }
    for (const value of values) this.#table.countValue(value, 1, this.#position++)
  }

  /** Return keys and counts in order of first appearance, and forget them. */
  drain(isAbsorbed = false): Counted {
    const found = this.#table.read()
    this.#table.clear()
    const ordered = isAbsorbed ? inOrder(found) : found
    return ordered.hasReplacements ? merged(ordered) : ordered
  }

  /** Return all that was counted, to be added to another counter, and forget it. */
  pack(): PackedTable {
    const packed = this.#table.pack()
    this.#table.clear()
    return packed
  }

  /** Add what another counter has packed. */
  absorb(packed: PackedTable): void {
    this.#table.absorb(packed)
  }
}

/** Return the feed of a program of kernels. */
export function programFeed(steps: readonly ProgramStep[], refusesPairs = false): Feed {
  return (counter) => {
    const count = (from: number, elements: number): void => counter.countElements(from, elements)
    const program = new Program(steps, () => count, counter.kernels, counter.others, { refusesPairs })
    return (bytes) => program.run(bytes)
  }
}
