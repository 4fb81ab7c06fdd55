import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { UsageError } from '../../plan/errors.ts'
import { addressOf } from '../reading/connection.ts'
import { reasonOf } from '../reading/errors.ts'
import { explainListen } from '../reading/listening.ts'
import type { Receiver } from '../record.ts'
import { Connection, type Shared } from './connection.ts'
import { Events } from './events.ts'
import { HandshakeServer } from './handshake.ts'
import { AVRO_SOURCE } from './protocols.ts'
import { Refusals } from './refusals.ts'

/** Connections at once; more are closed. */
const MOST_CONNECTIONS = 4096

/** How a port is served. */
export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly isDeflated: boolean
  readonly withHeaders: boolean
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
}

/** Take what sinks of Flume send until the context stops; rejects where the port cannot be had. */
export function serve(options: ServerOptions, receiver: Receiver): Promise<void> {
  const { host, port } = options
  const { signal } = receiver
  const connections = new Set<Connection>()
  const refused = new Refusals(receiver, (count, last) =>
    receiver.drop(count, count === 1 ? last : `refused calls and connections; the last, ${last}`),
  )
  const shared: Shared = {
    receiver,
    events: new Events(receiver, options.withHeaders),
    handshakes: new HandshakeServer(AVRO_SOURCE),
    held: { bytes: 0 },
    isDeflated: options.isDeflated,
    refused,
    failed: new Refusals(receiver, (count, last) =>
      receiver.report(`told Flume ${count === 1 ? 'once' : `${count} times`} to keep what it sent: ${last}`),
    ),
  }
  const take = (socket: Socket): void => {
    const connection = new Connection(
      socket,
      addressOf(socket.remoteAddress ?? 'a sender', socket.remotePort ?? 0),
      shared,
    )
    connections.add(connection)
    socket.on('close', () => connections.delete(connection))
    void connection.run().catch((error: unknown) => receiver.fail(error as Error))
  }
  return new Promise((resolve, reject) => {
    const server = create(options, take, refused)
    server.maxConnections = MOST_CONNECTIONS
    const stop = (): void => {
      server.close()
      for (const connection of connections) connection.stop()
      resolve()
    }
    server.on('drop', (from) =>
      refused.add(
        addressOf(from?.remoteAddress ?? 'a sender', from?.remotePort ?? 0),
        `${MOST_CONNECTIONS} are connected`,
      ),
    )
    server.on('error', (error) => {
      signal.removeEventListener('abort', stop)
      reject(explainListen(host, port, error))
    })
    signal.addEventListener('abort', stop)
    server.listen({ host, port }, () => {
      if (signal.aborted) return void server.close()
      const bound = server.address()
      const boundPort = bound !== null && typeof bound === 'object' ? bound.port : port
      receiver.report(`listening on ${addressOf(host, boundPort)}`)
    })
  })
}

function create({ tls }: ServerOptions, take: (socket: Socket) => void, refused: Refusals): Server {
  if (tls === undefined) return createServer(take)
  const options = {
    cert: readOf(tls.cert, '--tls-cert'),
    key: readOf(tls.key, '--tls-key'),
    handshakeTimeout: 30_000,
  }
  try {
    const server = createTlsServer(options, take)
    server.on('tlsClientError', (error, socket) => {
      refused.add(addressOf(socket.remoteAddress ?? 'a sender', socket.remotePort ?? 0), tlsReasonOf(error))
      socket.destroy()
    })
    return server
  } catch (error) {
    throw new UsageError(
      `flume: ${tls.cert} and ${tls.key} cannot be used: ${reasonOf(error)}`,
      'Both are PEM files, the key without a passphrase.',
    )
  }
}

function readOf(path: string, flag: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UsageError(`flume ${flag}: ${path}: ${reasonOf(error)}`)
  }
}

/** Return why TLS failed, without the library's number and place. */
function tlsReasonOf(error: Error): string {
  const { reason } = error as Error & { readonly reason?: string }
  return `TLS: ${reason ?? reasonOf(error)}`
}
