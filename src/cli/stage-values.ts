import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import * as Parser from '@oclif/core/parser'
import { parseBytes, parseDuration } from '../engine/plan/duration.ts'
import { looksLikeSource, parseFunction, parseFunctionOrPath } from '../engine/plan/function-word.ts'
import type { PlanValue } from '../engine/plan/plan.ts'
import type { ArgumentRecord, FlagRecord } from '../engine/plan/record.ts'
import { functions } from '../functions/registry.ts'
import type { FlagWord, Stage, Word } from './grammar.ts'
import { didYouMean, shownWord, WordError } from './usage.ts'

/** The values of a stage by argument and flag. */
export type Values = Record<string, PlanValue>

/** Return a record's positional arguments as oclif's; none may read standard input, which is the data. */
export function oclifArgs(args: readonly ArgumentRecord[]): Record<string, ReturnType<typeof Args.string>> {
  return Object.fromEntries(
    args
      .filter(({ type, variadic }) => type !== 'stream' && type !== 'branch' && variadic !== true)
      .map((argument) => [
        argument.name,
        Args.custom<string>({
          description: argument.summary,
          required: argument.required,
          ignoreStdin: true,
          ...(argument.default === undefined ? {} : { default: String(argument.default) }),
        })(),
      ]),
  )
}

/** Return a record's flags as oclif's. */
export function oclifFlags(flags: readonly FlagRecord[]): Record<string, ReturnType<typeof Flags.string>> {
  return Object.fromEntries(
    flags.map((flag) => {
      const shared = {
        description: flag.summary,
        ...(flag.char === undefined ? {} : { char: flag.char as 'a' }),
      }
      if (flag.type === 'boolean') return [flag.name, Flags.boolean(shared)]
      const value = {
        ...shared,
        helpValue: `<${flag.type}>`,
        ...(flag.options === undefined ? {} : { options: [...flag.options] }),
      }
      if (flag.multiple === true) return [flag.name, Flags.string({ ...value, multiple: true })]
      return [
        flag.name,
        Flags.string(flag.default === undefined ? value : { ...value, default: String(flag.default) }),
      ]
    }),
  ) as Record<string, ReturnType<typeof Flags.string>>
}

/**
 * Read the words of one stage: oclif parses its arguments and flags, and each value is converted to its type.
 *
 * @throws WordError at a word that is no value of its type.
 */
export async function stageValues(stage: Stage): Promise<Values> {
  const { record } = stage
  const positional = record.arguments.filter(({ type }) => type !== 'stream' && type !== 'branch')
  const variadic = positional.find((argument) => argument.variadic === true)
  const single = positional.filter((argument) => argument !== variadic)
  const words = stage.args.slice(0, variadic === undefined ? undefined : single.length)
  const parsed = await parseWith(stage.flags, words, record.flags, single)
  const values: Values = {}
  for (const [position, argument] of single.entries()) {
    const text = parsed.args[argument.name]
    if (text !== undefined)
      values[argument.name] = await convert(argument, String(text), words[position] ?? stage.name)
  }
  if (variadic !== undefined) values[variadic.name] = stage.args.slice(single.length).map(({ text }) => text)
  Object.assign(values, await flagValues(stage.flags, record.flags, parsed.flags))
  return values
}

/** Read the flags of the context. */
export async function contextValues(
  words: readonly FlagWord[],
  records: readonly FlagRecord[],
): Promise<Values> {
  const parsed = await parseWith(words, [], records, [])
  return flagValues(words, records, parsed.flags)
}

async function parseWith(
  flags: readonly FlagWord[],
  words: readonly Word[],
  flagRecords: readonly FlagRecord[],
  args: readonly ArgumentRecord[],
): Promise<{ args: Record<string, unknown>; flags: Record<string, unknown> }> {
  const argv = flags.flatMap(({ record, value }) =>
    value === undefined ? [`--${record.name}`] : [`--${record.name}=${value.text}`],
  )
  // Behind `--` a word such as -1 is an argument; the chain has already told flags from arguments.
  if (words.length > 0) argv.push('--', ...words.map(({ text }) => text))
  try {
    return await Parser.parse(argv, {
      args: oclifArgs(args),
      flags: oclifFlags(flagRecords),
      strict: true,
      '--': true,
    })
  } catch (error) {
    const message = (error as Error).message.split('\n')[0] ?? ''
    const culprit = flags.find(({ record }) => message.includes(`--${record.name}`)) ?? flags[0]
    throw new WordError(
      culprit?.value?.index ?? culprit?.index ?? words[0]?.index ?? 0,
      message.replace(/^(.)/, (c) => c.toLowerCase()),
    )
  }
}

async function flagValues(
  words: readonly FlagWord[],
  records: readonly FlagRecord[],
  parsed: Record<string, unknown>,
): Promise<Values> {
  const values: Values = {}
  for (const flag of records) {
    const value = parsed[flag.name]
    if (value === undefined) continue
    const word = words.find(({ record }) => record === flag)
    const at: Word = word?.value ?? { text: '', index: word?.index ?? 0 }
    if (flag.type === 'boolean') values[flag.name] = true
    else if (Array.isArray(value)) values[flag.name] = value.map(String)
    else values[flag.name] = await convert(flag, String(value), at)
  }
  return values
}

async function convert(entry: ArgumentRecord | FlagRecord, text: string, word: Word): Promise<PlanValue> {
  switch (entry.type) {
    case 'integer':
      if (/^-?\d+$/.test(text)) return Number(text)
      throw new WordError(word.index, `${entry.name} expects a whole number, got ${shownWord(text)}`)
    case 'number':
      if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text)
      throw new WordError(word.index, `${entry.name} expects a number, got ${shownWord(text)}`)
    case 'duration': {
      const milliseconds = parseDuration(text)
      if (milliseconds !== undefined && milliseconds > 0) return milliseconds
      throw new WordError(
        word.index,
        `${entry.name} expects a duration such as 500ms, 10s or 5m, got ${shownWord(text)}`,
      )
    }
    case 'bytes': {
      const bytes = parseBytes(text)
      if (bytes !== undefined && bytes > 0) return bytes
      throw new WordError(
        word.index,
        `${entry.name} expects a size such as 64KiB or 16MiB, got ${shownWord(text)}`,
      )
    }
    case 'function':
      return 'isPath' in entry ? parseFunctionOrPath(text) : functionValue(text, word)
    default:
      return text
  }
}

async function functionValue(text: string, word: Word): Promise<PlanValue> {
  const reference = parseFunction(text)
  if (reference.type !== 'source' || looksLikeSource(text)) return reference
  const name = text.split(':')[0] as string
  if (/[./]/.test(name)) {
    throw new WordError(
      word.index,
      `${shownWord(text)} names no function`,
      'An export of a module is written ./file.ts#name.',
    )
  }
  const hint = await didYouMean(
    name,
    functions.flatMap((record) => [record.name, ...(record.aliases ?? [])]),
  )
  throw new WordError(
    word.index,
    `there is no function ${shownWord(text)}`,
    hint ?? "dstream functions lists the built-in ones; an arrow is written 'line => …'.",
  )
}
