import { canonical } from '../shuffle/keyed-table.ts'
import { type KernelInstance, TAG } from './instance.ts'

/** The bits of an element's second word that hold its length; those above hold its tag. */
export const LENGTH_MASK = 0x1fffffff

/** Values that stand in no bytes, by index: each that is equal to an earlier one has the earlier one's. */
export interface Others {
  readonly values: readonly unknown[]
  index(value: unknown): number
}

/** Return the value of the element at `index` of the vector at `from`. */
export function readElement(
  kernels: KernelInstance,
  from: number,
  index: number,
  others: Others | undefined,
): unknown {
  const { bytes, words } = kernels
  const at = (from >>> 2) + 2 * index
  const place = words[at] as number
  const head = words[at + 1] as number
  return valueAt(bytes, place, head & LENGTH_MASK, head >>> 29, others)
}

/** Return the value that `length` bytes at `place` stand for. */
export function valueAt(
  bytes: Buffer,
  place: number,
  length: number,
  tag: number,
  others: Others | undefined,
): unknown {
  switch (tag) {
    case TAG.text:
      return bytes.toString('utf8', place, place + length)
    case TAG.number:
      return Number(bytes.toString('latin1', place, place + length))
    case TAG.null:
      return null
    case TAG.true:
      return true
    case TAG.false:
      return false
    default:
      return others?.values[bytes.readUInt32LE(place)]
  }
}

/** Make the element at `index` of the vector at `from` stand for `value`; its bytes are kept in scratch. */
export function writeElement(
  kernels: KernelInstance,
  from: number,
  index: number,
  value: unknown,
  others: Others,
): void {
  const { place, length, tag } = encode(kernels, value, others)
  // Only now: scratch may have let the memory grow.
  const at = (from >>> 2) + 2 * index
  kernels.words[at] = place
  kernels.words[at + 1] = (length | (tag << 29)) >>> 0
}

interface Encoded {
  readonly place: number
  readonly length: number
  readonly tag: number
}

/** Return where the bytes of a value stand, and what they stand for. */
export function encode(kernels: KernelInstance, value: unknown, others: Others): Encoded {
  if (typeof value === 'string') {
    // A lone surrogate has no bytes of its own: it would come back as U+FFFD.
    if (!value.isWellFormed()) return encodeOther(kernels, value, others)
    const bytes = Buffer.from(value)
    return { place: kernels.keep(bytes), length: bytes.length, tag: TAG.text }
  }
  if (typeof value === 'number') {
    const bytes = Buffer.from(String(value), 'latin1')
    return { place: kernels.keep(bytes), length: bytes.length, tag: TAG.number }
  }
  if (value === null) return { place: 0, length: 0, tag: TAG.null }
  if (typeof value === 'boolean') return { place: 0, length: 0, tag: value ? TAG.true : TAG.false }
  return encodeOther(kernels, value, others)
}

function encodeOther(kernels: KernelInstance, value: unknown, others: Others): Encoded {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(others.index(value))
  return { place: kernels.keep(bytes), length: 4, tag: TAG.other }
}

/** Values that have no bytes, such as records: equal values have one index, by which a table can compare them. */
export class OtherValues implements Others {
  readonly values: unknown[] = []
  readonly #indexes = new Map<string, number>()

  index(value: unknown): number {
    // A function or a symbol would be compared by its text; neither comes out of data.
    const key = typeof value === 'string' ? `"${value}` : canonical(value)
    const known = this.#indexes.get(key)
    if (known !== undefined) return known
    const index = this.values.push(value) - 1
    this.#indexes.set(key, index)
    return index
  }

  /** Forget all: the indexes of a table that is empty. */
  clear(): void {
    this.values.length = 0
    this.#indexes.clear()
  }
}
