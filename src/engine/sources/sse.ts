import { SourceError } from '../plan/errors.ts'
import { redact } from '../plan/redact.ts'
import { readEvents } from './clients/events.ts'
import { authorizationOf, CLIENT_FLAGS, isFinal, urlOf, withoutCredentials } from './clients/flags.ts'
import { reasonOf } from './reading/errors.ts'
import { type Connection, reconnect } from './reading/reconnect.ts'
import { defineSource, type Receiver } from './record.ts'

interface EventsOptions {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly event: string | undefined
}

/** `sse URL`: a client of Server-Sent Events. */
export const sseSource = defineSource({
  name: 'sse',
  summary: 'Read Server-Sent Events; the data of each is an element.',
  description:
    'When the connection closes, dstream connects again with the Last-Event-ID, from where the server goes on; so does a ' +
    'later run of the same line with --checkpoint. An answer of 204 is the end.',
  elements: 'values',
  arguments: [{ name: 'url', type: 'string', required: true, summary: 'http://… or https://…' }],
  flags: [
    {
      name: 'event',
      type: 'string',
      summary: 'take only events of this type; message is the one without a name',
    },
    ...CLIENT_FLAGS,
  ],
  receive: async (call, receiver) => {
    const url = urlOf(call, 'sse', ['http:', 'https:'])
    const options: EventsOptions = {
      url: withoutCredentials(url),
      headers: authorizationOf(call, url, 'sse'),
      event: call.value('event') as string | undefined,
    }
    const place = new Place(receiver)
    const retry = call.value('retry') as number | undefined
    const name = redact(options.url.href)
    await reconnect({ name, retry, once: call.boolean('once') }, receiver, () =>
      listen(options, place, receiver),
    )
  },
})

/** The last event that was received whole. */
class Place {
  readonly #receiver: Receiver
  id: string

  constructor(receiver: Receiver) {
    this.#receiver = receiver
    this.id = (receiver.resumed?.position as string | undefined) ?? ''
  }

  move(id: string): void {
    if (id === this.id) return
    this.id = id
    this.#receiver.at(id)
  }
}

async function listen(
  { url, headers, event }: EventsOptions,
  place: Place,
  receiver: Receiver,
): Promise<Connection | 'ended'> {
  const { signal } = receiver
  const last: Record<string, string> = place.id === '' ? {} : { 'last-event-id': place.id }
  let answer: Response
  try {
    const asked = { accept: 'text/event-stream', 'cache-control': 'no-store', ...headers, ...last }
    answer = await fetch(url, { headers: asked, signal })
  } catch (error) {
    return { connected: false, received: false, reason: reasonOf((error as Error).cause ?? error) }
  }
  if (answer.status === 204) return 'ended'
  const type = answer.headers.get('content-type') ?? 'no type'
  const isStream = /^text\/event-stream\b/i.test(type)
  if (!answer.ok || !isStream || answer.body === null) {
    await answer.body?.cancel()
    const said = answer.ok ? `is no stream of events, but ${type}` : `the server answered ${answer.status}`
    if (answer.ok || isFinal(answer.status)) throw new SourceError(`${redact(url.href)}: ${said}`)
    return { connected: false, received: false, reason: said }
  }
  receiver.report(`connected to ${redact(url.href)}`)
  let received = false
  let reason = 'the server closed the connection'
  try {
    for await (const { events, id } of readEvents(answer.body, place.id)) {
      received ||= events.length > 0
      for (const { type: named, data } of events)
        if (event === undefined || event === named) receiver.add(data)
      place.move(id)
      if (receiver.full) await receiver.ready()
      if (signal.aborted) break
    }
  } catch (error) {
    if (error instanceof SourceError) throw error
    reason = reasonOf((error as Error).cause ?? error)
  }
  return { connected: true, received, reason }
}
