import type { ArgumentRole } from '../../engine/plan/record.ts'
import { CONTEXT_FLAGS } from '../context-flags.ts'
import { columns, paragraph, wrap } from './layout.ts'
import { callsOf, type HelpPage } from './page.ts'
import type { Style } from './style.ts'
import { flagText, flagWord } from './usage-words.ts'

/** An arrow that can stand in each position. */
const ARROWS: Readonly<Record<ArgumentRole, string>> = {
  map: "'line => line.length'",
  filter: "'line => line.length > 3'",
  flatmap: '\'line => line.split(",")\'',
  reduce: "'(a, b) => a + b'",
  update: "'(values, state = 0) => state + values.length'",
  mapping: "'(key, value, state) => { state.update(value); return [key, value] }'",
}

/** Return the help of one command as text, its last line end included. */
export function renderPage(page: HelpPage, style: Style): string {
  const { dim } = style
  const lines = [
    ...wrap(page.summary, style.width),
    ...section(
      'usage',
      page.usage.map((usage) => `  dstream ${usage}`),
    ),
    ...(page.description === undefined ? [] : ['', ...paragraph(page.description, style)]),
    ...section('arguments', columns(page.arguments, style)),
    ...section('flags', columns(page.flags, style)),
    ...page.roles.flatMap((role) => functionLines(role)),
    ...section('examples', page.examples.flatMap(exampleLines)),
    ...section('also called', page.aliases.length === 0 ? [] : paragraph(page.aliases.join(', '), style)),
    ...(page.isStage ? contextLines() : []),
  ]
  return `${lines.join('\n')}\n`

  function section(title: string, body: readonly string[]): string[] {
    return body.length === 0 ? [] : ['', style.heading(title.toUpperCase()), ...body]
  }

  function functionLines(role: ArgumentRole): string[] {
    const or = `or an arrow, ${ARROWS[role]}, or a module's export, ./my.ts#name`
    return section('functions', [
      ...paragraph(callsOf(role).join(' '), style),
      ...paragraph(or, style).map(dim),
    ])
  }

  function exampleLines({ line, rows }: HelpPage['examples'][number]): string[] {
    const shown = rows.flatMap((row) =>
      paragraph(row, style, '      ').map((text, index) => dim(index === 0 ? text : `  ${text}`)),
    )
    return [`  ${line}`, ...shown]
  }

  function contextLines(): string[] {
    const names = CONTEXT_FLAGS.map(({ name }) => `--${name}`).join(' ')
    const more = 'on any stage; dstream help flags says what they do'
    return section('flags of the context', [...paragraph(names, style), `  ${dim(more)}`])
  }
}

/** Return the help of the flags of the context as text. */
export function renderContextFlags(style: Style): string {
  const rows = CONTEXT_FLAGS.map((flag) => [flagWord(flag), flagText(flag)] as const)
  const lines = [
    'Flags of the context: before the first stage or on any.',
    '',
    ...columns(rows, style),
    '',
    ...wrap('A duration is a number and ms, s, m or h; a size a number and KiB, MiB or GiB.', style.width),
  ]
  return `${lines.join('\n')}\n`
}
