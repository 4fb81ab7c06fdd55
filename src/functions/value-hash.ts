/** Return a text that is equal for equal values, and differs for values of different types. */
export function textOfValue(value: unknown): string {
  if (typeof value === 'string') return `"${value}`
  if (typeof value === 'object' && value !== null) return JSON.stringify(value, sortedFields)
  return String(value)
}

/** Of `JSON.stringify`: fields in the order of their names. */
export function sortedFields(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
}

/** Return a hash of 53 bits, evenly spread: two multiplicative hashes of 32 bits, each mixed as in MurmurHash3. */
export function hashOf(text: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    high = Math.imul(high ^ unit, 0x9e3779b1)
    low = Math.imul(low ^ unit, 0x5f356495)
  }
  high = mixed(high ^ Math.imul(low, 0x85ebca6b))
  low = mixed(low ^ Math.imul(high, 0xc2b2ae35))
  return (high >>> 11) * 4294967296 + (low >>> 0)
}

function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
