import { createServer, type Server } from 'node:net'
import { UsageError } from '../plan/errors.ts'
import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { addressOf } from './reading/connection.ts'
import { Connections } from './reading/connections.ts'
import { reasonOf } from './reading/errors.ts'
import { explainListen } from './reading/listening.ts'
import { connectionsAllowed } from './reading/open-files.ts'
import { defineSource, type Receiver } from './record.ts'

/** Senders that may wait until they are accepted: more of them would be sent away when many come at once. */
const BACKLOG = 4096

/** `listen PORT`: the other side of `socket`, for senders that connect. */
export const listenSource = defineSource({
  name: 'listen',
  summary: 'Accept TCP connections and read what they send.',
  description:
    'Many senders may be connected at once; their lines never mix. Port 0 takes any free port. A sender whose bytes ' +
    'break the framing, or whose line is too long, loses its connection and is counted; the others go on.',
  elements: 'lines',
  arguments: [{ name: 'port', type: 'integer', required: true, summary: 'the port to listen on' }],
  flags: [
    { name: 'host', type: 'string', default: '127.0.0.1', summary: 'the address to listen on' },
    { name: 'once', type: 'boolean', summary: 'end when the last connection has closed' },
    {
      name: 'max-connections',
      type: 'integer',
      default: 10_000,
      summary: 'how many senders may be connected at once; others are sent away, and counted',
    },
    FRAMING_FLAG,
  ],
  receive: async (call, receiver) => {
    const port = call.number('port')
    if (!(port >= 0 && port <= 65_535)) throw new UsageError(`${port} is no port`, 'a port is 0 to 65535')
    const most = call.number('max-connections')
    if (!(most >= 1)) throw new UsageError(`--max-connections ${most} serves nobody`, 'it is 1 or more')
    const framing = call.string('framing') as FramingKind
    await serve({ host: call.string('host'), port, once: call.boolean('once'), framing, most }, receiver)
    if (!receiver.signal.aborted) receiver.end()
  },
})

interface Address {
  readonly host: string
  readonly port: number
  readonly once: boolean
  readonly framing: FramingKind
  readonly most: number
}

function serve({ host, port, once, framing, most }: Address, receiver: Receiver): Promise<void> {
  const { signal } = receiver
  return new Promise((resolve, reject) => {
    const server: Server = createServer()
    const allowed = connectionsAllowed()
    const stop = (): void => {
      server.close()
      connections.close()
    }
    const connections = new Connections(framing, receiver, (error) => {
      reject(error)
      stop()
    })
    server.maxConnections = Math.min(most, allowed)
    server.on('connection', (socket) => {
      connections.add(socket)
      socket.on('close', () => {
        if (once && connections.size === 0) stop()
      })
    })
    const why =
      most <= allowed
        ? `${most.toLocaleString('en')} are open; --max-connections allows no more`
        : `${allowed.toLocaleString('en')} are open, and the system allows no more open files (ulimit -n)`
    server.on('drop', () => connections.refuse(why))
    server.on('error', (error) => {
      // What is short now is there again when a sender has gone.
      if (server.listening) {
        connections.refuse(reasonOf(error))
        return
      }
      signal.removeEventListener('abort', stop)
      reject(explainListen(host, port, error))
    })
    server.on('close', () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop)
    server.listen({ host, port, backlog: BACKLOG }, () => {
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
