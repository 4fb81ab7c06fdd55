import type { IncomingMessage } from 'node:http'
import type { Transform } from 'node:stream'
import { formatBytes } from '../../plan/duration.ts'
import { Refusal } from './refusal.ts'

/** Bytes of a refused body that are read and forgotten, so that the sender comes to read the answer. */
const DISCARDED = 16 << 20

/** What all bodies that are being read may take together. */
export class BodyMemory {
  readonly #most: number
  #bytes = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Take room; false where there is none. */
  take(bytes: number): boolean {
    this.#bytes += bytes
    return this.#bytes <= this.#most
  }

  /** Give room back. */
  free(bytes: number): void {
    this.#bytes -= bytes
  }
}

/**
 * Resolves with the body of a request, decompressed, of at most `limit` bytes; rejects with a Refusal, and then what is
 * still to come is read and forgotten. The caller frees the length of the body.
 */
export async function readBody(request: IncomingMessage, limit: number, memory: BodyMemory): Promise<Buffer> {
  const decoder = await decoderOf(request)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    let received = 0
    let isOver = false
    const refuse = (refusal: Refusal): void => {
      if (isOver) return
      isOver = true
      memory.free(length)
      decoder?.destroy()
      discard(request)
      reject(refusal)
    }
    const take = (chunk: Buffer): void => {
      if (isOver) return
      length += chunk.length
      const hasRoom = memory.take(chunk.length)
      chunks.push(chunk)
      if (length > limit) refuse(tooLarge(limit))
      else if (!hasRoom) refuse(new Refusal(429, 'too many requests are under way'))
    }
    const finish = (): void => {
      if (isOver) return
      isOver = true
      resolve(Buffer.concat(chunks, length))
    }
    request.on('close', () => {
      if (!request.complete) refuse(new Refusal(400, 'the body was cut short'))
    })
    request.on('error', () => refuse(new Refusal(400, 'the body was cut short')))
    if (decoder === undefined) {
      request.on('data', take).on('end', finish)
      return
    }
    decoder.on('data', take).on('end', finish)
    decoder.on('error', () => refuse(new Refusal(400, 'the body is not compressed as Content-Encoding says')))
    request.on('data', (chunk: Buffer) => {
      received += chunk.length
      // A header of gzip has no end of its own, and decompresses to nothing.
      if (received > limit) refuse(tooLarge(limit))
      else if (!isOver && !decoder.write(chunk)) {
        request.pause()
        decoder.once('drain', () => request.resume())
      }
    })
    request.on('end', () => decoder.end())
  })
}

/** Read the rest of a refused request and forget it; who sends on and on is cut off. */
export function discard(request: IncomingMessage): void {
  let bytes = 0
  request.removeAllListeners('data')
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > DISCARDED) request.socket.destroy()
  })
  request.resume()
}

/** Return the refusal of a body that is too large. */
export function tooLarge(limit: number): Refusal {
  return new Refusal(413, `a request may have ${formatBytes(limit)}; --max-body sets it`)
}

async function decoderOf(request: IncomingMessage): Promise<Transform | undefined> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity' || encoding === '') return undefined
  const { createBrotliDecompress, createGunzip, createInflate } = await import('node:zlib')
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      throw new Refusal(415, `the body is compressed as ${encoding}; gzip, deflate and br are read`)
  }
}
