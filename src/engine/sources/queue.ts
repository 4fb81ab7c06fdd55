import { elementsOf } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import { isFunctionReference } from '../plan/plan.ts'
import { isRDD, type RDD } from '../stream/rdd.ts'
import { defineSource } from './record.ts'

/** A queue of batches: `StreamingContext.queueStream`. Not a command. Spark: `QueueInputDStream`; not recoverable. */
export const queueSource = defineSource({
  name: 'queue',
  internal: true,
  summary: 'Take batches from a queue that the program fills.',
  arguments: [{ name: 'queue', type: 'value', required: true, summary: 'the queue' }],
  flags: [
    { name: 'one-at-a-time', type: 'boolean', summary: 'one entry of the queue per batch; else all' },
    { name: 'default', type: 'value', summary: 'the batch where the queue is empty' },
  ],
  elements: 'values',
  notRecoverable: 'a queue lives in the memory of its program, which is gone after a restart',
  pull: (call) => {
    const queue = closure(call.value('queue')) as (readonly unknown[] | RDD<unknown>)[]
    const fallback = closure(call.value('default')) as readonly unknown[] | RDD<unknown> | undefined
    return {
      finished: false,
      blocks: () => {
        const entries = queue.splice(0, call.boolean('one-at-a-time') ? 1 : queue.length)
        if (entries.length === 0 && fallback !== undefined) entries.push(fallback)
        return entries.flatMap(blocksOf)
      },
    }
  },
})

/** The partitions of an RDD stay as they are; a list is one block. */
function blocksOf(entry: readonly unknown[] | RDD<unknown>): Partition[] {
  if (!isRDD(entry)) return [{ kind: 'rows', rows: entry }]
  return entry.partitions.map((partition) => ({ kind: 'rows', rows: elementsOf(partition), isWhole: true }))
}

function closure(value: unknown): unknown {
  return isFunctionReference(value) && value.type === 'closure' ? value.call : undefined
}
