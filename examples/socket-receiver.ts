/**
 * A source of one's own, for `examples/custom-receiver.ts` and for the command line:
 *
 *   dstream receiver ./examples/socket-receiver.ts#SocketReceiver localhost 9999 -- flatmap split reduce-by-key
 */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { Receiver } from 'dstream'

/** Receives lines of text from a TCP server, and connects again when it is gone. */
export class SocketReceiver extends Receiver<string> {
  readonly #host: string
  readonly #port: number
  #socket: Socket | undefined

  constructor(host: string, port: number | string) {
    super()
    this.#host = host
    this.#port = Number(port)
  }

  onStart(): void {
    const socket = connect(this.#port, this.#host)
    this.#socket = socket
    void this.#receive(socket)
  }

  onStop(): void {
    this.#socket?.destroy()
  }

  async #receive(socket: Socket): Promise<void> {
    let isConnected = false
    let fault: unknown
    socket.once('connect', () => {
      isConnected = true
    })
    socket.on('error', (error) => {
      fault = error
    })
    try {
      const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })
      for await (const line of lines) await this.store(line)
    } catch (error) {
      fault = error
    }
    if (this.isStopped() || socket !== this.#socket) return
    if (fault === undefined) this.restart('Trying to connect again')
    else if (isConnected) this.restart('Error receiving data', fault)
    else this.restart(`Error connecting to ${this.#host}:${this.#port}`, fault)
  }
}
