import type { Command } from '@oclif/core/command'
import { type ArgumentRole, builtInRole } from '../../engine/plan/record.ts'
import type { RegisteredRecord } from '../../engine/registry.ts'
import { functions } from '../../functions/registry.ts'
import { type ShownExample, shownExamples } from '../command-examples.ts'
import { namesOf } from '../command-names.ts'
import type { Row } from './layout.ts'
import { argumentText, argumentWord, flagText, flagWord, functionCall, usageWords } from './usage-words.ts'

/** What is said of one command, whatever it is shown on: a terminal, the reference. */
export interface HelpPage {
  readonly name: string
  readonly summary: string
  /** Lines of usage, without `dstream`. */
  readonly usage: readonly string[]
  readonly description?: string
  readonly arguments: readonly Row[]
  readonly flags: readonly Row[]
  /** The roles of its function arguments. */
  readonly roles: readonly ArgumentRole[]
  readonly examples: readonly ShownExample[]
  readonly aliases: readonly string[]
  /** A stage of a chain, on which the flags of the context may stand. */
  readonly isStage: boolean
}

/** Return what is said of a stage: all of it from its record. */
export function pageOf(record: RegisteredRecord): HelpPage {
  const { name, summary, description, category } = record
  const flags = record.flags.length > 0 ? ' [FLAGS]' : ''
  const before = category === 'source' ? '' : '… '
  const after = category === 'output' ? '' : ' …'
  const words = usageWords(record)
  const forms = words.includes('[ STREAM ]') ? [words, words.replace('[ STREAM ]', '@FILE')] : [words]
  const roles = [...record.arguments, ...record.flags].flatMap(({ type, role }) =>
    type === 'function' && role !== undefined ? [role] : [],
  )
  return {
    name,
    summary,
    usage: forms.map((form) => `${before}${form}${flags}${after}`),
    ...(description === undefined ? {} : { description }),
    arguments: record.arguments.map((argument) => [argumentWord(argument), argumentText(argument)]),
    flags: record.flags.map((flag) => [flagWord(flag), flagText(flag)]),
    roles: [...new Set(roles)],
    examples: shownExamples(record),
    aliases: namesOf(record).slice(1),
    isStage: true,
  }
}

/** Return what is said of a command that is no stage: `operators`, `functions`, `completion`. */
export function toolPage(command: Command.Loadable): HelpPage {
  const args = Object.values(command.args).map(
    ({ name, description = '', required = false, options }) =>
      [required ? name.toUpperCase() : `[${name.toUpperCase()}]`, withChoices(description, options)] as const,
  )
  const flags = Object.values(command.flags).map(
    (flag) =>
      [
        `${flag.char === undefined ? '' : `-${flag.char}, `}--${flag.name}${flagValue(flag)}`,
        flag.description ?? '',
      ] as const,
  )
  const examples = (command.examples ?? []).map((example) => {
    const line = typeof example === 'string' ? example : example.command
    return { line, canPaste: false, rows: [] }
  })
  const words = [command.id, ...args.map(([word]) => word), ...(flags.length > 0 ? ['[FLAGS]'] : [])]
  return {
    name: command.id,
    summary: command.summary ?? '',
    usage: [words.join(' ')],
    ...(command.description === undefined ? {} : { description: command.description }),
    arguments: args,
    flags,
    roles: [],
    examples,
    aliases: [],
    isStage: false,
  }
}

/** Return the calls of the built-in functions that can stand in a position. */
export function callsOf(role: ArgumentRole): string[] {
  return functions.filter(({ roles }) => roles.includes(builtInRole(role))).map(functionCall)
}

/** What stands behind a flag of a command that is no stage. */
function flagValue(flag: Command.Flag.Cached): string {
  return flag.type === 'option' && flag.helpValue !== undefined ? ` ${flag.helpValue}` : ''
}

function withChoices(text: string, options: readonly string[] | undefined): string {
  return options === undefined ? text : `${text} [${options.join('|')}]`
}
