import { createHash } from 'node:crypto'

/** A record that is to stand in an aggregated one. */
export interface Inside {
  readonly key: string
  readonly data: Uint8Array
  readonly tags?: readonly string[]
}

/** Return records as the Kinesis Producer Library writes them into one. */
export function aggregated(records: readonly Inside[]): Buffer {
  const keys = [...new Set(records.map(({ key }) => key))]
  const message = Buffer.concat([
    ...keys.map((key) => field(1, Buffer.from(key))),
    ...records.map(({ key, data, tags = [] }) => {
      const parts = [
        number(1, keys.indexOf(key)),
        field(3, data),
        ...tags.map((tag) => field(4, field(1, Buffer.from(tag)))),
      ]
      return field(3, Buffer.concat(parts))
    }),
  ])
  return sealed(message)
}

/** Return a message between the mark and the digest of an aggregated record. */
export function sealed(message: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from([0xf3, 0x89, 0x9a, 0xc2]),
    message,
    createHash('md5').update(message).digest(),
  ])
}

/** Return a field of bytes of a message of protocol buffers. */
export function field(place: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(place * 8 + 2), varint(bytes.length), bytes])
}

/** Return a field that is a number. */
export function number(place: number, value: number): Buffer {
  return Buffer.concat([varint(place * 8), varint(value)])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return Buffer.from([...bytes, rest])
}
