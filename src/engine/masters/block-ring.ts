const SLOT_BYTES = 1 << 17
/** Bytes of a slot's block: one of a pipe, and the line that was carried into it. */
export const BLOCK_BYTES = SLOT_BYTES - 8
const SLOTS = 16
/** Words of control, each on a cache line of its own: threads that write one do not slow those that read another. */
const LINE = 16
const HEAD = 0
const TAIL = LINE
const SLEEPERS = 2 * LINE
const FLUSH = 3 * LINE
/** Changed before sleepers are woken: who is about to sleep sees it, and does not. */
const WAKE = 4 * LINE
const FIRST_SLOT = 5 * LINE
/** Milliseconds that a thread without work sleeps at most before it looks again. */
const NAP = 1000

/** The memory that threads share. */
export interface RingMemory {
  readonly control: SharedArrayBuffer
  readonly positions: SharedArrayBuffer
  readonly starts: SharedArrayBuffer
  readonly bytes: SharedArrayBuffer
}

/** Return memory for one ring. */
export function createRingMemory(): RingMemory {
  return {
    control: new SharedArrayBuffer(4 * (FIRST_SLOT + SLOTS * LINE)),
    positions: new SharedArrayBuffer(8 * SLOTS),
    starts: new SharedArrayBuffer(4 * SLOTS),
    bytes: new SharedArrayBuffer(SLOTS * SLOT_BYTES),
  }
}

/**
 * Blocks of text on shared memory: one thread puts them in, any thread takes the oldest, so that what one thread takes is
 * always later than what it took before.
 */
export class BlockRing {
  readonly #control: Int32Array
  readonly #positions: Float64Array
  /** Where the block of each slot starts. */
  readonly #starts: Uint32Array
  readonly #bytes: Uint8Array
  #flushed = 0

  constructor({ control, positions, starts, bytes }: RingMemory) {
    this.#control = new Int32Array(control)
    this.#positions = new Float64Array(positions)
    this.#starts = new Uint32Array(starts)
    this.#bytes = new Uint8Array(bytes)
  }

  /** Put a block of at most BLOCK_BYTES in, and wake a thread; false where there is no room. */
  put(block: Uint8Array, position: number): boolean {
    const head = Atomics.load(this.#control, HEAD)
    const slot = (head >>> 0) % SLOTS
    // The length of a slot is not 0 until the thread that has taken it is done with it.
    if (Atomics.load(this.#control, FIRST_SLOT + slot * LINE) !== 0) return false
    // V8 copies to shared memory eight bytes at once only where both sides stand alike between them.
    const start = slot * SLOT_BYTES + (block.byteOffset & 7)
    this.#bytes.set(block, start)
    this.#starts[slot] = start
    this.#positions[slot] = position
    Atomics.store(this.#control, FIRST_SLOT + slot * LINE, block.length)
    Atomics.store(this.#control, HEAD, (head + 1) | 0)
    if (Atomics.load(this.#control, SLEEPERS) > 0) this.#wake(1)
    return true
  }

  /** Take the oldest block, and call `use` with it; false where there is none. Its bytes hold until `use` returns. */
  take(use: (block: Uint8Array, position: number) => void): boolean {
    for (;;) {
      const tail = Atomics.load(this.#control, TAIL)
      if (tail === Atomics.load(this.#control, HEAD)) return false
      if (Atomics.compareExchange(this.#control, TAIL, tail, (tail + 1) | 0) !== tail) continue
      const slot = (tail >>> 0) % SLOTS
      const length = Atomics.load(this.#control, FIRST_SLOT + slot * LINE)
      const start = this.#starts[slot] as number
      try {
        use(this.#bytes.subarray(start, start + length), this.#positions[slot] as number)
      } finally {
        Atomics.store(this.#control, FIRST_SLOT + slot * LINE, 0)
      }
      return true
    }
  }

  /** Ask every thread for what it has counted. */
  flush(): void {
    Atomics.add(this.#control, FLUSH, 1)
    this.#wake(Number.POSITIVE_INFINITY)
  }

  /** Return true once after each call of `flush`, on each thread that asks when it finds no block. */
  takeFlush(): boolean {
    const flush = Atomics.load(this.#control, FLUSH)
    if (flush === this.#flushed) return false
    this.#flushed = flush
    return true
  }

  /** Sleep until there may be a block, or a flush. Not for the main thread. */
  sleep(): void {
    Atomics.add(this.#control, SLEEPERS, 1)
    const wake = Atomics.load(this.#control, WAKE)
    const isIdle =
      Atomics.load(this.#control, HEAD) === Atomics.load(this.#control, TAIL) &&
      Atomics.load(this.#control, FLUSH) === this.#flushed
    if (isIdle) Atomics.wait(this.#control, WAKE, wake, NAP)
    Atomics.sub(this.#control, SLEEPERS, 1)
  }

  #wake(sleepers: number): void {
    Atomics.add(this.#control, WAKE, 1)
    Atomics.notify(this.#control, WAKE, sleepers)
  }
}
