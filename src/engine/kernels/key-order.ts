import type { KeyCounts } from './records.ts'

/** Keys and how often each occurred, in order of first appearance. */
export interface Counted {
  readonly keys: unknown[]
  readonly counts: number[]
}

/** Return keys and counts in order of their positions. */
export function inOrder({ keys, counts, positions, hasReplacements }: KeyCounts): KeyCounts {
  const order = orderOf(positions)
  const ordered: KeyCounts = { keys: [], counts: [], positions, hasReplacements }
  for (let at = 0; at < order.length; at++) {
    const index = order[at] as number
    ordered.keys.push(keys[index])
    ordered.counts.push(counts[index] as number)
  }
  return ordered
}

/** A position and an index that fit into one integer of 64 bits are sorted as such, ten times as fast as by a function. */
const INDEX_BITS = 24
const INDEX_MASK = 2 ** INDEX_BITS - 1
const MOST_POSITION = 2 ** (64 - INDEX_BITS)
/** Positions by which the upper word of such an integer grows by one. */
const UPPER = 2 ** (32 - INDEX_BITS)

function orderOf(positions: readonly number[]): Uint32Array {
  const count = positions.length
  if (count > 2 ** INDEX_BITS || positions.some((position) => position >= MOST_POSITION)) {
    const at = (index: number): number => positions[index] as number
    return Uint32Array.from(positions.keys()).sort((a, b) => at(a) - at(b))
  }
  const sorted = new BigUint64Array(count)
  const words = new Uint32Array(sorted.buffer)
  for (let index = 0; index < count; index++) {
    const position = positions[index] as number
    words[2 * index] = (position << INDEX_BITS) | index
    words[2 * index + 1] = Math.floor(position / UPPER)
  }
  sorted.sort()
  const order = new Uint32Array(count)
  for (let index = 0; index < count; index++) order[index] = (words[2 * index] as number) & INDEX_MASK
  return order
}

/** Return keys without those that show equal to an earlier one, whose counts are added to it. */
export function merged({ keys, counts }: Counted): Counted {
  const places = new Map<unknown, number>()
  const into: Counted = { keys: [], counts: [] }
  for (const [index, key] of keys.entries()) {
    const place = places.get(key)
    if (place === undefined) {
      places.set(key, into.keys.push(key) - 1)
      into.counts.push(counts[index] as number)
    } else into.counts[place] = (into.counts[place] as number) + (counts[index] as number)
  }
  return into
}
