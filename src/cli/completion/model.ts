import { type ArgumentRecord, builtInRole, type FlagRecord } from '../../engine/plan/record.ts'
import { type RegisteredRecord, records } from '../../engine/registry.ts'
import type { FunctionRole } from '../../functions/record.ts'
import { functions } from '../../functions/registry.ts'
import { namesOf } from '../command-names.ts'
import { CONTEXT_FLAGS } from '../context-flags.ts'
import { ASK_FLAGS } from '../control/words.ts'
import { KEPT, REPLAY_FLAGS } from '../replay/words.ts'
import { STATE_ACTIONS, STATE_FLAGS } from '../state/words.ts'

/**
 * What can stand at a place of the command line, as one word that all three scripts understand: `map`, `filter`,
 * `flatmap`, `reduce` are functions of that role; `flag` is a flag without a value; `of:a,b` one of the words listed.
 */
export type Place =
  | FunctionRole
  | 'file'
  | 'directory'
  | 'stream'
  | 'duration'
  | 'any'
  | 'flag'
  | `of:${string}`

/** A flag and the place behind it. */
export interface FlagModel {
  readonly words: readonly string[]
  readonly summary: string
  readonly place: Place
}

/** A stage as the completion sees it. */
export interface StageModel {
  readonly name: string
  /** Every name it answers to. */
  readonly names: readonly string[]
  /** `none` is followed by nothing. */
  readonly category: RegisteredRecord['category'] | '' | 'none'
  readonly summary: string
  /** Its arguments: a place each, with `?` where it may be missing, `+` and `*` where several may stand. */
  readonly slots: readonly string[]
  readonly flags: readonly FlagModel[]
}

/** A word that can be chosen, and what it means. */
export interface Choice {
  readonly word: string
  readonly summary: string
}

/** The stages that have a command: sources, operators, outputs. */
export const stages: readonly StageModel[] = records
  .filter(({ internal }) => internal !== true)
  .map((record) => ({
    name: record.name,
    names: namesOf(record),
    category: record.category,
    summary: record.summary,
    slots: record.arguments.map(slotOf),
    flags: record.flags.map(flagModel),
  }))

/** Commands that stand first and whose words can be told like those of a stage. Behind a recording stand stages. */
export const toolStages: readonly StageModel[] = [
  {
    name: 'replay',
    names: ['replay'],
    category: '',
    summary: 'Run a recording again.',
    slots: ['file'],
    flags: [...REPLAY_FLAGS, ...CONTEXT_FLAGS.filter(({ name }) => KEPT.includes(name))].map(flagModel),
  },
  {
    name: 'resume',
    names: ['resume'],
    category: 'none',
    summary: 'Run the line that wrote a checkpoint again.',
    slots: ['directory'],
    flags: CONTEXT_FLAGS.filter(({ name }) => name !== 'checkpoint').map(flagModel),
  },
  {
    name: 'state',
    names: ['state'],
    category: 'none',
    summary: 'Show what a checkpoint keeps.',
    slots: [`of:${STATE_ACTIONS.join(',')}`, 'directory', 'directory?'],
    flags: STATE_FLAGS.map(flagModel),
  },
  {
    name: 'ask',
    names: ['ask'],
    category: 'none',
    summary: 'Ask a running pipeline for its state.',
    slots: ['any', 'of:top,count,get,batches,state', 'any?'],
    flags: ASK_FLAGS.map(flagModel),
  },
]

/** The flags of the context, and `--help`. */
export const contextFlags: readonly FlagModel[] = [
  ...CONTEXT_FLAGS.map(flagModel),
  { words: ['--help', '-h'], summary: 'help of the stage before it', place: 'flag' },
]

/** Commands that stand as the first word only. */
export const tools: readonly Choice[] = [
  { word: 'help', summary: 'Show how a command is used.' },
  { word: 'operators', summary: 'List all sources, operators and outputs.' },
  { word: 'functions', summary: 'List the built-in functions.' },
  { word: 'completion', summary: 'Print a completion script.' },
  { word: 'test', summary: 'Run a script under a virtual clock.' },
  ...toolStages.map(({ name, summary }) => ({ word: name, summary })),
]

/** Flags of `dstream test`, whose other words are files. */
export const TEST_FLAGS: readonly Choice[] = [
  { word: '--at', summary: 'a time and the file that comes then' },
  { word: '--expect', summary: 'the file that holds what is to come out' },
  { word: '--update', summary: 'write that file' },
  { word: '--until', summary: 'cut batches up to this time at least' },
  { word: '--replace', summary: 'a program that writes into the pipe of dstream' },
  { word: '--timeout', summary: 'how long the script may really take' },
]

/** Lengths of time worth offering. */
export const DURATIONS: readonly string[] = ['1s', '5s', '10s', '30s', '1m', '5m', '1h']

/** The positions of functions. */
export const ROLES: readonly FunctionRole[] = ['map', 'filter', 'flatmap', 'reduce']

/** Return the functions of a role as they are typed: `split` and `split:` where the parameter may be missing. */
export function functionChoices(role: FunctionRole): Choice[] {
  return functions
    .filter(({ roles }) => roles.includes(role))
    .flatMap(({ name, summary, parameter }) => [
      ...(parameter?.required === true ? [] : [{ word: name, summary }]),
      ...(parameter === undefined
        ? []
        : [{ word: `${name}:`, summary: `${parameter.name}: ${parameter.summary}` }]),
    ])
}

/** Return all function names without parameters, for `dstream functions NAME`. */
export function functionNames(): Choice[] {
  return functions.map(({ name, summary }) => ({ word: name, summary }))
}

/** Return the flags with a value: the stage they are of, `*` for all, and the place behind them. */
export function flagPlaces(): { stage: string; words: readonly string[]; place: Place }[] {
  const own = [...stages, ...toolStages].flatMap(({ name, flags }) =>
    flags.map((flag) => ({ stage: name, ...flag })),
  )
  const shared = contextFlags.map((flag) => ({ stage: '*', ...flag }))
  return [...own, ...shared].filter(({ place }) => place !== 'flag')
}

function slotOf(argument: ArgumentRecord): string {
  const several = argument.variadic === true
  return `${placeOf(argument)}${argument.required ? (several ? '+' : '') : several ? '*' : '?'}`
}

function flagModel(flag: FlagRecord): FlagModel {
  return {
    words: [`--${flag.name}`, ...(flag.char === undefined ? [] : [`-${flag.char}`])],
    summary: flag.summary,
    place: flag.type === 'boolean' ? 'flag' : placeOf(flag),
  }
}

/** A record says no more of a path than its name does. */
function placeOf(entry: ArgumentRecord | FlagRecord): Place {
  if ('options' in entry && entry.options !== undefined) return `of:${entry.options.join(',')}`
  if (entry.type === 'function') return entry.role === undefined ? 'any' : builtInRole(entry.role)
  if (entry.type === 'branch') return 'stream'
  if (entry.type === 'stream' || entry.type === 'duration') return entry.type
  if (entry.type !== 'string') return 'any'
  if (/^(file|path|initial|record)s?$/.test(entry.name)) return 'file'
  return /^(dir|directory|folder|checkpoint)$/.test(entry.name) ? 'directory' : 'any'
}
