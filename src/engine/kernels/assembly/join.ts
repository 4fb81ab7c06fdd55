// Elements of text as lines again.

import { allocate, PADDING } from './memory'
import { isText, lengthOf, placeOf } from './slices'

const CHUNK: usize = 1 << 20

let output: usize = 0
let outputSize: usize = 0

/** Return where `joinElements` has written. */
export function joinedPlace(): usize {
  return output
}

/** Write `count` elements of the vector at `from` as lines; returns how many bytes, or -1 where one is no text. */
export function joinElements(from: usize, count: u32): i32 {
  const end = from + (<usize>count << 3)
  let size: usize = 0
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    if (!isText(element)) return -1
    size += <usize>lengthOf(element) + 1
  }
  if (size > outputSize) {
    outputSize = size < CHUNK ? CHUNK : size + (size >> 1)
    output = allocate(outputSize + PADDING)
  }
  let out = output
  for (let at = from; at < end; at += 8) {
    const element = load<u64>(at)
    const place = placeOf(element)
    const length = <usize>lengthOf(element)
    if (length <= 64) {
      v128.store(out, v128.load(place))
      if (length > 16) {
        v128.store(out, v128.load(place, 16), 16)
        v128.store(out, v128.load(place, 32), 32)
        v128.store(out, v128.load(place, 48), 48)
      }
    } else memory.copy(out, place, length)
    store<u8>(out + length, 10)
    out += length + 1
  }
  return <i32>(out - output)
}
