import { reasonOf } from '../plan/describe.ts'
import { SourceError, UsageError } from '../plan/errors.ts'
import { storeAll } from './reading/iterate.ts'
import { supervise } from './reading/receiver-supervisor.ts'
import { isReceiver } from './receiver-stream.ts'
import { defineSource } from './record.ts'

/** `receiver ./FILE.ts#EXPORT [WORD…]`. Spark: `receiverStream`. */
export const receiverSource = defineSource({
  name: 'receiver',
  aliases: ['receiver-stream'],
  summary: 'Take elements from a source of your own, an export of a module.',
  description:
    'EXPORT is a class that extends Receiver, made with the WORDs, or a function of the WORDs that returns the elements: ' +
    'a list, or a generator, which may be async. The source ends when the generator does, or when the receiver stops.',
  elements: 'values',
  arguments: [
    {
      name: 'export',
      type: 'function',
      role: 'flatmap',
      required: true,
      summary: 'a class or a function, ./my-source.ts#name',
    },
    {
      name: 'words',
      type: 'string',
      required: false,
      variadic: true,
      summary: 'what it is given, as texts',
    },
  ],
  flags: [],
  receive: async (call, receiver) => {
    const words = call.strings('words') as never[]
    const made = make(call.callable('export'), words)
    if (isReceiver(made)) return supervise(made, receiver, receiver.source)
    await storeAll(made, receiver, call.label)
    receiver.end()
  },
})

function make(found: ((...words: never[]) => unknown) | undefined, words: never[]): unknown {
  if (found === undefined) throw new UsageError('receiver expects an export of a module as its export')
  const isClass = /^class\b/.test(Function.prototype.toString.call(found))
  try {
    if (!isClass) return found(...words)
    const made: unknown = new (found as unknown as new (...words: never[]) => unknown)(...words)
    if (isReceiver(made)) return made
  } catch (error) {
    throw new SourceError(`a receiver cannot be made: ${reasonOf(error)}`)
  }
  throw new UsageError(
    `receiver: the class ${found.name} does not extend Receiver`,
    "Write: import { Receiver } from 'dstream'; or export a generator function.",
  )
}
