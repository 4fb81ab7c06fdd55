import { type AvroReader, longBytes, RefusedError, stringBytes } from './avro.ts'
import { isSameLayout, type Protocol } from './protocols.ts'

/** Protocols of clients that are remembered by their hash; more are asked for each time. */
const MOST_KNOWN = 64

const HASH_BYTES = 16
const NULL = Buffer.of(0)
const GIVEN = Buffer.of(2)
/** No metadata, in a handshake or a call. */
const EMPTY = Buffer.of(0)

const BOTH = Buffer.of(0)
const CLIENT = Buffer.of(2)
const NONE = Buffer.of(4)

/** The side of Avro's handshake that answers. */
export class HandshakeServer {
  readonly #protocol: Protocol
  readonly #known = new Set<string>()

  constructor(protocol: Protocol) {
    this.#protocol = protocol
  }

  /**
   * Read what a client begins with.
   *
   * @returns the answer, and whether a call stands behind: not where the client must send its protocol first.
   * @throws RefusedError where it is none, or the client has another protocol.
   */
  answer(reader: AvroReader): { readonly bytes: Buffer; readonly isMet: boolean } {
    const start = reader.skip(HASH_BYTES)
    const hash = reader.bytes.toString('latin1', start, reader.at)
    const clientProtocol = reader.isGiven() ? reader.string() : undefined
    const serverHash = reader.bytes.subarray(reader.skip(HASH_BYTES), reader.at)
    if (reader.isGiven()) skipMetadata(reader)
    const { json, hash: ownHash } = this.#protocol
    if (clientProtocol !== undefined) {
      if (!isSameLayout(this.#protocol, clientProtocol))
        throw new RefusedError("it calls another protocol than Flume's AvroSourceProtocol")
      if (this.#known.size < MOST_KNOWN) this.#known.add(hash)
    }
    const isMet = clientProtocol !== undefined || this.#known.has(hash)
    const isOurs = serverHash.equals(ownHash)
    const match = !isMet ? NONE : isOurs ? BOTH : CLIENT
    const server = isOurs && isMet ? [NULL, NULL] : [GIVEN, stringBytes(json), GIVEN, ownHash]
    return { bytes: Buffer.concat([match, ...server, NULL]), isMet }
  }
}

/** Return what a client begins with: its protocol, and that it takes the server to have the same. */
export function handshakeBytes({ json, hash }: Protocol): Buffer {
  return Buffer.concat([hash, GIVEN, stringBytes(json), hash, NULL])
}

/**
 * Read what a server answers to `handshakeBytes`.
 *
 * @throws RefusedError where it has another protocol.
 */
export function readHandshake(reader: AvroReader, protocol: Protocol): void {
  const match = reader.long()
  const other = reader.isGiven() ? reader.string() : undefined
  if (reader.isGiven()) reader.skip(HASH_BYTES)
  if (reader.isGiven()) skipMetadata(reader)
  if (match < 0 || match > 1 || (other !== undefined && !isSameLayout(protocol, other)))
    throw new RefusedError("it does not speak the protocol of Spark's sink for Flume")
}

/** Pass over the metadata of a call or an answer. */
export function skipMetadata(reader: AvroReader): void {
  reader.items(() => {
    reader.skip(reader.long())
    reader.skip(reader.long())
  })
}

/** Return the bytes of a call behind the handshake. */
export function callBytes(message: string, parameter: Uint8Array): Buffer {
  return Buffer.concat([EMPTY, stringBytes(message), parameter])
}

/** Return the bytes of an answer behind the handshake. */
export function answerBytes(result: Uint8Array): Buffer {
  return Buffer.concat([EMPTY, NULL, result])
}

/** Return the bytes of an answer that is an error. */
export function errorBytes(message: string): Buffer {
  return Buffer.concat([EMPTY, Buffer.of(1), longBytes(0), stringBytes(message)])
}
