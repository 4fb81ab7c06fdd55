import type { Earlier, TrackedReceiverOptions } from './receiver-options.ts'
import { TrackedReceiver } from './tracked-receiver.ts'

/** Stands between the sources that hand over when they like and the job scheduler: framing, bounds, batches by number. */
export class ReceiverTracker {
  readonly #options: TrackedReceiverOptions
  readonly #receivers: TrackedReceiver[] = []

  constructor(options: TrackedReceiverOptions) {
    this.#options = options
  }

  /** Number of receivers. */
  get size(): number {
    return this.#receivers.length
  }

  /** True when every receiver has ended and holds nothing back. */
  get ended(): boolean {
    return this.#receivers.every((receiver) => receiver.exhausted)
  }

  /** True when every receiver has delivered its part of a batch that is cut by number. */
  get complete(): boolean {
    return this.#receivers.length > 0 && this.#receivers.every((receiver) => receiver.complete)
  }

  /** True while a receiver holds back what is beyond its rate. */
  get holds(): boolean {
    return this.#receivers.some((receiver) => receiver.holds)
  }

  /** Make the receiver of a source. */
  add(source: number, name: string, earlier?: Earlier): TrackedReceiver {
    const receiver = new TrackedReceiver(source, name, this.#options, earlier)
    this.#receivers.push(receiver)
    return receiver
  }

  /** A batch was cut by number: what receivers held back belongs to the next. */
  nextBatch(): void {
    for (const receiver of this.#receivers) receiver.nextBatch()
  }

  /** A batch is cut: the blocks at hand belong to it. */
  closeBlocks(): void {
    for (const receiver of this.#receivers) receiver.closeBlock()
  }

  /** The context has ended: tell listeners of each receiver that had not, and wait for what they owe to others. */
  async stopped(): Promise<void> {
    await Promise.all(this.#receivers.map((receiver) => receiver.stopped()))
  }

  /** There is room again. */
  onRoom(): void {
    for (const receiver of this.#receivers) receiver.onRoom()
  }

  /** The context stops: unfinished lines are lines. */
  flush(): void {
    for (const receiver of this.#receivers) receiver.flush()
  }
}
