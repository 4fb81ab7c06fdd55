import { BitSet } from './bit-set.ts'
import { countOf, listOf, numberOf, recordOf, unfit, wholeNumbersOf } from './saved.ts'
import { savable } from './saved-values.ts'
import type { WindowBatch } from './window-keys.ts'

/** Numbers of batches and places. */
const MOST = 2 ** 31

/** Return a batch of a window as data. Throws NotSavable at a combiner that would not come back. */
export function savedWindowBatch({ time, number, slots, combiners, next, first }: WindowBatch): unknown {
  return { time, number, slots, combiners: savable(combiners), next, first: first.numbers() }
}

/** What the keys of a window are written down as. */
interface WindowColumns {
  readonly arrived: number
  readonly keys: readonly unknown[]
  readonly free: Int32Array
  readonly last: Int32Array<ArrayBuffer>
  readonly batches: readonly WindowBatch[]
}

/** Return the columns that were written down. Throws a TypeError where they are none, or point to what is not there. */
export function windowColumnsOf(saved: unknown): WindowColumns {
  const record = recordOf(saved, 'arrived', 'keys', 'free', 'last', 'batches')
  const keys = listOf(record.keys)
  const arrived = countOf(record.arrived)
  const batches = listOf(record.batches).map((item) => windowBatchOf(item, keys.length))
  const from = arrived - batches.length
  for (const [index, { number, next }] of batches.entries()) {
    if (number !== from + index) throw unfit(`batch ${from + index}`, String(number))
    for (let place = 0; place < next.length; place += 2) {
      const later = next[place] as number
      if (later === -1) continue
      const size = later > number ? batches[later - from]?.size : undefined
      if (size === undefined || (next[place + 1] as number) >= size || (next[place + 1] as number) < 0)
        throw unfit('the place of a key in a later batch', `${later}, ${next[place + 1]}`)
    }
  }
  const last = wholeNumbersOf(record.last, -MOST, MOST)
  if (last.length < keys.length * 2) throw unfit(`${keys.length * 2} places`, String(last.length))
  const free = wholeNumbersOf(record.free, 0, keys.length)
  const isFree = new Set(free)
  for (let slot = 0; slot < keys.length; slot++) {
    if (isFree.has(slot)) continue
    const size = batches[(last[slot * 2] as number) - from]?.size
    if (size === undefined || !((last[slot * 2 + 1] as number) < size))
      throw unfit('the last batch of a key', `${last[slot * 2]}, ${last[slot * 2 + 1]}`)
  }
  return { arrived, keys, free, last, batches }
}

function windowBatchOf(saved: unknown, keys: number): WindowBatch {
  const record = recordOf(saved, 'time', 'number', 'slots', 'combiners', 'next', 'first')
  const slots = wholeNumbersOf(record.slots, 0, keys)
  const size = slots.length
  const first = new BitSet(size)
  for (const place of wholeNumbersOf(record.first, 0, size)) first.add(place)
  return {
    time: numberOf(record.time),
    number: countOf(record.number),
    size,
    slots,
    combiners: listOf(record.combiners, size),
    next: wholeNumbersOf(record.next, -1, MOST, size * 2),
    first,
  }
}
