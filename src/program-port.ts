import { colourLevel, terminalWidth } from './cli/screen/colour.ts'
import { formatSpark } from './engine/outputs/formats/spark.ts'
import type { OutputPort } from './engine/outputs/record.ts'
import type { StreamingContext } from './engine/stream/streaming-context.ts'
import type { Dashboards } from './ui/dashboard/page.ts'

/** Told once when the reader of standard output has gone away; one listener serves all contexts. */
const onReaderGone = new Set<() => void>()
let isReaderGone = false

/**
 * Return the port of a program: results go to `process.stdout`, in turn with the program's own, messages to stderr.
 * When the reader goes away (`| head -1`), the context stops as if it had been told to.
 */
export function createProgramPort(context: StreamingContext): OutputPort {
  const { stdout, env } = process
  const { interval, name } = context.plan()
  watchReader()
  onReaderGone.add(() => void context.stop())
  const write = (chunk: string | Uint8Array): Promise<void> | undefined => {
    if (isReaderGone) return undefined
    // The engine may use the memory of bytes again before Node has written them.
    const isTaken = stdout.write(typeof chunk === 'string' ? chunk : Buffer.from(chunk))
    return isTaken ? undefined : room()
  }
  let dashboards: Promise<Dashboards> | undefined
  return {
    format: 'spark',
    write,
    show: async (batch, format) => {
      if (format === 'spark') return write(formatSpark(batch))
      const { renderBatch } = await import('./cli/screen/batch.ts')
      const width = terminalWidth(stdout, env)
      return write(await renderBatch(batch, { width, colour: colourLevel(stdout, env), interval }))
    },
    report,
    panel: async (options) => {
      dashboards ??= import('./ui/dashboard/page.ts').then(({ Dashboards }) => new Dashboards(name, report))
      return (await dashboards).open(options)
    },
  }
}

/** Unlike process.stderr, console keeps quiet when stderr is closed. */
function report(message: string): void {
  console.error(message)
}

/** Resolves when standard output can take more, or never will. */
function room(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      process.stdout.off('drain', done)
      onReaderGone.delete(done)
      resolve()
    }
    process.stdout.on('drain', done)
    onReaderGone.add(done)
  })
}

let isWatching = false

/** Node would throw for an error to which nobody listens, and a closed reader is none. */
function watchReader(): void {
  if (isWatching) return
  isWatching = true
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    isReaderGone = true
    for (const tell of onReaderGone) tell()
  })
}
