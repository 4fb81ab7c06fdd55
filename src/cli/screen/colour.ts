/** How many colours chalk may use: none, 16, 256 or 16 million. */
export type ColourLevel = 0 | 1 | 2 | 3

/** The environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the screen asks of a stream before it writes to it. */
export interface ScreenStream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

const FORCED: Readonly<Record<string, ColourLevel>> = { '0': 0, false: 0, '2': 2, '3': 3 }
const NARROWEST = 20

/**
 * Return the colours to use on a stream: none unless it is a terminal that is not dumb. A non-empty `NO_COLOR` means
 * none (https://no-color.org); `FORCE_COLOR` (0 to 3) is stronger than all others, as in Node itself.
 */
export function colourLevel(stream: ScreenStream, env: Environment): ColourLevel {
  if (env.FORCE_COLOR !== undefined) return FORCED[env.FORCE_COLOR] ?? 1
  if (env.NO_COLOR || !canRedraw(stream, env)) return 0
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? '')) return 3
  return /-(256color|direct)$/i.test(env.TERM ?? '') ? 2 : 1
}

/** Return how many columns a line may have: the terminal's, else those in `COLUMNS`, else 80; at least 20. */
export function terminalWidth(stream: ScreenStream, env: Environment): number {
  // A terminal without a size (a serial line, some CI runners) reports 0 columns.
  const columns = stream.columns || Number.parseInt(env.COLUMNS ?? '', 10) || 80
  return Math.max(NARROWEST, columns)
}

/** True for a stream on which a line can be written again: a terminal that is not dumb. */
export function canRedraw(stream: ScreenStream, env: Environment): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb'
}
