import { Collector } from '../codegen/collect.ts'
import { isFunctionReference } from '../plan/plan.ts'
import type { Keep } from '../stream/remembered.ts'
import { defineOutput } from './record.ts'

/** Keeps the batches of a stream for `DStream.slice`. Not a command, nor a method: `StreamingContext.remember` adds it. */
export const rememberOutput = defineOutput({
  name: 'remember',
  internal: true,
  summary: 'Keep the last batches.',
  arguments: [{ name: 'keep', type: 'value', required: true, summary: 'what takes each batch' }],
  flags: [],
  open: (call, _port, slide) => {
    const reference = call.value('keep')
    const keep = (
      isFunctionReference(reference) && reference.type === 'closure' ? reference.call : undefined
    ) as Keep
    return {
      batch: (time) => {
        const collector = new Collector()
        return {
          push: (partition) => collector.push(partition),
          seal: () => collector.seal(),
          finish: () => keep(time, collector.take(), slide),
        }
      },
    }
  },
})
