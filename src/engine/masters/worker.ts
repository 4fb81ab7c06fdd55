/** A worker thread of local[N]: counts blocks of text until its process ends. */
import { parentPort, workerData } from 'node:worker_threads'
import type { CountingTask } from '../codegen/counting-task.ts'
import { feedOf } from '../codegen/counting-task.ts'
import { KernelInstance, useModule } from '../kernels/instance.ts'
import { KeyCounter } from '../kernels/key-counter.ts'
import type { PackedTable } from '../kernels/key-table.ts'
import { BlockRing, type RingMemory } from './block-ring.ts'

/** What a worker is started with. */
export interface WorkerStart {
  readonly module: object
  readonly ring: RingMemory
  readonly task: CountingTask
}

/** What a worker tells the main thread. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  /** All it has counted since the last time. */
  | { readonly kind: 'counted'; readonly table: PackedTable }
  /** A step threw at a value in these lines. */
  | { readonly kind: 'failed'; readonly bytes: Uint8Array; readonly reason: string }

const { module, ring: memory, task } = workerData as WorkerStart
useModule(module)
const ring = new BlockRing(memory)
const feed = await feedOf(task)
let counter = new KeyCounter(feed, new KernelInstance())

function tell(message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer)
}

function count(block: Uint8Array, position: number): void {
  try {
    counter.add(block, position)
  } catch (error) {
    tell({ kind: 'failed', bytes: Uint8Array.from(block), reason: String(error) })
  }
}

function flush(): void {
  const table = counter.pack()
  if (counter.isLarge) counter = new KeyCounter(feed, new KernelInstance())
  tell(
    { kind: 'counted', table },
    table.chunks.map(({ buffer }) => buffer),
  )
}

tell({ kind: 'ready' })
for (;;) {
  if (ring.take(count)) continue
  if (ring.takeFlush()) flush()
  else ring.sleep()
}
