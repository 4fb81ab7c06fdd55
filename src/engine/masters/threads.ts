import { Worker } from 'node:worker_threads'
import type { CountingTask } from '../codegen/counting-task.ts'
import { kernelModule } from '../kernels/instance.ts'
import type { PackedTable } from '../kernels/key-table.ts'
import { BlockRing, createRingMemory, SLOT_BYTES } from './block-ring.ts'
import type { WorkerMessage, WorkerStart } from './worker.ts'

const NEWLINE = 10

/** Lines that a worker could not count, because a step threw at one of them. */
export class FailedBlock extends Error {
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array, reason: string) {
    super(reason)
    this.name = 'FailedBlock'
    this.bytes = bytes
  }
}

interface Thread {
  readonly worker: Worker
  isReady: boolean
  answer: ((table: PackedTable) => void) | undefined
}

/** Worker threads that count blocks of text side by side with the main thread. */
export class CountingThreads {
  readonly #ring: BlockRing
  readonly #threads: readonly Thread[]
  readonly #own: (block: Uint8Array, position: number) => void
  #failure: Error | undefined
  #reject: (error: Error) => void = () => {}

  /** @param own counts a block on this thread. */
  constructor(task: CountingTask, count: number, own: (block: Uint8Array, position: number) => void) {
    this.#own = own
    const ring = createRingMemory()
    this.#ring = new BlockRing(ring)
    const start: WorkerStart = { module: kernelModule(), ring, task }
    // Beside this file where it is compiled; a thread runs no TypeScript, so that sources take the compiled one too.
    const file = import.meta.url.endsWith('.ts') ? '../../../dist/worker.js' : './worker.js'
    this.#threads = Array.from({ length: count }, () => this.#start(new URL(file, import.meta.url), start))
  }

  /** True when a thread can take blocks. */
  get isReady(): boolean {
    return this.#threads.some(({ isReady }) => isReady)
  }

  /**
   * Count whole lines, here or on another thread. `position` is as for a `KeyCounter`. Throws FailedBlock for any block
   * so far.
   */
  add(bytes: Uint8Array, position: number): void {
    if (this.#failure !== undefined) throw this.#failure
    for (let at = 0; at < bytes.length; ) {
      const end = endOfBlock(bytes, at)
      const block = bytes.subarray(at, end)
      if (end - at > SLOT_BYTES) {
        // What is taken must be later than what was taken: the blocks before come first.
        this.#takeAll()
        this.#own(block, position + at)
      } else {
        while (!this.#ring.put(block, position + at)) {
          if (this.#ring.take(this.#own)) continue
          this.#own(block, position + at)
          break
        }
      }
      at = end
    }
  }

  /** Count what is left; resolves to what the other threads have counted since the last time. Rejects with FailedBlock. */
  async finish(): Promise<readonly PackedTable[]> {
    this.#takeAll()
    const failed = new Promise<never>((_, reject) => {
      this.#reject = reject
    })
    // One that is still coming up may take blocks before it is known to be ready: it answers too.
    const answers = this.#threads.map(
      (thread) =>
        new Promise<PackedTable>((resolve) => {
          thread.answer = resolve
          thread.worker.ref()
        }),
    )
    this.#ring.flush()
    try {
      if (this.#failure !== undefined) throw this.#failure
      return await Promise.race([Promise.all(answers), failed])
    } finally {
      for (const { worker } of this.#threads) worker.unref()
    }
  }

  /** End the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }

  #takeAll(): void {
    while (this.#ring.take(this.#own));
  }

  #start(file: URL, workerData: WorkerStart): Thread {
    // What this process was told to load, such as a loader of TypeScript, the compiled worker does not need.
    const worker = new Worker(file, { workerData, execArgv: [] })
    const thread: Thread = { worker, isReady: false, answer: undefined }
    worker.unref()
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') thread.isReady = true
      else if (message.kind === 'counted') thread.answer?.(message.table)
      else this.#fail(new FailedBlock(message.bytes, message.reason))
    })
    worker.on('error', (error: Error) => this.#fail(error))
    return thread
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#reject(error)
  }
}

/** Return the end of the lines from `at` that fit into a slot, or of the first line where that does not. */
function endOfBlock(bytes: Uint8Array, at: number): number {
  const limit = at + SLOT_BYTES
  if (limit >= bytes.length) return bytes.length
  const last = bytes.lastIndexOf(NEWLINE, limit - 1) + 1
  if (last > at) return last
  const next = bytes.indexOf(NEWLINE, limit) + 1
  return next === 0 ? bytes.length : next
}
