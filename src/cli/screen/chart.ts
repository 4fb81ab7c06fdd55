import { Chalk, type ChalkInstance } from 'chalk'
import type { Chart, HistogramBin, Measured, SparklineRow } from '../../engine/outputs/charts/chart.ts'
import type { PrintedBatch } from '../../engine/outputs/record.ts'
import { barText } from './bar.ts'
import { cellOf } from './cell.ts'
import { GAP } from './columns.ts'
import { countText } from './figures.ts'
import { cut, headingOf, INDENT, NARROWEST, plain, styled, type TableOptions } from './table.ts'
import { fit, measured } from './text.ts'

/** One line of a chart: text at the left, figures at the right of it, and what is drawn in the columns that are left. */
interface Line {
  readonly label: string
  readonly figure: string
  readonly note?: string
  readonly draw: (room: number) => string
}

const LEVELS = '▁▂▃▄▅▆▇█'
const LEAST_ROOM = 4

/**
 * Return a batch as the text of a chart, each line ended by `\n` and no line wider than the terminal: the heading of a
 * table, the lines of the chart, then an empty line. A promise of it where a text is met whose measure must be loaded.
 */
export function renderChart(
  batch: PrintedBatch,
  chart: Chart,
  options: TableOptions,
): string | Promise<string> {
  return measured(() => chartText(batch, chart, options))
}

function chartText(batch: PrintedBatch, chart: Chart, options: TableOptions): string {
  const chalk = new Chalk({ level: options.colour })
  const width = Math.max(NARROWEST, options.width)
  const shown = chart.kind === 'bar' ? chart.bars.length : batch.total
  const missing = chart.withoutNumber
  const title = headingOf(batch, options.interval, width, chalk, shown + (chart.kind === 'bar' ? missing : 0))
  const lines = linesOf(chart)
  const note =
    missing === 0
      ? []
      : [`${countText(missing)} element${missing === 1 ? '' : 's'} without a number`].map(
          (text) => ' '.repeat(INDENT) + cut([[text, chalk.dim]], width - INDENT, chalk),
        )
  return `${[title, ...drawn(lines, width, chalk), ...note].join('\n')}\n\n`
}

function drawn(lines: readonly Line[], width: number, chalk: ChalkInstance): readonly string[] {
  // Together they leave a third, so that there is room to draw.
  const most = Math.floor((width - INDENT) / 3)
  const widest = (texts: readonly string[], limit: number): number =>
    Math.max(0, ...texts.map((text) => fit(text, limit).width))
  const labels = widest(
    lines.map(({ label }) => label),
    most,
  )
  const figures = widest(
    lines.map(({ figure }) => figure),
    most,
  )
  const notes = widest(
    lines.map(({ note = '' }) => note),
    width,
  )
  const free = width - INDENT - (labels > 0 ? labels + GAP : 0) - figures - GAP
  const keepsNotes = notes > 0 && free - notes - GAP >= 2 * LEAST_ROOM
  const room = keepsNotes ? free - notes - GAP : free
  return lines.map((line) => {
    const label = fit(line.label, labels)
    const start = labels > 0 ? styled(label, plain, chalk) + ' '.repeat(labels - label.width + GAP) : ''
    const figure = fit(line.figure, figures)
    const number = ' '.repeat(figures - figure.width) + styled(figure, chalk.cyan, chalk)
    const picture = line.draw(room)
    const end = keepsNotes ? ' '.repeat(room - [...picture].length + GAP) + chalk.dim(line.note ?? '') : ''
    return `${' '.repeat(INDENT)}${start}${number}${' '.repeat(GAP)}${chalk.green(picture)}${end}`.trimEnd()
  })
}

function linesOf(chart: Chart): readonly Line[] {
  if (chart.kind === 'bar') return barLines(chart.bars)
  return chart.kind === 'sparkline' ? sparklines(chart.lines) : histogramLines(chart.bins)
}

function barLines(bars: readonly Measured[]): readonly Line[] {
  const values = bars.map(({ value }) => value)
  const low = Math.min(0, ...values)
  const high = Math.max(0, ...values)
  return bars.map(({ label, value }) => ({
    label: labelOf(label),
    figure: cellOf(value, false).text,
    draw: (room) => barText(value, low, high, room),
  }))
}

function histogramLines(bins: readonly HistogramBin[]): readonly Line[] {
  const high = Math.max(...bins.map(({ count }) => count))
  const bounds = bins.map(({ from, to }) => [String(from), String(to)] as const)
  const wide = Math.max(...bounds.map(([from]) => from.length))
  return bins.map(({ count }, index) => {
    const [from, to] = bounds[index] ?? ['', '']
    return {
      label: from === to ? from : `${from.padStart(wide)} – ${to}`,
      figure: countText(count),
      draw: (room) => barText(count, 0, high, room),
    }
  })
}

function sparklines(lines: readonly SparklineRow[]): readonly Line[] {
  return lines.map(({ label, values }) => {
    const known = values.filter((value) => value !== undefined)
    const low = Math.min(...known)
    const high = Math.max(...known)
    const last = values.at(-1)
    return {
      label: labelOf(label),
      figure: last === undefined ? '–' : String(last),
      note: `${low} … ${high}`,
      draw: (room) =>
        values
          .slice(-room)
          .map((value) => (value === undefined ? ' ' : levelOf(value, low, high)))
          .join(''),
    }
  })
}

function levelOf(value: number, low: number, high: number): string {
  if (low === high) return LEVELS[3] as string
  // Halved, for the distance of two numbers may be more than the greatest one.
  const part = (value / 2 - low / 2) / (high / 2 - low / 2)
  return LEVELS[Math.min(LEVELS.length - 1, Math.floor(part * LEVELS.length))] as string
}

function labelOf(label: unknown): string {
  return label === undefined ? '' : cellOf(label, true).text
}
