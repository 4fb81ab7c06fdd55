import { operators } from '../../engine/operators/registry.ts'
import { outputs } from '../../engine/outputs/registry.ts'
import { sources } from '../../engine/sources/registry.ts'
import { functions } from '../../functions/registry.ts'
import { columns, labelled } from './layout.ts'
import type { Style } from './style.ts'

/** A terminal has 24 lines at least, of which the next prompt takes one. */
const LINES = 23
const WIDTH = 79
/** Columns of the labels before the lists. */
const LABEL = 11

/** Commands that can be pasted as they are, from the first look to a pipe of two. */
export const ROOT_EXAMPLES: readonly string[] = [
  'nc -lk 9999 | dstream flatmap split reduce-by-key',
  'dstream socket localhost 9999 flatmap split reduce-by-key',
  'tail -f access.log | dstream map field:1 window 1m 5s count-by-value top 5',
  'dstream demo flatmap split emit | dstream count-by-value top 3 print --live',
]

/** Return the help of `dstream` alone: one screen that teaches. */
export function renderRoot(terminal: Style): string {
  const style = { ...terminal, width: Math.min(WIDTH, terminal.width) }
  const head = [
    "Spark Streaming's model as a Unix command: the input is cut into a batch every",
    'interval, and a chain of operators works on each batch.',
    '',
    `  ${style.heading('dstream [SOURCE...] OPERATOR... [OUTPUT...]')}`,
    '  (no source: standard input; no output: print, or emit in a pipe)',
    '',
    ...ROOT_EXAMPLES.map((line) => `  ${style.name(line)}`),
    '',
  ]
  const foot = [
    `${' '.repeat(LABEL)}or an arrow, 'e => e.length', or a module's export, ./my.ts#name`,
    '',
    ...columns(
      [
        ['dstream STAGE --help', 'arguments, flags and examples: dstream map --help'],
        ['dstream operators', 'a line per stage; also functions, test, replay, resume, state, top, ask'],
        ['dstream help flags', '--interval 1s, --batches N, …: on any stage'],
      ],
      style,
    ),
  ]
  const list = (title: string, names: readonly string[], lines: number, more: string): string[] =>
    labelled(title.padEnd(LABEL), names, Math.max(1, lines), `… dstream ${more}`, style)
  const sourceLines = list('SOURCES', namesIn(sources), 2, 'operators')
  const outputLines = list('OUTPUTS', namesIn(outputs), 2, 'operators')
  const room = LINES - head.length - foot.length - sourceLines.length - outputLines.length
  const operatorLines = list('OPERATORS', namesIn(operators), room - 1, 'operators')
  const functionLines = list('FUNCTIONS', functionNames(), room - operatorLines.length, 'functions')
  return `${[...head, ...sourceLines, ...operatorLines, ...outputLines, ...functionLines, ...foot].join('\n')}\n`
}

function namesIn(records: readonly { readonly name: string; readonly internal?: true }[]): string[] {
  return records.filter(({ internal }) => internal !== true).map(({ name }) => name)
}

/** Names by turns of the positions they stand in, so that the first few show every kind. */
function functionNames(): string[] {
  const roles = [...new Set(functions.map((record) => record.roles[0]))]
  const queues = roles.map((role) => functions.filter((record) => record.roles[0] === role))
  const longest = Math.max(...queues.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) =>
    queues.flatMap((queue) => queue[index]?.name ?? []),
  ).flat()
}
