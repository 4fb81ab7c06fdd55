import { randomUUID } from 'node:crypto'
import type { Panel, PanelOptions } from '../../engine/outputs/panels/panel.ts'
import { serveAssets } from '../assets.ts'
import type { EventChannel } from '../event-channel.ts'
import { WebServer } from '../web-server.ts'
import { csv } from './csv.ts'
import { HTML } from './html.ts'
import type { Message } from './messages.ts'
import { ServedPanel } from './served-panel.ts'

const FIRST_PORT = 4041

/** Milliseconds between two tellings: faster is seen by nobody. */
const PACE = 200

/** Milliseconds between two signs of life, by which a page knows that its connection still stands. */
const SIGN_OF_LIFE = 10_000

/** The dashboards of one run: a page per address and port. */
export class Dashboards {
  readonly #name: string
  readonly #report: (message: string) => void
  readonly #pages = new Map<string, DashboardPage>()

  /** @param name the pipeline's, which stands above its panels. */
  constructor(name: string, report: (message: string) => void) {
    this.#name = name
    this.#report = report
  }

  /**
   * Open a panel; resolves when its page can be reached.
   *
   * @throws Error where the port is in use, or the address needs a token.
   */
  async open(options: PanelOptions): Promise<Panel> {
    const { host, port } = options
    const key = `${host} ${port}`
    let page = this.#pages.get(key)
    if (page === undefined) {
      page = new DashboardPage(this.#name, { host, ...(port === undefined ? {} : { port }) }, this.#report)
      this.#pages.set(key, page)
    }
    return page.open(options)
  }
}

interface Address {
  readonly host: string
  readonly port?: number
}

class DashboardPage {
  readonly #name: string
  readonly #run = randomUUID()
  readonly #panels: ServedPanel[] = []
  readonly #news = new Set<ServedPanel>()
  readonly #listening: Promise<WebServer>
  #channel: EventChannel | undefined
  #open = 0
  #pause: NodeJS.Timeout | undefined
  #life: NodeJS.Timeout | undefined

  constructor(name: string, address: Address, report: (message: string) => void) {
    this.#name = name
    this.#listening = listen(address).then((server) => {
      this.#serve(server)
      const token = process.env.DSTREAM_UI_TOKEN ? '?token=…' : ''
      report(`dashboard: ${server.url}${token}`)
      return server
    })
  }

  async open(options: PanelOptions): Promise<Panel> {
    const panel = new ServedPanel(this.#panels.length + 1, options)
    this.#panels.push(panel)
    this.#open += 1
    await this.#listening
    return {
      update: (batch) => {
        panel.update(batch)
        this.#news.add(panel)
        if (this.#pause === undefined) this.#tell()
      },
      close: async () => {
        this.#open -= 1
        if (this.#open === 0) await this.#close()
      },
    }
  }

  #serve(server: WebServer): void {
    serveAssets(server)
    server.get('/', () => ({ type: 'text/html', body: HTML }))
    server.get(/\/panels\/(\d{1,4})(\.past)?\.csv/, (_, [id, past]) => {
      const panel = this.#panels[Number(id) - 1]
      if (panel === undefined) return undefined
      const name = `panel-${id}${past ?? ''}.csv`
      return {
        type: 'text/csv',
        body: csv(past === undefined ? panel.table() : panel.past()),
        headers: { 'content-disposition': `attachment; filename="${name}"` },
      }
    })
    this.#channel = server.events('/events', () => {
      const panels = this.#panels.map(({ head }) => head)
      const messages = this.#panels.flatMap((panel) => panel.whole() ?? [])
      return [{ kind: 'hello', run: this.#run, name: this.#name, panels } satisfies Message, ...messages].map(
        (message) => JSON.stringify(message),
      )
    })
    this.#life = setInterval(() => this.#publish({ kind: 'alive' }), SIGN_OF_LIFE).unref()
  }

  /** Tell what is new, at once after a while of silence, and then at a steady pace. */
  #tell(): void {
    this.#pause = undefined
    // Who comes later is told everything.
    if (this.#channel === undefined || this.#channel.readers === 0) this.#news.clear()
    if (this.#news.size === 0) return
    for (const panel of this.#news) {
      const message = panel.news()
      if (message !== undefined) this.#publish(message)
    }
    this.#news.clear()
    this.#pause = setTimeout(() => this.#tell(), PACE).unref()
  }

  #publish(message: Message): void {
    if (this.#channel !== undefined && this.#channel.readers > 0)
      this.#channel.publish(JSON.stringify(message))
  }

  async #close(): Promise<void> {
    clearTimeout(this.#pause)
    clearInterval(this.#life)
    this.#tell()
    clearTimeout(this.#pause)
    this.#publish({ kind: 'end' })
    await (await this.#listening).close()
  }
}

async function listen({ host, port }: Address): Promise<WebServer> {
  const token = process.env.DSTREAM_UI_TOKEN
  const secret = token === undefined || token === '' ? {} : { token }
  try {
    return await WebServer.listen({
      host,
      port: port ?? FIRST_PORT,
      ...(port === undefined ? {} : { tries: 0 }),
      ...secret,
    })
  } catch (error) {
    if (error instanceof TypeError) throw new Error(`${error.message}. Put one into DSTREAM_UI_TOKEN`)
    const { code, message } = error as NodeJS.ErrnoException
    const where = port === undefined ? `ports ${FIRST_PORT} to ${FIRST_PORT + 16}` : `port ${port}`
    if (code === 'EADDRINUSE') {
      const hint = port === undefined ? '' : '. Without a port, the next free one is taken'
      throw new Error(`${where} of ${host} ${port === undefined ? 'are' : 'is'} in use${hint}`)
    }
    throw new Error(`no page on ${where} of ${host}: ${message}`)
  }
}
