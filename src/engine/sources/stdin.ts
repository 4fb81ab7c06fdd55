import { FRAMING_FLAG } from './framing/framer.ts'
import type { FramingKind } from './framing/framing.ts'
import { readStandardInput } from './reading/standard-input.ts'
import { defineSource } from './record.ts'

/** `stdin`: what stands in a pipe before dstream; the source where none is named. */
export const stdinSource = defineSource({
  name: 'stdin',
  summary: 'Read standard input to its end.',
  description: 'The last batch is flushed when the input ends, and a last line needs no line end.',
  elements: 'lines',
  arguments: [],
  flags: [FRAMING_FLAG],
  receive: async (call, receiver) => {
    await readStandardInput(receiver, call.string('framing') as FramingKind)
    receiver.end()
  },
})
