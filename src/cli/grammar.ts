import type { FlagRecord } from '../engine/plan/record.ts'
import { type RegisteredRecord, records } from '../engine/registry.ts'
import { findFunction } from '../functions/registry.ts'
import { namesOf } from './command-names.ts'
import { CONTEXT_FLAGS } from './context-flags.ts'
import { unknownFlag } from './unknown-flag.ts'
import { didYouMean, shownWord, WordError } from './usage.ts'
import { article, isFlag, splitOnce, takesChain } from './word-forms.ts'

/** A word and where it stands in argv. */
export interface Word {
  readonly text: string
  readonly index: number
}

/** A flag as it was written; `value` is absent for booleans. */
export interface FlagWord {
  readonly record: FlagRecord
  readonly index: number
  readonly value?: Word
}

/** One stage of a chain, its words divided but not yet read. */
export interface Stage {
  readonly record: RegisteredRecord
  readonly name: Word
  readonly args: readonly Word[]
  readonly flags: readonly FlagWord[]
  /** The second stream of a stage that takes one, or the branch. */
  readonly stream?: Chain | { readonly file: string }
}

/** Stages in order. */
export interface Chain {
  readonly stages: readonly Stage[]
}

/** A command line divided into stages and the flags of the context. */
export interface CommandLine {
  readonly chain: Chain
  readonly context: readonly FlagWord[]
  /** What a reader may have meant otherwise. */
  readonly notes: readonly string[]
}

const commands = new Map<string, RegisteredRecord>()
for (const record of records) {
  if (record.internal === true) continue
  for (const name of namesOf(record)) commands.set(name, record)
}

/** Return the record of a subcommand by its name, its camelCase or an alias. */
export function findCommand(name: string): RegisteredRecord | undefined {
  return commands.get(name)
}

/**
 * Divide argv into stages, design.md §2: a required argument is taken by arity, an optional one only where the next word
 * names no command; `--` ends a stage; brackets hold a second stream; context flags stand anywhere.
 *
 * @param from index of the first word of the chain.
 * @param flags the flags that stand anywhere.
 * @throws WordError at the first word that fits nowhere.
 */
export async function parseChain(
  argv: readonly string[],
  from = 0,
  flags: readonly FlagRecord[] = CONTEXT_FLAGS,
): Promise<CommandLine> {
  const parser = new ChainParser(argv, from, flags)
  const chain = await parser.chain(undefined)
  return { chain, context: parser.context, notes: parser.notes }
}

class ChainParser {
  readonly context: FlagWord[] = []
  readonly notes: string[] = []
  readonly #argv: readonly string[]
  readonly #shared: readonly FlagRecord[]
  #at: number

  constructor(argv: readonly string[], from: number, shared: readonly FlagRecord[]) {
    this.#argv = argv
    this.#at = from
    this.#shared = shared
  }

