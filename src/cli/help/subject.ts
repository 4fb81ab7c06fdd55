import { records } from '../../engine/registry.ts'
import { findFunction } from '../../functions/registry.ts'
import { findCommand, parseChain, type Stage } from '../grammar.ts'
import { didYouMean, shownWord, WordError } from '../usage.ts'

/** Commands that are no stages; they stand as the first word only. */
export const TOOLS: readonly string[] = [
  'operators',
  'functions',
  'completion',
  'test',
  'replay',
  'resume',
  'state',
  'ask',
]

/** What help is asked about: all of dstream, the flags of the context, a stage, or a command that is no stage. */
export type HelpSubject = 'dstream' | 'flags' | { readonly stage: string } | { readonly tool: string }

/**
 * Return what the words before `--help`, or behind `help`, ask about: the stage they stand on, which is the last of a
 * chain, even when it still lacks an argument. `argv` are all words, in which `words` begin at `start`.
 *
 * @throws WordError where no word names a command.
 */
export async function helpSubject(words: readonly string[], start: number): Promise<HelpSubject> {
  const [first] = words
  if (first === undefined || first === 'help') return 'dstream'
  if (first === 'flags') return 'flags'
  if (TOOLS.includes(first)) return { tool: first }
  const inside = lastOpenBracket(words) + 1
  const chain = words.slice(inside)
  // The longest beginning that is a chain ends before the stage that lacks something.
  for (let length = chain.length; length >= 0; length--) {
    const stages = await stagesOf(chain.slice(0, length))
    if (stages === undefined) continue
    const next = chain[length]
    const lacking = next === undefined ? undefined : findCommand(next)
    if (lacking !== undefined) return { stage: lacking.name }
    const stage = stages.at(-1)
    if (stage !== undefined && (next === undefined || next.startsWith('-')))
      return { stage: stage.record.name }
    if (next === undefined || next.startsWith('-')) return 'flags'
    throw await unknown(next, start + inside + length)
  }
  return 'dstream'
}

async function stagesOf(words: readonly string[]): Promise<readonly Stage[] | undefined> {
  try {
    return (await parseChain(words)).chain.stages
  } catch (error) {
    if (error instanceof WordError) return undefined
    throw error
  }
}

/** Index of the last `[` that is not closed, or -1. */
function lastOpenBracket(words: readonly string[]): number {
  const open: number[] = []
  for (const [index, word] of words.entries()) {
    if (word === '[') open.push(index)
    else if (word === ']') open.pop()
  }
  return open.at(-1) ?? -1
}

async function unknown(word: string, index: number): Promise<WordError> {
  const name = word.split(':')[0] as string
  if (findFunction(name) !== undefined) {
    return new WordError(
      index,
      `${shownWord(word)} is a function, not a command`,
      `Try dstream functions ${name}.`,
    )
  }
  const names = [
    ...records.filter(({ internal }) => internal !== true).map((record) => record.name),
    ...TOOLS,
  ]
  return new WordError(
    index,
    `there is no command ${shownWord(word)}`,
    (await didYouMean(word, names)) ?? 'dstream operators lists all commands.',
  )
}
