import { reasonOf } from '../plan/describe.ts'
import type { ReceiverInfo } from './listener.ts'
import type { TrackedReceiverOptions } from './receiver-options.ts'

const EVENTS = {
  started: 'onReceiverStarted',
  error: 'onReceiverError',
  stopped: 'onReceiverStopped',
} as const

/** What listeners know of a receiver. */
export class ReceiverStatus {
  readonly #options: Pick<TrackedReceiverOptions, 'clock' | 'tell'>
  #info: ReceiverInfo

  constructor(streamId: number, name: string, options: Pick<TrackedReceiverOptions, 'clock' | 'tell'>) {
    this.#options = options
    this.#info = { streamId, name, active: false, lastErrorMessage: '', lastError: '', lastErrorTime: -1 }
  }

  /** Tell of it; that it has stopped only where it had started. */
  tell(event: 'started' | 'error' | 'stopped', message = '', error?: unknown): void {
    const active = event === 'error' ? this.#info.active : event === 'started'
    if (event === 'stopped' && !this.#info.active) return
    this.#info = { ...this.#info, active }
    if (message !== '') {
      const lastError = error === undefined ? '' : reasonOf(error)
      const lastErrorTime = this.#options.clock.now()
      this.#info = { ...this.#info, lastErrorMessage: message, lastError, lastErrorTime }
    }
    this.#options.tell(EVENTS[event], this.#info)
  }
}
