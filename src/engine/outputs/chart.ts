import { eachElement } from '../batch/lines.ts'
import type { ChartMaker } from './charts/chart.ts'
import { createBars } from './charts/greatest.ts'
import { createHistogram } from './charts/histogram.ts'
import { measuredOf } from './charts/measured.ts'
import { createSparklines } from './charts/sparklines.ts'
import { defineOutput } from './record.ts'

/** What makes each kind of chart. */
const MAKERS: Readonly<Record<string, (rows: number) => ChartMaker>> = {
  bar: createBars,
  sparkline: createSparklines,
  histogram: createHistogram,
}

/** `chart`. No row of Spark. */
export const chart = defineOutput({
  name: 'chart',
  summary: 'Draw each batch as bars, as lines over the last batches, or as a histogram.',
  description:
    'What is drawn is the value of a pair beside its key, the first number of a record beside its first other field, or ' +
    'the element itself. A bar stands for an element; where there are more than N, the greatest are shown, in the order of ' +
    'the batch. A sparkline stands for a key that was among the N greatest of a batch: its values in the batches from there ' +
    'on, between its least and its greatest. A histogram counts the numbers of the batch in N ranges or fewer. Elements ' +
    'without a number are counted. On a terminal the chart is drawn again in its place; elsewhere the charts follow each other.',
  arguments: [],
  flags: [
    {
      name: 'kind',
      type: 'string',
      options: ['bar', 'sparkline', 'histogram'],
      default: 'bar',
      summary: 'what is drawn',
    },
    { name: 'rows', type: 'integer', default: 10, summary: 'how many bars, lines or ranges at the most' },
    { name: 'title', type: 'string', summary: 'what stands above each chart' },
  ],
  open: (call, port) => {
    const rows = call.number('rows')
    if (rows < 1) throw call.refuse('--rows expects 1 or more')
    const title = call.value('title') as string | undefined
    const maker = MAKERS[call.string('kind')]?.(rows)
    if (maker === undefined) throw call.refuse('--kind expects bar, sparkline or histogram')
    const place = {}
    return {
      batch: (time) => {
        let total = 0
        let withoutNumber = 0
        return {
          push: (partition) => {
            eachElement(partition, (element) => {
              total += 1
              const measured = measuredOf(element)
              if (measured === undefined) withoutNumber += 1
              else maker.add(measured)
            })
          },
          finish: () => {
            const drawn = maker.take() ?? (withoutNumber > 0 ? NOTHING : undefined)
            if (drawn === undefined) return undefined
            const named = title === undefined ? {} : { title }
            return port.show(
              { time, elements: [], total, place, chart: { ...drawn, withoutNumber }, ...named },
              'chart',
            )
          },
        }
      },
    }
  },
})

const NOTHING = { kind: 'bar', bars: [] } as const

/** How a program draws. */
interface ChartOptions {
  readonly kind?: 'bar' | 'sparkline' | 'histogram'
  readonly rows?: number
  readonly title?: string
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Draw the numbers of every batch to standard output: the values of pairs, the first numbers of records, or numbers.
     * This is an output operation.
     *
     * @param options.kind `bar` (the default), `sparkline`: a line per key over the last batches, or `histogram`.
     * @param options.rows how many bars, lines or ranges at the most; ten where absent.
     * @param options.title what stands above each chart.
     */
    chart(options?: ChartOptions): void
  }
}
