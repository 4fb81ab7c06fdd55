/**
 * What a receiver asks of the context that runs it.
 *
 * @internal
 */
export interface ReceiverHost {
  readonly streamId: number
  readonly state: 'initialized' | 'started' | 'stopped'
  one(element: unknown): void
  many(elements: readonly unknown[]): void
  ready(): Promise<void>
  stored(): Promise<void>
  restart(message: string, error: unknown, delay: number | undefined): void
  stop(message: string, error: unknown): void
  error(message: string, error: unknown): void
}

/**
 * A source of a program's own (Spark: `org.apache.spark.streaming.receiver.Receiver`): `onStart` opens connections and
 * returns, `store` hands over what comes, `onStop` closes.
 *
 * An error that `onStart` throws, or with which its promise is rejected, ends the context; Spark would try for ever.
 */
export abstract class Receiver<T> {
  #host: ReceiverHost | undefined

  /** Begin to receive: open what is to be read, and return; what comes is stored later. Called again after a restart. */
  abstract onStart(): void | Promise<void>

  /** Stop receiving: close what `onStart` opened, and let its loops see `isStopped()`. */
  abstract onStop(): void | Promise<void>

  /** The place of the source in the plan, by which listeners know it. Throws before the context has started. */
  get streamId(): number {
    return this.#running().streamId
  }

  /**
   * Store one element or several. They join a block, which is handed over every `spark.streaming.blockInterval` (200 ms).
   * A list is one element, for `[key, value]` is a pair; several are `store(...list)`.
   *
   * @returns resolves when there is room for more; who does not wait for it may fill the memory.
   */
  store(...elements: readonly [T, ...T[]]): Promise<void>
  /**
   * Store all that an iterator gives, such as `list.values()`, as a block of their own.
   *
   * @returns resolves when they are safe: on the disk where there is a checkpoint, else in memory. A receiver that
   * acknowledges what it has received only then is a reliable one.
   */
  store(elements: IterableIterator<T>): Promise<void>
  store(...elements: readonly unknown[]): Promise<void> {
    const host = this.#running()
    const [first] = elements
    if (elements.length === 1 && isIterator(first)) {
      host.many([...first])
      return host.stored().then(() => host.ready())
    }
    for (const element of elements) host.one(element)
    return host.ready()
  }

  /**
   * Stop, and start again after a while; returns at once.
   *
   * @param message why; written for the user.
   * @param error what went wrong, if anything did.
   * @param delay milliseconds; `spark.streaming.receiverRestartDelay` (2000) where absent.
   */
  restart(message: string, error?: unknown, delay?: number): void {
    this.#running().restart(message, error, delay)
  }

  /**
   * Stop for good. The source has ended: where all sources have, the context finishes what was received and stops.
   * (Spark's goes on without input until it is stopped.)
   *
   * @param message why; written for the user where it is not empty.
   */
  stop(message = '', error?: unknown): void {
    this.#running().stop(message, error)
  }

  /** Tell the user and listeners of an error, and go on. */
  reportError(message: string, error?: unknown): void {
    this.#running().error(message, error)
  }

  /** Return true from `onStart` until `onStop`. */
  isStarted(): boolean {
    return this.#host?.state === 'started'
  }

  /** Return true once it was stopped; false again after a restart. */
  isStopped(): boolean {
    return this.#host?.state === 'stopped'
  }

  /**
   * For the context: what runs this receiver.
   *
   * @internal
   */
  attach(host: ReceiverHost): void {
    if (this.#host !== undefined) throw new TypeError('a receiver belongs to one stream; make another one')
    this.#host = host
  }

  #running(): ReceiverHost {
    if (this.#host === undefined) throw new TypeError('a receiver can be used when its context has started')
    return this.#host
  }
}

function isIterator(value: unknown): value is IterableIterator<unknown> {
  const candidate = value as Partial<IterableIterator<unknown>> | null | undefined
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    typeof candidate.next === 'function' &&
    typeof candidate[Symbol.iterator] === 'function'
  )
}
