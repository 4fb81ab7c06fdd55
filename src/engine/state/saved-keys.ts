import { bytesOfKey, isHeader, isOther, NO_KEY } from './encoded-key.ts'
import type { KeySlots } from './key-slots.ts'
import { bytesOf, listOf, recordOf, unfit, wholeNumbersOf } from './saved.ts'
import { savable } from './saved-values.ts'

/** The keys of some slots, one behind the other. */
export interface KeyColumns {
  /** By place, the first word of the key, which tells its kind and length; `NO_KEY` for a slot that is free. */
  readonly heads: Int32Array
  /** The bytes of all keys. */
  readonly bytes: Uint8Array
  /** The keys that are neither text nor number. */
  readonly others: readonly unknown[]
}

/** Return the keys of `count` slots as columns. Throws NotSavable at a key that would not come back. */
export function keyColumns(keys: KeySlots, count: number, slotAt: (place: number) => number): KeyColumns {
  const { arena } = keys
  const heads = new Int32Array(count)
  const others: unknown[] = []
  let size = 0
  for (let place = 0; place < count; place++) {
    const address = keys.address(slotAt(place))
    const head = address < 0 ? NO_KEY : arena.header(address)
    heads[place] = head
    if (head === NO_KEY) continue
    size += bytesOfKey(head)
    if (isOther(head)) others.push(savable(keys.key(address)))
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (let place = 0; place < count; place++)
    if (heads[place] !== NO_KEY) at = arena.copyBytes(keys.address(slotAt(place)), bytes, at)
  return { heads, bytes, others }
}

/** Return the columns of `count` slots that were written down. Throws a TypeError where they are none. */
export function keyColumnsOf(saved: unknown, count: number): KeyColumns {
  const columns = recordOf(saved, 'heads', 'bytes', 'others')
  const heads = wholeNumbersOf(columns.heads, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, count)
  const bytes = bytesOf(columns.bytes)
  let size = 0
  let others = 0
  for (const head of heads) {
    if (head === NO_KEY) continue
    if (!isHeader(head)) throw unfit('the kind of a key', String(head))
    size += bytesOfKey(head)
    if (isOther(head)) others += 1
  }
  if (size !== bytes.length) throw unfit(`${size} bytes of keys`, String(bytes.length))
  return { heads, bytes, others: listOf(columns.others, others) }
}
