import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Admission, admission } from './admission.ts'
import { EventChannel } from './event-channel.ts'

/** Where a page is served. */
export interface WebServerOptions {
  /** The first port to try; 0 takes any that is free. */
  readonly port: number
  /** How many ports after it are tried where it is in use (Spark: `spark.port.maxRetries`, 16). */
  readonly tries?: number
  /** The address to bind to, 127.0.0.1 unless told; any other than loopback needs a token. */
  readonly host?: string
  /** What a caller must know. Handed over once by `?token=`, then kept in a cookie, or by `Authorization: Bearer`. */
  readonly token?: string
}

/** What a page answers. Text is sent as UTF-8. */
export interface Answer {
  /** 200 unless told. */
  readonly status?: number
  /** Such as `text/html` or `application/json`. */
  readonly type: string
  readonly body: string | Uint8Array
  /** Further headers, such as one that names a file to save. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers a GET of a path; `undefined` is 404. `groups` are those of the path's expression. */
export type Handler = (
  url: URL,
  groups: readonly string[],
) => Answer | undefined | Promise<Answer | undefined>

/** Nothing is loaded from elsewhere, nothing written in a page runs, and no other page may hold this one. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** A small server of pages, data and events. It reads GET and HEAD alone, and changes nothing. */
export class WebServer {
  readonly #server: Server
  readonly #admission: Admission
  readonly #routes: { readonly path: RegExp; readonly handler: Handler }[] = []
  readonly #channels = new Map<string, EventChannel>()
  #url = ''

  private constructor(options: WebServerOptions) {
    this.#admission = admission(options)
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => {
        if (!response.headersSent) response.writeHead(500, HEADERS)
        response.end()
      })
    })
    // A page that stays open must not hold up the end of the pipeline.
    this.#server.unref()
  }

  /**
   * Listen.
   *
   * @throws TypeError where an address other than loopback is asked for without a token; the error of the system, such
   * as EADDRINUSE, where no port is to be had.
   */
  static async listen(options: WebServerOptions): Promise<WebServer> {
    const server = new WebServer(options)
    const tries = options.port === 0 ? 0 : (options.tries ?? 16)
    for (let tried = 0; ; tried++) {
      try {
        await server.#listen(options.port + tried, options.host ?? '127.0.0.1')
        return server
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tried >= tries) throw error
      }
    }
  }

  /** Where the page is, such as `http://127.0.0.1:4040/`. */
  get url(): string {
    return this.#url
  }

  /** Answer a path, or every path that an expression matches from its start to its end. */
  get(path: string | RegExp, handler: Handler): void {
    const expression = typeof path === 'string' ? path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : path.source
    this.#routes.push({ path: new RegExp(`^(?:${expression})$`, 'u'), handler })
  }

  /** A channel of events at a path; `greet` gives what a caller is told first, such as all that was so far. */
  events(path: string, greet: () => readonly string[]): EventChannel {
    const channel = new EventChannel(greet)
    this.#channels.set(path, channel)
    return channel
  }

  /** End all connections and give the port back. */
  async close(): Promise<void> {
    for (const channel of this.#channels.values()) channel.close()
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  #listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port, host, exclusive: true }, () => {
        this.#server.off('error', reject)
        const address = this.#server.address()
        const bound = typeof address === 'object' && address !== null ? address.port : port
        this.#url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}/`
        resolve()
      })
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = ({ status = 200, type, body, headers }: Answer): void => {
      const text = type.startsWith('text/') || type === 'application/json'
      const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
      response.writeHead(status, {
        ...HEADERS,
        'content-type': text ? `${type}; charset=utf-8` : type,
        'content-length': length,
        ...headers,
      })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const plain = (status: number, body: string): void =>
      send({ status, type: 'text/plain', body: `${body}\n` })
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET is answered here')
    const url = locationOf(request)
    if (url === undefined) return plain(400, 'no address that can be read')
    const admitted = this.#admission(request, url)
    if ('status' in admitted) return plain(admitted.status, admitted.reason)
    if (admitted.redirect !== undefined) {
      response.writeHead(303, { ...HEADERS, location: admitted.redirect, 'set-cookie': admitted.cookie })
      response.end()
      return
    }
    const channel = this.#channels.get(url.pathname)
    if (channel !== undefined) {
      response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' })
      channel.add(response)
      return
    }
    for (const { path, handler } of this.#routes) {
      const match = path.exec(url.pathname)
      const answer = match === null ? undefined : await handler(url, match.slice(1))
      if (answer !== undefined) return send(answer)
    }
    plain(404, 'there is nothing here')
  }
}

/** The address that is asked for; undefined where it cannot be read. */
function locationOf(request: IncomingMessage): URL | undefined {
  try {
    return new URL(`http://page${request.url?.startsWith('/') ? request.url : '/'}`)
  } catch {
    return undefined
  }
}
