import { connect, type Socket } from 'node:net'
import { reasonOf } from '../reading/errors.ts'
import { AvroReader, longBytes, RefusedError, stringBytes } from './avro.ts'
import { Frames, frameBytes, type Held } from './frames.ts'
import { callBytes, handshakeBytes, readHandshake, skipMetadata } from './handshake.ts'
import { SPARK_SINK } from './protocols.ts'

/** What a sink has answered to `getEventBatch`. */
export interface EventBatch {
  /** Why there are no events; empty where there are. */
  readonly errorMessage: string
  readonly sequenceNumber: string
  /** Stands before the events; valid until the next call. */
  readonly events: AvroReader
}

/** One connection to a sink inside a Flume agent, for one call at a time. */
export class SinkClient {
  /** Resolves with the reason when the connection is closed. */
  readonly closed: Promise<string>
  readonly #socket: Socket
  readonly #frames: Frames
  #serial = 0
  #isMet = false
  #answer:
    | { readonly resolve: (reader: AvroReader) => void; readonly reject: (error: Error) => void }
    | undefined
  #reason = 'the sink closed the connection'

  constructor(host: string, port: number, held: Held) {
    this.#frames = new Frames(held)
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.on('data', (bytes: Buffer) => this.#read(bytes))
    this.#socket.on('error', (error) => {
      this.#reason = reasonOf(error)
    })
    this.closed = new Promise((resolve) =>
      this.#socket.on('close', () => {
        this.#frames.release()
        this.#answer?.reject(new RefusedError(this.#reason))
        resolve(this.#reason)
      }),
    )
  }

  /** Resolves when the connection stands, rejects where it cannot be had. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once('connect', resolve)
      this.#socket.once('close', () => reject(new RefusedError(this.#reason)))
    })
  }

  /** Ask for so many events at most; the sink keeps them until `ack`. */
  async getEventBatch(most: number): Promise<EventBatch> {
    const reader = await this.#call('getEventBatch', longBytes(most))
    return { errorMessage: reader.string(), sequenceNumber: reader.string(), events: reader }
  }

  /** The events of a batch are safe: the sink may forget them. */
  async ack(sequenceNumber: string): Promise<void> {
    await this.#call('ack', stringBytes(sequenceNumber))
  }

  /** The events of a batch are not safe: the sink gives them again. */
  async nack(sequenceNumber: string): Promise<void> {
    await this.#call('nack', stringBytes(sequenceNumber))
  }

  /** Close behind what was sent. */
  close(): void {
    this.#socket.destroySoon()
  }

  /** Let the process end though the sink has not answered. */
  unref(): void {
    this.#socket.unref()
  }

  async #call(message: string, parameter: Uint8Array): Promise<AvroReader> {
    this.#serial += 1
    const call = callBytes(message, parameter)
    const parts = this.#isMet ? [call] : [handshakeBytes(SPARK_SINK), call]
    const reader = await new Promise<AvroReader>((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new RefusedError(this.#reason))
      this.#answer = { resolve, reject }
      this.#socket.write(frameBytes(this.#serial, parts))
    })
    if (!this.#isMet) readHandshake(reader, SPARK_SINK)
    this.#isMet = true
    skipMetadata(reader)
    if (reader.bytes[reader.skip(1)] === 0) return reader
    reader.long()
    throw new RefusedError(`${message}: ${reader.string()}`)
  }

  #read(bytes: Buffer): void {
    try {
      for (const frame of this.#frames.read(bytes)) {
        const answer = this.#answer
        this.#answer = undefined
        if (frame.serial !== this.#serial || answer === undefined)
          throw new RefusedError('it answered what it was not asked')
        // The buffer is used again; who asked goes on a little later.
        answer.resolve(new AvroReader(Buffer.from(frame.bytes)))
      }
    } catch (error) {
      this.#reason = reasonOf(error)
      this.#socket.destroy()
    }
  }
}
