import { filesWriter } from './files/files-writer.ts'
import { createFileEncoder, FILE_FORMATS, type FileFormat } from './formats/file-encoder.ts'
import { defineOutput } from './record.ts'

/** `save-as-text-files PREFIX [SUFFIX]`. Spark: `DStream.saveAsTextFiles`. */
export const saveAsTextFilesOutput = defineOutput({
  name: 'save-as-text-files',
  summary: 'Write each batch to a directory PREFIX-TIME or PREFIX-TIME.SUFFIX, an element a line.',
  description:
    'TIME is the time of the batch in milliseconds. The directory holds a file `part-00000` and so on per partition, ' +
    'and `_SUCCESS`; an empty batch has one too. It appears when the batch is complete, under a hidden name before, and ' +
    'replaces that of an earlier run. Lines are those of `emit`, a pair as `key<TAB>value`; with `--format spark` those ' +
    'of Spark, a pair as `(key,value)`.',
  arguments: [
    {
      name: 'prefix',
      type: 'string',
      required: true,
      summary: 'where the directories are, and how they begin',
    },
    {
      name: 'suffix',
      type: 'string',
      required: false,
      summary: 'what stands behind the time, after a point',
    },
  ],
  flags: [
    {
      name: 'format',
      type: 'string',
      options: FILE_FORMATS,
      default: 'lines',
      summary: 'how elements are written',
    },
  ],
  open: (call) => {
    const format = call.string('format') as FileFormat
    return filesWriter(call, { encoder: () => createFileEncoder(format, call.shape) })
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Write every batch to a directory `prefix-TIME` or `prefix-TIME.suffix`, TIME in milliseconds, with a file
     * `part-00000` and so on per partition and `_SUCCESS` (Spark: `DStream.saveAsTextFiles`). Empty batches too; a batch
     * that runs again replaces its directory. This is an output operation.
     *
     * @param options.format `lines` (the default): text as it is, pairs as `key<TAB>value`, all else as JSON; `spark`:
     * pairs as `(key,value)`.
     * @throws StageError where a file cannot be written: it ends the context.
     */
    saveAsTextFiles(
      prefix: string,
      suffix?: string,
      options?: { readonly format?: 'lines' | 'json' | 'csv' | 'tsv' | 'spark' },
    ): void
  }
}
