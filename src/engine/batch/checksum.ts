import * as zlib from 'node:zlib'

/** Remainders of each byte by the polynomial of CRC-32, made when they are first needed. */
let table: Uint32Array | undefined

/**
 * Return the CRC-32 of bytes, as gzip and PNG have it, unsigned.
 *
 * @param value the CRC-32 of what stands before them.
 */
export function checksum(bytes: Uint8Array, value = 0): number {
  // From Node 20.15 on.
  return (zlib.crc32 as typeof zlib.crc32 | undefined)?.(bytes, value) ?? tableChecksum(bytes, value)
}

/** The same without the help of Node. */
export function tableChecksum(bytes: Uint8Array, value = 0): number {
  table ??= remainders()
  let crc = ~value
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number)
  return ~crc >>> 0
}

function remainders(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    return crc
  })
}
