import { UsageError } from '../plan/errors.ts'
import { isFunctionReference } from '../plan/plan.ts'
import { FilesInput } from './reading/files-input.ts'
import { fileStore } from './reading/open-store.ts'
import { defineSource } from './record.ts'

/** Files that a function of the program chooses: `StreamingContext.fileStream`. Not a command. Spark: `FileInputDStream`. */
export const fileStreamSource = defineSource({
  name: 'file-stream',
  internal: true,
  summary: 'Read each new file of a directory that a function accepts.',
  arguments: [{ name: 'dir', type: 'string', required: true, summary: 'the directory to watch' }],
  flags: [
    { name: 'filter', type: 'value', summary: 'true for the path of a file to be read' },
    { name: 'new-files-only', type: 'boolean', summary: 'leave out what is there at the start' },
  ],
  elements: 'lines',
  pull: (call, context) => {
    const value = call.value('filter')
    const filter = isFunctionReference(value) && value.type === 'closure' ? value.call : undefined
    if (filter !== undefined && typeof filter !== 'function')
      throw new UsageError('fileStream expects a function of a path as its filter')
    const accepts = (name: string, path: string): boolean =>
      filter === undefined ? !name.startsWith('.') : filter(path) === true
    const existing = call.value('new-files-only') === false ? 'remembered' : 'none'
    const store = fileStore(call, context)
    const files = { store, accepts, existing, framing: 'lines' } as const
    return new FilesInput({ ...files, recordBytes: undefined }, context)
  },
})
