import { createServer, type Server, type Socket } from 'node:net'
import { SourceError, UsageError } from '../plan/errors.ts'
import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { addressOf, endConnection } from './reading/connection.ts'
import { codeOf, reasonOf, sourceError } from './reading/errors.ts'
import { defineSource, type Receiver } from './record.ts'

/** `listen PORT`: the other side of `socket`, for senders that connect. */
export const listenSource = defineSource({
  name: 'listen',
  summary: 'Accept TCP connections and read what they send.',
  description: 'Many senders may be connected at once; their lines never mix. Port 0 takes any free port.',
  elements: 'lines',
  arguments: [{ name: 'port', type: 'integer', required: true, summary: 'the port to listen on' }],
  flags: [
    { name: 'host', type: 'string', default: '127.0.0.1', summary: 'the address to listen on' },
    { name: 'once', type: 'boolean', summary: 'end when the last connection has closed' },
    FRAMING_FLAG,
  ],
  receive: async (call, receiver) => {
    const port = call.number('port')
    if (!(port >= 0 && port <= 65_535)) throw new UsageError(`${port} is no port`, 'a port is 0 to 65535')
    const framing = call.string('framing') as FramingKind
    await serve(call.string('host'), port, call.boolean('once'), framing, receiver)
    if (!receiver.signal.aborted) receiver.end()
  },
})

function serve(
  host: string,
  port: number,
  once: boolean,
  framing: FramingKind,
  receiver: Receiver,
): Promise<void> {
  const { signal } = receiver
  const connections = new Set<Socket>()
  return new Promise((resolve, reject) => {
    const server: Server = createServer()
    const stop = (): void => {
      server.close()
      for (const socket of connections) socket.destroy()
    }
    const fail = (error: unknown): void => {
      reject(error)
      stop()
    }
    server.on('connection', (socket) => {
      connections.add(socket)
      socket.on('close', () => {
        connections.delete(socket)
        if (once && connections.size === 0) stop()
      })
      readConnection(socket, framing, receiver, fail)
    })
    server.on('error', (error) => {
      signal.removeEventListener('abort', stop)
      reject(explain(host, port, error))
    })
    server.on('close', () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop)
    server.listen({ host, port }, () => {
      // Looking up the host takes a while, in which the context may have stopped.
      if (signal.aborted) {
        server.close()
        return
      }
      const bound = server.address()
      const boundPort = bound !== null && typeof bound === 'object' ? bound.port : port
      receiver.report(`listening on ${addressOf(host, boundPort)}`)
    })
  })
}

function readConnection(
  socket: Socket,
  framing: FramingKind,
  receiver: Receiver,
  fail: (error: unknown) => void,
): void {
  const name = addressOf(socket.remoteAddress ?? 'a sender', socket.remotePort ?? 0)
  const input = receiver.open(name, framing)
  let failed = false
  const stopWith = (error: unknown): void => {
    failed = true
    fail(error)
  }
  const waitForRoom = (): void => {
    socket.pause()
    receiver.ready().then(() => socket.resume(), stopWith)
  }
  socket.on('data', (bytes: Buffer) => {
    if (failed) return
    try {
      input.write(bytes)
    } catch (error) {
      stopWith(error)
      return
    }
    if (receiver.full) waitForRoom()
  })
  socket.on('error', (error) => receiver.report(`${name}: ${reasonOf(error)}`))
  socket.on('close', () => {
    if (!failed) endConnection(input, receiver)
  })
  if (receiver.full) waitForRoom()
}

function explain(host: string, port: number, error: unknown): SourceError {
  const address = addressOf(host, port)
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new SourceError(
        `${address} is in use: another process listens on port ${port}`,
        `lsof -i :${port} shows which; stop it, or listen on another port`,
      )
    case 'EACCES':
      return new SourceError(
        `${address}: this user may not listen on port ${port}`,
        'take a port from 1024 on',
      )
    default:
      return sourceError(address, error)
  }
}
