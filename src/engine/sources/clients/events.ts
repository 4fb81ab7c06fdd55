import { SourceError } from '../../plan/errors.ts'

/** One event of a server. */
export interface ServerEvent {
  /** `message` where the server gave none. */
  readonly type: string
  readonly data: string
}

/** The events of one chunk, and the id that stands behind them. */
export interface ServerEvents {
  readonly events: readonly ServerEvent[]
  readonly id: string
}

/** Characters of the longest event. */
const LONGEST = 16 << 20

/** Yield the events of a stream, chunk by chunk; an event that is cut off by its end is left out. */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  lastId: string,
): AsyncGenerator<ServerEvents> {
  const { createParser } = await import('eventsource-parser')
  let id = lastId
  let events: ServerEvent[] = []
  let pending = 0
  const parser = createParser({
    onEvent: (event) => {
      pending = 0
      // An event without an id leaves the last one in force.
      if (event.id !== undefined) id = event.id
      events.push({ type: event.event ?? 'message', data: event.data })
    },
  })
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true })
    pending += text.length
    parser.feed(text)
    if (events.length === 0) {
      if (pending > LONGEST)
        throw new SourceError(`an event of the server is longer than ${LONGEST} characters`)
      continue
    }
    yield { events, id }
    events = []
  }
}
