import { Chalk, type ChalkInstance } from 'chalk'
import CliTable from 'cli-table3'
import type { PrintedBatch } from '../../engine/outputs/record.ts'
import { BLANK } from './cell.ts'
import type { ColourLevel } from './colour.ts'
import { type Column, columnsOf, GAP } from './columns.ts'
import { countText, timeText } from './figures.ts'
import { type Fitted, fit, measured } from './text.ts'

/** How a table is drawn. */
export interface TableOptions {
  /** Columns of the terminal; at least 20 are assumed. */
  readonly width: number
  readonly colour: ColourLevel
  /** Milliseconds between two batches: times are shown to the millisecond where it is no whole number of seconds. */
  readonly interval?: number
}

/** What gives a text its colour. */
export type Style = (text: string) => string

/** Blank columns before each line below the heading. */
export const INDENT = 2
/** Columns that are assumed at the least. */
export const NARROWEST = 20

/**
 * Return a batch as the text of a table, each line ended by `\n` and no line wider than the terminal: a line with the
 * batch's time and number of elements, then the elements, then an empty line. An empty batch is its first line alone.
 * A promise of it where the first text beyond Latin is met, whose measure must be loaded.
 */
export function renderTable(batch: PrintedBatch, options: TableOptions): string | Promise<string> {
  return measured(() => tableText(batch, options))
}

function tableText(batch: PrintedBatch, options: TableOptions): string {
  const chalk = new Chalk({ level: options.colour })
  const width = Math.max(NARROWEST, options.width)
  const heading = headingOf(batch, options.interval, width, chalk)
  if (batch.elements.length === 0) return `${heading}\n`
  const { columns, widths, hidden } = columnsOf(batch.elements, width - INDENT)
  const note = hidden.length === 0 ? '' : `${hiddenNote(hidden, width, chalk)}\n`
  return `${heading}\n${bodyOf(columns, widths, chalk)}\n${note}\n`
}

/** Return the line above a batch: its time, its title, and how many elements are shown of how many. */
export function headingOf(
  batch: PrintedBatch,
  interval: number | undefined,
  width: number,
  chalk: ChalkInstance,
  shown = batch.elements.length,
): string {
  const parts: [string, Style][] = [[timeText(batch.time, interval), chalk.dim]]
  if (batch.title !== undefined) parts.push([' · ', chalk.dim], [batch.title, plain])
  parts.push([' · ', chalk.dim])
  if (shown < batch.total) parts.push([`${countText(shown)} of `, plain])
  parts.push([countText(batch.total), batch.total === 0 ? chalk.dim : chalk.bold])
  return cut(parts, width, chalk)
}

/** Return the parts one after the other, the last that has room being cut. */
export function cut(
  parts: readonly (readonly [string, Style])[],
  width: number,
  chalk: ChalkInstance,
): string {
  let line = ''
  let room = width
  for (const [text, style] of parts) {
    if (room === 0) break
    const fitted = fit(text, room)
    line += styled(fitted, style, chalk)
    room -= fitted.width
  }
  return line
}

/** Return a text in its colour, spelled characters being dim. */
export function styled(fitted: Fitted, style: Style, chalk: ChalkInstance): string {
  return fitted.runs.map((run) => (run.escaped ? chalk.dim(run.text) : style(run.text))).join('')
}

function hiddenNote(hidden: readonly string[], width: number, chalk: ChalkInstance): string {
  const count = `… +${hidden.length} field${hidden.length === 1 ? '' : 's'}`
  const text = `${count}: ${hidden.slice(0, width).join(', ')}`
  return ' '.repeat(INDENT) + cut([[text, chalk.dim]], width - INDENT, chalk)
}

function bodyOf(columns: readonly Column[], widths: readonly number[], chalk: ChalkInstance): string {
  const [head = '', rule = '', row = ''] = layoutOf(widths)
  const styles = { text: plain, number: chalk.cyan, boolean: chalk.cyan, absent: chalk.dim }
  const filled = (line: string, content: (column: Column) => readonly [string, Style]): string => {
    let index = 0
    const text = line.replace(PLACES, (place) => {
      const column = columns[index++]
      if (column === undefined) return place
      const [value, style] = content(column)
      const fitted = fit(value, place.length)
      const padding = ' '.repeat(place.length - fitted.width)
      return column.right ? padding + styled(fitted, style, chalk) : styled(fitted, style, chalk) + padding
    })
    return text.trimEnd()
  }
  const lines = [
    filled(head, (column) => [column.label, chalk.dim]),
    rule.replace(/─+/, (line) => chalk.dim(line)),
  ]
  const count = columns[0]?.cells.length ?? 0
  for (let index = 0; index < count; index++) {
    lines.push(
      filled(row, (column) => {
        const { text, tone } = column.cells[index] ?? BLANK
        return [text, styles[tone]]
      }),
    )
  }
  return lines.join('\n')
}

/**
 * The three lines of which a table is made: names, rule, row. cli-table3 lays them out with cells of the right width that
 * hold no data, for it measures with an older string-width, which would divide newer emoji; and all rows are alike.
 */
function layoutOf(widths: readonly number[]): readonly string[] {
  const table = new CliTable({
    chars: LINES,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    head: widths.map((width) => PLACE.repeat(width)),
    colWidths: [...widths],
  })
  table.push(widths.map((width) => PLACE.repeat(width)))
  return table.toString().split('\n')
}

const PLACE = 'x'
const PLACES = /x+/g
const LINES = {
  left: ' '.repeat(INDENT),
  'left-mid': ' '.repeat(INDENT),
  middle: ' '.repeat(GAP),
  mid: '─',
  'mid-mid': '─'.repeat(GAP),
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

/** Return a text as it is. */
export function plain(text: string): string {
  return text
}
