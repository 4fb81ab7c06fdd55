import type { Features } from './features.ts'

const BYTES = new Uint8Array(4096)
const ENCODER = new TextEncoder()

/**
 * Return MurmurHash3 of 32 bits, by Austin Appleby, of the UTF-8 bytes of a text with the seed 0, as a signed number.
 */
export function murmurHash3(text: string): number {
  let length = 0
  let bytes = BYTES
  if (text.length * 3 <= BYTES.length) {
    for (; length < text.length; length++) {
      const unit = text.charCodeAt(length)
      if (unit > 127) break
      BYTES[length] = unit
    }
    if (length < text.length) length = ENCODER.encodeInto(text, BYTES).written
  } else {
    bytes = ENCODER.encode(text)
    length = bytes.length
  }
  let hash = 0
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    const word =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    hash ^= scrambled(word)
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  let tail = 0
  for (let at = length - 1; at >= whole; at--) tail = (tail << 8) | (bytes[at] as number)
  hash ^= scrambled(tail)
  hash ^= length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function scrambled(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
}

/**
 * Return words as features in 2^`bits` places, found by their hashes, so that any number of different words takes the same
 * memory (the hashing trick of Weinberger et al., 2009; places as those of scikit-learn's `FeatureHasher` without signs).
 * A word `name:2.5` is the feature `name` with the value 2.5, any other one has 1; values of one place are added up.
 */
export function hashedWords(words: readonly string[], bits: number): Features {
  const size = 2 ** bits
  const places: number[] = []
  const values: number[] = []
  for (const word of words) {
    if (word === '') continue
    const colon = word.lastIndexOf(':')
    const value = colon < 1 || colon === word.length - 1 ? Number.NaN : Number(word.slice(colon + 1))
    const isValued = Number.isFinite(value)
    const place = Math.abs(murmurHash3(isValued ? word.slice(0, colon) : word)) % size
    insert(places, values, place, isValued ? value : 1)
  }
  return { indices: Int32Array.from(places), values, size }
}

/** Add a value at its place; places ascend. */
function insert(places: number[], values: number[], place: number, value: number): void {
  let at = places.length
  while (at > 0 && (places[at - 1] as number) > place) at--
  if (at > 0 && places[at - 1] === place) {
    values[at - 1] = (values[at - 1] as number) + value
    return
  }
  places.splice(at, 0, place)
  values.splice(at, 0, value)
}
