import { EXIT, UsageError } from '../../engine/plan/errors.ts'
import type { Plan, PlanNode } from '../../engine/plan/plan.ts'
import type { RecordedSource } from '../../engine/recording/format.ts'
import { openRecording, type Recording, Replay, type ReplayOptions } from '../../engine/recording/replay.ts'
import { parseChain } from '../grammar.ts'
import { type Line, runLine } from '../run.ts'
import { terminalWidth } from '../screen/colour.ts'
import { describeError } from '../show-error.ts'
import { writeError } from '../standard-output.ts'
import { batchNumber } from './batch-word.ts'
import { createStepping, type Stepping } from './stepping.ts'
import { type ReplayWords, readReplayWords } from './words.ts'

/** Run `dstream replay`, whose words `argv` are with `replay` as the first, and return the exit code. */
export async function runReplay(argv: readonly string[]): Promise<number> {
  let recording: Recording
  let words: ReplayWords
  try {
    words = await readReplayWords(argv)
    recording = await openRecording(words.file.text)
  } catch (error) {
    const { text, code } = describeError(error, {
      argv,
      width: terminalWidth({ columns: undefined }, process.env),
      debug: argv.includes('--debug'),
    })
    writeError(text)
    return code
  }
  const isQuiet = words.line.context.some(({ record }) => record.name === 'quiet')
  const report = (text: string): void => {
    if (!isQuiet) writeError(`note: ${text}\n`)
  }
  let stepping: Stepping | undefined
  const code = await runLine(argv, async () => {
    const { line, options } = await lineOf(argv, words, recording)
    const count = countOf(recording, options)
    const first = words.batch === undefined ? undefined : batchNumber(words.batch, recording, count)
    const steps = words.step
      ? await createStepping(count, recording.header.interval, process.stdin)
      : undefined
    const shown: ReplayOptions = {
      ...options,
      ...(first === undefined ? {} : { first }),
      ...(first === undefined || words.step ? {} : { last: first }),
    }
    stepping = steps
    return {
      ...line,
      replay: (plan, flush) => {
        const goesOn: ReplayOptions['goesOn'] = async (batch) => {
          await flush()
          return steps?.goesOn(batch) ?? true
        }
        return replayed(plan, recording, steps === undefined ? shown : { ...shown, goesOn }, report)
      },
    }
  })
  stepping?.close()
  return endOf(code, recording, report)
}

/** What a recording lacks is said behind what it holds. */
function endOf(code: number, { path, times, fault }: Recording, report: (text: string) => void): number {
  if (fault === undefined) return code
  const batches = times.length === 1 ? '1 whole batch' : `${times.length} whole batches`
  if (fault.kind === 'cut off') {
    report(`${path} is cut off behind ${batches}: the recorded run was killed, or still goes on`)
    return code
  }
  writeError(`dstream: ${path}: damaged at byte ${fault.at}, behind ${batches}\n`)
  return code === EXIT.ok ? EXIT.failed : code
}

/** How many batches can be shown: with other stages, those of the end are made anew. */
function countOf({ times, received, hasRest }: Recording, { places }: ReplayOptions): number {
  return places === undefined ? times.length + (hasRest ? 1 : 0) : received
}

async function lineOf(
  argv: readonly string[],
  words: ReplayWords,
  { header, path }: Recording,
): Promise<{ readonly line: Line; readonly options: ReplayOptions }> {
  const adjust: Line['adjust'] = (options) => ({
    ...options,
    interval: header.interval,
    name: options.name ?? header.name,
    mayAdoptInterval: true,
    // There is nothing to lose: a signal ends a replay at once.
    configuration: { ...options.configuration, stopGracefullyOnShutdown: false },
  })
  // Times of day are shown as they were.
  if (header.zone !== undefined && !process.stdout.isTTY) process.env.TZ = header.zone
  const shared = { adjust, width: header.width }
  if (words.line.chain.stages.length > 0)
    return { line: { ...shared, line: words.line, argv }, options: { places: new Map() } }
  if (header.words === undefined) {
    throw new UsageError(
      `${path} was recorded by a program, whose stages it cannot hold`,
      'Say which stages to run: dstream replay FILE flatmap split count',
    )
  }
  const { chain } = await parseChain(header.words)
  const { context, notes } = words.line
  const output = header.output === undefined ? {} : { output: header.output }
  return { line: { ...shared, ...output, line: { chain, context, notes }, argv: header.words }, options: {} }
}

/** Return how a plan runs on a recording. */
function replayed(
  plan: Plan,
  recording: Recording,
  options: ReplayOptions,
  report: (text: string) => void,
): { readonly plan: Plan; readonly options: { readonly replay: Replay; readonly clock: Replay['clock'] } } {
  const { sources } = recording.header
  const withReplay = (own: Plan, given: ReplayOptions): ReturnType<typeof replayed> => {
    const replay = new Replay(recording, given)
    return { plan: own, options: { replay, clock: replay.clock } }
  }
  if (options.places === undefined) {
    checkSources(plan, sources)
    for (const node of plan.nodes)
      if (node.category === 'output' && !Replay.repeats(node))
        report(`${node.label} is not repeated; behind replay FILE, it would be`)
    return withReplay(plan, options)
  }
  const streams = sources.filter(({ command }) => command !== 'table')
  const places = new Map<number, number>()
  const nodes = plan.nodes.map((node): PlanNode => {
    if (node.category !== 'source' || node.command === 'table') return node
    const source = streams[places.size]
    if (source === undefined) {
      throw new UsageError(
        `the recording has no source for ${node.label}: it has ${streams.length}`,
        'Sources are those of the recording, in their order, whatever they are called here.',
        node.id,
      )
    }
    places.set(source.id, node.id)
    const values = { lines: source.elements === 'lines' }
    return { ...node, command: 'recorded', values, label: source.label }
  })
  for (const { label } of streams.slice(places.size)) report(`no stage reads ${label} of the recording`)
  return withReplay({ ...plan, nodes }, { ...options, places })
}

/** The words of a recording make the plan again, unless they mean something else by now. */
function checkSources({ nodes }: Plan, sources: readonly RecordedSource[]): void {
  const found = nodes.filter(({ category }) => category === 'source')
  const isSame =
    found.length === sources.length &&
    found.every(({ id, command }, index) => id === sources[index]?.id && command === sources[index]?.command)
  if (!isSame) {
    throw new UsageError(
      'the recorded words make another plan in this version of dstream',
      'Say which stages to run on the recording: dstream replay FILE flatmap split count',
    )
  }
}
