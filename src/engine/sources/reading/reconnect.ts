import { formatDuration } from '../../plan/duration.ts'
import type { Receiver } from '../record.ts'
import { pause } from './pause.ts'
import { RESTART_DELAY } from './receiver-supervisor.ts'

/** The longest wait before connecting again, in milliseconds, unless the first one is longer. */
const LONGEST = 30_000

/** How one connection went. */
export interface Connection {
  /** Something came: the next wait is short again. */
  readonly received: boolean
  /** It was made, and has ended as a connection does. */
  readonly connected: boolean
  readonly reason: string
}

/** When to connect again. */
export interface ReconnectOptions {
  /** What stands in messages; no password in it. */
  readonly name: string
  /** Milliseconds of the first wait; those after it double. */
  readonly retry: number | undefined
  /** End when a connection that was made has closed. */
  readonly once: boolean
}

/** Connect again and again until the context stops; resolves when there is no more to come. */
export async function reconnect(
  { name, retry, once }: ReconnectOptions,
  receiver: Receiver,
  connect: () => Promise<Connection | 'ended'>,
): Promise<void> {
  const { signal } = receiver
  const first = retry ?? receiver.settings.receiverRestartDelay ?? RESTART_DELAY
  let wait = first
  while (!signal.aborted) {
    const connection = await connect()
    if (signal.aborted) return
    if (connection === 'ended' || (once && connection.connected)) {
      receiver.end()
      return
    }
    if (connection.received) wait = first
    receiver.report(`${name}: ${connection.reason}; connecting again in ${formatDuration(wait)}`)
    receiver.tell('stopped', connection.reason)
    await pause(wait, signal)
    wait = Math.min(2 * wait, Math.max(LONGEST, first))
    if (!signal.aborted) receiver.tell('started')
  }
}
