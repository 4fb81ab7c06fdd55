import { eachElement } from '../batch/lines.ts'
import type { Partition } from '../batch/partition.ts'
import { createEncoder, EMIT_FORMATS, type EmitFormat } from './formats/encoder.ts'
import { defineOutput, type OutputPort, type OutputWriter } from './record.ts'

/** Characters gathered before they are handed on within a batch: a bound on memory, not a delay, for a batch's end flushes. */
const BUFFERED = 1 << 16

/** `emit`. No row of Spark: every element to standard output, for the next program of a pipe. */
export const emitOutput = defineOutput({
  name: 'emit',
  summary: 'Write every element of each batch to standard output, a line each.',
  description:
    'A pair is written as key<TAB>value, a record as JSON. Flushed at every batch, whether pipe, file or terminal.',
  arguments: [],
  flags: [
    {
      name: 'format',
      type: 'string',
      options: EMIT_FORMATS,
      default: 'lines',
      summary: 'how elements are written; batches keeps batch times for the next dstream',
    },
  ],
  open: (call, port, interval) => {
    const format = call.string('format') as EmitFormat
    return format === 'arrow' ? arrowWriter(port) : textWriter(format, port, interval)
  },
})

function textWriter(format: Exclude<EmitFormat, 'arrow'>, port: OutputPort, interval: number): OutputWriter {
  const encoder = createEncoder(format, interval)
  if (encoder.head !== '') void port.write(encoder.head)
  return {
    batch: (time) => {
      let text = encoder.begin(time)
      const flush = (): Promise<void> | undefined => {
        if (text === '') return undefined
        const full = text
        text = ''
        return port.write(full)
      }
      const push = (partition: Partition): Promise<void> | undefined => {
        if (partition.kind === 'text' && encoder.keepsText) {
          const before = flush()
          const after = port.write(partition.bytes)
          return after ?? before
        }
        let wait: Promise<void> | undefined
        eachElement(partition, (element) => {
          text += encoder.element(element)
          if (text.length >= BUFFERED) wait = flush() ?? wait
        })
        return wait
      }
      return {
        push,
        finish: () => {
          text += encoder.end(time)
          return flush()
        },
      }
    },
  }
}

/** The Arrow stream format needs a library of its own, loaded when it is asked for. */
function arrowWriter(port: OutputPort): OutputWriter {
  const loading = import('./formats/arrow.ts').then(({ createArrowWriter }) => createArrowWriter(port))
  // Seen by whoever awaits it, at the end of a batch; until then it is nobody's unhandled rejection.
  loading.catch(() => {})
  return {
    batch: (time) => {
      const rows: unknown[] = []
      return {
        push: (partition) => eachElement(partition, (element) => rows.push(element)),
        finish: async () => (await loading).batch(time, rows),
      }
    },
    close: async () => (await loading).close(),
  }
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /** Write every element of every batch to standard output, a line each. This is an output operation. */
    emit(options?: { readonly format?: 'lines' | 'json' | 'csv' | 'tsv' | 'arrow' | 'batches' }): void
  }
}
