import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { constants, createDeflate, createInflate, type Deflate } from 'node:zlib'
import { reasonOf } from '../reading/errors.ts'
import type { Receiver } from '../record.ts'
import { AvroReader, RefusedError } from './avro.ts'
import type { Events } from './events.ts'
import { type Frame, Frames, frameBytes, type Held } from './frames.ts'
import { answerBytes, errorBytes, type HandshakeServer, skipMetadata } from './handshake.ts'
import type { Refusals } from './refusals.ts'

/** Calls of one connection that may wait for their answer. */
const MOST_PENDING = 64

/** Milliseconds in which the next bytes of an unfinished call must come. */
const LONGEST_PAUSE = 60_000

const OK = Buffer.of(0)
const FAILED = Buffer.of(2)

/** First bytes of what a sender says that is set up otherwise. */
const HINTS: Readonly<Record<number, string>> = {
  22: 'it speaks TLS: say --tls-cert and --tls-key, or set ssl = false in the agent',
  120: 'it compresses: say --compression deflate, or set compression-type = none in the agent',
}

/** What all connections share. */
export interface Shared {
  readonly receiver: Receiver
  readonly events: Events
  readonly handshakes: HandshakeServer
  readonly held: Held
  readonly isDeflated: boolean
  /** Connections and calls that are lost. */
  readonly refused: Refusals
  /** Events that their sender keeps and offers again. */
  readonly failed: Refusals
}

/** One sender: reads its calls one after the other, and answers each when its events are safe. */
export class Connection {
  readonly #socket: Socket
  readonly #name: string
  readonly #shared: Shared
  readonly #frames: Frames
  #deflate: Deflate | undefined
  #isMet = false
  #pending = 0
  #onAnswer: () => void = () => {}
  #isStopping = false

  constructor(socket: Socket, name: string, shared: Shared) {
    this.#socket = socket
    this.#name = name
    this.#shared = shared
    this.#frames = new Frames(shared.held)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.setTimeout(LONGEST_PAUSE, () => this.#idle())
  }

  /** Read until the sender closes the connection, or is refused. */
  async run(): Promise<void> {
    const { receiver, refused } = this.#shared
    try {
      let isFirst = true
      for await (const chunk of this.#input()) {
        if (isFirst) this.#check(chunk as Buffer)
        isFirst = false
        for (const frame of this.#frames.read(chunk as Buffer)) {
          await this.#call(frame)
          while (this.#pending >= MOST_PENDING)
            await new Promise<void>((resolve) => (this.#onAnswer = resolve))
        }
        if (receiver.full) await receiver.ready()
      }
    } catch (error) {
      // A broken connection is no loss: what was not answered is with its sender.
      if (error instanceof RefusedError) refused.add(this.#name, error.message)
      else if (/^Z_/.test(String((error as NodeJS.ErrnoException).code)))
        refused.add(this.#name, `its bytes cannot be inflated: ${reasonOf(error)}`)
    } finally {
      this.#frames.release()
      this.#close()
    }
  }

  /** Take no more calls; close when what was taken is answered. */
  stop(): void {
    this.#isStopping = true
    // What cannot be stored any more is never answered, and must not keep the process.
    this.#socket.unref()
    if (this.#pending === 0) this.#close()
  }

  #input(): Duplex {
    if (!this.#shared.isDeflated) return this.#socket
    this.#deflate = createDeflate()
    this.#deflate.on('error', () => this.#socket.destroy())
    this.#deflate.on('data', (bytes: Buffer) => this.#socket.write(bytes))
    const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH })
    this.#socket.on('close', () => inflate.destroy())
    return this.#socket.pipe(inflate)
  }

  #check(chunk: Buffer): void {
    const hint = this.#shared.isDeflated ? undefined : HINTS[chunk[0] as number]
    if (hint !== undefined) throw new RefusedError(hint)
  }

  async #call({ serial, bytes }: Frame): Promise<void> {
    const { receiver, handshakes } = this.#shared
    const reader = new AvroReader(bytes)
    let hello: Buffer | undefined
    if (!this.#isMet) {
      const { bytes: answer, isMet } = handshakes.answer(reader)
      hello = answer
      this.#isMet = isMet
      if (!isMet) return this.#send(serial, [hello])
    }
    skipMetadata(reader)
    const message = reader.string()
    const answer = (result: Uint8Array): void =>
      this.#send(serial, hello === undefined ? [result] : [hello, result])
    if (message === '') return answer(answerBytes(Buffer.alloc(0)))
    if (message !== 'append' && message !== 'appendBatch')
      return answer(errorBytes(`dstream takes append and appendBatch, and no ${message}`))
    if (receiver.full) await receiver.ready()
    const isStored =
      !this.#isStopping && !receiver.signal.aborted && this.#store(reader, message === 'append')
    if (!isStored) return answer(answerBytes(FAILED))
    this.#pending += 1
    void receiver.stored().then(() => {
      this.#pending -= 1
      answer(answerBytes(OK))
      this.#onAnswer()
      if (this.#isStopping && this.#pending === 0) this.#close()
    })
  }

  /** Store the events of a call; false where its sender must keep them. */
  #store(reader: AvroReader, isOne: boolean): boolean {
    const { events, failed } = this.#shared
    const taken = events.read(reader, isOne)
    if (taken.tooLarge !== undefined) {
      failed.add(this.#name, taken.tooLarge)
      return false
    }
    taken.store()
    return true
  }

  #send(serial: number, parts: readonly Uint8Array[]): void {
    const bytes = frameBytes(serial, parts)
    if (this.#deflate === undefined) {
      this.#socket.write(bytes)
      return
    }
    this.#deflate.write(bytes)
    this.#deflate.flush(constants.Z_SYNC_FLUSH)
  }

  #idle(): void {
    if (!this.#frames.isInside || this.#pending > 0 || this.#shared.receiver.full) return
    this.#shared.refused.add(this.#name, 'it stopped in the middle of a call')
    this.#socket.destroy()
  }

  #close(): void {
    if (this.#deflate === undefined) this.#socket.destroySoon()
    else this.#deflate.end(() => this.#socket.destroySoon())
  }
}
