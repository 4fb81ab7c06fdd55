import { isatty } from 'node:tty'
import { EXIT } from '../engine/plan/errors.ts'
import type { Plan } from '../engine/plan/plan.ts'
import { RunningContext } from '../engine/scheduler/running-context.ts'
import { contextOptions } from './context-options.ts'
import { parseChain } from './grammar.ts'
import { buildPipeline } from './pipeline.ts'
import { createPort } from './port.ts'
import { colourLevel, terminalWidth } from './screen/colour.ts'
import { describeError, type ErrorContext } from './show-error.ts'
import { ReaderClosed, StandardOutput, standardOutputIsShown, writeError } from './standard-output.ts'

/** Exit code of a process that a second SIGINT ends at once, as shells count it. */
const INTERRUPTED = 130

/** Run a chain of stages and return the exit code. */
export async function runChain(argv: readonly string[]): Promise<number> {
  const isTerminal = isatty(1)
  // process.stdout costs start-up time; a terminal alone needs it, for its width.
  const screen = isTerminal ? process.stdout : { isTTY: false, columns: undefined, rows: undefined }
  const errorScreen = isatty(2) ? process.stderr : { columns: undefined }
  const context: ErrorContext & { words?: ReadonlyMap<number, number> } = {
    argv,
    width: terminalWidth(errorScreen, process.env),
    debug: argv.includes('--debug'),
  }
  const output = new StandardOutput()
  try {
    const line = await parseChain(argv)
    const options = await contextOptions(line.context)
    const shown = standardOutputIsShown(isTerminal)
    const { nodes, words } = await buildPipeline(line.chain, { output: shown ? 'print' : 'emit' })
    context.words = words
    const plan: Plan = { version: 1, name: options.name ?? argv.join(' '), interval: options.interval, nodes }
    if (options.explain) {
      const { explain } = await import('../engine/plan/explain.ts')
      void output.write(await explain(plan, options.master))
      await output.flush()
      return EXIT.ok
    }
    const port = createPort(output, {
      width: () => terminalWidth(screen, process.env),
      colour: colourLevel(screen, process.env),
      interval: options.interval,
      quiet: options.quiet,
      terminal: isTerminal ? process.stdout : undefined,
      errorTerminal: isatty(2) && !options.quiet,
    })
    const running = new RunningContext(plan, { ...options, port })
    output.onError = (error) => running.fail(error)
    for (const note of line.notes) port.report(`note: ${note}`)
    port.attach(running)
    if (nodes.some(({ command }) => command === 'stdin') && isatty(0) && !options.quiet) {
      writeError('reading standard input; Ctrl-D ends it\n')
    }
    return await untilEnd(running, port, options.timeout, options.stats)
  } catch (error) {
    if (error instanceof ReaderClosed) return EXIT.ok
    // What earlier batches gave is shown before what went wrong.
    await output.flush().catch(() => {})
    const { text, code } = describeError(error, context)
    writeError(text)
    return code
  }
}

async function untilEnd(
  running: RunningContext,
  port: ReturnType<typeof createPort>,
  timeout: number | undefined,
  stats: boolean,
): Promise<number> {
  const started = performance.now()
  let signals = 0
  const onSignal = (): void => {
    signals += 1
    if (signals > 1) process.exit(INTERRUPTED)
    void running.stopGracefully()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  const timer = timeout === undefined ? undefined : setTimeout(() => void running.stopGracefully(), timeout)
  try {
    running.start()
    await running.terminated
    await port.close()
  } finally {
    clearTimeout(timer)
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    port.detach()
    if (stats) writeError(`${statistics(running, performance.now() - started)}\n`)
  }
  if (running.malformed > 0) port.report(malformedText(running.malformed))
  return running.dropped > 0 ? EXIT.dropped : EXIT.ok
}

function statistics(running: RunningContext, milliseconds: number): string {
  const { rows, batches } = running.totals
  const perSecond = Math.round((rows * 1000) / Math.max(1, milliseconds))
  const memory = Math.round(process.resourceUsage().maxRSS / 1024)
  const numbers = [
    `${rows.toLocaleString('en')} rows`,
    `${batches.toLocaleString('en')} batches`,
    `${(milliseconds / 1000).toFixed(2)} s`,
    `${perSecond.toLocaleString('en')} rows/s`,
    `peak memory ${memory} MiB`,
  ]
  return numbers.join(' · ')
}

function malformedText(count: number): string {
  return count === 1 ? '1 record was not UTF-8' : `${count.toLocaleString('en')} records were not UTF-8`
}
