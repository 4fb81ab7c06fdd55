import { isFunctionReference } from '../plan/plan.ts'
import { defineSource } from './record.ts'

/** Bytes that a program holds, read as text. Not a command: for tests of what a source of text does to the engine. */
export const bytesSource = defineSource({
  name: 'bytes',
  internal: true,
  summary: 'Read text from bytes in memory.',
  arguments: [{ name: 'bytes', type: 'value', required: true, summary: 'the bytes' }],
  flags: [],
  elements: 'lines',
  receive: async (call, receiver) => {
    const value = call.value('bytes')
    const bytes =
      isFunctionReference(value) && value.type === 'closure' ? (value.call as Uint8Array) : new Uint8Array()
    const input = receiver.open('bytes')
    for (let at = 0; at < bytes.length && !receiver.signal.aborted; at += CHUNK) {
      if (receiver.full) await receiver.ready()
      input.write(bytes.subarray(at, at + CHUNK))
    }
    receiver.end()
  },
})

/** Small, so that lines and characters are cut in all places. */
const CHUNK = 4099
