import { UsageError } from '../plan/errors.ts'
import { STORAGE_LEVELS, type StorageLevel } from '../stream/storage-level.ts'
import { defineOperator } from './record.ts'

/** `persist [LEVEL]`. Spark: `DStream.persist`. */
export const persist = defineOperator({
  name: 'persist',
  summary:
    'Hand the stream on as it is: batches are kept in memory as long as they are needed, whatever is said here.',
  description: 'LEVEL is one of Spark’s storage levels, such as MEMORY_AND_DISK.',
  kind: 'narrow',
  keepsElements: true,
  arguments: [
    {
      name: 'level',
      type: 'string',
      required: false,
      default: 'MEMORY_ONLY_SER',
      summary: 'where Spark would keep batches',
    },
  ],
  flags: [],
  examples: [
    { chain: 'persist', in: [['a', 'b'], []], out: [['a', 'b'], []] },
    { chain: 'persist MEMORY_ONLY', in: [['a']], out: [['a']] },
  ],
  apply: (call) => {
    const level = call.string('level')
    if ((STORAGE_LEVELS as readonly string[]).includes(level)) return { union: true }
    throw new UsageError(
      `persist expects a storage level, got '${level}'`,
      `The levels are ${STORAGE_LEVELS.join(', ')}.`,
    )
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return this stream's elements unchanged. Batches are kept in memory as long as windows and states need them, whatever
     * the level.
     *
     * @param level one of Spark's names; `MEMORY_ONLY_SER` where absent.
     */
    persist(level?: StorageLevel): DStream<T>
  }
}
