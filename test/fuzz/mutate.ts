import type { Random, Target } from './target.ts'

/** Bytes at which counters and lengths turn over. */
const EDGES = [0, 1, 9, 10, 13, 0x1e, 0x22, 0x2c, 0x5c, 0x7f, 0x80, 0xbf, 0xc0, 0xed, 0xef, 0xf4, 0xfe, 0xff]

/** Return other bytes, made from an entry and perhaps from a second one. */
export function mutated(target: Target, entry: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  if (target.mutate !== undefined) return target.mutate(entry, random)
  let bytes = Buffer.from(entry.subarray(0, 1 << 13))
  for (let times = 1 + random(4); times > 0; times--) bytes = once(bytes, other, target.words, random)
  return bytes
}

/** Change bytes in one place. */
export function once(
  bytes: Buffer,
  other: Uint8Array,
  words: readonly string[],
  random: Random,
): Buffer<ArrayBuffer> {
  const at = random(bytes.length + 1)
  const end = Math.min(bytes.length, at + 1 + random(random(8) === 0 ? bytes.length + 1 : 16))
  const put = (middle: Uint8Array, to = at): Buffer<ArrayBuffer> =>
    Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(to)])
  switch (random(9)) {
    case 0: {
      const flipped = Buffer.from(bytes)
      if (at < flipped.length) flipped[at] = (flipped[at] as number) ^ (1 << random(8))
      return flipped
    }
    case 1:
      return put(Uint8Array.of(EDGES[random(EDGES.length)] as number), Math.min(bytes.length, at + 1))
    case 2:
      return put(Uint8Array.of(EDGES[random(EDGES.length)] as number))
    case 3:
      return put(new Uint8Array(), end)
    case 4:
      return put(bytes.subarray(at, end))
    case 5: {
      const from = random(other.length + 1)
      return put(other.subarray(from, from + 1 + random(64)), random(2) === 0 ? at : end)
    }
    case 6:
      return Buffer.from(bytes.subarray(0, at))
    case 7:
      return put(
        Uint8Array.from({ length: random(8) }, () => random(256)),
        random(2) === 0 ? at : end,
      )
    default:
      return put(Buffer.from(words[random(words.length)] ?? ''), random(2) === 0 ? at : end)
  }
}

/** Return fewer bytes for which `isFinding` still holds, found within so many seconds. */
export async function minimised(
  entry: Uint8Array,
  isFinding: (bytes: Uint8Array) => Promise<boolean>,
  seconds = 20,
): Promise<Uint8Array> {
  let best = entry
  const end = performance.now() + seconds * 1000
  for (let size = best.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < best.length && performance.now() < end; ) {
      const less = Buffer.concat([best.subarray(0, at), best.subarray(at + size)])
      if (await isFinding(less)) best = less
      else at += size
    }
  }
  return best
}
