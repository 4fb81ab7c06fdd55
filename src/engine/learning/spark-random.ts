/**
 * The random numbers of Spark's `XORShiftRandom`, so that a seed gives the centres it gives there: a shift register of 64
 * bits behind MurmurHash3 of the seed, and `nextGaussian` of `java.util.Random` (the polar method of Marsaglia).
 */
export class SparkRandom {
  #state: bigint
  #next: number | undefined

  constructor(seed: number | bigint) {
    const bytes = new DataView(new ArrayBuffer(8))
    bytes.setBigInt64(0, BigInt(seed))
    const low = murmur3(bytes, ARRAY_SEED)
    const high = murmur3(bytes, low)
    this.#state = BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(low >>> 0))
  }

  /** Return a number with the mean 0 and the deviation 1. */
  gaussian(): number {
    const next = this.#next
    if (next !== undefined) {
      this.#next = undefined
      return next
    }
    for (;;) {
      const x = 2 * this.double() - 1
      const y = 2 * this.double() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      this.#next = y * factor
      return x * factor
    }
  }

  /** Return a number from 0 to below 1. */
  double(): number {
    return (this.#bits(26) * 2 ** 27 + this.#bits(27)) * 2 ** -53
  }

  #bits(count: number): number {
    let state = this.#state
    state ^= BigInt.asUintN(64, state << 21n)
    state ^= state >> 35n
    state ^= BigInt.asUintN(64, state << 4n)
    this.#state = state
    return Number(state & ((1n << BigInt(count)) - 1n))
  }
}

/** Scala's `MurmurHash3.arraySeed`. */
const ARRAY_SEED = 0x3c074a61

/** MurmurHash3 of 32 bits, by Austin Appleby, of whole words in the order of Scala's `bytesHash`. */
function murmur3(bytes: DataView, seed: number): number {
  let hash = seed
  for (let at = 0; at < bytes.byteLength; at += 4) {
    let word = Math.imul(bytes.getInt32(at, true), 0xcc9e2d51)
    word = Math.imul((word << 15) | (word >>> 17), 0x1b873593)
    hash ^= word
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  hash ^= bytes.byteLength
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** Return the centres that Spark's `setRandomCenters` makes of a seed: each number has the mean 0 and the deviation 1. */
export function randomCenters(k: number, dimensions: number, seed: number): number[][] {
  const random = new SparkRandom(seed)
  return Array.from({ length: k }, () => Array.from({ length: dimensions }, () => random.gaussian()))
}
