import { formatSpark } from '../engine/outputs/formats/spark.ts'
import type { OutputPort, PrintedBatch } from '../engine/outputs/record.ts'
import type { RunningContext } from '../engine/scheduler/running-context.ts'
import type { Dashboards } from '../ui/dashboard/page.ts'
import type { ColourLevel } from './screen/colour.ts'
import type { Live } from './screen/live.ts'
import { type StandardOutput, writeError } from './standard-output.ts'

/** The screen on which results appear. */
export interface PortOptions {
  /** The pipeline's. */
  readonly name: string
  /** Columns of a line, asked at each batch, for terminals are resized. */
  readonly width: () => number
  readonly colour: ColourLevel
  readonly interval: number
  readonly quiet: boolean
  /** The terminal that standard output is, if it is one. */
  readonly terminal: NodeJS.WriteStream | undefined
  /** Whether stderr is a terminal that may show progress. */
  readonly errorTerminal: boolean
}

/** A port on the process's standard streams. */
export interface CommandPort extends OutputPort {
  /** Show the progress of a run. */
  attach(running: RunningContext): void
  /** Take progress and live table off the screen. */
  detach(): void
  /** Resolves when everything is written. */
  close(): Promise<void>
}

/** Return the port of a run. */
export function createPort(output: StandardOutput, options: PortOptions): CommandPort {
  const { colour, interval, quiet } = options
  let progress: { hide(): void; stop(): void } | undefined
  let live: Live | undefined
  let dashboards: Promise<Dashboards> | undefined
  const report = (message: string): void => {
    if (quiet) return
    progress?.hide()
    if (options.errorTerminal) live?.hide()
    writeError(`${message}\n`)
  }
  // In the order in which the outputs first showed something.
  const places = new Map<object | undefined, string>()
  const rendered = async (batch: PrintedBatch): Promise<string> => {
    const { renderBatch } = await import('./screen/batch.ts')
    return renderBatch(batch, { width: options.width(), colour, interval })
  }
  return {
    format: 'table',
    report,
    write: (chunk) => {
      progress?.hide()
      live?.hide()
      return output.write(chunk)
    },
    show: async (batch, format) => {
      progress?.hide()
      if (format === 'spark') {
        live?.hide()
        return output.write(formatSpark(batch))
      }
      const text = await rendered(batch)
      if (format === 'table' || options.terminal === undefined) {
        live?.hide()
        return output.write(text)
      }
      const { createLive } = await import('./screen/live.ts')
      const screen = live ?? createLive(options.terminal)
      live = screen
      places.set(batch.place, text)
      screen.show(screen.isPlace ? [...places.values()].join('') : text)
    },
    panel: async (wanted) => {
      dashboards ??= import('../ui/dashboard/page.ts').then(
        ({ Dashboards }) => new Dashboards(options.name, report),
      )
      return (await dashboards).open(wanted)
    },
    attach: (running) => {
      if (!options.errorTerminal) return
      void import('./progress-line.ts').then(({ startProgress }) => {
        progress = startProgress(running)
      })
    },
    detach: () => {
      progress?.stop()
      live?.done()
    },
    close: () => output.flush(),
  }
}
