// A picture of a terminal: text with SGR colours (ECMA-48 §8.3.117) on stdin, an SVG on stdout.
//
//   tmux capture-pane -e -p | node --import=tsx scripts/picture.ts --columns 80 --theme dark --title 'dstream'

import { parseArgs } from 'node:util'
import { graphemes, graphemeWidth, loadWidths } from '../src/cli/screen/text.ts'

interface Theme {
  readonly background: string
  readonly foreground: string
  readonly bar: string
  readonly edge: string
  /** SGR 30–37, then 90–97. */
  readonly palette: readonly string[]
}

interface Style {
  readonly colour?: string | undefined
  readonly background?: string | undefined
  readonly bold?: boolean
  readonly dim?: boolean
  readonly italic?: boolean
  readonly underline?: boolean
  readonly inverse?: boolean
}

const THEMES: Readonly<Record<string, Theme>> = {
  dark: {
    background: '#16181d',
    foreground: '#d7dae0',
    bar: '#1f2229',
    edge: '#2c303a',
    palette: (
      '#3b4048 #e06c75 #8cc265 #d1a25c #61a6e8 #c678dd #56b6c2 #d7dae0 ' +
      '#5c6370 #ff7b86 #a5e075 #f0b866 #7ab8f5 #de90f0 #6fd3e0 #ffffff'
    ).split(' '),
  },
  light: {
    background: '#fdfdfc',
    foreground: '#24292f',
    bar: '#f1f1ef',
    edge: '#dcdcd8',
    palette: (
      '#24292f #c0343d #3f7d20 #8a6100 #1f62b5 #8a3ba8 #0b7684 #6e7781 ' +
      '#57606a #d1434c #4d9427 #a07400 #2f7bd6 #a24fc0 #12909f #8c959f'
    ).split(' '),
  },
}

const FONT =
  "ui-monospace,'SF Mono','JetBrains Mono','Cascadia Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace"
const SIZE = 14
const CELL = 8.43
const LINE = 20
const MARGIN = 18
const BAR = 34

/** Return the SVG of a terminal that shows `ansi`. */
export function picture(ansi: string, options: { columns: number; theme: Theme; title: string }): string {
  const { theme, columns } = options
  const lines = ansi.replace(/\s+$/, '').split('\n')
  const width = Math.ceil(columns * CELL + 2 * MARGIN)
  const height = BAR + lines.length * LINE + 2 * MARGIN - 4
  const parts: string[] = []
  let style: Style = {}
  lines.forEach((line, row) => {
    let column = 0
    // Colours stay in force from line to line, as on the terminal.
    for (const piece of line.split(SEQUENCE)) {
      if (piece.startsWith('\x1b')) {
        if (piece.endsWith('m')) style = applied(style, piece.slice(2, -1), theme)
      } else {
        parts.push(drawn(piece, column, BAR + MARGIN + row * LINE, style, theme))
        for (const grapheme of graphemes(piece)) column += graphemeWidth(grapheme)
      }
    }
  })
  const dots = [0, 1, 2].map(
    (n) => `<circle cx="${20 + n * 18}" cy="${BAR / 2}" r="5" fill="${theme.edge}"/>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(options.title)}">
<title>${escaped(options.title)}</title>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="${theme.background}" stroke="${theme.edge}"/>
<path d="M.5 ${BAR}V9.5a9 9 0 0 1 9-9H${width - 9.5}a9 9 0 0 1 9 9V${BAR}z" fill="${theme.bar}" stroke="${theme.edge}"/>
${dots.join('')}
<text x="${width / 2}" y="${BAR / 2 + 4}" text-anchor="middle" font-family="system-ui,'Helvetica Neue',Arial,sans-serif" font-size="12" fill="${theme.foreground}" fill-opacity=".6">${escaped(options.title)}</text>
<g font-family="${escaped(FONT)}" font-size="${SIZE}" xml:space="preserve">
${parts.filter((part) => part !== '').join('\n')}
</g>
</svg>
`
}

/** One stretch of text in one style. Rules are drawn as lines, as no font joins them at every size. */
function drawn(text: string, from: number, top: number, style: Style, theme: Theme): string {
  const ink = style.inverse ? (style.background ?? theme.background) : (style.colour ?? theme.foreground)
  const paper = style.inverse ? (style.colour ?? theme.foreground) : style.background
  const opacity = style.dim ? 0.55 : 1
  const attributes =
    `fill="${ink}"${opacity < 1 ? ` fill-opacity="${opacity}"` : ''}` +
    (style.bold ? ' font-weight="700"' : '') +
    (style.italic ? ' font-style="italic"' : '') +
    (style.underline ? ' text-decoration="underline"' : '')
  const parts: string[] = []
  let column = from
  for (const chunk of chunksOf(text)) {
    const width = [...graphemes(chunk)].reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0)
    const x = round(MARGIN + column * CELL)
    const length = round(width * CELL)
    if (paper) parts.push(`<rect x="${x}" y="${top}" width="${length}" height="${LINE}" fill="${paper}"/>`)
    if (chunk.startsWith('─')) {
      parts.push(
        `<path d="M${x} ${top + LINE / 2}h${length}" stroke="${ink}" stroke-opacity="${round(opacity * 0.75)}"/>`,
      )
    } else if (chunk.trim() !== '') {
      const fitting = PRINTABLE.test(chunk) ? ` textLength="${length}"` : ''
      parts.push(`<text x="${x}" y="${top + 15}"${fitting} ${attributes}>${escaped(chunk)}</text>`)
    }
    column += width
  }
  return parts.join('')
}

