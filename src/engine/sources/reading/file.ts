import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { ReadArea } from '../../kernels/read-area.ts'
import { SourceError } from '../../plan/errors.ts'
import { sourceError } from './errors.ts'
import { isPacked, unpacked } from './unpacked.ts'

/** Bytes of one read: large enough that the call costs nothing, small enough to stay in the cache. */
export const CHUNK_BYTES = 1 << 18

/** Throw SourceError unless `path` names something that can be read as one file: a file, a pipe, a device. */
export async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw sourceError(path, error)
  })
  if (found.isDirectory()) throw new SourceError(`${path}: is a directory`, 'files DIR reads a directory')
}

/**
 * Yield the bytes of a file from its start to its end, those of a `.gz` or `.zst` unpacked. Each chunk is overwritten by the
 * next one. System errors are thrown as they come.
 */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array, void> {
  if (isPacked(path)) {
    yield* unpacked(path, createReadStream(path, { highWaterMark: CHUNK_BYTES }))
    return
  }
  const handle = await open(path)
  try {
    const buffer = new ReadArea(CHUNK_BYTES).bytes
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, null)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}
