import type { Socket } from 'node:net'
import type { FramingKind } from '../framing/framing.ts'
import type { Receiver, TextInput } from '../record.ts'
import { addressOf, endConnection } from './connection.ts'
import { reasonOf } from './errors.ts'

/** Bytes of half records that all connections may hold together; more where one record may be longer. */
const HELD = 64 << 20

/** Milliseconds for which what is refused is counted before it is said. */
const SAY_EVERY = 1000

/**
 * The senders of a listener. One that breaks the framing, or holds too much of the memory for half records, loses its
 * connection, is named and counted; the others are served.
 */
export class Connections {
  readonly #framing: FramingKind
  readonly #receiver: Receiver
  readonly #fail: (error: unknown) => void
  readonly #open = new Map<Socket, TextInput>()
  readonly #mostHeld: number
  #held = 0
  #refused = 0
  #why = ''

  /** @param fail called with an error that is not the fault of a sender. */
  constructor(framing: FramingKind, receiver: Receiver, fail: (error: unknown) => void) {
    this.#framing = framing
    this.#receiver = receiver
    this.#fail = fail
    this.#mostHeld = Math.max(HELD, 2 * receiver.maxLine)
  }

  /** Number of senders. */
  get size(): number {
    return this.#open.size
  }

  /** Read what a sender sends until its connection is closed. */
  add(socket: Socket): void {
    const receiver = this.#receiver
    const name = addressOf(socket.remoteAddress ?? 'a sender', socket.remotePort ?? 0)
    const input = receiver.open(name, this.#framing)
    let isBroken = false
    const waitForRoom = (): void => {
      socket.pause()
      receiver.ready().then(() => socket.resume(), this.#fail)
    }
    this.#open.set(socket, input)
    socket.on('data', (bytes: Buffer) => {
      // Bytes that were on their way when the connection was given up.
      if (!this.#open.has(socket)) return
      this.#write(socket, input, bytes)
      if (receiver.full) waitForRoom()
    })
    socket.on('error', (error) => {
      isBroken = true
      receiver.report(`${name}: ${reasonOf(error)}`)
    })
    socket.on('close', () => {
      if (!this.#open.delete(socket)) return
      this.#held -= input.held
      endConnection(input, receiver, isBroken)
    })
    if (receiver.full) waitForRoom()
  }

  /** A sender was turned away, with all that it has sent. */
  refuse(why: string): void {
    this.#why = why
    this.#refused += 1
    const { clock } = this.#receiver
    if (this.#refused === 1) clock.at(clock.now() + SAY_EVERY, () => this.#sayRefused())
  }

  /** The listener stops. */
  close(): void {
    this.#sayRefused()
    for (const socket of this.#open.keys()) socket.destroy()
  }

  #write(socket: Socket, input: TextInput, bytes: Uint8Array): void {
    const before = input.held
    try {
      input.write(bytes)
    } catch (error) {
      this.#held -= before
      if ((error as Error).name !== 'SourceError') {
        this.#fail(error)
        return
      }
      this.#giveUp(socket, (error as Error).message, 'its sender broke the framing')
      return
    }
    this.#held += input.held - before
    while (this.#held > this.#mostHeld && this.#open.size > 0) this.#giveUpLargest()
  }

  #giveUpLargest(): void {
    const [socket, input] = [...this.#open].reduce((most, each) =>
      each[1].held > most[1].held ? each : most,
    )
    const name = addressOf(socket.remoteAddress ?? 'a sender', socket.remotePort ?? 0)
    this.#held -= input.held
    const held = `${input.held.toLocaleString('en')} bytes without the end of a record`
    input.discard()
    this.#giveUp(socket, `${name}: ${held}`, 'all senders together hold too much that has no end')
  }

  #giveUp(socket: Socket, message: string, reason: string): void {
    this.#open.delete(socket)
    this.#receiver.report(`${message}; the connection is closed`)
    this.#receiver.drop(1, reason)
    socket.destroy()
  }

  #sayRefused(): void {
    if (this.#refused === 0) return
    this.#receiver.drop(this.#refused, `at least one of each connection that was refused: ${this.#why}`)
    this.#refused = 0
  }
}
