import type { Worker } from 'node:worker_threads'
import { endOfLines } from '../batch/lines.ts'
import type { CountingTask } from '../codegen/counting-task.ts'
import { kernelModule } from '../kernels/instance.ts'
import type { PackedTable } from '../kernels/key-table.ts'
import { BLOCK_BYTES, BlockRing, createRingMemory } from './block-ring.ts'
import type { WorkerMessage, WorkerStart } from './worker.ts'

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
  readonly worker: Promise<Worker>
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
      const end = endOfLines(bytes, at, BLOCK_BYTES)
      const block = bytes.subarray(at, end)
      if (end - at > BLOCK_BYTES) {
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
          void thread.worker.then((worker) => worker.ref())
        }),
    )
    this.#ring.flush()
    try {
      if (this.#failure !== undefined) throw this.#failure
      return await Promise.race([Promise.all(answers), failed])
    } finally {
      for (const thread of this.#threads) void thread.worker.then((worker) => worker.unref())
    }
  }

  /** End the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map(async (thread) => (await thread.worker).terminate()))
  }

  #takeAll(): void {
    while (this.#ring.take(this.#own));
  }

  #start(file: URL, workerData: WorkerStart): Thread {
    const start = async (): Promise<Worker> => {
      // Loaded here, for it costs 3 ms, and most runs start no thread.
      const { Worker } = await import('node:worker_threads')
      // What this process was told to load, such as a loader of TypeScript, the compiled worker does not need.
      const worker = new Worker(file, { workerData, execArgv: [] })
      worker.unref()
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready') thread.isReady = true
        else if (message.kind === 'counted') thread.answer?.(message.table)
        else this.#fail(new FailedBlock(message.bytes, message.reason))
      })
      worker.on('error', (error: Error) => this.#fail(error))
      return worker
    }
    const thread: Thread = { worker: start(), isReady: false, answer: undefined }
    return thread
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#reject(error)
  }
}
