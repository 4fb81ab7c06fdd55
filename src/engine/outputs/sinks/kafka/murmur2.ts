const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995

/** Return the hash by which Java clients of Kafka choose the partition of a key: murmur2 in 32 bits, made positive. */
export function keyHash(key: Uint8Array): number {
  const { length } = key
  const whole = length - (length % 4)
  let hash = SEED ^ length
  for (let place = 0; place < whole; place += 4) {
    let four = Math.imul(littleEndian(key, place, 4), MULTIPLIER)
    four = Math.imul(four ^ (four >>> 24), MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ four
  }
  if (whole < length) hash = Math.imul(hash ^ littleEndian(key, whole, length - whole), MULTIPLIER)
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return (hash ^ (hash >>> 15)) & 0x7fffffff
}

function littleEndian(bytes: Uint8Array, place: number, count: number): number {
  let value = 0
  for (let index = 0; index < count; index++) value |= (bytes[place + index] ?? 0) << (8 * index)
  return value
}
