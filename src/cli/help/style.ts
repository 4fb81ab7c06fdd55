import { Chalk } from 'chalk'
import { colourLevel, type Environment, type ScreenStream, terminalWidth } from '../screen/colour.ts'

/** Lines longer than this are hard to read, however wide the terminal. */
const WIDEST = 100

/** How help looks where it is shown. */
export interface Style {
  /** Columns of a line. */
  readonly width: number
  readonly heading: (text: string) => string
  readonly name: (text: string) => string
  readonly dim: (text: string) => string
}

/** Return the style of a stream: colours on a terminal only, honouring NO_COLOR. */
export function styleOf(stream: ScreenStream, env: Environment): Style {
  const paint = new Chalk({ level: colourLevel(stream, env) })
  return {
    width: Math.min(WIDEST, terminalWidth(stream, env)),
    heading: (text) => paint.bold(text),
    name: (text) => paint.cyan(text),
    dim: (text) => paint.dim(text),
  }
}

/** Return the style of a list: as `styleOf`, but in a pipe every entry is one line, however long, for grep. */
export function listStyleOf(stream: ScreenStream, env: Environment): Style {
  const style = styleOf(stream, env)
  return stream.isTTY === true ? style : { ...style, width: Number.POSITIVE_INFINITY }
}
