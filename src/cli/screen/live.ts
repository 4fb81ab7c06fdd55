import { canRedraw, type Environment } from './colour.ts'

/** One place on the screen, in which each text takes the place of the one before. */
export interface Live {
  /** Texts take the place of each other; false where they follow each other. */
  readonly isPlace: boolean
  /** Show a text in place of the one shown. Resolves when it stands there; undefined when it does now. */
  show(text: string): Promise<void> | undefined
  /** Take the text off the screen, before something else is written there; the next `show` draws below it. */
  hide(): void
  /** Leave the last text where it is and give the cursor back. */
  done(): void
}

type Redraw = ((text: string) => void) & { readonly clear: () => void; readonly done: () => void }

const ROWS = 24

/**
 * Return a place on a terminal for a table that is drawn again at each batch, cut to the terminal's height. On a stream
 * that cannot be drawn on again, the texts follow each other.
 */
export function createLive(stream: NodeJS.WriteStream, env: Environment = process.env): Live {
  if (!canRedraw(stream, env)) return scrolling(stream)
  let redraw: Redraw | undefined
  let waiting: string | undefined
  let hidden: string | undefined
  let shown: string | undefined
  let finished = false
  // Only the latest of the texts that arrive while log-update loads needs to be drawn.
  const loaded = import('log-update').then(({ createLogUpdate }) => {
    if (finished) return
    redraw = createLogUpdate(stream)
    if (waiting !== undefined) {
      redraw(clipped(waiting, stream.rows))
      shown = waiting
    }
    waiting = undefined
  })
  return {
    isPlace: true,
    show(text) {
      if (redraw !== undefined) {
        redraw(clipped(text, stream.rows))
        shown = text
        hidden = undefined
        return undefined
      }
      waiting = text
      return loaded
    },
    hide() {
      if (finished || shown === undefined) return
      redraw?.clear()
      hidden = shown
      shown = undefined
    },
    done() {
      if (finished) return
      finished = true
      // What the last of several outputs wrote has taken the place of the table, which is a result too.
      if (hidden !== undefined) redraw?.(clipped(hidden, stream.rows))
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
    isPlace: false,
    hide() {},
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
