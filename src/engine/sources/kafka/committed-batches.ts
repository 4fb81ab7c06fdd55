import type { RecordBatch } from './record-batch.ts'

/** The kind of a control record that ends an aborted transaction. */
const ABORT = 0

/** Where a transaction began that was aborted. */
export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

/**
 * Return the batches that hold messages: without those that mark the end of a transaction, and without those of
 * transactions that were aborted, which the broker names where only committed messages were asked for.
 */
export function* committedBatches(
  batches: readonly RecordBatch[],
  aborted: readonly AbortedTransaction[],
): Generator<RecordBatch> {
  const waiting = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const open = new Set<bigint>()
  for (const batch of batches) {
    while (waiting[0] !== undefined && Number(waiting[0].firstOffset) <= batch.offset)
      open.add((waiting.shift() as AbortedTransaction).producerId)
    if (batch.isControl) {
      if (kindOf(batch) === ABORT) open.delete(batch.producerId)
    } else if (!batch.isTransactional || !open.has(batch.producerId)) yield batch
  }
}

/** A control record's key is a version and a kind, 16 bits each. */
function kindOf(batch: RecordBatch): number | undefined {
  const key = batch.firstKey()
  return key === null || key.length < 4 ? undefined : ((key[2] as number) << 8) | (key[3] as number)
}
