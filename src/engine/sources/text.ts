import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { sourceError } from './reading/errors.ts'
import { checkFile, fileChunks } from './reading/file.ts'
import { readStandardInput } from './reading/standard-input.ts'
import { defineSource, type Receiver } from './record.ts'

const STANDARD_INPUT = '-'

/** `text FILE…`: files from start to end, as fast as the engine takes them. */
export const textSource = defineSource({
  name: 'text',
  summary: 'Read files one after the other, from start to end.',
  description: '`-` is standard input. A file whose name ends in .gz or .zst is unpacked.',
  elements: 'lines',
  replayable: true,
  arguments: [
    {
      name: 'file',
      type: 'string',
      required: true,
      variadic: true,
      summary: 'the files, or - for standard input',
    },
  ],
  flags: [FRAMING_FLAG],
  receive: async (call, receiver) => {
    const framing = call.string('framing') as FramingKind
    const paths = call.strings('file')
    // A misspelt last name should be told before an hour has gone into the first.
    for (const path of paths) if (path !== STANDARD_INPUT) await checkFile(path)
    for (const path of paths) {
      if (receiver.signal.aborted) return
      if (path === STANDARD_INPUT) await readStandardInput(receiver, framing)
      else await readFile(path, framing, receiver)
    }
    receiver.end()
  },
})

async function readFile(path: string, framing: FramingKind, receiver: Receiver): Promise<void> {
  const input = receiver.open(path, framing)
  try {
    for await (const chunk of fileChunks(path)) {
      if (receiver.full) await receiver.ready()
      if (receiver.signal.aborted) return
      input.write(chunk)
    }
  } catch (error) {
    throw sourceError(path, error)
  }
  input.end()
}
