import type { ServerResponse } from 'node:http'

/** Bytes that may wait for a reader; one that is further behind is let go, and comes again. */
const MOST_WAITING = 1 << 20

/** Milliseconds between two signs of life on a connection that has nothing to tell. */
const SIGN_OF_LIFE = 15_000

/**
 * Events for everyone who has a page open (Server-Sent Events, see the HTML standard). A reader that cannot keep up is
 * let go: a browser comes again by itself, and is told where things stand.
 */
export class EventChannel {
  readonly #readers = new Set<ServerResponse>()
  readonly #greet: () => readonly string[]
  #sign: NodeJS.Timeout | undefined

  constructor(greet: () => readonly string[]) {
    this.#greet = greet
  }

  /** How many read. */
  get readers(): number {
    return this.#readers.size
  }

  /** Tell everyone. `data` may have several lines. */
  publish(data: string): void {
    if (this.#readers.size === 0) return
    const event = eventOf(data)
    for (const reader of this.#readers) this.#write(reader, event)
  }

  /** One who reads from now on. */
  add(reader: ServerResponse): void {
    this.#readers.add(reader)
    reader.on('close', () => this.#forget(reader))
    // What is written to a peer that has gone is no error of the pipeline.
    reader.on('error', () => this.#forget(reader))
    reader.write(`retry: 1000\n\n${this.#greet().map(eventOf).join('')}`)
    this.#sign ??= setInterval(() => {
      for (const each of this.#readers) this.#write(each, ':\n\n')
    }, SIGN_OF_LIFE).unref()
  }

  /** Let everyone go. */
  close(): void {
    for (const reader of this.#readers) reader.end()
    this.#readers.clear()
    clearInterval(this.#sign)
    this.#sign = undefined
  }

  #write(reader: ServerResponse, text: string): void {
    if (reader.writableLength > MOST_WAITING) {
      reader.destroy()
      this.#forget(reader)
    } else {
      reader.write(text)
    }
  }

  #forget(reader: ServerResponse): void {
    this.#readers.delete(reader)
    if (this.#readers.size > 0) return
    clearInterval(this.#sign)
    this.#sign = undefined
  }
}

/** One event, whatever its lines. */
function eventOf(data: string): string {
  return `${data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('')}\n`
}
