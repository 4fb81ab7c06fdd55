import { Chalk } from 'chalk'
import { formatBytes } from '../../engine/plan/duration.ts'
import type { ColourLevel } from '../screen/colour.ts'
import { countText } from '../screen/figures.ts'
import { safeLine } from '../state/safe-text.ts'
import type { Status } from './protocol.ts'

/** What stands where nothing is known. */
const NOTHING = '–'
/** What stands for the name of a pipeline that does not answer. */
const BUSY = '(too busy to answer)'
/** Characters of a name that are shown even where the terminal is narrow. */
const SHORTEST_NAME = 12

const HEADINGS = ['PID', 'RATE', 'LAG', 'BATCH', 'KEYS', 'MEMORY', 'UP'] as const

/** Return a table of pipelines, no line wider than the terminal. */
export function statusTable(
  pipelines: readonly { readonly pid: number; readonly status?: Status }[],
  { width, colour, now }: { readonly width: number; readonly colour: ColourLevel; readonly now: number },
): string {
  const chalk = new Chalk({ level: colour })
  if (pipelines.length === 0) return `${chalk.dim('no pipeline of yours runs on this machine')}\n`
  const rows = pipelines.map(({ pid, status }) => {
    if (status === undefined) return [String(pid), ...HEADINGS.slice(1).map(() => NOTHING)]
    return [
      String(pid),
      status.rate === null ? NOTHING : `${countText(Math.round(status.rate))}/s`,
      timeText(status.schedulingDelay),
      timeText(status.processingTime),
      status.keys === null ? NOTHING : countText(status.keys),
      formatBytes(status.memory),
      upText(now - status.started),
    ]
  })
  const widths = HEADINGS.map((heading, place) =>
    Math.max(heading.length, ...rows.map((row) => (row[place] as string).length)),
  )
  const room = Math.max(SHORTEST_NAME, width - widths.reduce((sum, one) => sum + one + 2, 0))
  const names = pipelines.map(({ status }) => cut(status === undefined ? BUSY : safeLine(status.name), room))
  const nameWidth = Math.max('NAME'.length, ...names.map(({ length }) => length))
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(nameWidth), ...cells.map((cell, place) => cell.padStart(widths[place] as number))].join('  ')
  const lines = rows.map((row, index) => {
    const status = pipelines[index]?.status
    const text = line(names[index] as string, row)
    // More waits than one interval of work: it does not keep up.
    return status === undefined || (status.schedulingDelay ?? 0) > status.interval ? chalk.yellow(text) : text
  })
  return [chalk.dim(line('NAME', HEADINGS)), ...lines].map((text) => `${text}\n`).join('')
}

function cut(text: string, room: number): string {
  const characters = [...text]
  return characters.length <= room ? text : `${characters.slice(0, room - 1).join('')}…`
}

function timeText(milliseconds: number | null): string {
  if (milliseconds === null) return NOTHING
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}

function upText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`
  const hours = Math.floor(seconds / 3600)
  return hours < 48
    ? `${hours}h${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')}m`
    : `${Math.floor(hours / 24)}d`
}
