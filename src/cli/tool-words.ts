import type { FlagRecord } from '../engine/plan/record.ts'
import { parseChain, type Word } from './grammar.ts'
import { contextValues } from './stage-values.ts'
import { WordError } from './usage.ts'

/** The words of a command that is no stage. */
export interface ToolWords {
  readonly words: readonly Word[]
  readonly values: Readonly<Record<string, unknown>>
  /** Where the value of a flag stands. */
  readonly placeOf: (flag: string) => number
}

/** Read the words behind the name of a command. Throws WordError. */
export async function readToolWords(
  argv: readonly string[],
  known: readonly FlagRecord[],
): Promise<ToolWords> {
  const words: Word[] = []
  const flags: string[] = []
  // Where each word of `flags` stands, so that an error points into the line as it was typed.
  const places: number[] = []
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] as string
    if (word === '--') {
      words.push(...argv.slice(at + 1).map((text, index) => ({ text, index: at + 1 + index })))
      break
    }
    if (!/^--?[a-zA-Z]/.test(word)) {
      words.push({ text: word, index: at })
      continue
    }
    flags.push(word)
    places.push(at)
    const takesValue = known.some(({ name, type }) => word === `--${name}` && type !== 'boolean')
    if (!takesValue || at + 1 >= argv.length) continue
    at += 1
    flags.push(argv[at] as string)
    places.push(at)
  }
  try {
    const { context } = await parseChain(flags, 0, known)
    const placeOf = (flag: string): number => {
      const value = context.findLast(({ record }) => record.name === flag)?.value
      return places[value?.index ?? 0] ?? argv.length
    }
    return { words, values: await contextValues(context, known), placeOf }
  } catch (error) {
    if (!(error instanceof WordError)) throw error
    const message = error.message.replace('the context has', `${argv[0]} has`)
    throw new WordError(places[error.index] ?? argv.length, message, error.hint)
  }
}
