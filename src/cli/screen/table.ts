import { Chalk, type ChalkInstance } from 'chalk'
import CliTable from 'cli-table3'
import type { PrintedBatch } from '../../engine/outputs/record.ts'
import type { Tone } from './cell.ts'
import type { ColourLevel } from './colour.ts'
import { type Column, columnsOf, GAP } from './columns.ts'
import { countText, timeText } from './figures.ts'
import { fit } from './text.ts'

/** How a table is drawn. */
export interface TableOptions {
  /** Columns of the terminal; at least 20 are assumed. */
  readonly width: number
  readonly colour: ColourLevel
  /** Milliseconds between two batches: times are shown to the millisecond where it is no whole number of seconds. */
  readonly interval?: number
}

type Style = (text: string) => string

const INDENT = 2
const NARROWEST = 20

/**
 * Return a batch as the text of a table, each line ended by `\n` and no line wider than the terminal: a line with the
 * batch's time and number of elements, then the elements, then an empty line. An empty batch is its first line alone.
 */
export function renderTable(batch: PrintedBatch, options: TableOptions): string {
  const chalk = new Chalk({ level: options.colour })
  const width = Math.max(NARROWEST, options.width)
  const heading = headingOf(batch, options.interval, width, chalk)
  if (batch.elements.length === 0) return `${heading}\n`
  const { columns, widths, hidden } = columnsOf(batch.elements, width - INDENT)
  const note = hidden.length === 0 ? '' : `${hiddenNote(hidden, width, chalk)}\n`
  return `${heading}\n${bodyOf(columns, widths, chalk)}\n${note}\n`
}

function headingOf(
  batch: PrintedBatch,
  interval: number | undefined,
  width: number,
  chalk: ChalkInstance,
): string {
  const parts: [string, Style][] = [[timeText(batch.time, interval), chalk.dim]]
  if (batch.title !== undefined) parts.push([' · ', chalk.dim], [batch.title, plain])
  const shown = batch.elements.length
  parts.push([' · ', chalk.dim])
  if (shown < batch.total) parts.push([`${countText(shown)} of `, plain])
  parts.push([countText(batch.total), batch.total === 0 ? chalk.dim : chalk.bold])
  return cut(parts, width, chalk)
}

/** The parts one after the other, the last that has room being cut. */
function cut(parts: readonly (readonly [string, Style])[], width: number, chalk: ChalkInstance): string {
  let line = ''
  let room = width
  for (const [text, style] of parts) {
    if (room === 0) break
    const fitted = fit(text, room)
    for (const run of fitted.runs) line += run.escaped ? chalk.dim(run.text) : style(run.text)
    room -= fitted.width
  }
  return line
}

function hiddenNote(hidden: readonly string[], width: number, chalk: ChalkInstance): string {
  const count = `… +${hidden.length} field${hidden.length === 1 ? '' : 's'}`
  const text = `${count}: ${hidden.slice(0, width).join(', ')}`
  return ' '.repeat(INDENT) + cut([[text, chalk.dim]], width - INDENT, chalk)
}

function bodyOf(columns: readonly Column[], widths: readonly number[], chalk: ChalkInstance): string {
  // cli-table3 measures with an older string-width, which takes other emoji for one. So the table is laid out with cells
  // of the right width that hold no data, and the data are put in afterwards: nor can they ever disturb the layout.
  const gap = ' '.repeat(GAP)
  const table = new CliTable({
    chars: {
      ...NO_LINES,
      mid: '─',
      'mid-mid': '─'.repeat(GAP),
      middle: gap,
      left: ' '.repeat(INDENT),
      'left-mid': ' '.repeat(INDENT),
    },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    head: widths.map((width) => PLACE.repeat(width)),
    colWidths: [...widths],
  })
  const rows = columns[0]?.cells.length ?? 0
  for (let row = 0; row < rows; row++) table.push(widths.map((width) => PLACE.repeat(width)))

  const styles: Readonly<Record<Tone, Style>> = {
    text: plain,
    number: chalk.cyan,
    boolean: chalk.cyan,
    absent: chalk.dim,
  }
  const texts: string[] = []
  const put = (text: string, style: Style, column: Column, index: number): void => {
    const fitted = fit(text, widths[index] ?? 0)
    const padding = ' '.repeat((widths[index] ?? 0) - fitted.width)
    let content = ''
    for (const run of fitted.runs) content += run.escaped ? chalk.dim(run.text) : style(run.text)
    texts.push(column.right ? padding + content : content + padding)
  }
  columns.forEach((column, index) => {
    put(column.label, chalk.dim, column, index)
  })
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, index) => {
      const cell = column.cells[row]
      if (cell !== undefined) put(cell.text, styles[cell.tone], column, index)
    })
  }
  let next = 0
  const layout = table.toString().replace(RULE, (rule) => chalk.dim(rule))
  return layout.replace(PLACES, () => texts[next++] ?? '').replace(/ +$/gm, '')
}

const PLACE = 'x'
const PLACES = /x+/g
const RULE = /─+/g
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  right: '',
  'right-mid': '',
} as const

function plain(text: string): string {
  return text
}
