import { operators } from '../../engine/operators/registry.ts'
import { outputs } from '../../engine/outputs/registry.ts'
import type { RegisteredRecord } from '../../engine/registry.ts'
import { sources } from '../../engine/sources/registry.ts'
import type { FunctionRecord, FunctionRole } from '../../functions/record.ts'
import { functions } from '../../functions/registry.ts'
import { namesOf } from '../command-names.ts'
import { columns, type Row } from './layout.ts'
import type { Style } from './style.ts'
import { functionCall, usageWords } from './usage-words.ts'

/** The positions of functions and what each means, in the order of the lists. */
export const ROLES: readonly (readonly [FunctionRole, string])[] = [
  ['flatmap', 'one element to many'],
  ['map', 'one element to another'],
  ['filter', 'keep an element or not'],
  ['reduce', 'many values to one'],
]

/** Return the sources, operators and outputs, each with its summary. */
export function renderStages(style: Style): string {
  const lists: readonly (readonly [string, readonly RegisteredRecord[]])[] = [
    ['SOURCES', sources],
    ['OPERATORS', operators],
    ['OUTPUTS', outputs],
  ]
  const rows = lists.map(([title, records]) => ({
    title,
    rows: listed(records).map(({ name, summary }) => [name, summary] as const),
  }))
  return tables(rows, style)
}

/** Return the records of all stages as JSON: everything that is data. */
export function stagesJson(): string {
  const stages = listed([...sources, ...operators, ...outputs]).map((record) => ({
    name: record.name,
    category: record.category,
    aliases: namesOf(record).slice(1),
    summary: record.summary,
    description: record.description,
    usage: usageWords(record),
    arguments: record.arguments,
    flags: record.flags,
    examples: record.category === 'operator' ? record.examples : undefined,
  }))
  return `${JSON.stringify(stages, null, 2)}\n`
}

/** Return the built-in functions by the position they mostly stand in, each with its parameter and summary. */
export function renderFunctions(style: Style): string {
  const rows = ROLES.map(([role, what]) => ({
    title: `${role.toUpperCase()}: ${what}`,
    rows: functions
      .filter(({ roles }) => roles[0] === role)
      .map((record) => [functionCall(record), `${record.summary}${alsoText(record)}`] as const),
  }))
  return tables(rows, style)
}

/** Return the built-in functions as JSON. */
export function functionsJson(records: readonly FunctionRecord[] = functions): string {
  const shown = records.map((record) => ({
    name: record.name,
    aliases: record.aliases ?? [],
    call: functionCall(record),
    summary: record.summary,
    parameter: record.parameter,
    roles: record.roles,
    examples: record.examples,
  }))
  return `${JSON.stringify(shown, null, 2)}\n`
}

/** Records that have a command. */
function listed<T extends { readonly internal?: true }>(records: readonly T[]): T[] {
  return records.filter(({ internal }) => internal !== true)
}

function alsoText({ roles }: FunctionRecord): string {
  return roles.length > 1 ? ` (also ${roles.slice(1).join(', ')})` : ''
}

/** Tables under titles, all aligned with each other. */
function tables(lists: readonly { title: string; rows: readonly Row[] }[], style: Style): string {
  const width = Math.max(...lists.flatMap(({ rows }) => rows.map(([label]) => label.length)))
  const blocks = lists.map(({ title, rows }) => {
    const lines = columns(rows, style, width)
    return `${style.heading(title)}\n${lines.join('\n')}\n`
  })
  return blocks.join('\n')
}
