import type { Style } from './style.ts'

/** A label and what is said of it. */
export type Row = readonly [label: string, text: string]

/** A label wider than this stands on a line of its own. */
const WIDEST_LABEL = 28

/** Return a text as lines of at most `width` columns; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines
}

/** Return rows as two aligned columns, indented by two; `width` is that of the labels. */
export function columns(rows: readonly Row[], style: Style, width = labelWidth(rows)): string[] {
  const indent = ' '.repeat(width + 4)
  const room = Math.max(20, style.width - indent.length)
  return rows.flatMap(([label, text]) => {
    const [first = '', ...others] = wrap(text, room)
    const rest = others.map((line) => `${indent}${line}`)
    if (label.length > width) return [`  ${style.name(label)}`, `${indent}${first}`, ...rest]
    return [`  ${style.name(label)}${' '.repeat(width - label.length)}  ${first}`.trimEnd(), ...rest]
  })
}

function labelWidth(rows: readonly Row[]): number {
  return Math.max(0, ...rows.map(([label]) => label.length).filter((length) => length <= WIDEST_LABEL))
}

/** Return a text as indented lines. */
export function paragraph(text: string, style: Style, indent = '  '): string[] {
  return wrap(text, style.width - indent.length).map((line) => `${indent}${line}`)
}

/**
 * Return names behind a label, wrapped under each other, in at most `lines` lines; what does not fit gives way to
 * `more`, which says where all of them are.
 */
export function labelled(
  label: string,
  names: readonly string[],
  lines: number,
  more: string,
  style: Style,
): string[] {
  const room = style.width - label.length
  let kept = names.length
  const text = (): string => [...names.slice(0, kept), ...(kept < names.length ? [more] : [])].join(' ')
  while (kept > 1 && wrap(text(), room).length > lines) kept -= 1
  return wrap(text(), room).map((line, index) =>
    index === 0 ? `${style.heading(label)}${line}` : `${' '.repeat(label.length)}${line}`,
  )
}
