/** The only reader of time in the engine. Milliseconds since 1970-01-01T00:00:00Z. */
export interface Clock {
  now(): number
  /** Call `action` once at `time` or, when that has passed, as soon as possible. Returns a function that cancels it. */
  at(time: number, action: () => void): () => void
  /** Tell no earlier time than this from now on: that of a batch which an earlier run has cut. */
  notBefore?(time: number): void
}

/** Milliseconds by which a clock may be set back and is waited for; beyond them it goes on from where it was. */
const LONGEST_WAIT = 1000

/** What `setTimeout` can wait, in milliseconds; more would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * The machine's clock, which never goes back: where somebody sets it back, it goes on from where it was until the machine's
 * has come there too. Batches would wait for that, and have a time twice.
 */
export class SystemClock implements Clock {
  readonly #read: () => number
  #last = Number.NEGATIVE_INFINITY
  #ahead = 0

  /** @param read milliseconds since 1970 by the machine. */
  constructor(read: () => number = Date.now) {
    this.#read = read
  }

  now(): number {
    const read = this.#read()
    if (read >= this.#last) this.#ahead = 0
    else if (read + this.#ahead < this.#last - LONGEST_WAIT) this.#ahead = this.#last - read
    this.#last = Math.max(this.#last, read + this.#ahead)
    return this.#last
  }

  notBefore(time: number): void {
    this.#last = Math.max(this.#last, time)
  }

  at(time: number, action: () => void): () => void {
    const timer = setTimeout(
      () => {
        // Timers may fire a millisecond early; a batch must not be cut before its time.
        if (this.now() < time) cancel = this.at(time, action)
        else action()
      },
      Math.min(LONGEST_TIMER, Math.max(0, time - this.now())),
    )
    let cancel = (): void => clearTimeout(timer)
    return () => cancel()
  }
}

/** A clock that stands still until it is moved: for tests, and for `--batch-lines`. */
export class ManualClock implements Clock {
  #now: number
  #waiting: { time: number; action: () => void }[] = []

  constructor(now = 0) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  at(time: number, action: () => void): () => void {
    if (time <= this.#now) {
      let isCancelled = false
      queueMicrotask(() => {
        if (!isCancelled) action()
      })
      return () => {
        isCancelled = true
      }
    }
    const entry = { time, action }
    this.#waiting.push(entry)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry)
    }
  }

  /** Move the clock on by `milliseconds`, calling what is due on the way in order of time. */
  advance(milliseconds: number): void {
    const target = this.#now + milliseconds
    for (;;) {
      const due = this.#waiting.filter((entry) => entry.time <= target).sort((a, b) => a.time - b.time)[0]
      if (due === undefined) break
      this.#waiting = this.#waiting.filter((entry) => entry !== due)
      this.#now = Math.max(this.#now, due.time)
      due.action()
    }
    this.#now = target
  }
}
