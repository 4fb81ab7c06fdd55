import { UsageError } from '../plan/errors.ts'
import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { FilesInput } from './reading/files-input.ts'
import { globTest } from './reading/glob.ts'
import { fileStore } from './reading/open-store.ts'
import { defineSource } from './record.ts'

/** `files DIR`. Spark: `textFileStream`, `fileStream`, FileInputDStream. */
export const filesSource = defineSource({
  name: 'files',
  aliases: ['text-file-stream'],
  summary: 'Read each new file of a directory, once.',
  description:
    'A file belongs to the first batch at or after its modification time; files of one batch are read by that time, ' +
    'then by name. Move a file into the directory when it is whole: what is written to it later is not seen. ' +
    'Names that start with . or _ are left out. DIR may be a pattern of directories, or s3://BUCKET/PREFIX. .gz and .zst files are unpacked.',
  elements: 'lines',
  elementsWith: (values) => (values['record-bytes'] === undefined ? 'lines' : 'values'),
  arguments: [
    { name: 'dir', type: 'string', required: true, summary: 'the directory to watch, or s3://BUCKET/PREFIX' },
  ],
  flags: [
    { name: 'existing', type: 'boolean', summary: 'take also files that are there at the start, or are old' },
    { name: 'match', type: 'string', summary: "take only names that match a pattern, such as '*.log'" },
    {
      name: 'record-bytes',
      type: 'integer',
      summary:
        'files are no text but records of N bytes, which stand as text in hexadecimal where they are shown',
    },
    FRAMING_FLAG,
    { name: 'endpoint', type: 'string', summary: 'where the bucket of s3:// is, if not at Amazon' },
    { name: 'region', type: 'string', summary: 'the region of the bucket; AWS_REGION where absent' },
  ],
  pull: (call, context) => {
    const framing = call.string('framing') as FramingKind
    const recordBytes = call.value('record-bytes') as number | undefined
    if (recordBytes !== undefined && recordBytes < 1)
      throw new UsageError(`files: --record-bytes expects at least 1, got ${recordBytes}`)
    if (recordBytes !== undefined && framing !== 'lines')
      throw new UsageError('files: --record-bytes and --framing cannot stand together')
    const matches = globTest((call.value('match') as string | undefined) ?? '*')
    const accepts = (name: string): boolean => !/^[._]/.test(name) && matches(name)
    const existing = call.boolean('existing') ? 'all' : 'none'
    return new FilesInput(
      { store: fileStore(call, context), accepts, existing, framing, recordBytes },
      context,
    )
  },
})
