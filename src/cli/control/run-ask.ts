import { isatty } from 'node:tty'
import { EXIT, UsageError } from '../../engine/plan/errors.ts'
import type { Word } from '../grammar.ts'
import { colourLevel, terminalWidth } from '../screen/colour.ts'
import { renderTable } from '../screen/table.ts'
import { StandardOutput, standardOutputIsShown } from '../standard-output.ts'
import { writeRows } from '../state/rows.ts'
import { safeLine } from '../state/safe-text.ts'
import type { STATE_FORMATS } from '../state/words.ts'
import { endTool } from '../tool-end.ts'
import { readToolWords } from '../tool-words.ts'
import { didYouMean, quoteWord, WordError } from '../usage.ts'
import { ask, type Pipeline, pipelines } from './client.ts'
import { QUESTIONS, questionOf } from './protocol.ts'
import { ASK_FLAGS } from './words.ts'

/** Milliseconds in which a pipeline tells its name: a busy one may take a batch. */
const PATIENCE = 10_000

/** Run `dstream ask`, whose words `argv` are with `ask` as the first, and return the exit code. */
export async function runAsk(argv: readonly string[]): Promise<number> {
  const isTerminal = isatty(1)
  const screen = isTerminal ? process.stdout : { isTTY: false, columns: undefined, rows: undefined }
  const output = new StandardOutput()
  try {
    const { words, values } = await readToolWords(argv, ASK_FLAGS)
    const [name, ...said] = words
    if (name === undefined)
      throw new WordError(argv.length, 'ask expects the name of a pipeline', await known())
    const [first] = said
    if (first === undefined)
      throw new WordError(argv.length, 'ask expects a question', `One of ${QUESTIONS.join(', ')}.`)
    const question = questionOf(said.map(({ text }) => text).join(' '), values.stage as string | undefined)
    if (typeof question === 'string') throw new WordError(first.index, question)
    const { path } = await pipelineOf(name)
    const answered = await ask(path, question).catch((error: Error) => {
      throw new UsageError(safeLine(error.message))
    })
    const format = values.format ?? (standardOutputIsShown(isTerminal) ? 'table' : 'tsv')
    // A script wants the number alone.
    const isNumber = question.ask === 'count' && (format === 'tsv' || format === 'csv')
    const { columns, ...bare } = answered
    const answer = isNumber ? bare : answered
    await writeRows(answer, output, {
      format: format as (typeof STATE_FORMATS)[number],
      limit: Math.max(1, answer.rows.length),
      table: ({ time, title, count, interval }, elements) =>
        renderTable(
          { time, title: safeLine(title), elements, total: count },
          { width: terminalWidth(screen, process.env), colour: colourLevel(screen, process.env), interval },
        ),
    })
    await output.flush()
    return EXIT.ok
  } catch (error) {
    return endTool(error, argv)
  }
}

/** Return the pipeline of a name, of its beginning, or of a process. Throws WordError. */
async function pipelineOf({ text, index }: Word): Promise<Pipeline> {
  const all = await pipelines(PATIENCE)
  const ways: ((pipeline: Pipeline) => boolean)[] = [
    ({ pid }) => String(pid) === text,
    ({ status }) => status?.name === text,
    ({ status }) => status?.name.startsWith(text) === true,
  ]
  for (const way of ways) {
    const [found, other] = all.filter(way)
    if (found === undefined) continue
    if (other === undefined) return found
    const pids = all.filter(way).map(({ pid }) => pid)
    throw new WordError(
      index,
      `several pipelines are called ${quoteWord(text)}`,
      `By process: ${pids.join(', ')}.`,
    )
  }
  const names = all.flatMap(({ status }) => status?.name ?? [])
  const hint = (await didYouMean(text, names)) ?? (await known())
  throw new WordError(index, `no pipeline of yours is called ${quoteWord(text)}`, hint)
}

async function known(): Promise<string> {
  const names = (await pipelines()).map(({ pid, status }) => quoteWord(safeLine(status?.name ?? String(pid))))
  return names.length === 0 ? 'None runs on this machine.' : `There are ${names.join(', ')}.`
}
