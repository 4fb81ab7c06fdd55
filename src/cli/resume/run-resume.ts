import { UsageError } from '../../engine/plan/errors.ts'
import { parseChain } from '../grammar.ts'
import { type Line, runLine } from '../run.ts'
import { inspectedAt, isOfCommand } from '../state/run-state.ts'
import { quoteWord, WordError } from '../usage.ts'

/** Run `dstream resume`, whose words `argv` are with `resume` as the first, and return the exit code. */
export function runResume(argv: readonly string[]): Promise<number> {
  return runLine(argv, () => resumed(argv))
}

/** The line that wrote a checkpoint, with more flags of the context behind it. */
async function resumed(argv: readonly string[]): Promise<Line> {
  const at = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'))
  const directory = argv[at]
  if (directory === undefined || at !== 1) {
    throw new WordError(
      directory === undefined ? argv.length : 1,
      'resume expects the directory of a checkpoint, and flags behind it',
    )
  }
  const { chain, context } = await parseChain(argv, 2)
  const [stage] = chain.stages
  if (stage !== undefined) {
    throw new WordError(
      stage.name.index,
      'resume runs the stages that the checkpoint names, and takes flags only',
      'Run the changed line itself, with --checkpoint.',
    )
  }
  const own = context.find(({ record }) => record.name === 'checkpoint')
  if (own !== undefined)
    throw new WordError(own.index, 'resume goes on in its directory, and takes no --checkpoint')
  const { header } = await inspectedAt({ text: directory, index: 1 })
  const { line } = header
  if (!isOfCommand(line)) {
    throw new UsageError(
      `the checkpoint ${quoteWord(directory)} was written by a program, ${line.join(' ')}, and has no line to run`,
      'Run the program: its StreamingContext.getOrCreate goes on with the directory.',
    )
  }
  if (line.some((word) => /:\/\/[^\s/]*:\*\*\*@/.test(word))) {
    throw new UsageError(
      `the line that wrote ${quoteWord(directory)} has a password, which is not written down`,
      'Run the line itself: it goes on where it was.',
    )
  }
  const words = [...line, ...argv.slice(2)]
  // Flags stand before the stages and behind them; a `--` of the line must not take those of now for arguments.
  const recorded = await parseChain(line)
  // What is said now counts for this run; flags that may stand several times add up.
  const before = recorded.context.filter(
    ({ record }) => record.multiple === true || !context.some((flag) => flag.record === record),
  )
  return {
    line: { ...recorded, context: [...before, ...shifted(context, line.length - 2)] },
    argv: words,
    kept: line,
    adjust: (options) => ({
      ...options,
      ...(options.checkpoint === undefined ? {} : { checkpoint: { ...options.checkpoint, directory } }),
    }),
  }
}

/** Errors point into the line with the flags of now behind it. */
function shifted(context: Line['line']['context'], by: number): Line['line']['context'] {
  return context.map((flag) => ({
    ...flag,
    index: flag.index + by,
    ...(flag.value === undefined ? {} : { value: { ...flag.value, index: flag.value.index + by } }),
  }))
}