  /** @param bracket index of the `[` that this chain stands in. */
  async chain(bracket: number | undefined): Promise<Chain> {
    const stages: Stage[] = []
    for (let word = this.#peek(); word !== undefined; word = this.#peek()) {
      if (word === ']') {
        if (bracket === undefined) throw new WordError(this.#at, "there is no '[' before this ']'")
        this.#at += 1
        return { stages }
      }
      if (word === '--') this.#at += 1
      else if (isFlag(word)) this.context.push(await this.#flag(undefined))
      else stages.push(await this.#stage())
    }
    if (bracket !== undefined)
      throw new WordError(
        bracket,
        "this '[' is not closed",
        "Write ' ]', a word of its own, behind what it holds.",
      )
    return { stages }
  }

  #peek(): string | undefined {
    return this.#argv[this.#at]
  }

  async #stage(): Promise<Stage> {
    const name: Word = { text: this.#peek() as string, index: this.#at }
    const record = commands.get(name.text)
    if (record === undefined) throw await this.#unknownCommand(name)
    this.#at += 1
    const args: Word[] = []
    const flags: FlagWord[] = []
    let stream: Stage['stream']
    for (const argument of record.arguments) {
      do {
        await this.#flags(record, flags)
        const word = this.#peek()
        const isAbsent =
          word === undefined || word === '--' || word === ']' || (word === '[' && !takesChain(argument.type))
        if (takesChain(argument.type) && !isAbsent) {
          stream = await this.#stream(name, argument.type === 'branch')
          break
        }
        if (
          isAbsent ||
          ((!argument.required || args.length >= record.arguments.length) && commands.has(word))
        ) {
          if (argument.required && args.length <= record.arguments.indexOf(argument)) {
            throw new WordError(
              this.#at,
              `${name.text} expects ${article(argument.name)}: ${argument.summary}`,
            )
          }
          if (argument.type === 'function' && word !== undefined) this.#noteFunction(name, word)
          break
        }
        args.push({ text: word, index: this.#at })
        this.#at += 1
      } while (argument.variadic === true)
    }
    await this.#flags(record, flags)
    return { record, name, args, flags, ...(stream === undefined ? {} : { stream }) }
  }

  /** `reduce-by-key count` is two stages, though there is a function of that name too. */
  #noteFunction(stage: Word, word: string): void {
    if (findFunction(word) === undefined) return
    this.notes.push(`${word} is read as the command; ${stage.text} ${word}: would be the function`)
  }

  async #stream(stage: Word, isBranch: boolean): Promise<Stage['stream']> {
    const word = this.#peek() as string
    if (!isBranch && word.startsWith('@') && word.length > 1) {
      this.#at += 1
      return { file: word.slice(1) }
    }
    if (word !== '[') {
      if (isBranch)
        throw new WordError(
          this.#at,
          `${stage.text} expects a branch here`,
          `Write ${stage.text} [ count print ].`,
        )
      throw new WordError(
        this.#at,
        `${stage.text} expects a second stream here`,
        `Write ${stage.text} [ socket localhost 9998 ], or ${stage.text} @file.tsv.`,
      )
    }
    const bracket = this.#at
    this.#at += 1
    const chain = await this.chain(bracket)
    if (chain.stages.length === 0)
      throw new WordError(
        bracket,
        'these brackets are empty',
        isBranch ? 'A branch ends with an output.' : 'A second stream begins with a source.',
      )
    return chain
  }

  /** Take the flags that stand here. */
  async #flags(record: RegisteredRecord, flags: FlagWord[]): Promise<void> {
    for (let word = this.#peek(); word !== undefined && isFlag(word); word = this.#peek()) {
      const flag = await this.#flag(record)
      if (record.flags.includes(flag.record)) flags.push(flag)
      else this.context.push(flag)
    }
  }

  async #flag(record: RegisteredRecord | undefined): Promise<FlagWord> {
    const index = this.#at
    const word = this.#peek() as string
    const [head = '', inline] = word.startsWith('--') ? splitOnce(word, '=') : [word]
    const known = [...(record?.flags ?? []), ...this.#shared]
    const flag = known.find(
      ({ name, char }) => head === `--${name}` || (char !== undefined && head === `-${char}`),
    )
    if (flag === undefined) throw await unknownFlag(head, index, record, known)
    this.#at += 1
    if (flag.type === 'boolean') {
      if (inline !== undefined) throw new WordError(index, `--${flag.name} takes no value`)
      return { record: flag, index }
    }
    if (inline !== undefined) return { record: flag, index, value: { text: inline, index } }
    const value = this.#peek()
    if (flag.implied !== undefined && !/^:?\d+$/.test(value ?? ''))
      return { record: flag, index, value: { text: flag.implied, index } }
    if (value === undefined) throw new WordError(this.#at, `--${flag.name} expects a value: ${flag.summary}`)
    this.#at += 1
    return { record: flag, index, value: { text: value, index: this.#at - 1 } }
  }

  async #unknownCommand(name: Word): Promise<WordError> {
    const hint = await didYouMean(name.text, [...commands.keys()])
    if (name.text === '[')
      return new WordError(
        name.index,
        'a second stream in brackets stands behind join or union, a branch behind tee',
      )
    if (name.text.includes('=>')) {
      return new WordError(
        name.index,
        'a function stands behind an operator, and here a command is expected',
        'Write map, filter or flatmap before it.',
      )
    }
    return new WordError(
      name.index,
      `there is no command ${shownWord(name.text)}`,
      hint ?? 'dstream operators lists all commands.',
    )
  }
}
