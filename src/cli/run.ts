import { isatty } from 'node:tty'
import type { Dataflow } from '../engine/codegen/dataflow.ts'
import { EXIT } from '../engine/plan/errors.ts'
import type { Plan } from '../engine/plan/plan.ts'
import { redact } from '../engine/plan/redact.ts'
import type { Recorder } from '../engine/recording/recorder.ts'
import type { RunOptions } from '../engine/scheduler/run-options.ts'
import { RunningContext } from '../engine/scheduler/running-context.ts'
import { type ContextOptions, contextOptions } from './context-options.ts'
import { openControlLater } from './control/open-later.ts'
import { writeEvents } from './event-file.ts'
import { type CommandLine, parseChain } from './grammar.ts'
import { buildPipeline } from './pipeline.ts'
import { createPort } from './port.ts'
import { colourLevel, terminalWidth } from './screen/colour.ts'
import { describeError, type ErrorContext } from './show-error.ts'
import { ReaderClosed, StandardOutput, standardOutputIsShown, writeError } from './standard-output.ts'
import { openMetrics, servePage } from './streaming-page.ts'

/** Exit code of a process that a second SIGINT ends at once, as shells count it. */
const INTERRUPTED = 130

/** A chain to run, and what is different where it is not run as it was typed. */
export interface Line {
  readonly line: CommandLine
  /** The words that errors point into. */
  readonly argv: readonly string[]
  /** The words that a checkpoint keeps, where they are not `argv`. */
  readonly kept?: readonly string[]
  /** The output where the chain names none. */
  readonly output?: 'print' | 'emit'
  /** Columns of what is no terminal. */
  readonly width?: number | undefined
  /** How a recording is run in place of sources and clock. */
  readonly replay?: (
    plan: Plan,
    /** Resolves when all results so far are shown. */
    flush: () => Promise<void>,
  ) => { readonly plan: Plan; readonly options: Partial<RunOptions> }
  /** Change the flags of the context. */
  readonly adjust?: (options: ContextOptions) => ContextOptions
}

/** Run a chain of stages and return the exit code. */
export function runChain(argv: readonly string[]): Promise<number> {
  return runLine(argv, async () => ({ line: await parseChain(argv), argv }))
}

