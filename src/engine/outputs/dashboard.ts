import { reasonOf } from '../plan/describe.ts'
import { StageError } from '../plan/errors.ts'
import type { Call } from '../plan/record.ts'
import { BatchSummary } from './panels/batch-summary.ts'
import { CHARTS, type Chart, type PanelOptions } from './panels/panel.ts'
import { defineOutput } from './record.ts'

/** `dashboard [PORT]`. No row of Spark, whose notebooks draw what `foreachRDD` collects. */
export const dashboardOutput = defineOutput({
  name: 'dashboard',
  summary: 'Show the stream on a page of the browser that moves with it.',
  description:
    'All dashboards of a chain on the same port are panels of one page. The number of a key is that of a pair, of a line ' +
    '`key<TAB>number`, or of the first text and the first number of a record; of a key that comes several times in a batch ' +
    'the last counts, and `reduce-by-key` adds them up. Without `--chart`, keys with numbers are bars, a lone number is a ' +
    'number, and anything else is a table. A page shows up to 1,000 elements of a batch. Without PORT it is the first free ' +
    'one from 4041 on; 0 takes any. An address beyond loopback needs a token, in `DSTREAM_UI_TOKEN`.',
  arguments: [{ name: 'port', type: 'integer', required: false, summary: 'the port of the page' }],
  flags: [
    { name: 'chart', type: 'string', options: CHARTS, summary: 'what is drawn' },
    { name: 'title', type: 'string', summary: 'what stands above it' },
    { name: 'span', type: 'duration', default: '10m', summary: 'how far back lines and heatmaps go' },
    { name: 'port', type: 'integer', summary: 'the port of the page, as the argument' },
    { name: 'host', type: 'string', default: '127.0.0.1', summary: 'the address of the page' },
  ],
  open: (call, port, interval) => {
    const options = optionsOf(call, interval)
    // Where nothing is shown, as in an explained plan, a batch is taken and forgotten.
    const opening = port.panel?.(options).catch((error: unknown) => {
      throw new StageError(call.label, reasonOf(error), undefined, error)
    })
    const ready = opening?.then(() => {})
    ready?.catch(() => {})
    return {
      ...(ready === undefined ? {} : { ready }),
      batch: (time) => {
        const summary = new BatchSummary()
        return {
          push: (partition) => summary.push(partition),
          finish: async () => (await opening)?.update(summary.take(time)),
        }
      },
      close: async () => (await opening?.catch(() => undefined))?.close(),
    }
  },
})

function optionsOf(call: Call, interval: number): PanelOptions {
  const port = call.value('port') as number | undefined
  const title = call.value('title') as string | undefined
  const chart = call.value('chart') as Chart | undefined
  if (port !== undefined && !(port >= 0 && port <= 65_535))
    throw call.refuse(`dashboard: ${port} is no port`, 'A port is 0 to 65535.')
  return {
    host: call.string('host'),
    span: call.number('span'),
    interval,
    ...(port === undefined ? {} : { port }),
    ...(title === undefined ? {} : { title }),
    ...(chart === undefined ? {} : { chart }),
  }
}

declare module '../stream/dstream.ts' {
  interface DStream<T> {
    /**
     * Show every batch on a page of the browser that moves with the stream. All dashboards of a context on the same port are
     * panels of one page. This is an output operation.
     *
     * @param options.port the port of the page; the first free one from 4041 on where absent.
     * @param options.chart what is drawn; where absent, keys with numbers are bars, a lone number is a number, anything
     * else is a table.
     * @param options.title what stands above it.
     * @param options.span how far back lines and heatmaps go, in milliseconds or as `'10m'`.
     * @param options.host the address of the page, loopback where absent; any other needs a token in `DSTREAM_UI_TOKEN`.
     * @throws StageError where the port is in use: it ends the context.
     */
    dashboard(options?: {
      readonly port?: number
      readonly chart?: 'bar' | 'line' | 'table' | 'number' | 'heatmap' | 'map-of-keys'
      readonly title?: string
      readonly span?: number | string
      readonly host?: string
    }): void
  }
}
