import type { Partition } from '../../batch/partition.ts'
import { SourceError } from '../../plan/errors.ts'
import { BinaryRecord } from './binary-record.ts'
import type { FileStore } from './file-store.ts'
import { isPacked } from './unpacked.ts'

/**
 * Yield the records of `length` bytes of a file. Throws SourceError where its size is no multiple of that, before the
 * first record where the size is known; system errors as they come.
 */
export async function* fixedRecords(
  path: string,
  length: number,
  store: FileStore,
): AsyncGenerator<Partition, void> {
  const wrong = (size: number): SourceError =>
    new SourceError(
      `${path}: its ${size} bytes are no multiple of the record length ${length}; ${size % length} are left over`,
      'a file is moved into the directory when it is whole',
    )
  const size = isPacked(path) ? undefined : await store.size(path)
  if (size !== undefined && size % length !== 0) throw wrong(size)
  let total = 0
  let rest = new Uint8Array(0)
  for await (const chunk of store.chunks(path)) {
    total += chunk.length
    const bytes = new Uint8Array(rest.length + chunk.length)
    bytes.set(rest)
    bytes.set(chunk, rest.length)
    const rows: BinaryRecord[] = []
    let at = 0
    for (; at + length <= bytes.length; at += length)
      rows.push(new BinaryRecord(bytes.slice(at, at + length)))
    rest = bytes.slice(at)
    if (rows.length > 0) yield { kind: 'rows', rows }
  }
  if (rest.length > 0) throw wrong(total)
}