/** Run what `read` returns and return the exit code. */
export async function runLine(argv: readonly string[], read: () => Promise<Line>): Promise<number> {
  const isTerminal = isatty(1)
  // process.stdout costs start-up time; a terminal alone needs it, for its width.
  const screen = isTerminal ? process.stdout : { isTTY: false, columns: undefined, rows: undefined }
  const errorScreen = isatty(2) ? process.stderr : { columns: undefined }
  const context: { -readonly [Key in keyof ErrorContext]: ErrorContext[Key] } = {
    argv,
    width: terminalWidth(errorScreen, process.env),
    debug: argv.includes('--debug'),
  }
  const standardOutput = new StandardOutput()
  try {
    const given = await read()
    const { line, adjust = (unchanged) => unchanged } = given
    const options = adjust(await contextOptions(line.context))
    context.argv = given.argv
    const output = given.output ?? (standardOutputIsShown(isTerminal) ? 'print' : 'emit')
    const { nodes, words } = await buildPipeline(line.chain, { output })
    context.words = words
    const own = given.kept ?? argv
    const typed = own.join(' ')
    const name = redact(typed)
    // Other users of the machine see the words of a process, and its title in their place.
    if (name !== typed) process.title = 'dstream'
    const plan: Plan = { version: 1, name: options.name ?? name, interval: options.interval, nodes }
    if (options.explain) {
      const { explain } = await import('../engine/plan/explain.ts')
      void standardOutput.write(await explain(plan, options.master, options.onError))
      await standardOutput.flush()
      return EXIT.ok
    }
    const width = (): number => (isTerminal ? undefined : given.width) ?? terminalWidth(screen, process.env)
    const port = createPort(standardOutput, {
      name: plan.name,
      width,
      colour: colourLevel(screen, process.env),
      interval: options.interval,
      quiet: options.quiet,
      terminal: isTerminal ? process.stdout : undefined,
      errorTerminal: isatty(2) && !options.quiet && given.replay === undefined,
    })
    const test = process.env.DSTREAM_TEST
    const replayed =
      test === undefined
        ? undefined
        : (await import('../engine/scheduler/replay.ts')).replay(plan, test, options)
    const recording = given.replay?.(plan, () => standardOutput.flush())
    const recorder =
      options.record === undefined
        ? undefined
        : await openRecorder(options.record, plan, { argv: own, output, width })
    let flow: Dataflow | undefined
    const running = new RunningContext(recording?.plan ?? replayed?.plan ?? plan, {
      ...options,
      ...(options.checkpoint && {
        checkpoint: { ...options.checkpoint, line: own, confirm: () => options.yes || askToDrop() },
      }),
      ...(replayed === undefined ? {} : { clock: replayed.clock }),
      ...(recorder === undefined ? {} : { log: recorder }),
      ...recording?.options,
      port,
      onBuilt: (built) => {
        flow = built
      },
    })
    replayed?.drive(running)
    if (recorder !== undefined) recorder.onError = (error) => running.fail(error)
    standardOutput.onError = (error) => running.fail(error)
    for (const note of line.notes) port.report(`note: ${note}`)
    for (const note of options.configuration.notes) port.report(`note: ${note}`)
    const closeEvents = options.events === undefined ? () => {} : writeEvents(running, options.events)
    const closePage = await servePage(running, plan, options)
    const closeMetrics = await openMetrics(running, plan, options, port.report)
    const closeControl =
      replayed === undefined && recording === undefined
        ? openControlLater({
            plan,
            running,
            isTimed: options.batchLines === undefined,
            flow: () => flow,
            warn: (message) => port.report(`note: ${message}`),
          })
        : () => {}
    port.attach(running)
    const reads = given.replay === undefined && nodes.some(({ command }) => command === 'stdin')
    if (reads && isatty(0) && !options.quiet) {
      writeError('reading standard input; Ctrl-D ends it\n')
    }
    try {
      // Under test, time is virtual, and so is the end of it.
      const { timeout, ...timeless } = options
      const limits = replayed === undefined && timeout !== undefined ? { ...timeless, timeout } : timeless
      return await untilEnd(running, port, limits)
    } finally {
      closeEvents()
      closeControl()
      await closeMetrics()
      await closePage()
    }
  } catch (error) {
    if (error instanceof ReaderClosed) return EXIT.ok
    // What earlier batches gave is shown before what went wrong.
    await standardOutput.flush().catch(() => {})
    const { text, code } = describeError(error, context)
    writeError(text)
    return code
  }
}

/** Ask at the terminal whether what a changed pipeline drops may be dropped; without one, it may not. */
async function askToDrop(): Promise<boolean> {
  if (!isatty(0) || !isatty(2)) return false
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question('Go on so? [y/N] ')
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}

/** Make a recording that says all of a chain that is needed to run it again. */
async function openRecorder(
  path: string,
  plan: Plan,
  screen: {
    readonly argv: readonly string[]
    readonly output: 'print' | 'emit'
    readonly width: () => number
  },
): Promise<Recorder> {
  const { Recorder, headerOf } = await import('../engine/recording/recorder.ts')
  const { argv: words, output, width } = screen
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return new Recorder(path, { ...headerOf(plan), words, output, width: width(), zone })
}

async function untilEnd(
  running: RunningContext,
  port: ReturnType<typeof createPort>,
  { timeout, stats, configuration }: ContextOptions,
): Promise<number> {
  const started = performance.now()
  let signals = 0
  const onSignal = (): void => {
    signals += 1
    if (signals > 1) process.exit(INTERRUPTED)
    void (configuration.stopGracefullyOnShutdown === false ? running.stopNow() : running.stopGracefully())
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