/** Stretches of rule and of printable ASCII, and one by one all other characters, which may come from another font. */
function* chunksOf(text: string): Generator<string> {
  for (const [chunk] of text.matchAll(CHUNKS)) {
    if (/^[ -~─]/.test(chunk)) yield chunk
    else yield* graphemes(chunk)
  }
}

function applied(style: Style, parameters: string, theme: Theme): Style {
  const codes = parameters.split(/[;:]/).map(Number)
  let next: Style = style
  while (codes.length > 0) {
    const code = codes.shift() ?? 0
    const change = CHANGES[code]
    if (code === 0) next = {}
    else if (change !== undefined) next = { ...next, ...change }
    else if (code === 38) next = { ...next, colour: extended(codes, theme) }
    else if (code === 48) next = { ...next, background: extended(codes, theme) }
    else if (code % 10 < 8) {
      const colour = theme.palette[(code % 10) + (code >= 90 ? 8 : 0)]
      const tens = Math.floor(code / 10)
      if (tens === 3 || tens === 9) next = { ...next, colour }
      if (tens === 4 || tens === 10) next = { ...next, background: colour }
    }
  }
  return next
}

/** The colour after 38 or 48: `5;n` of 256, or `2;r;g;b`. */
function extended(codes: number[], theme: Theme): string {
  if (codes.shift() === 2) return `rgb(${codes.splice(0, 3).join(',')})`
  const index = codes.shift() ?? 0
  if (index < 16) return theme.palette[index] ?? theme.foreground
  if (index >= 232)
    return `rgb(${Array(3)
      .fill(8 + (index - 232) * 10)
      .join(',')})`
  const level = (part: number): number => (part === 0 ? 0 : 55 + part * 40)
  const cube = index - 16
  return `rgb(${level(Math.floor(cube / 36))},${level(Math.floor(cube / 6) % 6)},${level(cube % 6)})`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is parsed here
const SEQUENCE = /(\x1b\[[\d;:]*[A-Za-z]|\x1b[()].|[\x0e\x0f])/
const CHUNKS = /─+|[ -~]+|[^ -~─]+/gu
const PRINTABLE = /^[ -~]+$/
const CHANGES: Readonly<Record<number, Style>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { colour: undefined },
  49: { background: undefined },
}

const { values } = parseArgs({
  options: {
    columns: { type: 'string', default: '80' },
    theme: { type: 'string', default: 'dark' },
    title: { type: 'string', default: 'dstream' },
  },
})
const theme = THEMES[values.theme]
if (theme === undefined)
  throw new Error(`--theme is ${Object.keys(THEMES).join(' or ')}, not ${values.theme}`)
await loadWidths()
const chunks: Buffer[] = []
for await (const chunk of process.stdin) chunks.push(chunk)
const ansi = Buffer.concat(chunks).toString()
process.stdout.write(picture(ansi, { columns: Number(values.columns), theme, title: values.title }))
