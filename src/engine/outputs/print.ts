import { firstElements } from '../batch/lines.ts'
import { countOf } from '../batch/partition.ts'
import { defineOutput } from './record.ts'

/** `print [N]`. Spark: `DStream.print`, which takes N + 1 to know whether there are more. */
export const printOutput = defineOutput({
  name: 'print',
  summary: 'Show the first N elements of each batch as a table.',
  description:
    'An empty batch shows nothing as a table, and an empty block in the format of Spark. There a whole ' +
    'number is written as Int and Long are, `3`, any other as Double is, `3.5` and `1.5E-4`; a record as `Map(field -> ' +
    'value)`, rows of `sql` as `[value,value]`, lists of `group-by-key` as `CompactBuffer(value, value)`.',
  arguments: [
    { name: 'count', type: 'integer', required: false, default: 10, summary: 'how many elements to show' },
  ],
  flags: [
    {
      name: 'format',
      type: 'string',
      options: ['table', 'spark'],
      summary: "a table, or Spark's block byte for byte",
    },
    { name: 'live', type: 'boolean', summary: 'redraw one table in place' },
    { name: 'title', type: 'string', summary: 'what stands above each table' },
  ],
  open: (call, port) => {
    const { shape } = call
    const count = call.number('count')
    const title = call.value('title') as string | undefined
    const format = call.boolean('live')
      ? 'live'
      : ((call.value('format') as string | undefined) ?? port.format)
    const place = {}
    return {
      batch: (time) => {
        let total = 0
        const elements: unknown[] = []
        return {
          push: (partition) => {
            total += countOf(partition)
            if (elements.length < count) {
              for (const element of firstElements([partition], count - elements.length))
                elements.push(element)
            }
          },
          finish: () => {
            if (total === 0 && format !== 'spark') return undefined
            const known = {
              ...(title === undefined ? {} : { title }),
              ...(shape === undefined ? {} : { shape }),
            }
            return port.show({ time, elements, total, place, ...known }, format)
          },
        }
      },
    }
  },
})

/** How a program prints. */
interface PrintOptions {
  readonly format?: 'spark' | 'table'
  readonly title?: string
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Print the first `count` elements of every batch, ten where absent, to standard output. This is an output operation.
     *
     * @param options.format `spark` (the default of a program): Spark's block byte for byte; `table`: as the command does.
     * @param options.title what stands above each table.
     */
    print(count?: number, options?: PrintOptions): void
    print(options: PrintOptions): void
  }
}
