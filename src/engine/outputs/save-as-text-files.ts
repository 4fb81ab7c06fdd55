import { COMPRESSIONS, type Compression } from './files/compression.ts'
import { filesWriter } from './files/files-writer.ts'
import { TABLE_FORMATS, type TableFormat } from './files/table-format.ts'
import { FILE_FORMATS, type FileFormat, savedEncoder } from './formats/file-encoder.ts'
import { defineOutput } from './record.ts'

/** `save-as-text-files PREFIX [SUFFIX]`. Spark: `DStream.saveAsTextFiles`. */
export const saveAsTextFilesOutput = defineOutput({
  name: 'save-as-text-files',
  summary: 'Write each batch to a directory PREFIX-TIME or PREFIX-TIME.SUFFIX, an element a line.',
  description:
    'TIME is the time of the batch in milliseconds. The directory holds a file `part-00000` and so on per partition, ' +
    'and `_SUCCESS`; an empty batch has one too. It appears when the batch is complete, under a hidden name before, and ' +
    'replaces that of an earlier run. Lines are those of `emit`, a pair as `key<TAB>value`; with `--format spark` those ' +
    'of Spark, a pair as `(key,value)`. `json` has an element a line; `csv` and `tsv` have a header; `parquet` and `arrow` ' +
    'have a typed column for each field, and no part in an empty batch. With `s3://BUCKET/PREFIX` the files are objects, ' +
    'of which `_SUCCESS` comes last.',
  arguments: [
    {
      name: 'prefix',
      type: 'string',
      required: true,
      summary: 'where the directories are, and how they begin; a path or s3://BUCKET/PREFIX',
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
      options: [...FILE_FORMATS, ...TABLE_FORMATS],
      default: 'lines',
      summary: 'how elements are written',
    },
    {
      name: 'compress',
      type: 'string',
      options: COMPRESSIONS,
      summary: 'pack the files; zstd where Node has it, and always in parquet',
    },
    { name: 'endpoint', type: 'string', summary: 'where the bucket of s3:// is, if not at Amazon' },
    { name: 'region', type: 'string', summary: 'the region of the bucket; AWS_REGION where absent' },
  ],
  open: (call, port) => {
    const format = call.string('format') as FileFormat | TableFormat
    const compression = call.value('compress') as Compression | undefined
    const table = TABLE_FORMATS.find((name) => name === format)
    const encoder = table ?? (() => savedEncoder(format as FileFormat, call.shape))
    return filesWriter(call, { encoder, compression }, port)
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
     * pairs as `(key,value)`; `csv` and `tsv`: a header and a row per element; `parquet` and `arrow`: a column per field.
     * @param options.compress `gzip` or `zstd`.
     * @param options.endpoint where the bucket of a prefix `s3://BUCKET/PREFIX` is; `options.region` its region.
     * @throws StageError where a file cannot be written: it ends the context.
     */
    saveAsTextFiles(
      prefix: string,
      suffix?: string,
      options?: {
        readonly format?: 'lines' | 'json' | 'csv' | 'tsv' | 'spark' | 'parquet' | 'arrow'
        readonly compress?: 'gzip' | 'zstd'
        readonly endpoint?: string
        readonly region?: string
      },
    ): void
  }
}
