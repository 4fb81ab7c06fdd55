import { idsIn, type NamedTest } from './surface-names.ts'
import { ROWS, type Row } from './surface-rows.ts'

const HEAD = `<!-- Written by \`npm run surface\` from scripts/surface-rows.ts and the names of the tests; do not edit. -->

# The surface of Spark Streaming

Every row of what Spark Streaming offers, how dstream says it, and the tests that prove it: those whose names carry the
id of the row. \`npm test\` runs them all, and \`npm run surface -- --results\` says then which of them have passed. A row without a test says what it comes with, or why it is not there.
`

/** How many rows stand how. */
interface Sums {
  proven: number
  later: number
  refused: number
  open: number
}

/** Return the page, and the tests that carry an id which is no row's. */
export function surfacePage(
  tests: readonly NamedTest[],
  rows: readonly Row[] = ROWS,
): { readonly text: string; readonly unknown: readonly NamedTest[] } {
  const unknown = tests.filter(({ name }) => idsIn(name).some((id) => !rows.some((row) => row.id === id)))
  const found = rows.map((row) => ({ row, tests: tests.filter((test) => proves(test, row)) }))
  const sums: Sums = { proven: 0, later: 0, refused: 0, open: 0 }
  for (const { row, tests } of found) sums[standing(row, tests)] += 1
  const groups = [...new Set(rows.map((row) => row.group))]
  const tables = groups.map((title) => {
    const lines = found
      .filter(({ row }) => row.group === title)
      .map(
        ({ row, tests }) =>
          `| ${row.id.replace('A6 ', '')} | ${row.name} | ${cell(row.form)} | ${provenBy(row, tests)} |`,
      )
    return `## ${title}\n\n| id | what | dstream | tests |\n|---|---|---|---|\n${lines.join('\n')}\n`
  })
  const missing = found.filter(({ row, tests }) => standing(row, tests) === 'open').map(({ row }) => row.id)
  const text = [
    HEAD,
    `${rows.length} rows: ${sums.proven} with tests, ${sums.later} that come with what is still to be built, ` +
      `${sums.refused} that have no sense here, ${sums.open} without a test${missing.length === 0 ? '' : ` (${missing.join(', ')})`}.\n`,
    ...tables,
  ]
  return { text: text.join('\n'), unknown }
}

/** A key of the configuration is proven by a test of `A6` that names the key. */
function proves({ name }: NamedTest, { id }: Row): boolean {
  const [first = '', key] = id.split(' ')
  const isOfKey =
    key === undefined || new RegExp(`(?<![\\w])${key.replaceAll('.', '\\.')}(?![\\w])`).test(name)
  return idsIn(name).includes(first) && isOfKey
}

function standing(row: Row, tests: readonly NamedTest[]): keyof Sums {
  if (tests.length > 0) return 'proven'
  if (row.later !== undefined) return 'later'
  return row.reason === undefined ? 'open' : 'refused'
}

function provenBy(row: Row, tests: readonly NamedTest[]): string {
  const files = [...new Set(tests.map(({ file }) => file))]
  const lines = files.map((file) => {
    const names = tests
      .filter((test) => test.file === file)
      .map(({ name }) => cell(`\`${name.replaceAll('`', "'")}\``))
    return `[${file}](../${file}): ${[...new Set(names)].join(', ')}`
  })
  if (tests.length === 0) {
    if (row.reason !== undefined) lines.push(`not there: ${cell(row.reason)}`)
    else lines.push(row.later === undefined ? 'no test yet' : `later: ${row.later}`)
  }
  if (tests.length > 0 && row.later !== undefined) lines.push(`the rest later: ${row.later}`)
  return lines.join('<br>')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
