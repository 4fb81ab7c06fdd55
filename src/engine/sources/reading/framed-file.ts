import type { Partition } from '../../batch/partition.ts'
import { createFramer } from '../framing/framer.ts'
import type { FramingKind } from '../framing/framing.ts'
import type { PullContext } from '../record.ts'
import { fileChunks } from './file.ts'

/**
 * Yield the records of a file chunk by chunk, to its end; a partition holds until the next one is asked for.
 * `chunksOf` gives its bytes. Throws SourceError where the bytes break the framing, system errors as they come.
 */
export async function* framedFile(
  path: string,
  framing: FramingKind,
  context: PullContext,
  chunksOf: (path: string) => AsyncIterable<Uint8Array> = fileChunks,
): AsyncGenerator<Partition, void> {
  const framer = createFramer(framing, { maxLine: context.maxLine, name: path })
  let partitions: Partition[] = []
  const emit = (partition: Partition): void => {
    partitions.push(partition)
  }
  for await (const chunk of chunksOf(path)) {
    framer.push(chunk, emit)
    yield* partitions
    partitions = []
  }
  framer.end(emit)
  yield* partitions
  if (framer.malformed > 0) context.report(`${path}: ${framer.malformed} records are not UTF-8`)
  if (framer.dropped > 0) context.drop(framer.dropped, `truncated in ${path}`)
}
