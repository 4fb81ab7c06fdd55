import { Chalk } from 'chalk'
import { canRedraw, colourLevel, type Environment, type ScreenStream } from './colour.ts'
import { countText } from './figures.ts'

/** What the progress line says. */
export interface ProgressState {
  readonly rowsPerSecond: number
  /** Batches completed. */
  readonly batches: number
  /** How long the last completed batch was behind its time. */
  readonly lagMilliseconds: number
  /** Rows received since the start. */
  readonly received: number
}

/** One line on stderr that tells of a run which has shown nothing for a while. */
export interface Progress {
  /** Draw the line, or draw it again. */
  update(state: ProgressState): void
  /** Take the line off the screen: call it before anything else is written to the terminal. */
  clear(): void
}

/** How the progress line is shown. */
export interface ProgressOptions {
  /** Updates without a `clear` between them before the line appears; 0 when absent. */
  readonly after?: number
  readonly env?: Environment
}

/** What the progress line writes to. */
export interface ProgressStream extends ScreenStream {
  write(text: string): unknown
}

const FRAMES = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏']
// Back to the line's first column, and erase all of it (ECMA-48: CR, EL 2).
const ERASE = '\r\x1b[2K'
const SEPARATOR = ' · '
const COLUMNS = 80

/**
 * Return the progress line of a run: `⠋ 12,345 rows/s · 42 batches · lag 12 ms · 1,234,567 rows`. It knows no clock: the
 * wheel moves on at each update. Nothing is ever written to a stream that is no terminal, or a dumb one.
 */
export function createProgress(stream: ProgressStream, options: ProgressOptions = {}): Progress {
  const { after = 0, env = process.env } = options
  if (!canRedraw(stream, env)) return { update() {}, clear() {} }
  const chalk = new Chalk({ level: colourLevel(stream, env) })
  let updates = 0
  let visible = false
  return {
    update(state) {
      updates++
      if (updates <= after) return
      const frame = FRAMES[updates % FRAMES.length] ?? ''
      // The last column stays free: some terminals begin a new line when it is written.
      const room = (stream.columns || COLUMNS) - 1
      const parts = partsOf(state)
      while (parts.length > 1 && parts.join(SEPARATOR).length + 2 > room) parts.pop()
      const text = parts.join(SEPARATOR).slice(0, Math.max(0, room - 2))
      stream.write(`${ERASE}${chalk.cyan(frame)} ${chalk.dim(text)}`)
      visible = true
    },
    clear() {
      updates = 0
      if (visible) stream.write(ERASE)
      visible = false
    },
  }
}

/** What the line says, the least important last: that goes first where the terminal is narrow. */
function partsOf(state: ProgressState): string[] {
  const lag = Math.max(0, Math.round(state.lagMilliseconds))
  return [
    `${countText(Math.round(state.rowsPerSecond))} rows/s`,
    `${countText(state.batches)} batch${state.batches === 1 ? '' : 'es'}`,
    lag < 10_000 ? `lag ${countText(lag)} ms` : `lag ${countText(Math.round(lag / 1000))} s`,
    `${countText(state.received)} row${state.received === 1 ? '' : 's'}`,
  ]
}
