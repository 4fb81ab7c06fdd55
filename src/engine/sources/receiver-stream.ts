import { UsageError } from '../plan/errors.ts'
import { isFunctionReference } from '../plan/plan.ts'
import type { Receiver } from '../stream/receiver.ts'
import { supervise } from './reading/receiver-supervisor.ts'
import { defineSource } from './record.ts'

/** A receiver that a program made: `StreamingContext.receiverStream`. Not a command. Spark: `PluggableInputDStream`. */
export const receiverStreamSource = defineSource({
  name: 'receiver-stream',
  internal: true,
  summary: 'Take what a receiver of the program stores.',
  arguments: [{ name: 'receiver', type: 'value', required: true, summary: 'the receiver' }],
  flags: [],
  elements: 'values',
  receive: (call, receiver) => {
    const value = call.value('receiver')
    const user = isFunctionReference(value) && value.type === 'closure' ? value.call : undefined
    if (!isReceiver(user))
      throw new UsageError('receiverStream expects an object of a class that extends Receiver')
    return supervise(user, receiver, receiver.source)
  },
})

/** True for an object of a class that extends Receiver, of this copy of dstream or another one. */
export function isReceiver(value: unknown): value is Receiver<unknown> {
  const candidate = value as Partial<Receiver<unknown>> | null | undefined
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    [candidate.attach, candidate.onStart, candidate.onStop].every((method) => typeof method === 'function')
  )
}
