import { reasonOf } from '../../plan/describe.ts'
import type { Decompress } from './record-batch.ts'

/** Return what unpacks batches by the library's methods; a RangeError where the bytes are broken. */
export function decompressor({
  compressionsAlgorithmsByBitmask,
}: Pick<typeof import('@platformatic/kafka'), 'compressionsAlgorithmsByBitmask'>): Decompress {
  return (method, bytes) => {
    const algorithm = compressionsAlgorithmsByBitmask[method]
    if (algorithm === undefined) throw new RangeError(`no compression has the number ${method}`)
    try {
      return algorithm.decompressSync(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
    } catch (error) {
      // Not broken, but nothing that this Node can unpack, such as zstd.
      if ((error as { code?: string }).code?.startsWith('PLT_KFK_UNSUPPORTED') === true) throw error
      throw new RangeError(`a batch that cannot be unpacked: ${reasonOf(error)}`)
    }
  }
}
