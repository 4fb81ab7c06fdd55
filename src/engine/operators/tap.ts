import { describeElement } from '../plan/describe.ts'
import { countOf, keeping } from '../state/saved.ts'
import { defineOperator } from './record.ts'

/** `tap [LABEL]`: no row of Spark; the debugging aid of a pipe. */
export const tap = defineOperator({
  name: 'tap',
  summary: 'Show each element on stderr as it passes, and leave it as it is.',
  kind: 'narrow',
  keepsElements: true,
  arguments: [
    {
      name: 'label',
      type: 'string',
      required: false,
      default: 'tap',
      summary: 'what stands before each element',
    },
  ],
  flags: [{ name: 'limit', type: 'integer', summary: 'show so many elements only' }],
  examples: [{ chain: 'tap', in: [['a'], ['b']], out: [['a'], ['b']] }],
  apply: (call) => {
    const label = call.string('label')
    const limit = (call.value('limit') as number | undefined) ?? Number.POSITIVE_INFINITY
    let shown = 0
    return {
      each: (emit) => (element) => {
        if (shown < limit) {
          shown += 1
          call.report(`${label}: ${describeElement(element)}`)
        }
        emit(element)
      },
      keeps: keeping({
        of: 'tap',
        version: 1,
        save: () => shown,
        restore: (saved) => {
          shown = countOf(saved)
        },
      }),
    }
  },
})

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Return this stream's elements unchanged, showing each on stderr as it passes.
     *
     * @param options.limit show so many elements only.
     */
    tap(label?: string, options?: { readonly limit?: number }): DStream<T>
  }
}
