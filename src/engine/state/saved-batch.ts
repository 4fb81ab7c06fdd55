import { copyBytes, countOf as elementsIn, type Partition } from '../batch/partition.ts'
import type { Batch } from '../operators/record.ts'
import { bytesOf, countOf, listOf, recordOf, unfit } from './saved.ts'
import { savable } from './saved-values.ts'

/** Return a batch as it is written down. Throws NotSavable at an element that would not come back. */
export function savedBatch(batch: Batch): unknown[] {
  return batch.map((partition) => {
    const { kind } = partition
    if (kind === 'text') return { kind, bytes: ownBytes(partition.bytes), count: partition.count }
    if (kind === 'rows') return { kind, rows: savable(partition.rows) }
    return { kind, keys: savable(partition.keys), values: savable(partition.values) }
  })
}

/** A part of a pool would bring the whole of it along where memory is cloned. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : copyBytes(bytes)
}

/** Return the batch that was written down. Throws a TypeError where it is none. */
export function batchOf(saved: unknown): Partition[] {
  return listOf(saved).map((item): Partition => {
    const { kind } = recordOf(item, 'kind')
    if (kind === 'rows') return { kind, rows: listOf(recordOf(item, 'rows').rows) }
    if (kind === 'grouped') {
      const { keys, values } = recordOf(item, 'keys', 'values')
      return { kind, keys: listOf(keys), values: listOf(values, listOf(keys).length) }
    }
    if (kind !== 'text') throw unfit('a partition', String(kind))
    const { bytes, count } = recordOf(item, 'bytes', 'count')
    const text: Partition = { kind, bytes: bytesOf(bytes), count: countOf(count) }
    if (elementsIn(text) > text.bytes.length)
      throw unfit('lines of text', `${elementsIn(text)} in fewer bytes`)
    return text
  })
}
