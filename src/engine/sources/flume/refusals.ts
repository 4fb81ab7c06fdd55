import type { Receiver } from '../record.ts'

/** Milliseconds between two lines. */
const QUIET = 1000

/** Counts what happens to senders, and says it now and then: a thousand of them are not a thousand lines. */
export class Refusals {
  readonly #receiver: Receiver
  readonly #tell: (count: number, last: string) => void
  #count = 0
  #last = ''
  #cancel: (() => void) | undefined

  /** @param tell is given how many there were since the last time, and the last one. */
  constructor(receiver: Receiver, tell: (count: number, last: string) => void) {
    this.#receiver = receiver
    this.#tell = tell
    receiver.signal.addEventListener('abort', () => {
      this.#cancel?.()
      this.#say()
    })
  }

  /** It happened to a sender, for a reason. */
  add(sender: string, reason: string): void {
    const { clock, signal } = this.#receiver
    if (signal.aborted) return
    this.#count += 1
    this.#last = `${sender}: ${reason}`
    if (this.#cancel !== undefined) return
    this.#say()
    this.#cancel = clock.at(clock.now() + QUIET, () => {
      this.#cancel = undefined
      this.#say()
    })
  }

  #say(): void {
    const count = this.#count
    this.#count = 0
    if (count > 0) this.#tell(count, this.#last)
  }
}
