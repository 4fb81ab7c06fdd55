import { formatDuration } from '../../plan/duration.ts'
import { addressOf } from '../reading/connection.ts'
import { reasonOf } from '../reading/errors.ts'
import { pause } from '../reading/pause.ts'
import type { Receiver } from '../record.ts'
import { RefusedError } from './avro.ts'
import { Events } from './events.ts'
import type { Held } from './frames.ts'
import { SinkClient } from './sink-client.ts'

/** Milliseconds before a sink that had nothing is asked again; it has waited for events itself. */
const AGAIN = 50

/** How the sinks are asked. */
export interface PollingOptions {
  readonly addresses: readonly Address[]
  readonly maxBatchSize: number
  readonly parallelism: number
  readonly withHeaders: boolean
  /** Milliseconds before a sink that is not there is tried again. */
  readonly retry: number
}

/** Where a sink is. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Ask sinks for events until the context stops, over as many connections as are asked for. */
export async function poll(options: PollingOptions, receiver: Receiver): Promise<void> {
  const { addresses, parallelism } = options
  const shared = { options, receiver, events: new Events(receiver, options.withHeaders), held: { bytes: 0 } }
  const said = new Map<string, string>()
  await Promise.all(
    // Each sink has one connection at least: one that waits for its events must not keep others from giving theirs.
    Array.from({ length: Math.max(parallelism, addresses.length) }, (_, index) =>
      new Poller(addresses[index % addresses.length] as Address, shared, said).run(),
    ),
  )
}

interface Shared {
  readonly options: PollingOptions
  readonly receiver: Receiver
  readonly events: Events
  readonly held: Held
}

class Poller {
  readonly #address: Address
  readonly #name: string
  readonly #shared: Shared
  /** What was said last of each sink: its connections have one voice. */
  readonly #said: Map<string, string>

  constructor(address: Address, shared: Shared, said: Map<string, string>) {
    this.#address = address
    this.#name = addressOf(address.host, address.port)
    this.#shared = shared
    this.#said = said
  }

  async run(): Promise<void> {
    const { receiver, options, held } = this.#shared
    const { signal } = receiver
    while (!signal.aborted) {
      const client = new SinkClient(this.#address.host, this.#address.port, held)
      // Its answer may never come; one that comes is given back.
      const stop = (): void => client.unref()
      signal.addEventListener('abort', stop)
      try {
        await client.connected()
        this.#say('')
        while (!signal.aborted) await this.#next(client)
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error
        if (!signal.aborted)
          this.#say(`${reasonOf(error)}; connecting again in ${formatDuration(options.retry)}`)
      } finally {
        signal.removeEventListener('abort', stop)
        client.close()
      }
      if (!signal.aborted) await pause(options.retry, signal)
    }
  }

  /** Take one batch of events, and tell the sink what has become of it. */
  async #next(client: SinkClient): Promise<void> {
    const { receiver, events, options } = this.#shared
    if (receiver.full) await receiver.ready()
    if (receiver.signal.aborted) return
    const { errorMessage, sequenceNumber, events: reader } = await client.getEventBatch(options.maxBatchSize)
    if (errorMessage !== '') {
      // A sink without events says so in this way, in words of its own.
      if (!/did not get any events|no events/i.test(errorMessage)) this.#say(errorMessage)
      return pause(AGAIN, receiver.signal)
    }
    const taken = events.read(reader)
    if (taken.tooLarge !== undefined) {
      this.#say(taken.tooLarge)
      await client.nack(sequenceNumber)
      return pause(options.retry, receiver.signal)
    }
    if (receiver.full) await receiver.ready()
    if (receiver.signal.aborted) return client.nack(sequenceNumber)
    taken.store()
    await receiver.stored()
    await client.ack(sequenceNumber)
    if (taken.count === 0) await pause(AGAIN, receiver.signal)
  }

  /** Say what a sink does, once; nothing is said of one that works. */
  #say(message: string): void {
    if (this.#said.get(this.#name) === message) return
    this.#said.set(this.#name, message)
    if (message !== '') this.#shared.receiver.report(`${this.#name}: ${message}`)
  }
}
