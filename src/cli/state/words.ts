import type { FlagRecord } from '../../engine/plan/record.ts'
import type { Word } from '../grammar.ts'
import { readToolWords } from '../tool-words.ts'
import { didYouMean, quoteWord, WordError } from '../usage.ts'

/** Forms in which states are written. */
export const STATE_FORMATS = ['table', 'json', 'csv', 'tsv'] as const

/** The flags of `dstream state`. */
export const STATE_FLAGS: readonly FlagRecord[] = [
  {
    name: 'format',
    type: 'string',
    options: STATE_FORMATS,
    summary: 'how rows are written; a table on a terminal and in a file, else tsv',
  },
  { name: 'limit', type: 'integer', summary: 'write at most so many rows; 50 in a table' },
  { name: 'quiet', char: 'q', type: 'boolean', summary: 'say nothing on stderr but errors' },
  { name: 'debug', type: 'boolean', summary: 'show stacks of errors' },
]

/** What `dstream state` can do. */
export const STATE_ACTIONS = ['ls', 'show', 'diff'] as const

/** The words of `dstream state`, read. Indexes count `state` itself. */
export interface StateWords {
  readonly action: (typeof STATE_ACTIONS)[number]
  readonly directory: Word
  /** A stage, or the other directory. */
  readonly other: Word | undefined
  readonly format: (typeof STATE_FORMATS)[number] | undefined
  readonly limit: number | undefined
  readonly quiet: boolean
}

/** Read the words of a command line that begins with `state`. Throws WordError. */
export async function readStateWords(argv: readonly string[]): Promise<StateWords> {
  const { words, values, placeOf } = await readToolWords(argv, STATE_FLAGS)
  const limit = values.limit as number | undefined
  if (limit !== undefined && limit < 1) throw new WordError(placeOf('limit'), '--limit expects at least 1')
  const [action, directory, other, extra] = words
  if (action === undefined) throw new WordError(argv.length, 'state expects ls, show or diff')
  const known = STATE_ACTIONS.find((name) => name === action.text)
  if (known === undefined) {
    throw new WordError(
      action.index,
      `state has no ${quoteWord(action.text)}`,
      (await didYouMean(action.text, STATE_ACTIONS)) ?? 'It has ls, show and diff.',
    )
  }
  if (directory === undefined)
    throw new WordError(argv.length, `state ${known} expects the directory of a checkpoint`)
  const last = known === 'ls' ? other : extra
  if (last !== undefined) throw new WordError(last.index, `state ${known} takes no more words`)
  const format = values.format as StateWords['format']
  return { action: known, directory, other, format, limit, quiet: values.quiet === true }
}
