import { formatSpark } from '../engine/outputs/formats/spark.ts'
import type { OutputPort, PrintedBatch } from '../engine/outputs/record.ts'
import type { RunningContext } from '../engine/scheduler/running-context.ts'
import type { ColourLevel } from './screen/colour.ts'
import { type StandardOutput, writeError } from './standard-output.ts'

/** The screen on which results appear. */
export interface PortOptions {
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
  let live: { show(text: string): void; done(): void } | undefined
  const report = (message: string): void => {
    if (quiet) return
    progress?.hide()
    writeError(`${message}\n`)
  }
  const table = async (batch: PrintedBatch): Promise<string> => {
    const { renderTable } = await import('./screen/table.ts')
    return renderTable(batch, { width: options.width(), colour, interval })
  }
  return {
    format: 'table',
    report,
    write: (chunk) => {
      progress?.hide()
      return output.write(chunk)
    },
    show: async (batch, format) => {
      progress?.hide()
      if (format === 'spark') return output.write(formatSpark(batch))
      const text = await table(batch)
      if (format !== 'live' || options.terminal === undefined) return output.write(text)
      const { createLive } = await import('./screen/live.ts')
      const screen = live ?? createLive(options.terminal)
      live = screen
      screen.show(text)
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
