import type { Readable, Transform } from 'node:stream'
import { SourceError } from '../../plan/errors.ts'
import { codeOf, reasonOf } from './errors.ts'

/** Bytes of what is unpacked at a time. */
const CHUNK_BYTES = 1 << 18

/** Node's own, from 22.15 on. */
interface ZstdLibrary {
  readonly createZstdDecompress?: (options: { readonly chunkSize: number }) => Transform
}

/** Whether a file's bytes are not what it holds, by the ending of its name. */
export function isPacked(path: string): boolean {
  return /\.(gz|zst)$/.test(path)
}

/**
 * Yield what a packed file holds. Each chunk is overwritten by the next one.
 *
 * @throws SourceError where it is damaged or cut short; system errors of `file` as they come.
 */
export async function* unpacked(path: string, file: Readable): AsyncGenerator<Uint8Array, void> {
  let bytes = 0
  let failure: unknown
  file.on('error', (error) => {
    failure = error
  })
  try {
    for await (const chunk of path.endsWith('.zst') ? unpackedZstd(file) : unpackedGzip(file)) {
      bytes += chunk.length
      yield chunk
    }
  } catch (error) {
    if (error === failure || (error instanceof Error && codeOf(error)?.startsWith('E') === true)) throw error
    throw new SourceError(
      `${path}: ${reasonOf(error)}; it was read up to byte ${bytes} of what it holds`,
      'Move it away, or put a whole one in its place, and start again.',
    )
  } finally {
    file.destroy()
  }
}

async function* unpackedGzip(file: Readable): AsyncGenerator<Uint8Array, void> {
  const { createGunzip } = await import('node:zlib')
  yield* through(file, createGunzip({ chunkSize: CHUNK_BYTES }))
}

async function* unpackedZstd(file: Readable): AsyncGenerator<Uint8Array, void> {
  const library: object = await import('node:zlib')
  const { createZstdDecompress } = library as ZstdLibrary
  if (createZstdDecompress !== undefined) {
    yield* through(file, createZstdDecompress({ chunkSize: CHUNK_BYTES }))
    return
  }
  const { Decompress } = await import('fzstd')
  let ready: Uint8Array[] = []
  const plain = new Decompress((chunk) => {
    ready.push(chunk)
  })
  for await (const chunk of file) {
    plain.push(chunk as Uint8Array)
    yield* ready
    ready = []
  }
  plain.push(new Uint8Array(0), true)
  yield* ready
}

async function* through(file: Readable, unpacker: Transform): AsyncGenerator<Uint8Array, void> {
  const plain = file.pipe(unpacker)
  // pipe() leaves the reader waiting when the file fails.
  file.on('error', (error) => plain.destroy(error))
  yield* plain as AsyncIterable<Uint8Array>
}
