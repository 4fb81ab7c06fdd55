import { connect } from 'node:net'
import { ReadArea } from '../kernels/read-area.ts'
import { formatDuration } from '../plan/duration.ts'
import { UsageError } from '../plan/errors.ts'
import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { addressOf, endConnection } from './reading/connection.ts'
import { reasonOf } from './reading/errors.ts'
import { CHUNK_BYTES } from './reading/file.ts'
import { storeAll } from './reading/iterate.ts'
import { pause } from './reading/pause.ts'
import { RESTART_DELAY } from './reading/receiver-supervisor.ts'
import { defineSource, type Receiver, type SourceCall, type TextInput } from './record.ts'

/** `socket HOST PORT`. Spark: `socketTextStream`, SocketReceiver. */
export const socketSource = defineSource({
  name: 'socket',
  aliases: ['socket-text-stream'],
  summary: 'Connect to a TCP server and read what it sends.',
  description:
    'When the server is not there, or closes the connection, dstream connects again after a while. The function of ' +
    '--decode is given the chunks of one connection, an async iterable of Uint8Array, and returns an iterable of elements.',
  elements: 'lines',
  elementsWith: ({ decode }) => (decode === undefined ? 'lines' : 'values'),
  arguments: [
    { name: 'host', type: 'string', required: true, summary: 'name or address of the server' },
    { name: 'port', type: 'integer', required: true, summary: 'its port' },
  ],
  flags: [
    {
      name: 'retry',
      type: 'duration',
      summary: 'how long to wait before connecting again; 2s where absent',
    },
    { name: 'once', type: 'boolean', summary: 'end when the server closes the connection' },
    {
      name: 'decode',
      type: 'function',
      role: 'flatmap',
      summary: 'what makes elements of bytes, ./my-format.ts#decode',
    },
    {
      name: 'raw',
      type: 'boolean',
      summary: 'the server sends blocks of lines, each behind its length in 4 bytes',
    },
    FRAMING_FLAG,
  ],
  receive: async (call, receiver) => {
    const host = call.string('host')
    const port = call.number('port')
    if (!(port >= 1 && port <= 65_535)) throw new UsageError(`${port} is no port`, 'a port is 1 to 65535')
    const decode = call.callable('decode') as Decode | undefined
    const framing = framingOf(call)
    const retry =
      (call.value('retry') as number | undefined) ?? receiver.settings.receiverRestartDelay ?? RESTART_DELAY
    const address = addressOf(host, port)
    while (!receiver.signal.aborted) {
      const { connected, reason } = await (decode === undefined
        ? readConnection(host, port, framing, receiver)
        : decodeConnection(host, port, decode, receiver, call.label))
      if (receiver.signal.aborted) return
      if (connected && call.boolean('once')) {
        receiver.end()
        return
      }
      receiver.report(`${address}: ${reason}; connecting again in ${formatDuration(retry)}`)
      receiver.tell('stopped', reason)
      await pause(retry, receiver.signal)
      if (!receiver.signal.aborted) receiver.tell('started')
    }
  },
})

/** Flags that say otherwise what the bytes are must not stand together. */
function framingOf(call: SourceCall): FramingKind {
  const framing = call.string('framing') as FramingKind
  const given = [
    ...(call.callable('decode') === undefined ? [] : ['--decode']),
    ...(call.boolean('raw') ? ['--raw'] : []),
    ...(framing === 'lines' ? [] : ['--framing']),
  ]
  if (given.length > 1) throw new UsageError(`socket: ${given.join(' and ')} cannot stand together`)
  return call.boolean('raw') ? 'blocks' : framing
}

interface Closed {
  readonly connected: boolean
  readonly reason: string
}

type Decode = (bytes: AsyncIterable<Uint8Array>) => unknown

/** Hand the bytes of one connection to a function, and store what it returns; rejects where the function fails. */
async function decodeConnection(
  host: string,
  port: number,
  decode: Decode,
  receiver: Receiver,
  label: string,
): Promise<Closed> {
  const socket = connect({ host, port })
  const stop = (): void => void socket.destroy()
  let connected = false
  let reason = 'the server closed the connection'
  socket.on('connect', () => {
    connected = true
  })
  // What breaks the connection ends the bytes, and is no fault of the function.
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* socket
    } catch (error) {
      reason = reasonOf(error)
    }
  }
  receiver.signal.addEventListener('abort', stop)
  try {
    await storeAll(decode(bytes()), receiver, label)
  } finally {
    receiver.signal.removeEventListener('abort', stop)
    socket.destroy()
  }
  return { connected, reason }
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
    let [failed, isBroken] = [false, false]
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
      isBroken = true
    })
    socket.on('close', () => {
      receiver.signal.removeEventListener('abort', stop)
      if (failed) return
      if (input !== undefined) endConnection(input, receiver, isBroken)
      resolve({ connected: input !== undefined, reason })
    })
  })
}
