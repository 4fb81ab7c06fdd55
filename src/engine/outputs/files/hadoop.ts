import { isPair } from '../../batch/pair.ts'
import { describeElement } from '../../plan/describe.ts'
import { StageError } from '../../plan/errors.ts'
import type { ArgumentRecord, Call } from '../../plan/record.ts'
import { keyShape, valueShape } from '../../plan/shape.ts'
import { textEncoder } from '../formats/file-encoder.ts'
import { sparkText } from '../formats/spark.ts'
import type { OutputWriter } from '../record.ts'
import { filesWriter } from './files-writer.ts'

/** The arguments of both outputs of Hadoop's files. */
export const HADOOP_ARGUMENTS: readonly ArgumentRecord[] = [
  {
    name: 'prefix',
    type: 'string',
    required: true,
    summary: 'where the directories are, and how they begin',
  },
  { name: 'suffix', type: 'string', required: true, summary: 'what stands behind the time, after a point' },
]

/** Return a writer of pairs as Hadoop's `TextOutputFormat` writes them: without the key or the value that is null. */
export function hadoopWriter(call: Call, partPrefix: string): OutputWriter {
  const text = (element: unknown): string => {
    if (!isPair(element))
      throw new StageError(call.label, 'a pair [key, value] is expected', describeElement(element))
    const [key, value] = element
    return [
      ...(key === null || key === undefined ? [] : [sparkText(key, keyShape(call.shape))]),
      ...(value === null || value === undefined ? [] : [sparkText(value, valueShape(call.shape))]),
    ].join('\t')
  }
  return filesWriter(call, { encoder: () => textEncoder(text, false), partPrefix })
}
