import { formatBytes } from '../../plan/duration.ts'
import { Carry } from '../framing/carry.ts'
import { RefusedError } from './avro.ts'

/** Bytes of the largest call. Flume's sink sends a batch in one. */
const LARGEST_CALL = 64 << 20

/** Bytes that the unfinished calls of all connections may hold. */
const LARGEST_HELD = 256 << 20

/** Bytes of a buffer that is kept for the next call. */
const KEPT = 1 << 20

/** What the unfinished calls of all connections hold. */
export interface Held {
  bytes: number
}

/** A call or an answer: its number, and its bytes, which hold until the next is read. */
export interface Frame {
  readonly serial: number
  readonly bytes: Buffer
}

/**
 * Cuts a connection's bytes into calls, as Avro's Netty transport frames them: a serial number and a count of buffers,
 * then each buffer behind its length; all are 4 bytes, the highest first. Memory grows with what has come, never with what
 * is announced.
 */
export class Frames {
  readonly #held: Held
  readonly #field = Buffer.alloc(4)
  readonly #carry = new Carry()
  #fieldBytes = 0
  #state: 'serial' | 'count' | 'length' | 'buffer' = 'serial'
  #serial = 0
  /** Buffers of the call that are still to come. */
  #buffers = 0
  /** Bytes of the buffer at hand that are still to come. */
  #missing = 0

  constructor(held: Held) {
    this.#held = held
  }

  /** True in the middle of a call. */
  get isInside(): boolean {
    return this.#state !== 'serial' || this.#fieldBytes > 0
  }

  /**
   * Take bytes, cut anywhere, and give the calls that they complete.
   *
   * @throws RefusedError where they are no frames, or too large.
   */
  *read(chunk: Buffer): Generator<Frame> {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === 'buffer') {
        const part = chunk.subarray(at, at + this.#missing)
        at += part.length
        this.#take(part)
      } else {
        this.#field[this.#fieldBytes++] = chunk[at++] as number
        if (this.#fieldBytes === 4) this.#next(this.#field.readInt32BE(0))
      }
      if (this.#state === 'length' && this.#buffers === 0) {
        this.#state = 'serial'
        yield { serial: this.#serial, bytes: this.#carry.bytes as Buffer }
        this.release()
      }
    }
  }

  /** Forget what is unfinished. */
  release(): void {
    this.#held.bytes -= this.#carry.length
    if (this.#carry.length > KEPT) this.#carry.take()
    else this.#carry.clear()
  }

  #next(value: number): void {
    this.#fieldBytes = 0
    if (this.#state === 'serial') {
      this.#serial = value
      this.#state = 'count'
      return
    }
    if (value < 0) throw new RefusedError(`its bytes are no Avro calls: a ${this.#state} of ${value}`)
    if (this.#state === 'count') {
      this.#buffers = value
      this.#state = 'length'
    } else {
      const size = this.#carry.length + value
      if (size > LARGEST_CALL) {
        throw new RefusedError(
          `a call of ${formatBytes(size)}, where ${formatBytes(LARGEST_CALL)} are taken: lower the batch size of the sender`,
        )
      }
      this.#missing = value
      this.#state = 'buffer'
      if (value === 0) this.#endBuffer()
    }
  }

  #take(part: Buffer): void {
    if (this.#held.bytes + part.length > LARGEST_HELD)
      throw new RefusedError(`unfinished calls hold more than ${formatBytes(LARGEST_HELD)}`)
    this.#held.bytes += part.length
    this.#carry.append(part)
    this.#missing -= part.length
    if (this.#missing === 0) this.#endBuffer()
  }

  #endBuffer(): void {
    this.#buffers -= 1
    this.#state = 'length'
  }
}

/** Return a call or an answer as it is sent, in one buffer. */
export function frameBytes(serial: number, parts: readonly Uint8Array[]): Buffer {
  const header = Buffer.allocUnsafe(12)
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  header.writeInt32BE(serial, 0)
  header.writeInt32BE(1, 4)
  header.writeInt32BE(length, 8)
  return Buffer.concat([header, ...parts])
}
