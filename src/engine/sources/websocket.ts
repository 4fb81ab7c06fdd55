import type { WebSocket } from 'ws'
import { SourceError } from '../plan/errors.ts'
import { redact } from '../plan/redact.ts'
import { authorizationOf, CLIENT_FLAGS, isFinal, urlOf, withoutCredentials } from './clients/flags.ts'
import { reasonOf } from './reading/errors.ts'
import { pause } from './reading/pause.ts'
import { type Connection, reconnect } from './reading/reconnect.ts'
import { defineSource, type Receiver } from './record.ts'

/** Milliseconds between two pings; a server that has not answered the last one is gone. */
const HEARTBEAT = 20_000
/** Milliseconds for the handshake. */
const HANDSHAKE = 10_000
const MAX_MESSAGE = 16 << 20

interface WebSocketOptions {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly send: readonly string[]
}

/** `websocket URL`: a client of a server that sends messages. */
export const websocketSource = defineSource({
  name: 'websocket',
  summary: 'Connect to a WebSocket server; each message is an element.',
  description:
    'A message of text is a text, a binary one its bytes. When the connection closes, dstream connects again, and says ' +
    'the words of --send again; what was sent meanwhile is lost, for the protocol has no places to go on from. ' +
    'Needs the package ws.',
  elements: 'values',
  arguments: [{ name: 'url', type: 'string', required: true, summary: 'ws://… or wss://…' }],
  flags: [
    { name: 'send', type: 'string', summary: 'a message to send when connected, such as a subscription' },
    ...CLIENT_FLAGS,
  ],
  receive: async (call, receiver) => {
    const url = urlOf(call, 'websocket', ['ws:', 'wss:'])
    const send = call.value('send') as string | undefined
    const options: WebSocketOptions = {
      url: withoutCredentials(url),
      headers: authorizationOf(call, url, 'websocket'),
      send: send === undefined ? [] : [send],
    }
    const retry = call.value('retry') as number | undefined
    const name = redact(options.url.href)
    await reconnect({ name, retry, once: call.boolean('once') }, receiver, () => listen(options, receiver))
  },
})

async function listen({ url, headers, send }: WebSocketOptions, receiver: Receiver): Promise<Connection> {
  const { WebSocket: Client } = await import('ws').catch(() => {
    throw new SourceError('websocket: needs the package ws', 'Install it: npm install ws')
  })
  const { signal } = receiver
  const socket = new Client(url, { headers, handshakeTimeout: HANDSHAKE, maxPayload: MAX_MESSAGE })
  const over = new AbortController()
  const stop = (): void => socket.terminate()
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  let received = false
  let connected = false
  let reason = 'the server closed the connection'
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('open', () => {
        connected = true
        receiver.report(`connected to ${redact(url.href)}`)
        for (const text of send) socket.send(text)
        void watch(socket, over.signal)
      })
      socket.on('message', (data, isBinary) => {
        received = true
        // Without a choice of ours a message is one Buffer.
        receiver.add(isBinary ? new Uint8Array(data as Buffer) : (data as Buffer).toString())
        if (!receiver.full || socket.isPaused) return
        socket.pause()
        receiver.ready().then(() => socket.resume(), reject)
      })
      socket.on('unexpected-response', (request, { statusCode = 0, statusMessage }) => {
        request.destroy()
        reason = `the server answered ${statusCode} ${statusMessage ?? ''}`.trim()
        if (isFinal(statusCode)) reject(new SourceError(`${redact(url.href)}: ${reason}`))
        else resolve()
      })
      socket.on('error', (error) => {
        reason = reasonOf(error)
      })
      socket.on('close', (code, said) => {
        if (code !== 1006 && said.length > 0) reason = `the server closed the connection: ${said}`
        resolve()
      })
    })
  } finally {
    over.abort()
    signal.removeEventListener('abort', stop)
    socket.terminate()
  }
  return { connected, received, reason }
}

/** End a connection whose server does not answer any more. */
async function watch(socket: WebSocket, signal: AbortSignal): Promise<void> {
  let isAlive = true
  socket.on('pong', () => {
    isAlive = true
  })
  for (;;) {
    await pause(HEARTBEAT, signal)
    if (signal.aborted) return
    // Who is paused hears no answer.
    if (!isAlive && !socket.isPaused) socket.terminate()
    isAlive = false
    socket.ping()
  }
}
