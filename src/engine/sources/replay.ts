import { isFunctionReference } from '../plan/plan.ts'
import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { sourceError } from './reading/errors.ts'
import { framedFile } from './reading/framed-file.ts'
import { defineSource } from './record.ts'

/** A file whose records come at a time: milliseconds since the start of the test. */
export interface ReplayedFile {
  readonly time: number
  readonly path: string
}

/**
 * What stands for a source in `dstream test`. Not a command. A file belongs to the batch whose interval its time lies in:
 * at or after the batch before, and before the batch's own time.
 */
export const replaySource = defineSource({
  name: 'replay',
  internal: true,
  summary: 'Give the records of files at given times, in place of a source that is tested.',
  elements: 'lines',
  arguments: [{ name: 'files', type: 'value', required: true, summary: 'the files in order of their times' }],
  flags: [
    { name: 'until', type: 'integer', summary: 'milliseconds up to which more could come', default: 0 },
    FRAMING_FLAG,
  ],
  pull: (call, context) => {
    const value = call.value('files')
    const given = isFunctionReference(value) && value.type === 'closure' ? value.call : []
    const files = [...(given as readonly ReplayedFile[])]
    const framing = call.string('framing') as FramingKind
    let asked = 0
    return {
      get finished() {
        return files.length === 0 && asked >= call.number('until')
      },
      blocks: async function* (time) {
        asked = time
        for (let file = files[0]; file !== undefined && file.time < time; file = files[0]) {
          files.shift()
          try {
            yield* framedFile(file.path, framing, context)
          } catch (error) {
            throw sourceError(file.path, error)
          }
        }
      },
    }
  },
})
