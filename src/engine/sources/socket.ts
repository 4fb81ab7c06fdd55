import { connect } from 'node:net'
import { ReadArea } from '../kernels/read-area.ts'
import { formatDuration } from '../plan/duration.ts'
import { UsageError } from '../plan/errors.ts'
import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { addressOf, endConnection } from './reading/connection.ts'
import { reasonOf } from './reading/errors.ts'
import { CHUNK_BYTES } from './reading/file.ts'
import { pause } from './reading/pause.ts'
import { defineSource, type Receiver, type TextInput } from './record.ts'

/** `socket HOST PORT`. Spark: `socketTextStream`, SocketReceiver. */
export const socketSource = defineSource({
  name: 'socket',
  aliases: ['socket-text-stream'],
  summary: 'Connect to a TCP server and read what it sends.',
  description:
    'When the server is not there, or closes the connection, dstream connects again after a while.',
  elements: 'lines',
  arguments: [
    { name: 'host', type: 'string', required: true, summary: 'name or address of the server' },
    { name: 'port', type: 'integer', required: true, summary: 'its port' },
  ],
  flags: [
    { name: 'retry', type: 'duration', default: '2s', summary: 'how long to wait before connecting again' },
    { name: 'once', type: 'boolean', summary: 'end when the server closes the connection' },
    FRAMING_FLAG,
  ],
  receive: async (call, receiver) => {
    const host = call.string('host')
    const port = call.number('port')
    if (!(port >= 1 && port <= 65_535)) throw new UsageError(`${port} is no port`, 'a port is 1 to 65535')
    const framing = call.string('framing') as FramingKind
    const retry = call.number('retry')
    const address = addressOf(host, port)
    while (!receiver.signal.aborted) {
      const { connected, reason } = await readConnection(host, port, framing, receiver)
      if (receiver.signal.aborted) return
      if (connected && call.boolean('once')) {
        receiver.end()
        return
      }
      receiver.report(`${address}: ${reason}; connecting again in ${formatDuration(retry)}`)
      await pause(retry, receiver.signal)
    }
  },
})

interface Closed {
  readonly connected: boolean
  readonly reason: string
}

/** Read one connection until it is closed, whoever closes it; rejects only where its bytes break the framing. */
function readConnection(
  host: string,
  port: number,
  framing: FramingKind,
  receiver: Receiver,
): Promise<Closed> {
  return new Promise((resolve, reject) => {
    let input: TextInput | undefined
    let reason = 'the server closed the connection'
    let failed = false
    const fail = (error: unknown): void => {
      failed = true
      socket.destroy()
      reject(error)
    }
    const callback = (length: number, bytes: Uint8Array): boolean => {
      try {
        input?.write(bytes.subarray(0, length))
      } catch (error) {
        fail(error)
        return false
      }
      if (!receiver.full) return true
      receiver.ready().then(() => socket.resume(), fail)
      return false
    }
    const socket = connect({ host, port, onread: { buffer: new ReadArea(CHUNK_BYTES).bytes, callback } })
    const stop = (): void => {
      socket.destroy()
    }
    receiver.signal.addEventListener('abort', stop)
    socket.on('connect', () => {
      input = receiver.open(addressOf(host, port), framing)
    })
    socket.on('error', (error) => {
      reason = reasonOf(error)
    })
    socket.on('close', () => {
      receiver.signal.removeEventListener('abort', stop)
      if (failed) return
      if (input !== undefined) endConnection(input, receiver)
      resolve({ connected: input !== undefined, reason })
    })
  })
}
