/**
 * Writes docs/surface.md: every row of Spark Streaming's surface, with the tests whose names bear its id. `--check`
 * writes nothing and fails where the page is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { GROUPS, type Row } from './surface-rows.ts'

const PAGE = fileURLToPath(new URL('../docs/surface.md', import.meta.url))
const TESTS = fileURLToPath(new URL('../test', import.meta.url))
/** The name of a test, or of an entry of a table of tests. */
const NAME = /\b(?:test|name:)\s*\(?\s*(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g
/** An id, also the last of a range such as `C18–C20`. */
const ID = /\b(A12-\d+|A\d|[CDFGMPSU]\d{1,2})(?:\s*[–-]\s*([CDFGMPSU])?(\d{1,2}))?\b/g

interface Proof {
  readonly file: string
  readonly name: string
}

/** Return the ids in the name of a test. */
function idsIn(name: string): string[] {
  return [...name.matchAll(ID)].flatMap(([, first = '', , last]) => {
    const [, letter = '', from] = /^([A-Z])(\d+)$/.exec(first) ?? []
    if (last === undefined || from === undefined) return [first]
    const count = Math.max(0, Number(last) - Number(from)) + 1
    return Array.from({ length: count }, (_, index) => `${letter}${Number(from) + index}`)
  })
}

/** Return the tests by the ids in their names. */
function proofs(): Map<string, Proof[]> {
  const found = new Map<string, Proof[]>()
  const files = (readdirSync(TESTS, { recursive: true }) as string[]).filter((file) => /\.ts$/.test(file))
  for (const file of files.sort())
    for (const [, , name = ''] of readFileSync(`${TESTS}/${file}`, 'utf8').matchAll(NAME))
      for (const id of new Set(idsIn(name))) {
        const known = found.get(id) ?? []
        found.set(id, [...known, { file, name }])
      }
  return found
}

/** Tests that a row of the page names; more are counted. */
const SHOWN = 3

function cells({ id, what, form, later }: Row, tests: readonly Proof[]): string {
  const shown = tests.slice(0, SHOWN).map(({ file, name }) => `${name.replace(/[|`]/g, '')} (\`${file}\`)`)
  const more = tests.length > SHOWN ? [`and ${tests.length - SHOWN} more`] : []
  const reached = tests.length > 0 ? [...shown, ...more].join('; ') : (later ?? '**no test bears this id**')
  return `| ${id} | ${what} | ${form ?? '–'} | ${reached} |`
}

const known = proofs()
const rows = GROUPS.flatMap((group) => group.rows)
const proven = rows.filter(({ id }) => known.has(id)).length
const page = `<!-- Written by \`npm run surface\`; do not edit. -->

# Spark Streaming's surface

Every row of Spark Streaming, how it is written here, and the tests whose names bear its id: \`npm test\` runs them, and
fails where one of them does. ${proven} of ${rows.length} rows are proven so.

${GROUPS.map(
  ({ title, rows }) =>
    `## ${title}\n\n| row | what | here | shown by |\n| --- | --- | --- | --- |\n${rows
      .map((row) => cells(row, known.get(row.id) ?? []))
      .join('\n')}`,
).join('\n\n')}
`

if (!process.argv.includes('--check')) writeFileSync(PAGE, page)
else if (!existsSync(PAGE) || readFileSync(PAGE, 'utf8') !== page) {
  console.error('stale: docs/surface.md; run `npm run surface`')
  process.exitCode = 1
}
console.log(`${proven} of ${rows.length} rows are proven by a test`)
