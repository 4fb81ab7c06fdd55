import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { addressOf } from '../reading/connection.ts'
import { pause } from '../reading/pause.ts'
import type { Receiver } from '../record.ts'
import { BodyMemory, discard, readBody, tooLarge } from './body.ts'
import { type BodyFormat, storeBody } from './elements.ts'
import { Refusal } from './refusal.ts'

/** Milliseconds that a request waits for room before it is refused. */
const PATIENCE = 500
/** Milliseconds for the headers of a request, for all of it, and between two on a connection. */
const HEADERS = 10_000
const REQUEST = 60_000
const IDLE = 15_000
/** Milliseconds for the answers to requests that were under way when the context stopped. */
const LAST_ANSWERS = 5000
/** Bytes that the bodies of all requests may take, unless one may take more. */
const BODIES = 64 << 20

/** How the server listens, and what it takes. */
export interface HttpOptions {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly token: string | undefined
  readonly maxBody: number
  readonly format: BodyFormat
}

/** Takes the bodies of POST requests, each whole or not at all, and answers when they are safe. */
export class HttpReceiver {
  readonly #options: HttpOptions
  readonly #receiver: Receiver
  readonly #memory: BodyMemory
  #room: Promise<void> | undefined

  constructor(options: HttpOptions, receiver: Receiver) {
    this.#options = options
    this.#receiver = receiver
    this.#memory = new BodyMemory(Math.max(BODIES, options.maxBody))
  }

  /** Serve until the context stops; rejects where the port cannot be had. */
  async run(): Promise<void> {
    const { host, port } = this.#options
    const { signal } = this.#receiver
    const { createServer } = await import('node:http')
    const server = createServer(
      {
        headersTimeout: HEADERS,
        requestTimeout: REQUEST,
        keepAliveTimeout: IDLE,
        connectionsCheckingInterval: 1000,
      },
      (request, response) => void this.#answer(request, response),
    )
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, backlog: 1024 }, resolve)
    })
    const bound = server.address()
    const boundPort = bound !== null && typeof bound === 'object' ? bound.port : port
    this.#receiver.report(`taking POST requests at http://${addressOf(host, boundPort)}${this.#options.path}`)
    if (!signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    await close(server)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const said = this.#isHealth(request) ? [200, 'ok'] : [202, await this.#take(request)]
      reply(response, said[0] as number, said[1] as string)
    } catch (error) {
      if (!(error instanceof Refusal)) {
        this.#receiver.fail(error as Error)
        reply(response, 500, 'the pipeline has failed')
        return
      }
      discard(request)
      reply(response, error.status, error.message, error.headers)
    }
  }

  #isHealth({ method, url = '' }: IncomingMessage): boolean {
    return (method === 'GET' || method === 'HEAD') && pathOf(url) === '/health'
  }

  async #take(request: IncomingMessage): Promise<string> {
    const { maxBody, format } = this.#options
    this.#check(request)
    await this.#waitForRoom()
    const body = await readBody(request, maxBody, this.#memory)
    try {
      await this.#waitForRoom()
      const { remoteAddress = 'a sender', remotePort = 0 } = request.socket
      storeBody(body, format, addressOf(remoteAddress, remotePort), this.#receiver)
    } finally {
      this.#memory.free(body.length)
    }
    await this.#receiver.stored()
    return 'taken'
  }

  /** Throw a Refusal for what can be said without the body. */
  #check({ method, url = '', headers }: IncomingMessage): void {
    const { path, token, maxBody } = this.#options
    if (pathOf(url) !== path) throw new Refusal(404, 'nothing is here')
    if (token !== undefined && !isSame(headers.authorization ?? '', `Bearer ${token}`))
      throw new Refusal(401, 'the token is missing or wrong', { 'www-authenticate': 'Bearer' })
    if (method !== 'POST') throw new Refusal(405, 'elements are sent by POST', { allow: 'POST' })
    if (Number(headers['content-length'] ?? 0) > maxBody) throw tooLarge(maxBody)
  }

  async #waitForRoom(): Promise<void> {
    const { signal } = this.#receiver
    if (this.#receiver.full && !signal.aborted) {
      // One promise for all: who waits for room is forgotten only when there is some.
      this.#room ??= this.#receiver.ready().finally(() => {
        this.#room = undefined
      })
      const waited = new AbortController()
      await Promise.race([this.#room, pause(PATIENCE, waited.signal)])
      waited.abort()
    }
    if (signal.aborted) throw new Refusal(503, 'the pipeline is stopping', { connection: 'close' })
    if (this.#receiver.full) throw new Refusal(429, 'the pipeline is behind; send it again')
  }
}

/** Close: requests under way get their answer, for a while. */
async function close(server: Server): Promise<void> {
  const closed = new AbortController()
  server.close(() => closed.abort())
  server.closeIdleConnections()
  await pause(LAST_ANSWERS, closed.signal)
  server.closeAllConnections()
}

function reply(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed) return
  const body = `${text}\n`
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  })
  response.end(body)
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] as string
}

/** Compare by digests, which take the same time however much is right. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
