import { CONTEXT_FLAGS } from '../src/cli/context-flags.ts'
import { ROLES } from '../src/cli/help/lists.ts'
import { type HelpPage, pageOf } from '../src/cli/help/page.ts'
import { flagText, flagWord, functionCall } from '../src/cli/help/usage-words.ts'
import { operators } from '../src/engine/operators/registry.ts'
import { outputs } from '../src/engine/outputs/registry.ts'
import { builtInRole } from '../src/engine/plan/record.ts'
import type { RegisteredRecord } from '../src/engine/registry.ts'
import { sources } from '../src/engine/sources/registry.ts'
import type { FunctionRecord, FunctionRole } from '../src/functions/record.ts'
import { functions } from '../src/functions/registry.ts'

const SOURCES =
  'Where elements come from. A source stands before all operators; several are one stream; without one, standard ' +
  'input is read.'
const OPERATORS =
  'What happens to each batch, in the order of the chain. In the examples a row is a batch: what went in, what came ' +
  'out; `–` is an empty batch, or none.'
const OUTPUTS =
  'What happens with the results. Without an output, `print` on a terminal and in a file, `emit` in a pipe. ' +
  'Flags of the context may stand on any stage: [flags](flags.md).'
const HEAD = '<!-- Written by `npm run generate` from the records; do not edit. -->\n'

/** Return the reference pages by file name. */
export function pages(): readonly (readonly [string, string])[] {
  return [
    ['sources.md', stagesPage('Sources', SOURCES, sources)],
    ['operators.md', stagesPage('Operators', OPERATORS, operators)],
    ['outputs.md', stagesPage('Outputs', OUTPUTS, outputs)],
    ['functions.md', functionsPage()],
    ['flags.md', flagsPage()],
  ]
}

/** Return the reference page of the sources, the operators or the outputs. */
function stagesPage(title: string, intro: string, records: readonly RegisteredRecord[]): string {
  const shown = records.filter(({ internal }) => internal !== true).map(pageOf)
  const index = shown.map(({ name, summary }) => `- [${name}](#${name}): ${markdown(summary)}`)
  const body = shown.map(stageText)
  return `${HEAD}\n# ${title}\n\n${intro}\n\n${index.join('\n')}\n\n${body.join('\n')}`
}

/** Return the reference page of the built-in functions. */
function functionsPage(): string {
  const intro =
    'A function argument is one word: a name of this page, with a parameter behind a colon; an arrow, ' +
    "`'line => line.length'`; or a module's export, `./my.ts#name`."
  const body = ROLES.map(([role, what]) => {
    const list = functions.filter(({ roles }) => roles[0] === role)
    return `## ${role}: ${what}\n\n${otherNames(role)}${list.map(functionText).join('\n')}`
  })
  return `${HEAD}\n# Functions\n\n${intro}\n\n${body.join('\n')}`
}

/** Return the reference page of the flags of the context. */
function flagsPage(): string {
  const rows = CONTEXT_FLAGS.map((flag) => [flagWord(flag), flagText(flag)] as const)
  const intro = 'Accepted before the first stage or on any.'
  return `${HEAD}\n# Flags of the context\n\n${intro}\n\n${list(rows)}`
}

function stageText(page: HelpPage): string {
  const blocks = [
    `## ${page.name}`,
    markdown(page.summary),
    code(page.usage.map((usage) => `dstream ${usage}`)),
    ...(page.description === undefined ? [] : [markdown(page.description)]),
    ...(page.arguments.length === 0 ? [] : [list(page.arguments).trimEnd()]),
    ...(page.flags.length === 0 ? [] : [list(page.flags).trimEnd()]),
    ...page.roles.map(
      (role) => `Functions: [those of \`${builtInRole(role)}\`](functions.md), an arrow, a module's export.`,
    ),
    ...(page.examples.length === 0
      ? []
      : [
          code(
            page.examples.flatMap(({ line, rows }) => [line, ...rows.map((row) => `# ${row}`)]),
            'sh',
          ),
        ]),
    ...(page.aliases.length === 0
      ? []
      : [`Also called ${page.aliases.map((alias) => `\`${alias}\``).join(', ')}.`]),
  ]
  return `${blocks.join('\n\n')}\n`
}

function functionText(record: FunctionRecord): string {
  const { parameter, aliases = [], roles, examples } = record
  const blocks = [
    `### \`${functionCall(record)}\``,
    markdown(record.summary),
    ...(parameter === undefined ? [] : [`- \`${parameter.name}\`: ${markdown(parameter.summary)}`]),
    code(examples.map(({ call, in: input, out }) => `${call}   ${json(input)} → ${json(out)}`)),
    `Stands in ${roles.map((role) => `\`${role}\``).join(', ')}.${
      aliases.length === 0 ? '' : ` Also called ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`
    }`,
  ]
  return `${blocks.join('\n\n')}\n`
}

/** Functions of other lists that can stand here too. */
function otherNames(role: FunctionRole): string {
  const others = functions.filter(({ roles }) => roles[0] !== role && roles.includes(role))
  if (others.length === 0) return ''
  return `Also, from the other lists: ${others.map((record) => `\`${functionCall(record)}\``).join(', ')}.\n\n`
}

function list(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([label, text]) => `- \`${label.trim()}\`: ${markdown(text)}\n`).join('')
}

function code(lines: readonly string[], language = ''): string {
  return `\`\`\`${language}\n${lines.join('\n')}\n\`\`\``
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

/** A text of a record as Markdown: what is not in backticks is plain. */
function markdown(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\*_<[\]]/g, (sign) => `\\${sign}`)))
    .join('`')
}
