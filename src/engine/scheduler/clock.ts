/** The only reader of time in the engine. Milliseconds since 1970-01-01T00:00:00Z. */
export interface Clock {
  now(): number
  /** Call `action` once at `time` or, when that has passed, as soon as possible. Returns a function that cancels it. */
  at(time: number, action: () => void): () => void
}

/** What `setTimeout` can wait, in milliseconds; more would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/** The machine's clock. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now()
  }

  at(time: number, action: () => void): () => void {
    const timer = setTimeout(
      () => {
        // Timers may fire a millisecond early; a batch must not be cut before its time.
        if (Date.now() < time) cancel = this.at(time, action)
        else action()
      },
      Math.min(LONGEST_TIMER, Math.max(0, time - Date.now())),
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
