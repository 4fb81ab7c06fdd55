import { canRedraw, type Environment } from './colour.ts'

/** One place on the screen, in which each text takes the place of the one before. */
export interface Live {
  /** Show a text in place of the one shown. Resolves when it stands there; undefined when it does now. */
  show(text: string): Promise<void> | undefined
  /** Leave the last text where it is and give the cursor back. */
  done(): void
}

type Redraw = ((text: string) => void) & { readonly done: () => void }

const ROWS = 24

/**
 * Return a place on a terminal for a table that is drawn again at each batch, cut to the terminal's height. On a stream
 * that cannot be drawn on again, the texts follow each other.
 */
export function createLive(stream: NodeJS.WriteStream, env: Environment = process.env): Live {
  if (!canRedraw(stream, env)) return scrolling(stream)
  let redraw: Redraw | undefined
  let waiting: string | undefined
  let finished = false
  // Only the latest of the texts that arrive while log-update loads needs to be drawn.
  const loaded = import('log-update').then(({ createLogUpdate }) => {
    if (finished) return
    redraw = createLogUpdate(stream)
    if (waiting !== undefined) redraw(clipped(waiting, stream.rows))
    waiting = undefined
  })
  return {
    show(text) {
      if (redraw !== undefined) {
        redraw(clipped(text, stream.rows))
        return undefined
      }
      waiting = text
      return loaded
    },
    done() {
      if (finished) return
      finished = true
      redraw?.done()
      // A run may be shorter than the loading of log-update.
      if (waiting !== undefined) stream.write(`${clipped(waiting, stream.rows)}\n`)
      waiting = undefined
    },
  }
}

/**
 * Return the first lines of a text, so that with the cursor's own line no more than `rows` are taken: log-update keeps
 * the last lines instead, and so would hide the time and the names of the columns.
 */
export function clipped(text: string, rows: number | undefined): string {
  const lines = text.replace(/\n+$/, '').split('\n')
  const room = Math.max(2, (rows || ROWS) - 1)
  if (lines.length <= room) return lines.join('\n')
  const hidden = lines.length - room + 1
  return [...lines.slice(0, room - 1), `  … ${hidden} more line${hidden === 1 ? '' : 's'}`].join('\n')
}

function scrolling(stream: NodeJS.WriteStream): Live {
  return {
    show(text) {
      if (stream.write(text)) return undefined
      return new Promise((resolve) => {
        const settle = (): void => {
          for (const event of ['drain', 'close', 'error']) stream.off(event, settle)
          resolve()
        }
        for (const event of ['drain', 'close', 'error']) stream.on(event, settle)
      })
    },
    done() {},
  }
}
